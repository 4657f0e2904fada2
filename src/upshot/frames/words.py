"""The command line's option names, where a message holds one, as the parameters a caller writes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from upshot.errors import PanelError
from upshot.impact.estimate import Estimate

__all__ = ["in_python", "told_in_python", "translated"]

_OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)")


def in_python(text: str) -> str:
    """Write ``--first-treated`` as ``first_treated``.

    Examples
    --------
    >>> in_python("Use --repeated-cross-section if rows are not the same people.")
    'Use repeated_cross_section if rows are not the same people.'
    """
    return _OPTION.sub(lambda match: match[1].replace("-", "_"), text)


def translated(estimate: Estimate) -> Estimate:
    """The same answer, its cautions and checks in a caller's words."""
    cautions = tuple(replace(caution, text=in_python(caution.text)) for caution in estimate.cautions)
    checks = tuple(replace(check, text=in_python(check.text)) for check in estimate.checks)
    return replace(estimate, cautions=cautions, checks=checks)


@contextmanager
def told_in_python() -> Iterator[None]:
    """Raise a panel's problems with the parameters' names in them."""
    try:
        yield
    except PanelError as error:
        problems = [replace(p, text=in_python(p.text), fix=in_python(p.fix)) for p in error.problems]
        raise PanelError(problems) from error
