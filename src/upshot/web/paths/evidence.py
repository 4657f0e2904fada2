"""What is on record about people's steps: rows of the lake, and for one person what happened here a moment ago."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from upshot.lake.scan import Connection
from upshot.plan.practice import Step
from upshot.plan.rolepath import RolePath, names_of
from upshot.web.accounts.models import Organisation
from upshot.web.content.models import Course, Registration
from upshot.web.content.services.recording import activity_of, progress_of, structure_of
from upshot.web.lrs.store.reading import page
from upshot.web.paths.models import StepRecord
from upshot.web.practice.models import Attempt, Scenario
from upshot.xapi.cmi5 import SATISFIED
from upshot.xapi.decode import as_object
from upshot.xapi.query import Filters, StatementQuery
from upshot.xapi.times import instant

__all__ = ["Called", "Row", "course_for", "fresh_rows", "names_for", "stored_rows"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WORDS: dict[str, str] = {
    **{verb.value: verb.value for verb in StepRecord.Verb},
    **dict.fromkeys(("initialized", "attempted", "progressed", "started", "experienced", "resumed"), "launched"),
    **dict.fromkeys(("satisfied", "applied", "signed-off", "demonstrated", "observed"), "completed"),
    "mastered": "passed",
}
"""Verbs of learning records, and cmi5's word for each; other verbs say nothing about a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One learning record about a step.

    Parameters
    ----------
    said
        Whether it speaks of the step under one of its own names, so that answers find it too.
    """

    person: str
    initiative: str
    step: str
    verb: str
    at: dt.datetime
    day: dt.date
    scaled: float | None
    seconds: float | None
    said: bool


@dataclass(frozen=True, slots=True)
class Called:
    """What a name in learning records stands for: a step of an initiative, under its own name or another."""

    initiative: str
    step: str
    said: bool


def names_for(organisation: Organisation, paths: Mapping[str, Iterable[RolePath]]) -> dict[str, list[Called]]:
    """Every name under which records may speak of steps of these paths, launched courses and scenarios included."""
    scenarios = list(Scenario.objects.filter(organisation=organisation))
    courses = list(Course.objects.filter(organisation=organisation).select_related("organisation"))
    found: dict[str, list[Called]] = {}
    for initiative, versions in paths.items():
        steps = {(step.id, step.ref): step for path in versions for step in path.path}
        for step in steps.values():
            own = names_of(initiative, step)
            for name in dict.fromkeys((*own, *_elsewhere(step, scenarios, courses))):
                called = Called(initiative, step.id, name in own)
                if called not in found.setdefault(name, []):
                    found[name].append(called)
    return found


def _elsewhere(step: Step, scenarios: Iterable[Scenario], courses: Iterable[Course]) -> Iterator[str]:
    """Names of what a step opens in this product."""
    if step.kind == "scenario" and step.ref:
        slug = step.ref.removeprefix("scenarios/").removesuffix(".scenario.md")
        yield from (one.activity for one in scenarios if slug == one.slug)
    course = course_for(step.ref, courses)
    if course is not None:
        structure = structure_of(course)
        yield activity_of(course, structure.root.id)
        if len(structure.units) == 1:
            yield activity_of(course, structure.units[0].id)


def course_for(ref: str | None, courses: Iterable[Course]) -> Course | None:
    """The launched course that a step names: by its number, its title, or the identifier in its package."""
    if not ref:
        return None
    name = ref.removeprefix("course:")
    return next((one for one in courses if name in (str(one.pk), one.title, one.structure["root"]["id"])), None)


def stored_rows(
    connection: Connection, names: Mapping[str, list[Called]], people: Collection[str] | None = None
) -> list[Row]:
    """Rows of the lake about these steps: of everybody, or of some."""
    chosen = "" if people is None else " AND person IN (SELECT unnest($2))"
    sql = (
        'SELECT person, activity, verb, epoch_us("at"), coalesce(date, CAST("at" AS DATE)), score, duration '
        f'FROM learning WHERE activity IN (SELECT unnest($1)){chosen} ORDER BY "at"'
    )
    found = connection.execute(sql, [list(names), *([] if people is None else [sorted(people)])]).fetchall()
    return [
        row
        for person, activity, verb, at, day, score, seconds in found
        for row in _rows(names, (person, activity, verb, _EPOCH + dt.timedelta(microseconds=at), day, score, seconds))
    ]


Told = tuple[str, str, str, dt.datetime, dt.date, float | None, float | None]


def _rows(names: Mapping[str, list[Called]], told: Told) -> Iterator[Row]:
    person, activity, verb, at, day, score, seconds = told
    word = _WORDS.get(verb)
    for called in names.get(activity, ()) if word else ():
        yield Row(
            person=person, initiative=called.initiative, step=called.step, verb=str(word), at=at, day=day,
            scaled=score if score is not None and 0 <= score <= 1 else None, seconds=seconds, said=called.said,
        )  # fmt: skip


def fresh_rows(organisation: Organisation, names: Mapping[str, list[Called]], person: str) -> list[Row]:
    """What one person did here and the lake may not have yet: scenarios played, courses satisfied."""
    played = Attempt.objects.filter(scenario__organisation=organisation, person=person).exclude(finished=None)
    told: list[Told] = []
    for activity, at, scaled, passed in played.values_list("scenario__activity", "finished", "scaled", "passed"):
        verbs = ["completed"] if passed is None else ["completed", "passed" if passed else "failed"]
        told += [(person, activity, verb, at, at.date(), scaled, None) for verb in verbs if at is not None]
    taken = Registration.objects.filter(course__organisation=organisation, person=person)
    for one in taken.select_related("course__organisation"):
        root = structure_of(one.course).root.id
        activity = activity_of(one.course, root)
        if activity in names and root in progress_of(one).satisfied:
            told += [(person, activity, "satisfied", at, at.date(), None, None) for at in _satisfied(one, activity)]
    return [row for one in told for row in _rows(names, one)]


def _satisfied(registration: Registration, activity: str) -> Iterator[dt.datetime]:
    """When the store says that a course was satisfied: opened again later, it is not satisfied anew."""
    wanted = Filters(verb=SATISFIED, activity=activity, registration=str(registration.pk))
    found = page(registration.course.organisation_id, StatementQuery(filters=wanted, ascending=True, limit=1))
    for row in found.rows:
        yield instant(str(as_object(row.payload, "The statement stored")["timestamp"]))
