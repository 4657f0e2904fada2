"""What text for the terminal is laid out with: wrapped prose, and the components of an answer as tables."""

import textwrap
from collections.abc import Iterable, Sequence

from upshot.impact.estimate import Estimate, Term
from upshot.impact.evidence.claim import number

__all__ = ["WIDTH", "tables", "wrapped"]

WIDTH = 80
"""Columns of text."""

_MOST = 24
_WINDOW = 12
_LINES = frozenset({"observed", "counterfactual", "survival"})
"""Points of a curve: for a chart, not for a table."""


def wrapped(lines: Iterable[str]) -> str:
    """Lines joined, those that are too long wrapped under their own indent.

    Examples
    --------
    >>> print(wrapped(["  - " + "word " * 18]))
      - word word word word word word word word word word word word word word word
        word word word
    """
    return "\n".join(part for line in lines for part in _wrapped(line))


def _wrapped(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    text = line.lstrip()
    indent = " " * (len(line) - len(text))
    hang = indent + ("  " if text.startswith("- ") else "")
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=hang, break_long_words=False)


def tables(found: Estimate) -> list[list[str]]:
    """The tables there is something to say in, each as its lines."""
    terms = [term for term in found.terms if term.term not in _LINES]
    pairs = found.estimand == "att" and bool(terms) and terms[0].group is not None and terms[0].period is not None
    if not terms or (pairs and len(terms) > _MOST):
        return []
    rows = [_row(term) for term in _shown(terms)]
    rest = len(terms) - len(rows)
    return [[_HEAD, *rows, *([f"    … and {rest} more; --format json has all."] if rest else [])]]


_HEAD = f"    {'':<22}{'estimate':>13}{'std error':>13}{'low':>13}{'high':>13}"


def _shown(terms: Sequence[Term]) -> list[Term]:
    """Around the start where there are many event times, else the first ones."""
    timed = [term for term in terms if term.event_time is not None]
    if len(terms) > _MOST and timed:
        terms = [term for term in terms if term.event_time is None or -_WINDOW <= term.event_time < _WINDOW]
        return list(terms)
    return list(terms[:_MOST])


def _row(term: Term) -> str:
    cells = (term.estimate, term.std_error, term.conf_low, term.conf_high)
    return f"    {_name(term):<22}" + "".join(f"{'' if value is None else number(value):>13}" for value in cells)


def _name(term: Term) -> str:
    if term.term == "effect" and term.period is not None:
        return f"in {term.period}"
    if term.term == "rmst" and term.group is not None:
        return f"mean time, {term.group}"
    if term.term.isdigit():
        return f"arm {term.term}"
    return term.term.replace("-change", " change")
