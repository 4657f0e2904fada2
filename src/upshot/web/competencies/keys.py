"""Names by which scenarios and the plan refer to competencies, made from an item's code or words."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

__all__ = ["free_key", "label_of"]

_LONGEST = 60
_LABEL = 300


def label_of(body: Mapping[str, Any]) -> str:
    """How an item is called: its short statement where it has one."""
    short = body.get("abbreviatedStatement")
    return str(short if isinstance(short, str) and short.strip() else body["fullStatement"]).strip()[:_LABEL]


def free_key(body: Mapping[str, Any], taken: set[str]) -> str:
    """A name of lower-case letters, digits and hyphens that nothing else has; it is added to those taken.

    Examples
    --------
    >>> free_key({"fullStatement": "Asks before offering"}, {"asks-before-offering"})
    'asks-before-offering-2'
    """
    first = _slug(label_of(body)) or _slug(str(body.get("humanCodingScheme") or "")) or "competency"
    key, number = first, 1
    while key in taken:
        number += 1
        key = f"{first[: _LONGEST - 6]}-{number}"
    taken.add(key)
    return key


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug[:_LONGEST].rstrip("-") if slug[:1].isalpha() else ""
