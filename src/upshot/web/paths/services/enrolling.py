"""Who is on which path, computed from plan and roster: joiners come in, movers are treated by the plan's rule."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.models import Organisation
from upshot.web.paths.models import Enrolment, PathVersion
from upshot.workspace.belonging import Member, by_intake

__all__ = ["LEFT", "MOVED", "Roster", "enrol", "initial_state"]

State = Enrolment.State

MOVED = "moved"
"""Reason kept for somebody who left the audience; they come back with it."""
LEFT = "left"
"""Reason kept for somebody who no longer works here."""

_COLUMNS = ("state", "reason", "wave", "starts", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What the plan and the roster say today.

    Parameters
    ----------
    courses
        Initiatives with a path, in the plan's order.
    members
        Their audiences, in the same order.
    here
        Everybody who works here.
    begun
        Initiative and person of every record about a step.
    """

    plan: Plan
    courses: tuple[Initiative, ...]
    members: tuple[tuple[Member, ...], ...]
    here: Collection[str]
    begun: Collection[tuple[str, str]] = field(default_factory=frozenset)


def enrol(
    organisation: Organisation,
    roster: Roster,
    versions: Mapping[str, PathVersion],
    known: Iterable[Enrolment],
    *,
    on: dt.date,
) -> list[Enrolment]:
    """Bring enrolments in step with the roster; new ones, not stored yet. Runs in the caller's transaction.

    Parameters
    ----------
    versions
        Today's version of each path: for those who begin now.
    known
        Enrolments of the same people that are there; they are changed in place and saved.
    """
    there = {(one.initiative, one.person): one for one in known}
    made: list[Enrolment] = []
    changed: list[Enrolment] = []
    for course, own in zip(roster.courses, roster.members, strict=True):
        belonging = {member.person: member for member in own}
        for person, member in belonging.items():
            enrolment = there.get((course.id, person))
            if enrolment is not None:
                changed += [enrolment] if _follow(enrolment, member, versions[course.id], on) else []
            elif _wanted(roster, course, member):
                made.append(_new(organisation, course, member, versions[course.id], on))
        gone = [one for (name, person), one in there.items() if name == course.id and person not in belonging]
        changed += [one for one in gone if _leave(one, course, one.person in roster.here)]
    Enrolment.objects.bulk_update(changed, _COLUMNS, batch_size=500)
    return made


def initial_state(starts: dt.date | None, on: dt.date) -> str:
    """Whether somebody who is enrolled waits for their turn."""
    return State.WAITING if starts is not None and starts > on else State.ACTIVE


def _wanted(roster: Roster, course: Initiative, member: Member) -> bool:
    """Whether the path is theirs without their asking: by wave and intake, or because they began."""
    if (course.id, member.person) in roster.begun:
        return True
    if course.design.assign == "voluntary" or (course.waves and member.wave is None):
        return False
    missed = member.wave is not None and member.hired is not None and member.hired < member.wave.start
    return not (missed and by_intake(roster.plan, course))


def _new(
    organisation: Organisation, course: Initiative, member: Member, version: PathVersion, on: dt.date
) -> Enrolment:
    return Enrolment(
        organisation=organisation,
        initiative=course.id,
        person=member.person,
        version=version,
        wave=member.wave.id if member.wave else "",
        starts=member.starts,
        state=initial_state(member.starts, on),
    )


def _follow(enrolment: Enrolment, member: Member, today: PathVersion, on: dt.date) -> bool:
    """Somebody who belongs: back from where they were, in the wave of today, on today's version until they begin."""
    before = [getattr(enrolment, name) for name in ("state", "reason", "wave", "starts", "version_id")]
    if enrolment.reason in (MOVED, LEFT):
        enrolment.reason = ""
        if enrolment.state in (State.PAUSED, State.WITHDRAWN):
            enrolment.state = State.ACTIVE
    if enrolment.begun is None and enrolment.done is None:
        if member.wave is not None:
            enrolment.wave, enrolment.starts = member.wave.id, member.starts
        enrolment.version = today
        if enrolment.state in (State.WAITING, State.ACTIVE):
            enrolment.state = initial_state(enrolment.starts, on)
    elif today.choice == PathVersion.Choice.MOVE and enrolment.done is None:
        enrolment.version = today
    return before != [getattr(enrolment, name) for name in ("state", "reason", "wave", "starts", "version_id")]


def _leave(enrolment: Enrolment, course: Initiative, here: bool) -> bool:
    """Somebody who no longer belongs: by the plan's rule where they moved, withdrawn where they left."""
    reason = MOVED if here else LEFT
    if enrolment.reason == reason or enrolment.state == State.DONE:
        return False
    if enrolment.state in (State.PAUSED, State.WITHDRAWN) and enrolment.reason not in ("", MOVED):
        return False
    enrolment.reason = reason
    if not here:
        enrolment.state = State.WITHDRAWN
    elif course.audience.moved == "pause":
        enrolment.state = State.PAUSED
    elif course.audience.moved == "withdraw":
        enrolment.state = State.WITHDRAWN
    return True
