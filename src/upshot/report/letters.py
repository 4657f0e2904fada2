"""Letters as documents can hold them: control characters out, long names cut where room is short."""

import re
import unicodedata

__all__ = ["printable", "shortened", "without_marks"]

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_SPACES = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")


def printable(text: str) -> str:
    r"""The text on one line, without control characters and halves of broken pairs.

    Examples
    --------
    >>> printable("a\x00b\nc\ud800")
    'ab c'
    """
    return "".join(letter for letter in _SPACES.sub(" ", text) if unicodedata.category(letter) not in ("Cc", "Cs"))


def without_marks(text: str) -> str:
    r"""Printable text without marks that have no shape of their own (direction, word break); joiners stay.

    Examples
    --------
    >>> without_marks("a\u200bb\u2066c")
    'abc'
    """
    return "".join(
        letter
        for letter in printable(text)
        if letter in _JOINERS or unicodedata.category(letter) not in ("Cf", "Cn", "Co")
    )


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut at a word where there is one, with an ellipsis.

    Examples
    --------
    >>> shortened("Needs-first conversations", 14)
    'Needs-first…'
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > most // 2 else cut).rstrip(" ,;:·") + "…"
