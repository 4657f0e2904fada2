"""A scenario as Twee 3, with a list of what Twee has no words for."""

import hashlib
import json
import re
from uuid import UUID

from upshot.scenario.exchange import Log, NotConverted
from upshot.scenario.model import Node, Scenario

__all__ = ["export_twee"]


def export_twee(scenario: Scenario) -> tuple[str, tuple[NotConverted, ...]]:
    """The plain part of a scenario as Twee 3: steps, words, ways.

    Returns
    -------
    str, tuple of NotConverted
        The story, and everything that is not in it: points, marks, flags, feedback of choices. The story's identifier
        is made from the scenario's, so that the same scenario is the same story.
    """
    log = Log()
    names = _names(scenario.nodes)
    start = names.get(scenario.start, "")
    data = {"ifid": _ifid(scenario.id), "format": "Harlowe", "format-version": "3.3.8", "start": start}
    parts = [f":: StoryTitle\n{scenario.title}", f":: StoryData\n{json.dumps(data, indent=2, ensure_ascii=False)}"]
    parts += [_passage(node, names, log) for node in scenario.nodes]
    if scenario.flags:
        log.add("flags", "Flags are left out.", "Write them in the story format's own language.")
    if scenario.competencies:
        log.add("competencies", "Competencies and the rule for passing are left out.")
    return "\n\n\n".join(parts) + "\n", tuple(log.found)


def _ifid(name: str) -> str:
    return str(UUID(bytes=hashlib.sha256(f"upshot-scenario {name}".encode()).digest()[:16], version=4)).upper()


def _names(nodes: tuple[Node, ...]) -> dict[str, str]:
    """Passage names: the titles, without the signs links are made of; the id behind it where two are alike."""
    taken = {"StoryTitle", "StoryData"}
    names: dict[str, str] = {}
    for node in nodes:
        title = " ".join(re.sub(r"->|<-|[|\[\]{}]", " ", _unescaped(node.title)).split())
        name = title if title and title not in taken else f"{title} ({node.id})".strip()
        taken.add(name)
        names.setdefault(node.id, name)
    return names


def _passage(node: Node, names: dict[str, str], log: Log) -> str:
    where = f"step {node.id}"
    header = names[node.id].replace("\\", "\\\\")
    lines = [f":: {header}"]
    lines += [_safe(text) for text in (node.text, node.feedback) if text]
    if node.end:
        lines += [_safe(node.reflect)] if node.reflect else []
        log.add(where, "Its outcome is left out.") if node.outcome else None
    for choice in node.choices:
        words = re.sub(r"->|<-|[|\[\]]", " ", _unescaped(choice.text)).strip()
        lines.append(f"[[{words}->{names.get(choice.target, choice.target)}]]")
        lost = {
            "points": choice.points, "its marks": choice.critical or choice.best, "its condition": choice.condition,
            "what it sets": choice.effects, "feedback": choice.feedback,
        }  # fmt: skip
        missing = [name for name, value in lost.items() if value]
        if missing:
            log.add(f"{where}, choice {choice.id}", f"Left out: {', '.join(missing)}.")
    return "\n\n".join(lines[:1]) + "\n" + "\n\n".join(lines[1:])


def _unescaped(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _safe(text: str) -> str:
    """Text in which no line begins a passage and no brackets make a link."""
    plain = _unescaped(text).replace("[[", "[ [")
    return re.sub(r"^::", r"\\::", plain, flags=re.MULTILINE)
