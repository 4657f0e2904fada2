"""Plan texts parsed, each once for as long as it is asked for often."""

from functools import lru_cache

from upshot.plan import Document, parse

__all__ = ["parsed"]


@lru_cache(maxsize=32)
def parsed(text: str) -> Document:
    """The document of a text that loads.

    Raises
    ------
    PlanError
        If it does not.
    """
    return parse(text)
