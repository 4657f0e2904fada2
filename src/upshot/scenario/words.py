"""What may not stand in a scenario's text: HTML, unsafe links, lost choices and braces, pictures without words."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import SplitResult, urlsplit

from upshot.scenario.faults import Faults
from upshot.scenario.model import Picture

__all__ = ["check_words", "mask_code", "pictures"]

_FENCE = re.compile(
    r"^ {0,3}(?P<tick>`{3,}|~{3,})[^\n]*$.*?(?:^ {0,3}(?P=tick)[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL
)
_TICKS = re.compile(r"(?<!\\)`+")
_HTML = re.compile(r"(?<!\\)<(?:/?[A-Za-z][A-Za-z0-9-]*(?=[\s/>]|\Z)|!--|!\[CDATA|![A-Za-z]|\?)")
_PICTURE = re.compile(
    r"!\[(?P<text>(?:[^\]\\]|\\.){0,300}+)\]\(\s{0,9}<?(?P<source>[^)\s>]{0,500})>?(?:\s{1,9}[\"'][^)]{0,300})?\s{0,9}\)"
)
_LINK = re.compile(r"(?<!\\)\]\s{0,3}\(\s{0,9}<?(?P<target>[^)\s>]*)>?")
_AUTOLINK = re.compile(r"<(?P<target>[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*)>")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*<?(?P<target>[^\s>]+)", re.MULTILINE)
_BRACE = re.compile(r"(?<!\\)\{\s*(?:[#.][\w-]|[\w-]+\s*=)[^\n}]{0,300}\}?")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffe]"
)
_SAFE = {"", "https", "http", "mailto", "tel"}


def mask_code(text: str) -> str:
    """The text with code blanked out, every line and column where it was."""
    if "```" in text or "~~~" in text:
        text = _FENCE.sub(lambda found: _blank(found.group()), text)
    return _mask_spans(text) if "`" in text else text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _mask_spans(text: str) -> str:
    """Blank what stands between two runs of as many backticks; each run is looked at once."""
    runs = [(found.start(), found.end()) for found in _TICKS.finditer(text)]
    ahead: dict[int, list[int]] = {}
    for at, (start, end) in reversed(list(enumerate(runs))):
        ahead.setdefault(end - start, []).append(at)
    pieces, done, at = [], 0, 0
    while at < len(runs):
        start, end = runs[at]
        same = ahead[end - start]
        while same and same[-1] <= at:
            same.pop()
        if same and not re.search(r"\n[ \t]*\n", text[end : runs[same[-1]][0]]):
            close = runs[same[-1]][1]
            pieces += [text[done:start], _blank(text[start:close])]
            done, at = close, same[-1]
        at += 1
    return "".join([*pieces, text[done:]])


def pictures(text: str, first: int) -> Iterator[Picture]:
    """The pictures in a text whose first line is ``first``."""
    if "![" in text:
        for found in _PICTURE.finditer(mask_code(text)):
            yield Picture(found["text"].strip(), found["source"], _line(text, found.start(), first))


def check_words(text: str, first: int, faults: Faults, *, choice: bool = False) -> None:
    """Put on the list what may not stand in this text; ``choice``: it is a choice's own, where ``#id`` leads on."""
    if faults.full:
        return
    masked = mask_code(text)
    _controls(text, first, faults)
    if "<" in masked:
        for found in _HTML.finditer(masked):
            fix = "Write Markdown instead; for the sign itself write '\\<'."
            said = f"'{text[found.start() : found.end() + 12].splitlines()[0].strip()}' is HTML, which is not read."
            faults.add("raw-html", _line(text, found.start(), first), said, fix)
    for picture in pictures(text, first):
        _picture(picture, faults)
    _targets(masked, first, faults, choice)
    if "{" in masked and not choice:
        for found in _BRACE.finditer(masked):
            fix = "Put the braces right after the choice's ')' or at the end of the step's heading."
            said = f"'{found.group()[:60]}' stands in the text, where it does nothing: points and ids would be lost."
            faults.add("brace-in-text", _line(text, found.start(), first), said, fix)


def _line(text: str, position: int, first: int) -> int:
    return first + text.count("\n", 0, position)


def _controls(text: str, first: int, faults: Faults) -> None:
    for found in _CONTROL.finditer(text):
        said = f"An invisible character (U+{ord(found.group()):04X}) stands here."
        faults.add("invisible-character", _line(text, found.start(), first), said, "Type the line again without it.")


def _picture(picture: Picture, faults: Faults) -> None:
    if not picture.text:
        fix = "Say in the square brackets what the picture shows: ![what it shows](file.png)."
        faults.add("picture-without-text", picture.line, "A picture has no words for those who cannot see it.", fix)
    parts = _split(picture.source)
    if not picture.source or parts is None:
        faults.add("picture-missing", picture.line, "A picture names no file.", "Name a file beside the scenario.")
    elif parts.scheme or parts.netloc or picture.source.startswith(("/", "\\")) or ".." in parts.path.split("/"):
        fix = "Put the file beside the scenario and name it without a folder above."
        faults.add("picture-elsewhere", picture.line, f"The picture '{picture.source[:60]}' lies elsewhere.", fix)


def _split(target: str) -> SplitResult | None:
    try:
        return urlsplit(target)
    except ValueError:
        return None


def _targets(masked: str, first: int, faults: Faults, choice: bool) -> None:
    found = list(_LINK.finditer(masked)) if "]" in masked else []
    found += _AUTOLINK.finditer(masked) if "<" in masked else ()
    found += _DEFINITION.finditer(masked) if "]:" in masked else ()
    for link in found:
        target, line = link["target"], _line(masked, link.start(), first)
        if target.startswith("#"):
            if not choice:
                fix = "Write it as a list item of its own: - [What I do](#step){id=what}."
                said = f"A link to the step '{target}' stands in the text, where nobody can choose it."
                faults.add("link-in-text", line, said, fix)
            continue
        parts = _split(re.sub(r"[\x00-\x20\\]", "", unescape(target)))
        if parts is None or parts.scheme.lower() not in _SAFE:
            fix = "Link to an https:// address or write the words alone."
            faults.add("unsafe-link", line, f"The link '{target[:60]}' is of a kind that is not opened.", fix)
