"""What stands in braces after a heading or a choice: ``{id=ask needs-discovery=2 .best if="trust >= 1"}``."""

import re
from dataclasses import dataclass

from upshot.scenario.faults import Faults, nearest

__all__ = ["ID", "Braces", "braces_of", "clean_id", "read_braces", "unknown_marks"]

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\Z")

_TOKEN = re.compile(
    r"""\s*(?:
        \#(?P<anchor>[^\s{}#=."']+)
      | \.(?P<word>[^\s{}#=."']+)
      | (?P<key>[^\s{}#=."']+)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s{}"'“”„‘’]+))
    )(?=[\s}]|\Z)""",
    re.VERBOSE,
)
_CURLY = re.compile(r"[“”„‘’]")


@dataclass(frozen=True, slots=True)
class Braces:
    """Braces taken apart: one anchor, words with a dot, keys with values; ``faults`` are (code, text, fix)."""

    anchor: str | None = None
    words: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, str, str], ...] = ()


def read_braces(inside: str) -> Braces:
    """Read what stands between ``{`` and ``}``; what cannot be read is a fault, never dropped."""
    anchors: list[str] = []
    words: list[str] = []
    values: list[tuple[str, str]] = []
    faults: list[tuple[str, str, str]] = []
    position = 0
    while position < len(inside) and inside[position:].strip():
        found = _TOKEN.match(inside, position)
        if found is None:
            end, fault = _unreadable(inside, position)
            faults.append(fault)
            position = end
            continue
        position = found.end()
        if found["anchor"] is not None:
            anchors.append(found["anchor"])
        elif found["word"] is not None:
            words.append(found["word"])
        else:
            text = next(value for value in (found["double"], found["single"], found["bare"]) if value is not None)
            values.append((found["key"], text))
    faults += _repeated(anchors, words, [key for key, _ in values])
    return Braces(anchors[0] if anchors else None, tuple(words), tuple(values), tuple(faults))


def braces_of(raw: str, line: int, faults: Faults) -> Braces:
    """Read what follows a heading's title or a choice's link, braces included; say what would be lost."""
    inside = raw.strip()
    if not (inside.startswith("{") and inside.endswith("}")):
        fix = "Close the braces with '}' and let nothing follow them."
        said = f"'{inside[:60]}' cannot be read: points or ids would be lost."
        faults.add("brace-unreadable", line, said, fix)
    if not inside.startswith("{"):
        return Braces()
    braces = read_braces(inside[1:-1] if inside.endswith("}") else inside[1:])
    for code, text, fix in braces.faults:
        faults.add(code, line, text, fix)
    return braces


def unknown_marks(braces: Braces, known: tuple[str, ...], line: int, faults: Faults) -> None:
    """Say which words with a dot mean nothing here."""
    for word in dict.fromkeys(braces.words):
        if word not in known:
            fix = nearest(word, known, f"Known here: {', '.join('.' + name for name in known)}.")
            faults.add("unknown-mark", line, f"'.{word}' is not a mark.", fix)


def _unreadable(inside: str, position: int) -> tuple[int, tuple[str, str, str]]:
    start = position + len(inside[position:]) - len(inside[position:].lstrip())
    end = next((at for at in range(start, len(inside)) if inside[at].isspace()), len(inside))
    piece = inside[start:end]
    if _CURLY.search(piece):
        fix = 'Use straight quotes, as in if="trust >= 2".'
        return _past_quote(inside, start, end), ("curly-quotes", f"The quotes in '{piece}' are typographic.", fix)
    if re.fullmatch(r"[\w-]+", piece):
        fix = f"Write '.{piece}' for a mark, or '{piece}=1' for points."
        return end, ("bare-word", f"The word '{piece}' stands alone in the braces and would be lost.", fix)
    fix = 'Write key=value, .mark, or key="several words", with spaces between them.'
    return end, ("brace-unreadable", f"'{piece}' in the braces cannot be read.", fix)


def _past_quote(inside: str, start: int, end: int) -> int:
    marks = [found.start() for found in _CURLY.finditer(inside, start)]
    return max(end, marks[1] + 1) if len(marks) > 1 else end


def _repeated(*groups: list[str]) -> list[tuple[str, str, str]]:
    twice = [name for group in groups for name in dict.fromkeys(group) if group.count(name) > 1]
    found = [("brace-twice", f"'{name}' stands twice in the braces.", "Keep one of them.") for name in twice]
    if len(set(groups[0])) > 1:
        found.append(("brace-twice", "The braces hold two ids.", "Keep one '#id'."))
    return found


def clean_id(text: str, taken: frozenset[str] | set[str] = frozenset(), spare: str = "step") -> str:
    """An id made from words: lower case, hyphens, at most 48 characters, not yet taken."""
    folded = text.lower().translate(_FOLDS)
    words = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
    base = words[:48].rsplit("-", 1)[0] if len(words) > 48 and "-" in words[:48] else words[:48]
    base = base.strip("-") or spare
    if base not in taken:
        return base
    return next(name for count in range(2, len(taken) + 3) if (name := f"{base}-{count}") not in taken)


_FOLDS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "é": "e",
        "è": "e",
        "ê": "e",
        "à": "a",
        "ç": "c",
        "á": "a",
        "ã": "a",
        "ó": "o",
        "õ": "o",
        "í": "i",
        "ú": "u",
        "ñ": "n",
        "'": "",
        "’": "",
    }
)
