"""What the learning system recorded: who was enrolled in which course, finished it, failed it, or let it lapse."""

import datetime as dt
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.workspace.harbour.calendar import TODAY
from upshot.workspace.harbour.people import Firm

__all__ = ["Course", "Record", "at_work", "courses", "records_of", "renewals", "volunteers"]

Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

_BEGINNING = 0.97
"""Share of those enrolled who begin a step."""
_FINISHING = 0.94
"""Share of those who finish a step they have begun."""
_APPLYING = {
    "needs-first": 0.78,
    "welcome-path": 0.93,
    "careful-hands": 0.41,
    "leading-well": 0.72,
    "calm-on-the-line": 0.69,
    "faster-wrap-up": 0.84,
}
"""Share of those who finished whose use at work was signed off."""
_FAILING = 0.08
_TODAY = np.datetime64(TODAY)
_STOPPED = np.datetime64("2025-10-06")
"""From when on those who did not finish had begun."""
_RENEWING = 0.94
YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One course as the learning system lists it; a scored one is passed or failed, others are completed."""

    code: str
    title: str
    minutes: int
    scored: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the transcript; minutes past midnight give the time of day."""

    login: str
    course: Course
    status: str
    day: np.datetime64
    minute: int
    score: float | None = None


def courses(initiative: Initiative) -> list[Course]:
    """The steps of an initiative's path that live in the learning system, in order."""
    steps = [step for step in initiative.path if step.ref and step.ref.startswith("lms:")]
    return [
        Course(
            code=(step.ref or "").removeprefix("lms:"),
            title=step.title or step.id,
            minutes=int(step.minutes or 0),
            scored=step.mastery is not None,
        )
        for step in steps
    ]


def at_work(initiative: Initiative) -> Course | None:
    """The challenge at work that ends an initiative's path, as sign-offs are recorded; ``None`` without one."""
    last = [step for step in initiative.path if step.kind == "challenge"][-1:]
    for step in last:
        code = f"{initiative.id}/{step.id}"
        return Course(code=code, title=step.title or step.id, minutes=int(step.minutes or 0), scored=False)
    return None


def records_of(
    plan: Plan, initiative: str, firm: Firm, who: Integers, starts: Days, rng: np.random.Generator
) -> Iterator[Record]:
    """Enrolments and results of people who start on given days; most finish step by step, some stop."""
    found = plan.initiative(initiative)
    steps, challenge = courses(found), at_work(found)
    for person, start in zip(who.tolist(), starts, strict=True):
        day: np.datetime64 | None = _first_day(firm, person, start)
        for course in steps:
            day = yield from _step(firm, person, course, day, rng)
        if challenge is not None and day is not None and rng.random() < _APPLYING[initiative]:
            signed = _workday(day, 5 + int(rng.gamma(3.0, 5.0)))
            if _employed(firm, person, signed):
                yield _record(firm, person, challenge, "Completed", signed, rng)


def _step(
    firm: Firm, person: int, course: Course, day: np.datetime64 | None, rng: np.random.Generator
) -> Generator[Record, None, np.datetime64 | None]:
    """One step's records; the day it was finished, ``None`` for those who stop there, or stopped before."""
    if day is None or not _employed(firm, person, day):
        return None
    yield _record(firm, person, course, "Enrolled", day, rng)
    begun = _workday(day, int(rng.integers(0, 4)))
    if rng.random() > _BEGINNING or not _employed(firm, person, begun):
        return None
    yield _record(firm, person, course, "In progress", begun, rng)
    done = _workday(begun, 1 + int(rng.gamma(2.0, 3.0)))
    if rng.random() > _FINISHING or not _employed(firm, person, done):
        return None
    yield from _result(firm, person, course, done, rng)
    return done


def volunteers(
    plan: Plan, initiative: str, firm: Firm, who: Integers, days: Days, rng: np.random.Generator
) -> Iterator[Record]:
    """People who came by themselves and finished the last step on given days, the steps before it earlier.

    Where the day is not known they began the last step and never finished it.
    """
    found = plan.initiative(initiative)
    steps, challenge = courses(found), at_work(found)
    for person, last in zip(who.tolist(), days, strict=True):
        if np.isnat(last):
            yield _record(firm, person, steps[-1], "In progress", _workday(_STOPPED, int(rng.integers(0, 100))), rng)
            continue
        for back, course in zip(range(len(steps) - 1, -1, -1), steps, strict=True):
            day = np.datetime64(str(np.busday_offset(last, -9 * back, roll="backward")), "D")
            yield _record(firm, person, course, "Enrolled", day, rng)
            yield _record(firm, person, course, "Completed", day, rng)
        if challenge is not None and rng.random() < _APPLYING[initiative]:
            yield _record(firm, person, challenge, "Completed", _workday(last, 15 + int(rng.gamma(3.0, 6.0))), rng)


def renewals(
    plan: Plan, initiative: str, firm: Firm, who: Integers, launch: dt.date, rng: np.random.Generator
) -> Iterator[Record]:
    """A yearly duty: passed within five weeks of the launch or of hiring, renewed by most, lapsed for the rest."""
    course = courses(plan.initiative(initiative))[0]
    for person in who.tolist():
        day = _first_day(firm, person, np.datetime64(launch)) + np.timedelta64(int(rng.integers(0, 35)), "D")
        while _employed(firm, person, day):
            day = _workday(day, 0)
            yield from _result(firm, person, course, day, rng)
            lapses = day + np.timedelta64(YEAR, "D")
            if rng.random() < _RENEWING:
                day = lapses - np.timedelta64(int(rng.integers(3, 55)), "D")
                continue
            if _employed(firm, person, lapses):
                yield _record(firm, person, course, "Expired", lapses, rng)
            day = lapses + np.timedelta64(int(rng.integers(10, 90)), "D")


def _first_day(firm: Firm, person: int, start: np.datetime64) -> np.datetime64:
    """Those hired after a wave's start begin in their second week."""
    return _workday(max(start, firm.people.hired[person] + np.timedelta64(8, "D")), 0)


def _workday(day: np.datetime64, later: int) -> np.datetime64:
    """So many working days after a day, or after the next working day where it is none."""
    return np.datetime64(str(np.busday_offset(day, later, roll="forward")), "D")


def _employed(firm: Firm, person: int, day: np.datetime64) -> bool:
    left = firm.people.left[person]
    return bool(day < _TODAY and (np.isnat(left) or day <= left))


def _result(firm: Firm, person: int, course: Course, day: np.datetime64, rng: np.random.Generator) -> Iterator[Record]:
    if not course.scored:
        yield _record(firm, person, course, "Completed", day, rng)
        return
    if rng.random() < _FAILING:
        yield _record(firm, person, course, "Failed", day, rng, score=float(rng.integers(38, 64)))
        day = _workday(day, 2)
        if not _employed(firm, person, day):
            return
    yield _record(firm, person, course, "Passed", day, rng, score=float(np.clip(rng.normal(86, 7), 70, 100).round()))


def _record(
    firm: Firm,
    person: int,
    course: Course,
    status: str,
    day: np.datetime64,
    rng: np.random.Generator,
    score: float | None = None,
) -> Record:
    return Record(firm.people.login[person], course, status, day, int(rng.integers(8 * 60, 18 * 60)), score)
