"""Harbour's managers: the support they recorded for people on its paths, and what they say is in the way."""

import datetime as dt
from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from upshot.web.accounts.models import Organisation
from upshot.web.paths.models import Enrolment
from upshot.web.people.models import Person
from upshot.web.plans.selectors import current_document
from upshot.web.teams.models import Barrier, Support
from upshot.web.teams.supporting import minutes_for

__all__ = ["make_support"]

_MOST = 240
"""People of one path whose managers recorded anything."""
_KINDS = (
    (Support.Kind.BEFORE, -5),
    (Support.Kind.OPPORTUNITY, 12),
    (Support.Kind.DEBRIEF, 30),
    (Support.Kind.DEBRIEF, 44),
)


def make_support(harbour: Organisation) -> int:
    """Make what is not there yet; how many records. Every third person gets all of it, every other the first part."""
    if Support.objects.filter(organisation=harbour).exists():
        return 0
    plan, made, barriers = current_document(harbour).plan, [], []
    managers = dict(Person.objects.filter(organisation=harbour, left=None).values_list("key", "manager"))
    for item in plan.initiatives:
        manager = item.resolved().manager
        if manager is None:
            continue
        begun = Enrolment.objects.filter(organisation=harbour, initiative=item.id).exclude(begun=None)
        rows = list(begun.order_by("person").values_list("person", "begun")[:_MOST])
        minutes = minutes_for(manager)
        for place, (person, day) in enumerate(rows):
            if day is not None and managers.get(person):
                made += _support(harbour, item.id, person, managers[person], day, minutes, whole=place % 3 == 0)
        for place, key in enumerate(sorted({managers.get(person, "") for person, _day in rows} - {""})):
            if place % 2:
                kind = Barrier.Kind.TIME if place % 3 else Barrier.Kind.OCCASION
                barriers.append(Barrier(organisation=harbour, initiative=item.id, kind=kind, manager=key))
    Barrier.objects.bulk_create(barriers, batch_size=500)
    return len(Support.objects.bulk_create(made, batch_size=500))


def _support(
    harbour: Organisation,
    initiative: str,
    person: str,
    manager: str,
    day: dt.date,
    minutes: Mapping[str, int],
    *,
    whole: bool,
) -> list[Support]:
    return [
        Support(
            organisation=harbour, initiative=initiative, person=person, manager=manager, kind=kind,
            day=day + dt.timedelta(days=after), minutes=minutes[kind],
            token=uuid5(NAMESPACE_URL, f"{harbour.pk}:{initiative}:{person}:{after}"),
        )
        for kind, after in (_KINDS if whole else _KINDS[:2])
    ]  # fmt: skip
