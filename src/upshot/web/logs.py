"""What is logged of a failure that nobody expected: its type and where it came from, never its words."""

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

__all__ = ["Wordless", "traced"]

_Caught: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Wordless(logging.Formatter):
    """Formats every log line of the web product, Django's own of failed requests among them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with what another formatter may have made of the error left aside."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _Caught) -> str:  # noqa: N802 - logging's own name
        """An error as `traced`."""
        return traced(ei[1]) if ei[1] is not None else ""


def traced(error: BaseException) -> str:
    """The types of an error and of those behind it, each with its places in the code.

    The words of an error can repeat what was stored: PostgreSQL quotes the row that breaks a constraint.

    Examples
    --------
    >>> try:
    ...     int("p-1042")
    ... except ValueError as error:
    ...     text = traced(error)
    >>> text.endswith("ValueError"), "p-1042" in text
    (True, False)
    """
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{traced(behind)}\n" if behind is not None else ""
    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(f"  {frame.filename}:{frame.lineno} in {frame.name}\n" for frame in frames)
    return f"{before}{places}{type(error).__qualname__}"
