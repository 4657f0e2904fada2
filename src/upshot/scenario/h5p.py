"""H5P Branching Scenario (`.h5p`) to a scenario file."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from upshot.scenario.archive import member, opened
from upshot.scenario.braces import clean_id
from upshot.scenario.exchange import Imported, Log, delivered, escaped, refuse
from upshot.scenario.html_text import html_to_line, html_to_markdown
from upshot.scenario.model import MAX_NODES, MAX_POINTS, Choice, Competency, Node, Scenario

__all__ = ["h5p_picture", "import_h5p"]

MAX_CONTENT = 20_000_000
MAX_PICTURE = 10_000_000
POINTS = "practice"

_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_PATH = re.compile(r"[\w][\w./ -]{0,200}\Z")
_KINDS = {
    "H5P.CoursePresentation": "A Course Presentation is kept as its text only.",
    "H5P.InteractiveVideo": "An Interactive Video is left out.",
    "H5P.Video": "A video is left out.",
    "H5P.ImageHotspots": "The hotspots of a picture are left out.",
}


def import_h5p(data: bytes) -> Imported:
    """Read an `.h5p` file.

    Texts, questions, answers, feedback, pictures by name and endings are converted; points, where the file collects
    them by answer, become the competency `practice`. Everything else is listed.

    Raises
    ------
    ScenarioError
        If it is no zip, is damaged or hostile, or holds something else than a Branching Scenario.
    """
    archive = opened(data)
    about = _json(member(archive, "h5p.json", 1_000_000), "h5p.json")
    content = _json(member(archive, "content/content.json", MAX_CONTENT), "content.json")
    library = about.get("mainLibrary") if isinstance(about, dict) else None
    if library != "H5P.BranchingScenario":
        text = f"The file is '{str(library)[:60]}', not an H5P Branching Scenario."
        raise refuse("h5p-other-kind", text, "Only Branching Scenarios can be read.")
    inner = _dict(_dict(content).get("branchingScenario"))
    items = inner.get("content")
    if not isinstance(items, list) or not items:
        fix = "Export it again from the tool it was made in."
        raise refuse("h5p-no-content", "The Branching Scenario holds no content.", fix)
    _check_items(items)
    title = _plain(_dict(about).get("title")) or "Imported scenario"
    return _Converter(inner, items, title, str(_dict(about).get("language") or "en")).convert()


def h5p_picture(data: bytes, name: str) -> bytes:
    """One of the pictures an import names: at most 10 million bytes, and only if it begins like a picture."""
    content = member(opened(data), f"content/{name}", MAX_PICTURE)
    if not content.startswith(_MAGIC):
        raise refuse("not-a-picture", f"'{name[:60]}' is not a PNG, JPEG, GIF or WebP picture.", "Replace the file.")
    return content


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise refuse("h5p-not-json", f"'{name}' in the file cannot be read.", "Export it again.") from None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: Any) -> str:
    return " ".join(_str(value).split())


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,6}", value):
        return int(value)
    return int(value) if isinstance(value, int | float) and abs(value) < 1_000_000 and value == int(value) else None


def _check_items(items: list[Any]) -> None:
    if len(items) > MAX_NODES - 100:
        raise refuse("too-many-steps", f"The file has {len(items):,} contents.", "Split it before you export.")
    for at, item in enumerate(items):
        if not _str(_dict(_dict(item).get("type")).get("library")):
            text = f"The file is not a valid Branching Scenario: content {at} has no 'type' with a 'library'."
            raise refuse("h5p-not-valid", text, "Export it again from the tool it was made in.")


@dataclass(slots=True)
class _Converter:
    inner: dict[str, Any]
    items: list[Any]
    title: str
    lang: str
    log: Log = field(default_factory=Log)
    ids: list[str] = field(default_factory=list)
    endings: dict[int, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    pictures: dict[str, None] = field(default_factory=dict)
    scoring: str = "no-score"

    def convert(self) -> Imported:
        """Name all steps first, so that they can point to each other; then write them."""
        self.scoring = _str(_dict(self.inner.get("scoringOptionGroup")).get("scoringOption")) or "no-score"
        for at, item in enumerate(self.items):
            self.ids.append(self._name(_label(item), f"step-{at + 1}"))
        for screen in _list(self.inner.get("endScreens")):
            number = _number(_dict(screen).get("contentId"))
            if number is not None and number < 0 and number not in self.endings:
                self.endings[number] = self._name("ending", "ending")
        self.endings.setdefault(-1, self._name("ending", "ending"))
        steps = [self._step(at, item) for at, item in enumerate(self.items)]
        nodes = (*self._start(), *steps, *self._ends())
        self._whole()
        points = any(choice.points for node in nodes for choice in node.choices)
        lang = self.lang if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", self.lang) else "en"
        scenario = Scenario(
            id=clean_id(self.title, spare="imported"), title=self.title[:2_000], lang=lang, start=nodes[0].id,
            nodes=nodes, competencies=(Competency(POINTS),) if points else (), source="H5P Branching Scenario",
        )  # fmt: skip
        return delivered(scenario, self.log, tuple(self.pictures))

    def _name(self, label: str, spare: str) -> str:
        name = clean_id(label, self.taken, spare)
        self.taken.add(name)
        return name

    def _whole(self) -> None:
        behaviour = _dict(self.inner.get("behaviour"))
        if behaviour.get("enableBackwardsNavigation"):
            self.log.add("settings", "Going back to earlier steps is not possible here.")
        if behaviour.get("randomizeBranchingQuestions"):
            self.log.add("settings", "Answers stand in the order written, not shuffled.")
        if self.scoring == "static-end-score":
            self.log.add(
                "settings", "Points given by ending are left out.", "Give points to the answers that lead there."
            )

    def _start(self) -> Iterator[Node]:
        screen = _dict(self.inner.get("startScreen"))
        title = html_to_line(_str(screen.get("startScreenTitle")), "start screen", self.log)
        text = html_to_markdown(_str(screen.get("startScreenSubtitle")), "start screen", self.log)
        picture = self._picture(screen.get("startScreenImage"), screen.get("startScreenAltText"), "start screen")
        if title or text:
            turn = Choice(id="begin", text="Begin", target=self.ids[0], turn=True)
            body = "\n\n".join(part for part in (text, picture) if part)
            yield Node(id=self._name("beginning", "beginning"), title=title or "Beginning", text=body, choices=(turn,))

    def _ends(self) -> Iterator[Node]:
        screens = {_number(_dict(one).get("contentId")): _dict(one) for one in _list(self.inner.get("endScreens"))}
        for number, name in self.endings.items():
            screen, where = screens.get(number, {}), f"ending {name}"
            title = html_to_line(_str(screen.get("endScreenTitle")), where, self.log)
            text = html_to_markdown(_str(screen.get("endScreenSubtitle")), where, self.log)
            picture = self._picture(screen.get("endScreenImage"), "", where)
            body = "\n\n".join(part for part in (text, picture) if part)
            yield Node(id=name, title=title or "The end", text=body, end=True)
            if _number(screen.get("endScreenScore")) and self.scoring == "static-end-score":
                self.log.add(where, f"Its {screen['endScreenScore']} points are left out.")

    def _step(self, at: int, item: Any) -> Node:
        kind = _dict(item["type"])
        library, params, where = kind["library"].split(" ")[0], _dict(kind.get("params")), f"step {self.ids[at]}"
        title = escaped(_label(item)) or f"Step {at + 1}"
        if library == "H5P.BranchingQuestion":
            return self._question(at, title, _dict(params.get("branchingQuestion")), where)
        turn = Choice(
            id="next", text=escaped(_plain(item.get("proceedButtonText"))) or "Go on", turn=True,
            target=self._target(item.get("nextContentId"), where), feedback=self._feedback(item, where),
        )  # fmt: skip
        if self.scoring == "dynamic-score" and _number(_dict(item.get("feedback")).get("endScreenScore")):
            self.log.add(where, "Points for seeing a step are left out.")
        return Node(id=self.ids[at], title=title, text=self._content(library, params, where), choices=(turn,))

    def _content(self, library: str, params: dict[str, Any], where: str) -> str:
        if library == "H5P.AdvancedText":
            return html_to_markdown(_str(params.get("text")), where, self.log)
        if library == "H5P.Image":
            return self._picture(params.get("file"), params.get("alt"), where)
        self.log.add(where, _KINDS.get(library, f"Content of the kind {library[:60]} is left out."))
        if library != "H5P.CoursePresentation":
            return ""
        slides = _list(_dict(params.get("presentation")).get("slides"))
        texts = [
            html_to_markdown(_str(_dict(action.get("params")).get("text")), where, self.log)
            for slide in slides
            for element in _list(_dict(slide).get("elements"))
            if _str((action := _dict(_dict(element).get("action"))).get("library")).startswith("H5P.AdvancedText")
        ]
        return "\n\n".join(text for text in texts if text)

    def _question(self, at: int, title: str, question: dict[str, Any], where: str) -> Node:
        text = html_to_markdown(_str(question.get("question")), where, self.log)
        choices: list[Choice] = []
        for number, alternative in enumerate(_list(question.get("alternatives")), 1):
            one = _dict(alternative)
            words = html_to_line(_str(one.get("text")), where, self.log) or f"Answer {number}"
            name = clean_id(words, {choice.id for choice in choices}, f"answer-{number}")
            target = self._target(one.get("nextContentId"), where)
            points = self._points(one, f"{where}, answer {name}")
            choices.append(
                Choice(id=name, text=words, target=target, points=points, feedback=self._feedback(one, where))
            )
        if len(choices) == 1:
            choices = [
                Choice(id=one.id, text=one.text, target=one.target, feedback=one.feedback, turn=True) for one in choices
            ]
        return Node(id=self.ids[at], title=title, text=text, choices=tuple(choices))

    def _points(self, alternative: dict[str, Any], where: str) -> tuple[tuple[str, int], ...]:
        points = _number(_dict(alternative.get("feedback")).get("endScreenScore"))
        if not points or self.scoring != "dynamic-score":
            return ()
        if abs(points) > MAX_POINTS:
            self.log.add(where, f"Its {points} points are out of range and left out.")
            return ()
        return ((POINTS, points),)

    def _feedback(self, item: dict[str, Any], where: str) -> str:
        feedback = _dict(item.get("feedback"))
        title = html_to_line(_str(feedback.get("title")), where, self.log)
        text = html_to_markdown(_str(feedback.get("subtitle")), where, self.log)
        if _dict(feedback.get("image")).get("path"):
            self.log.add(where, "A picture in feedback is left out.")
        return "\n\n".join(part for part in (f"**{title}**" if title else "", text) if part)

    def _target(self, number: Any, where: str) -> str:
        at = _number(number)
        if at is None or at < 0:
            return self.endings.get(-1 if at is None else at, self.endings[-1])
        if at >= len(self.ids):
            self.log.add(where, f"It leads to content {at}, which the file does not hold.")
            return f"missing-{at}"
        return self.ids[at]

    def _picture(self, file: Any, words: Any, where: str) -> str:
        path = _str(_dict(file).get("path"))
        if not path:
            return ""
        if not _PATH.match(path) or ".." in path:
            self.log.add(where, f"The picture '{path[:60]}' is left out: it lies outside the file.")
            return ""
        self.pictures[path] = None
        name = path.replace(" ", "%20")
        return f"![{escaped(_plain(words))}]({name})"


def _label(item: Any) -> str:
    title = unescape(_plain(_dict(_dict(_dict(item).get("type")).get("metadata")).get("title")))
    return "" if title.lower().startswith(("untitled", "unbenannt")) else title[:200]
