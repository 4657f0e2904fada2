"""What may follow what in a challenge, who may sign it, and when it lapses: rules that know no database."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "CHECK_INS",
    "ESCALATE_AFTER",
    "EVIDENCE_KEPT",
    "LAPSE_AFTER",
    "Relationship",
    "Signer",
    "State",
    "can_follow",
    "lapses",
    "signers",
]

ESCALATE_AFTER: Final = dt.timedelta(days=14)
"""A sign-off that waited this long may be given one level up as well."""
LAPSE_AFTER: Final = dt.timedelta(days=60)
"""A challenge without a move for so long lapses; it can be begun again."""
EVIDENCE_KEPT: Final = dt.timedelta(days=180)
"""Evidence is deleted this long after it was handed in."""
CHECK_INS: Final = (30, 60, 90)
"""Days after the sign-off on which both are asked, where the plan names none."""


class State(StrEnum):
    """Where a challenge stands."""

    PLANNED = "planned"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"
    LAPSED = "lapsed"


_NEXT: Final[Mapping[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.SUBMITTED, State.LAPSED}),
    State.SUBMITTED: frozenset({State.SIGNED, State.RETURNED, State.LAPSED}),
    State.RETURNED: frozenset({State.SUBMITTED, State.LAPSED}),
    State.SIGNED: frozenset(),
    State.LAPSED: frozenset(),
}


class Relationship(StrEnum):
    """As what somebody signs."""

    MANAGER = "manager"
    DELEGATE = "delegate"
    ONE_UP = "one-up"
    PEER = "peer"
    OBSERVER = "observer"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who may sign, and as what."""

    person: str
    relationship: Relationship


def can_follow(before: State, after: State) -> bool:
    """Whether a challenge may go from one state to another.

    Examples
    --------
    >>> can_follow(State.SUBMITTED, State.RETURNED), can_follow(State.SIGNED, State.RETURNED)
    (True, False)
    """
    return after in _NEXT[before]


def lapses(state: State, moved: dt.datetime, now: dt.datetime) -> bool:
    """Whether a challenge that last moved then has lapsed by now."""
    return State.LAPSED in _NEXT[state] and now - moved >= LAPSE_AFTER


def signers(
    by: str,
    *,
    subject: str,
    managers: Sequence[str] = (),
    away: Collection[str] = (),
    delegates: Mapping[str, str] | None = None,
    named: Mapping[str, bool] | None = None,
    peer: str = "",
    overdue: bool = False,
) -> tuple[Signer, ...]:
    """Who may sign somebody's challenge, in the order in which they are asked; never the person themselves.

    Parameters
    ----------
    by
        What the plan asks for: ``manager``, ``peer``, ``observer`` or ``expert``; where nobody is found for it, it
        falls to the manager, so that no challenge is left without anybody.
    managers
        The person's manager, that one's manager, and so on.
    away
        Who cannot be asked now: on leave, or gone.
    delegates
        Who stands in for whom.
    named
        Observers named for the initiative, and whether each is an expert.
    peer
        The one person the plan was shared with.
    overdue
        Whether it has waited so long that one level up may sign as well.

    Examples
    --------
    >>> signers("manager", subject="p", managers=("m", "mm"), away={"m"})
    (Signer(person='mm', relationship=<Relationship.ONE_UP: 'one-up'>),)
    >>> signers("manager", subject="p", managers=("m", "mm"), away={"m"}, delegates={"m": "d"})[0].relationship.value
    'delegate'
    """
    found = _wanted(by, subject, away, named or {}, peer)
    if not found:
        found = _managers(subject, managers, away, delegates or {}, overdue)
    return tuple({signer.person: signer for signer in reversed(found) if signer.person}.values())[::-1]


def _wanted(by: str, subject: str, away: Collection[str], named: Mapping[str, bool], peer: str) -> list[Signer]:
    if by == "peer":
        usable = peer and peer != subject and peer not in away
        return [Signer(peer, Relationship.PEER)] if usable else []
    if by not in ("observer", "expert"):
        return []
    return [
        Signer(person, Relationship.EXPERT if expert else Relationship.OBSERVER)
        for person, expert in named.items()
        if person != subject and person not in away and (expert or by == "observer")
    ]


def _managers(
    subject: str, managers: Sequence[str], away: Collection[str], delegates: Mapping[str, str], overdue: bool
) -> list[Signer]:
    """The manager; where they are away their delegate, or the next one up who is there."""
    found: list[Signer] = []
    for level, manager in enumerate(managers):
        if found and not overdue:
            break
        if manager == subject:
            continue
        if manager not in away:
            found.append(Signer(manager, Relationship.ONE_UP if level else Relationship.MANAGER))
        elif (standing_in := delegates.get(manager, "")) not in ("", subject) and standing_in not in away:
            found.append(Signer(standing_in, Relationship.DELEGATE))
        if len(found) > 1:
            break
    return found
