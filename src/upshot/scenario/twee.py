"""Twee 3, the text form of Twine stories, to a scenario file."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from upshot.scenario.braces import clean_id
from upshot.scenario.exchange import Imported, Log, delivered, escaped, refuse
from upshot.scenario.html_text import html_to_markdown, without
from upshot.scenario.model import MAX_CHARACTERS, MAX_CHOICES, MAX_NODES, Choice, Node, Scenario

__all__ = ["import_twee"]

_HEADER = re.compile(
    r"::[ \t]*(?P<name>(?:\\.|[^\\\[\]{}\n])*?)[ \t]*(?:\[(?P<tags>[^\]\n]*)\])?[ \t]*(?P<meta>\{[^\n]*\})?[ \t]*\Z"
)
_LINK = re.compile(r"\[\[(?P<inside>(?:(?!\[\[|\]\]|\]\[).){1,500})\](?:\[(?P<setter>[^\]\n]{0,500})\])?\]")
_MACROS = (
    (re.compile(r"<<[^<>]{0,2000}>>"), "A macro is left out"),
    (
        re.compile(r"\((?:[a-z][a-z-]{1,30}):[^()]{0,500}(?:\([^()]{0,500}\)[^()]{0,500}){0,20}\)", re.I),
        "A macro is left out",
    ),
    (
        re.compile(r"\{(?:embed|if|else|reveal|back|restart|cycling|dropdown|text|select)[^{}\n]{0,500}\}"),
        "An insert is left out",
    ),
)
_HOOK = re.compile(r"(?<!\[)\[(?!\[)(?P<inside>[^\[\]]{0,5000})\](?!\()")
_VARIABLE = re.compile(r"\$[A-Za-z_][\w.]{0,60}")
_COMMENTS = (("/*", "*/"), ("/%", "%/"), ("<!--", "-->"))
_SPECIAL = {"StoryTitle", "StoryData"}
_CODE = {"script", "stylesheet"}
_SETTINGS = re.compile(
    r"Story(?:Author|Init|Menu|Caption|Banner|Subtitle|Settings|Includes|Share|DisplayTitle)\Z|Passage(?:Header|Footer|Done|Ready)\Z"
)


@dataclass(slots=True)
class _Passage:
    name: str
    tags: tuple[str, ...]
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def import_twee(source: str) -> Imported:
    """Read Twee 3.

    Passages, links in all four spellings, the title and the start are converted; passages without links become
    endings. What belongs to a story format (macros, variables, scripts, styles) is listed.

    Raises
    ------
    ScenarioError
        If the text holds no passages, or more than can be read.
    """
    if len(source) > MAX_CHARACTERS:
        text = f"The file has more than {MAX_CHARACTERS // 1_000_000} million characters."
        raise refuse("too-large", text, "Split it into several stories.")
    log = Log()
    passages = list(_passages(source, log))
    told = {one.name: one for one in passages}
    story = [one for one in passages if _is_step(one, log)]
    if not story:
        fix = "A Twee file has headers such as ':: Start'."
        raise refuse("twee-no-passages", "The file holds no passages.", fix)
    if len(story) > MAX_NODES:
        raise refuse("too-many-steps", f"The file has {len(story):,} passages.", "Split it into several stories.")
    title = told["StoryTitle"].text.split("\n")[0] if "StoryTitle" in told else "Imported story"
    return _Converter(story, " ".join(title.split()) or "Imported story", _start(told, log), log).convert()


def _passages(source: str, log: Log) -> Iterator[_Passage]:
    current: _Passage | None = None
    seen: set[str] = set()
    for number, line in enumerate(source.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1):
        header = _HEADER.match(line) if line.startswith("::") else None
        if header is None:
            if current is not None:
                current.lines.append(line[1:] if line.startswith("\\::") else line)
            elif line.strip():
                log.add(f"line {number}", "Text before the first passage is left out.")
            continue
        if current is not None:
            yield current
        name = re.sub(r"\\(.)", r"\1", header["name"]).strip()
        if name in seen:
            log.add(f"passage {name}", "It stands twice; the later one is left out.")
            current = _Passage("", ("script",))
            continue
        seen.add(name)
        current = _Passage(name, tuple((header["tags"] or "").split()))
    if current is not None:
        yield current


def _is_step(passage: _Passage, log: Log) -> bool:
    if not passage.name or passage.name in _SPECIAL:
        return False
    if _CODE & set(passage.tags):
        log.add(f"passage {passage.name}", "Scripts and styles are left out.")
        return False
    if _SETTINGS.match(passage.name) or {"widget", "header", "footer", "startup"} & set(passage.tags):
        log.add(f"passage {passage.name}", "It belongs to the story format and is left out.")
        return False
    return True


def _start(told: dict[str, _Passage], log: Log) -> str:
    if "StoryData" not in told:
        return "Start"
    try:
        data = json.loads(told["StoryData"].text)
    except (ValueError, RecursionError):
        log.add("passage StoryData", "It is not JSON, so the start is taken to be 'Start'.")
        return "Start"
    start = data.get("start") if isinstance(data, dict) else None
    return start if isinstance(start, str) else "Start"


@dataclass(slots=True)
class _Converter:
    story: list[_Passage]
    title: str
    start: str
    log: Log
    ids: dict[str, str] = field(default_factory=dict)

    def convert(self) -> Imported:
        """Name all steps first, so that they can point to each other; then write them."""
        for passage in self.story:
            self.ids[passage.name] = clean_id(passage.name, set(self.ids.values()))
        first = self.ids.get(self.start)
        if first is None:
            first = self.ids[self.story[0].name]
            self.log.add("start", f"There is no passage '{self.start[:60]}'; the first passage begins.")
        scenario = Scenario(
            id=clean_id(self.title, spare="imported"),
            title=self.title[:2_000],
            start=first,
            source="Twee 3",
            nodes=tuple(self._step(passage) for passage in self.story),
        )
        return delivered(scenario, self.log)

    def _step(self, passage: _Passage) -> Node:
        where = f"passage {passage.name}"
        text = passage.text
        for opening, closing in _COMMENTS:
            text, _ = without(text, opening, closing)
        choices: list[Choice] = []
        for found in _LINK.finditer(text):
            self._link(found, where, choices)
        if len(choices) == 1:
            choices = [Choice(id=one.id, text=one.text, target=one.target, turn=True) for one in choices]
        words = self._words(_LINK.sub(lambda found: self._left(found, text), text), where)
        title = escaped(" ".join(passage.name.split())) or "Untitled"
        return Node(id=self.ids[passage.name], title=title, text=words, choices=tuple(choices), end=not choices)

    def _link(self, found: re.Match[str], where: str, choices: list[Choice]) -> None:
        words, target = _taken_apart(found["inside"])
        if found["setter"]:
            self.log.add(where, f"The link '{words[:60]}' sets variables, which is left out.")
        if re.match(r"[a-z]+://|mailto:", target, re.IGNORECASE):
            self.log.add(where, f"The link to '{target[:60]}' leads out of the story and is left out.")
            return
        if len(choices) >= MAX_CHOICES:
            self.log.add(where, f"Links after the first {MAX_CHOICES} are left out.")
            return
        if target not in self.ids:
            self.log.add(where, f"It leads to '{target[:60]}', which the file does not hold.")
        name = clean_id(words, {one.id for one in choices}, "choice")
        goal = self.ids.get(target, f"missing-{clean_id(target)}"[:64].strip("-"))
        choices.append(Choice(id=name, text=escaped(words) or "Go on", target=goal))

    def _left(self, found: re.Match[str], text: str) -> str:
        """A link inside a sentence leaves its words; one on a line of its own leaves nothing."""
        start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        alone = (text[start : found.start()] + text[found.end() : end if end >= 0 else len(text)]).strip(" \t*-+•")
        return _taken_apart(found["inside"])[0] if alone else ""

    def _words(self, text: str, where: str) -> str:
        text, scripts = without(text, "<%", "%>")
        for script in scripts:
            self.log.add(where, f"A script is left out: '{' '.join(script.split())[:60]}'.")
        for pattern, said in _MACROS:
            for found in pattern.finditer(text):
                self.log.add(where, f"{said}: '{' '.join(found.group().split())[:60]}'.")
            text = pattern.sub("", text)
        if re.search(r"<[A-Za-z/!]", text):
            text = html_to_markdown(re.sub(r"\n", "<br>", text), where, self.log)
        else:
            text = _HOOK.sub(lambda found: found["inside"], text)
            text = "\n".join(escaped(line) for line in text.split("\n"))
        for found in _VARIABLE.finditer(text):
            self.log.add(where, f"The variable '{found.group()}' is shown as it is written.")
        return re.sub(r"\n{3,}", "\n\n", text).strip()


def _taken_apart(inside: str) -> tuple[str, str]:
    """The words and the target of ``words->target``, ``target<-words``, ``words|target`` or ``target``."""
    for sign, words_first in (("->", True), ("<-", False), ("|", True)):
        left, found, right = inside.rpartition(sign) if words_first else inside.partition(sign)
        if found:
            words, target = (left, right) if words_first else (right, left)
            return words.strip(), target.strip()
    return inside.strip(), inside.strip()
