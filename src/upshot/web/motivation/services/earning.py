"""What people earned: the certificate of a path that holds, a level that was seen at work; never a click."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from upshot.plan.values import Duration
from upshot.web.accounts.models import Organisation
from upshot.web.competencies.known import known
from upshot.web.competencies.levels import HOUSE, Ladder, standing
from upshot.web.competencies.models import Evidence
from upshot.web.competencies.selectors import entry_of, logs_of
from upshot.web.motivation.models import Achievement
from upshot.web.paths.models import Certificate

__all__ = ["Earned", "earned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """That somebody earned something: since when, until when, and what shows it."""

    achievement: Achievement
    person: str
    source: str
    day: dt.date
    until: dt.date | None
    certificate: Certificate | None = None


def earned(
    organisation: Organisation, rules: Sequence[Achievement], people: Collection[str], *, on: dt.date
) -> Iterator[Earned]:
    """What some people earned by some rules and still hold, on a day."""
    paths = {one.about: one for one in rules if one.kind == Achievement.Kind.PATH}
    levels = [one for one in rules if one.kind == Achievement.Kind.LEVEL]
    if paths:
        yield from _certified(organisation, paths, people, on)
    if levels:
        yield from _seen(organisation, levels, people, on)


def _certified(
    organisation: Organisation, rules: dict[str, Achievement], people: Collection[str], on: dt.date
) -> Iterator[Earned]:
    found = Certificate.objects.filter(
        enrolment__organisation=organisation,
        enrolment__person__in=people,
        enrolment__initiative__in=rules,
        revoked=None,
    )
    for one in found.select_related("enrolment").order_by("given", "pk"):
        if one.expires is None or one.expires >= on:
            yield Earned(
                achievement=rules[one.enrolment.initiative], person=one.enrolment.person, certificate=one,
                source=f"certificate:{one.pk}", day=one.given, until=one.expires,
            )  # fmt: skip


def _seen(
    organisation: Organisation, rules: Sequence[Achievement], people: Collection[str], on: dt.date
) -> Iterator[Earned]:
    logs = logs_of(organisation, {one.about for one in rules}, people)
    ladders = {key: one.ladder for key, one in known(organisation).items()}
    for (person, competency), log in sorted(logs.items()):
        seen = _sighting(log, ladders.get(competency, HOUSE))
        for rule in rules:
            if seen is None or rule.about != competency or seen[0] < rule.level:
                continue
            until = Duration(months=rule.months).after(seen[1]) if rule.months else None
            if until is None or until >= on:
                yield Earned(
                    achievement=rule, person=person, source=f"seen:{seen[2]}", day=seen[1], until=until
                )  # fmt: skip


def _sighting(log: Sequence[Evidence], ladder: Ladder) -> tuple[int, dt.date, int] | None:
    """The level that was seen at work, the day, and the entry that says so; nothing where only practice stands."""
    where = standing([entry_of(row) for row in log], ladder)
    if not where.seen:
        return None
    entry = next(row for row in log if row.pk == where.rests_on[0])
    return where.level, entry.at.date(), entry.pk
