"""Language tags (RFC 5646), and which entry of a language map a reader with an Accept-Language header gets."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

__all__ = ["chosen_language", "is_language_tag", "preferences"]

_Text = TypeVar("_Text")

_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})"
    r"(?:-[a-z]{4})?"
    r"(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.ASCII,
)
_PRIVATE = re.compile(r"x(?:-[a-z0-9]{1,8})+", re.ASCII)
_GRANDFATHERED = re.compile(
    r"en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-be-(?:fr|nl)|sgn-ch-de"
    r"|art-lojban|cel-gaulish|no-(?:bok|nyn)|zh-(?:guoyu|hakka|min|min-nan|xiang)"
)
_RANGE = re.compile(r"\s*([A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


@lru_cache(maxsize=1024)
def is_language_tag(text: str) -> bool:
    """Whether ``text`` is a well-formed language tag: the grammar of RFC 5646, no variant and no singleton twice.

    Examples
    --------
    >>> [is_language_tag(tag) for tag in ("de-DE", "zh-Hans-CN", "cmn", "a12345", "zh-z-aaa-z-bbb")]
    [True, True, True, False, False]
    """
    tag = text.lower()
    found = _TAG.fullmatch(tag)
    if found is None:
        return _PRIVATE.fullmatch(tag) is not None or _GRANDFATHERED.fullmatch(tag) is not None
    variants = found["variants"].split("-")[1:]
    singletons = [part for part in found["extensions"].split("-")[1:] if len(part) == 1]
    return len(set(variants)) == len(variants) and len(set(singletons)) == len(singletons)


def preferences(header: str) -> tuple[str, ...]:
    """The language ranges of an Accept-Language header, best first; what it excludes or misspells is left out.

    Examples
    --------
    >>> preferences("fr;q=0.5, de-CH, en;q=0")
    ('de-ch', 'fr')
    """
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        found = _RANGE.fullmatch(part)
        weight = 0.0 if found is None else float(found[2] or 1)
        if found is not None and weight > 0:
            ranked.append((-weight, place, found[1].lower()))
    return tuple(tag for _, _, tag in sorted(ranked))


def chosen_language(texts: Mapping[str, _Text], wanted: tuple[str, ...]) -> dict[str, _Text]:
    """The one entry of a language map that suits a reader: RFC 4647 lookup, else a wider match, else the first.

    Examples
    --------
    >>> chosen_language({"en-US": "Hello", "de": "Hallo"}, ("de-ch", "en"))
    {'de': 'Hallo'}
    >>> chosen_language({"en-US": "Hello", "de": "Hallo"}, ("en",))
    {'en-US': 'Hello'}
    """
    by_tag = {tag.lower(): tag for tag in texts}
    for asked in wanted:
        found = _lookup(by_tag, asked)
        if found is not None:
            return {found: texts[found]}
    return dict(list(texts.items())[:1])


def _lookup(by_tag: Mapping[str, str], asked: str) -> str | None:
    if asked == "*":
        return next(iter(by_tag.values()), None)
    shorter = asked
    while shorter:
        if shorter in by_tag:
            return by_tag[shorter]
        shorter = shorter.rpartition("-")[0]
    return next((tag for low, tag in by_tag.items() if low.startswith(f"{asked}-")), None)
