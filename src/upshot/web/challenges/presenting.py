"""A challenge as pages show it: its rows, its history with names, and what was seen, in the checklist's words."""

from collections.abc import Iterable
from dataclasses import dataclass

from upshot.plan.checklist import Checklist
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges.models import Challenge, Observation
from upshot.web.challenges.selectors import names_of, observation_for
from upshot.web.challenges.services.deciding import checklist_kept
from upshot.web.challenges.wording import NEXT, RELATIONSHIPS, Words

__all__ = ["Line", "Row", "Told", "seen_lines", "shown", "shown_rows"]


@dataclass(frozen=True, slots=True)
class Row:
    """One challenge in a list, and what is next."""

    challenge: Challenge
    next: Words


@dataclass(frozen=True, slots=True)
class Told:
    """One move of a challenge as it is told: who, as what, why."""

    state: str
    at: object
    name: str
    relationship: Words
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item of an observation: what was looked at, and how it was."""

    text: str
    anchor: str
    level: int | None
    top: int


def shown_rows(challenges: Iterable[Challenge]) -> list[Row]:
    """Challenges with what is next."""
    return [Row(one, NEXT[one.state]) for one in challenges]


def shown(viewer: Viewer, challenge: Challenge) -> dict[str, object]:
    """What every page about one challenge shows."""
    turns = list(challenge.turns.all())
    asked = list(challenge.asked.all())
    names = names_of(
        viewer.organisation, [*(one.person for one in turns), challenge.shared_with, *(one.person for one in asked)]
    )
    observation = observation_for(viewer, challenge)
    checklist = checklist_kept(challenge)
    last = turns[-1] if turns else None
    return {
        "challenge": challenge,
        "next": NEXT[challenge.state],
        "reason": last.reason if last is not None else "",
        "history": [
            Told(
                one.get_state_display(), one.at, names.get(one.person, ""),
                RELATIONSHIPS.get(one.relationship, ""), one.reason,
            )
            for one in turns
        ],
        "asked": [names.get(one.person, "") for one in asked],
        "reader": names.get(challenge.shared_with, ""),
        "pieces": list(challenge.evidence.all()),
        "observation": observation,
        "lines": seen_lines(checklist, observation),
        "checklist": checklist,
    }  # fmt: skip


def seen_lines(checklist: Checklist | None, observation: Observation | None) -> list[Line]:
    """An observation in the words of its checklist."""
    if checklist is None or observation is None:
        return []
    found = []
    for item in checklist.items:
        level = observation.levels.get(item.id)
        anchor = item.anchors[level] if isinstance(level, int) and level <= item.top else ""
        found.append(Line(item.text, anchor, level, item.top))
    return found
