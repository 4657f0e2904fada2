"""Where people are on the paths that are theirs: wave, steps done, the next step and why; never a score."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Step
from upshot.plan.rolepath import names_of
from upshot.workspace.belonging import Member, by_intake, members
from upshot.workspace.folder import Workspace
from upshot.workspace.reconciling import days_of

__all__ = ["STUCK_AFTER", "Place", "Standing", "StepState", "places"]

STUCK_AFTER = dt.timedelta(days=28)
"""Without a step for so long, somebody who has not finished counts as stuck."""

_SEEN = ("assessment", "module", "scenario", "session", "document", "challenge")
"""Kinds of step that leave a record; commitments, practice and check-ins are the person's own."""
_DONE = ("completed", "passed")


class Standing(StrEnum):
    """Where somebody stands on a path; taking part only."""

    WAITING = "waiting"
    OPEN = "open"
    STARTED = "started"
    STUCK = "stuck"
    FINISHED = "finished"
    APPLIED = "applied"
    RENEW = "renew"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """One step of a path for one person.

    Parameters
    ----------
    done
        The day it was done; ``None`` while it is not.
    due
        The day it should be done by; ``None`` where the plan names none or the person has no wave.
    seen
        Whether a record of it can be expected.
    """

    step: Step
    done: dt.date | None
    due: dt.date | None
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one person is on one path.

    Parameters
    ----------
    wave, start
        The wave they are in and the day it starts; ``None`` where the initiative has no waves, or none for them.
    steps
        Every step in order.
    last
        Day of the newest record.
    """

    person: str
    initiative: Initiative
    standing: Standing
    wave: str | None
    start: dt.date | None
    steps: tuple[StepState, ...]
    last: dt.date | None

    @property
    def next(self) -> StepState | None:
        """The first step that leaves a record, is not done, and whose conditions are met."""
        done = {state.step.id for state in self.steps if state.done or not state.seen}
        wanted = (state for state in self.steps if state.seen and not state.done)
        return next((state for state in wanted if set(state.step.needs) <= done), None)


def places(workspace: Workspace, plan: Plan, people: Collection[str], *, on: dt.date) -> tuple[Place, ...]:
    """Where people are on every path of the plan that is for them, by initiative in the plan's order.

    Parameters
    ----------
    people
        Roster identifiers; nobody else is read.
    on
        The day it is told as of.
    """
    courses = [item.resolved() for item in plan.initiatives if item.is_training and item.path]
    if not courses or not people:
        return ()
    with workspace.lake().connect() as connection:
        belong = members(connection, courses, on=on, people=people)
        rows = connection.execute(_RECORDS, [sorted(people), on]).fetchall()
    found: dict[str, list[tuple[str, str, str, dt.date]]] = {}
    for person, activity, title, verb, day in rows:
        found.setdefault(person, []).append((activity, title or "", verb, day))
    made = [
        _place(member, course, found.get(member.person, ()), intake=by_intake(plan, course), on=on)
        for course, own in zip(courses, belong, strict=True)
        for member in own
    ]
    return tuple(one for one in made if one is not None)


_RECORDS = """
    SELECT person, activity, title, verb, coalesce(date, CAST("at" AS DATE)) AS day
    FROM learning WHERE person IN (SELECT unnest($1)) AND coalesce(date, CAST("at" AS DATE)) <= $2 ORDER BY day
"""


Records = Sequence[tuple[str, str, str, dt.date]]


def _place(member: Member, course: Initiative, records: Records, *, intake: bool, on: dt.date) -> Place | None:
    """Where a person is; ``None`` for a path they have not begun and that no wave, or none of their intake, holds."""
    begins, start = member.wave.start if member.wave else None, member.starts
    last = max((day for step in course.path for day in _days(course, step, records, None)), default=None)
    missed = intake and begins is not None and member.hired is not None and member.hired < begins
    if last is None and (missed or (course.waves and member.wave is None)):
        return None
    steps = tuple(_step(course, step, start, records, on) for step in course.path)
    return Place(
        person=member.person,
        initiative=course,
        standing=_standing(course, steps, start, last, on),
        wave=member.wave.id if member.wave else None,
        start=start,
        steps=steps,
        last=last,
    )


def _step(course: Initiative, step: Step, start: dt.date | None, records: Records, on: dt.date) -> StepState:
    days = _days(course, step, records, _DONE)
    renewed = course.recertify
    if renewed is not None and (step.id in renewed.path or not renewed.path):
        days = [day for day in days if day + dt.timedelta(days=days_of(renewed.every)) > on]
    due = start + dt.timedelta(days=days_of(step.due)) if start and step.due is not None else None
    return StepState(step=step, done=min(days, default=None), due=due, seen=step.kind in _SEEN)


def _days(course: Initiative, step: Step, records: Records, verbs: Collection[str] | None) -> list[dt.date]:
    names = names_of(course.id, step)
    return [day for activity, _, verb, day in records if activity in names and (verbs is None or verb in verbs)]


def _standing(
    course: Initiative, steps: Sequence[StepState], start: dt.date | None, last: dt.date | None, on: dt.date
) -> Standing:
    at_work = [state for state in steps if state.step.kind == "challenge"]
    learning = [state for state in steps if state.seen and state.step.kind != "challenge"]
    if at_work and all(state.done for state in at_work):
        return Standing.APPLIED
    if learning and all(state.done for state in learning):
        return Standing.FINISHED
    if course.recertify is not None and last is not None and not any(state.done for state in learning):
        return Standing.RENEW
    if last is None:
        if start is None:
            return Standing.OPEN
        if start > on:
            return Standing.WAITING
    moved = max(day for day in (last, start) if day is not None)
    return Standing.STUCK if on - moved > STUCK_AFTER else (Standing.STARTED if last else Standing.OPEN)
