"""One round over the paths: enrol whom plan and roster name, take records over, settle what follows."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection

from django.db.models import Count, Max, prefetch_related_objects
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.plan.rolepath import RolePath
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.competencies.models import Evidence
from upshot.web.lrs.store.transactions import repeated
from upshot.web.paths.evidence import Row, fresh_rows, names_for, stored_rows
from upshot.web.paths.models import Collected, Enrolment, PathVersion
from upshot.web.paths.services.collecting import collected
from upshot.web.paths.services.enrolling import Roster, enrol
from upshot.web.paths.services.settling import settled
from upshot.web.paths.services.testing_out import waive_what_is_known
from upshot.web.paths.services.versions import versions_now
from upshot.web.paths.walking import path_of
from upshot.web.plans.selectors import current_document
from upshot.workspace.belonging import by_intake, employed, members

__all__ = ["basis_of", "due", "go_round", "go_round_once"]

_TABLES = ("people", "learning", "accounts")


def due(now: dt.datetime) -> None:
    """A chore: one round for every organisation where something changed since the last."""
    for organisation in Organisation.objects.all():
        go_round_once(organisation, on=timezone.localdate(now))


def go_round_once(organisation: Organisation, *, on: dt.date) -> bool:
    """A round, unless nothing it rests on changed since the last; whether there was one."""
    try:
        plan = current_document(organisation).plan
    except UpshotError:
        return False
    basis = basis_of(organisation, plan, on)
    kept, _ = Collected.objects.get_or_create(organisation=organisation)
    if kept.basis == basis:
        return False
    go_round(organisation, plan, on=on)
    Collected.objects.filter(pk=kept.pk).update(basis=basis, at=timezone.now())
    return True


def go_round(organisation: Organisation, plan: Plan, *, on: dt.date, people: Collection[str] | None = None) -> None:
    """Bring the paths of everybody, or of some, in step with plan, roster and records; nothing new changes nothing.

    Parameters
    ----------
    people
        Roster identifiers. For one person, what they did here a moment ago is read too.
    """
    courses = tuple(item.resolved() for item in plan.initiatives if item.is_training and item.path)
    if not courses:
        return
    versions = versions_now(organisation, courses)
    names = names_for(organisation, _paths(organisation, [course.id for course in courses]))
    with workspace_of(organisation).lake().connect() as connection:
        belong = members(connection, courses, on=on, people=people)
        here = employed(connection, on=on)
        rows = stored_rows(connection, names, people)
    if people is not None and len(people) == 1:
        rows += fresh_rows(organisation, names, next(iter(people)))
    begun = frozenset((row.initiative, row.person) for row in rows)
    roster = Roster(plan=plan, courses=courses, members=tuple(belong), here=here, begun=begun)
    repeated(lambda: _write(organisation, roster, versions, rows, on=on, people=people))


def _write(
    organisation: Organisation,
    roster: Roster,
    versions: dict[str, PathVersion],
    rows: list[Row],
    *,
    on: dt.date,
    people: Collection[str] | None,
) -> None:
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    found = Enrolment.objects.filter(organisation=organisation, initiative__in=versions)
    found = found if people is None else found.filter(person__in=people)
    known = list(found)
    prefetch_related_objects(known, "version", "records", "certificates")
    made = enrol(organisation, roster, versions, known, on=on)
    prefetch_related_objects(made, "records", "certificates")
    both = [*known, *made]
    brought = collected(both, rows)
    follows = settled(both, brought.facts, on=on)
    Enrolment.objects.bulk_create(made, batch_size=500)
    brought.store(organisation)
    follows.store()
    waive_what_is_known(organisation, both)


def _paths(organisation: Organisation, initiatives: list[str]) -> dict[str, list[RolePath]]:
    """Every version of these paths: people may be on any of them."""
    found: dict[str, list[RolePath]] = {}
    for version in PathVersion.objects.filter(organisation=organisation, initiative__in=initiatives):
        found.setdefault(version.initiative, []).append(path_of(version))
    return found


def basis_of(organisation: Organisation, plan: Plan, on: dt.date) -> str:
    """What a round rests on: the paths and whose they are, the lake's files, the day, choices, and the evidence log."""
    lake = workspace_of(organisation).lake()
    files = [sorted(file.rsplit("/", 1)[-1] for file in lake.files(table)) for table in _TABLES]
    paths = [
        (item.id, RolePath.of(item).dumps(), repr(item.audience), repr(item.waves), item.design.assign,
         item.is_training, by_intake(plan, item))
        for item in plan.initiatives
    ]  # fmt: skip
    open_ = PathVersion.objects.filter(organisation=organisation).exclude(choice=PathVersion.Choice.OPEN)
    chosen = list(open_.order_by("pk").values_list("pk", "choice"))
    shown = Evidence.objects.filter(organisation=organisation).aggregate(newest=Max("pk"), entries=Count("pk"))
    return hashlib.sha256(json.dumps([str(on), files, paths, chosen, shown]).encode()).hexdigest()
