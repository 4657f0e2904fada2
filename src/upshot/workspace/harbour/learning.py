"""What the learning system recorded: who was enrolled in which course, finished it, failed it, or let it lapse."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.workspace.harbour.calendar import TODAY
from upshot.workspace.harbour.people import Firm

__all__ = ["Course", "Record", "courses", "records_of", "renewals", "volunteers"]

Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

_FINISHING = 0.9
"""Share of those enrolled who finish a step they have begun."""
_FAILING = 0.08
_TODAY = np.datetime64(TODAY)
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


def records_of(
    plan: Plan, initiative: str, firm: Firm, who: Integers, starts: Days, rng: np.random.Generator
) -> Iterator[Record]:
    """Enrolments and results of people who start on given days; most finish step by step, some stop."""
    steps = courses(plan.initiative(initiative))
    for person, start in zip(who.tolist(), starts, strict=True):
        day = _first_day(firm, person, start)
        for course in steps:
            if not _employed(firm, person, day):
                break
            yield _record(firm, person, course, "Enrolled", day, rng)
            if rng.random() > _FINISHING:
                break
            day = np.busday_offset(day, 1 + int(rng.gamma(2.0, 4.0)), roll="forward")
            if not _employed(firm, person, day):
                break
            yield from _result(firm, person, course, day, rng)


def volunteers(
    plan: Plan, initiative: str, firm: Firm, who: Integers, days: Days, rng: np.random.Generator
) -> Iterator[Record]:
    """People who came by themselves and finished the last step on given days, the steps before it earlier."""
    steps = courses(plan.initiative(initiative))
    for person, last in zip(who.tolist(), days, strict=True):
        for back, course in zip(range(len(steps) - 1, -1, -1), steps, strict=True):
            day = np.busday_offset(last, -9 * back, roll="backward")
            yield _record(firm, person, course, "Enrolled", day, rng)
            yield _record(firm, person, course, "Completed", day, rng)


def renewals(
    plan: Plan, initiative: str, firm: Firm, who: Integers, launch: dt.date, rng: np.random.Generator
) -> Iterator[Record]:
    """A yearly duty: passed within five weeks of the launch or of hiring, renewed by most, lapsed for the rest."""
    course = courses(plan.initiative(initiative))[0]
    for person in who.tolist():
        day = _first_day(firm, person, np.datetime64(launch)) + np.timedelta64(int(rng.integers(0, 35)), "D")
        while _employed(firm, person, day):
            day = np.busday_offset(day, 0, roll="forward")
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
    later = max(start, firm.people.hired[person] + np.timedelta64(8, "D"))
    return np.datetime64(np.busday_offset(later, 0, roll="forward"), "D")


def _employed(firm: Firm, person: int, day: np.datetime64) -> bool:
    left = firm.people.left[person]
    return bool(day < _TODAY and (np.isnat(left) or day <= left))


def _result(firm: Firm, person: int, course: Course, day: np.datetime64, rng: np.random.Generator) -> Iterator[Record]:
    if not course.scored:
        yield _record(firm, person, course, "Completed", day, rng)
        return
    if rng.random() < _FAILING:
        yield _record(firm, person, course, "Failed", day, rng, score=float(rng.integers(38, 64)))
        day = np.busday_offset(day, 2, roll="forward")
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
