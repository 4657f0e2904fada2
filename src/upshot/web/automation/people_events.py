"""What happens to people: they join, move, start with a wave, do a step, fall behind, and certificates run out."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Min, QuerySet

from upshot.plan.initiatives import Initiative
from upshot.web.automation.facts import Facts
from upshot.web.automation.happening import Happening
from upshot.web.automation.language.words import When
from upshot.web.paths.models import Certificate, Enrolment, StepRecord
from upshot.web.paths.walking import progress_of
from upshot.workspace.belonging import members

__all__ = ["certificate_expiring", "joiner", "mover", "overdue", "step_done", "wave_starts"]

_JOINED = """
    SELECT person, max(hired) AS day FROM people WHERE valid_from <= $today
    GROUP BY person HAVING max(hired) BETWEEN $first AND $last
"""
_MOVED = """
    WITH spells AS (
        SELECT person, valid_from, concat_ws('|', coalesce(team, ''), coalesce(role, ''), coalesce(site, '')) AS place
        FROM people WHERE valid_from <= $today),
    changes AS (
        SELECT person, valid_from AS day, place, lag(place) OVER (PARTITION BY person ORDER BY valid_from) AS before
        FROM spells)
    SELECT person, day FROM changes WHERE before <> place AND day BETWEEN $first AND $last
"""
_DAY = dt.timedelta(days=1)


def joiner(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """People hired between two days."""
    for row in facts.rows(_JOINED, first=first, last=last, today=facts.today):
        key = f"joined:{row['person']}:{row['day']}"
        yield Happening(key=key, day=row["day"], about=row["day"], person=row["person"])


def mover(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """People whose team, role or site changed between two days."""
    for row in facts.rows(_MOVED, first=first, last=last, today=facts.today):
        key = f"moved:{row['person']}:{row['day']}"
        yield Happening(key=key, day=row["day"], about=row["day"], person=row["person"])


def wave_starts(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """People whose wave starts between two days."""
    wanted = [item for item in _initiatives(facts, when) if any(first <= wave.start <= last for wave in item.waves)]
    if not wanted:
        return
    with facts.workspace.lake().connect() as connection:
        belong = members(connection, wanted, on=facts.today)
    for item, own in zip(wanted, belong, strict=True):
        for member in own:
            if member.wave is None or member.starts is None or not first <= member.starts <= last:
                continue
            yield Happening(
                key=f"wave:{item.id}:{member.wave.id}:{member.person}",
                day=member.starts,
                about=member.starts,
                person=member.person,
                initiative=item.id,
                wave=member.wave.id,
            )


def _initiatives(facts: Facts, when: When) -> list[Initiative]:
    return [item for item in facts.plan.initiatives if when.initiative in (None, item.id) and item.waves]


def step_done(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """Steps that came to be done between two days, each for the first time."""
    done = StepRecord.objects.filter(
        enrolment__organisation=facts.organisation, verb__in=(StepRecord.Verb.COMPLETED, StepRecord.Verb.PASSED)
    )
    if when.initiative:
        done = done.filter(enrolment__initiative=when.initiative)
    if when.step:
        done = done.filter(step=when.step)
    rows = (
        done.order_by()
        .values_list("enrolment_id", "enrolment__person", "enrolment__initiative", "step")
        .annotate(first=Min("day"))
        .filter(first__range=(first, last))
    )
    for enrolment, person, initiative, step, day in rows:
        key = f"done:{enrolment}:{step}"
        yield Happening(key=key, day=day, about=day, person=person, initiative=initiative, step=step)


def overdue(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """Steps that were not done by their day, from the day after."""
    for enrolment in _walking(facts, when).iterator(chunk_size=2000):
        for one in progress_of(enrolment).steps:
            late = one.due is not None and (one.done is None or one.done > one.due)
            if one.due is None or not late or when.step not in (None, one.step.id) or not first <= one.due <= last:
                continue
            yield Happening(
                key=f"overdue:{enrolment.pk}:{one.step.id}:{one.due}",
                day=one.due + _DAY,
                about=one.due,
                person=enrolment.person,
                initiative=enrolment.initiative,
                step=one.step.id,
            )


def _walking(facts: Facts, when: When) -> QuerySet[Enrolment]:
    """People with a turn of their own who are on their way, or came late to the end of it."""
    state = Enrolment.State
    found = Enrolment.objects.filter(
        organisation=facts.organisation, starts__lte=facts.today, state__in=(state.ACTIVE, state.DONE)
    )
    found = found.filter(initiative=when.initiative) if when.initiative else found
    return found.select_related("version").prefetch_related("records").order_by("pk")


def certificate_expiring(facts: Facts, when: When, first: dt.date, last: dt.date) -> Iterator[Happening]:
    """Certificates that run out between two days and were not renewed."""
    found = Certificate.objects.filter(enrolment__organisation=facts.organisation, revoked=None).order_by("given")
    if when.initiative:
        found = found.filter(enrolment__initiative=when.initiative)
    newest = {one.enrolment_id: one for one in found.select_related("enrolment")}
    for one in newest.values():
        if one.expires is None or not first <= one.expires <= last:
            continue
        yield Happening(
            key=f"expires:{one.pk}:{one.expires}",
            day=one.expires,
            about=one.expires,
            person=one.enrolment.person,
            initiative=one.enrolment.initiative,
        )
