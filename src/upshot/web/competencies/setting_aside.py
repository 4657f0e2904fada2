"""Set evidence aside, with a reason, and let it count again: both are entries, nothing is rewritten."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.competencies.evidence import keep
from upshot.web.competencies.models import Evidence
from upshot.workspace.disclosing import Disclosure

__all__ = ["Aside", "asides", "count_again", "set_aside", "set_aside_all", "versions_measured"]

Kind = Evidence.Kind
_LONGEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Entries that one person set aside at once, for one reason: no name and no score of anybody.

    Parameters
    ----------
    number
        Number of one of the entries that set them aside; it names the group.
    what
        What they rested on: a scenario with its version, or what was seen at work.
    entries
        How many; ``None`` where they are too few to be told.
    again
        Whether they count again.
    """

    number: int
    what: str
    why: str
    by: str
    at: dt.datetime
    entries: int | None
    again: bool


def asides(viewer: Viewer) -> list[Aside]:
    """What was set aside in the viewer's organisation, the newest first."""
    gate = Disclosure(minimum=viewer.minimum_group)
    found: dict[tuple[object, ...], list[Evidence]] = {}
    undone = _undone(viewer)
    for row in _acts(viewer).select_related("by").order_by("-at", "-pk"):
        found.setdefault(_group(row), []).append(row)
    return [
        Aside(
            number=rows[0].pk, what=rows[0].what, why=rows[0].why, by=str(rows[0].by or ""), at=rows[0].at,
            entries=gate.count(len(rows)), again=all(row.pk in undone for row in rows),
        )
        for rows in found.values()
    ]  # fmt: skip


def _acts(viewer: Viewer) -> QuerySet[Evidence]:
    """Entries that set another aside; those that undo one are left out."""
    acts = Evidence.objects.filter(organisation=viewer.organisation, kind=Kind.SET_ASIDE)
    return acts.exclude(sets_aside__kind=Kind.SET_ASIDE)


def _undone(viewer: Viewer) -> frozenset[int | None]:
    """Numbers of the acts that were undone."""
    found = Evidence.objects.filter(organisation=viewer.organisation, sets_aside__kind=Kind.SET_ASIDE)
    return frozenset(found.values_list("sets_aside_id", flat=True))


def _group(row: Evidence) -> tuple[object, ...]:
    return row.what, row.why, row.by_id, row.at


def versions_measured(viewer: Viewer) -> list[str]:
    """Scenarios with their version that measured enough people to be set aside as a whole."""
    rows = Evidence.objects.filter(organisation=viewer.organisation, kind=Kind.MEASURED).values("what")
    counted = rows.annotate(people=Count("person", distinct=True)).filter(people__gte=viewer.minimum_group)
    return sorted(counted.values_list("what", flat=True), key=str.casefold)


def set_aside(*, viewer: Viewer, number: int, why: str) -> Evidence:
    """Enter that an entry no longer counts, and why; the entry itself stays.

    Raises
    ------
    InputError
        Without a reason, or if there is no such entry.
    """
    found = Evidence.objects.filter(pk=number, organisation=viewer.organisation).exclude(kind=Kind.SET_ASIDE)
    return _set_aside(viewer, list(found), why)[0]


def set_aside_all(*, viewer: Viewer, what: str, why: str) -> int:
    """Enter that nothing counts which a scenario's version measured; how many entries that are.

    Raises
    ------
    InputError
        Without a reason, or if it did not measure enough people.
    """
    wanted = what if what in versions_measured(viewer) else ""
    rows = Evidence.objects.filter(organisation=viewer.organisation, kind=Kind.MEASURED, what=wanted)
    return len(_set_aside(viewer, list(rows), why))


@transaction.atomic
def _set_aside(viewer: Viewer, rows: Sequence[Evidence], why: str) -> list[Evidence]:
    """One entry for each that still counts, all of one moment; those set aside already keep theirs."""
    if not rows or not why.strip():
        text = _("It is not said why.") if rows else _("There is no such entry.")
        raise InputError(Problem(code="no-reason", text=text, fix=_("Write a reason; it stays in the log.")))
    before: dict[int, list[Evidence]] = {}
    for act in _acts(viewer).filter(sets_aside__in=rows):
        before.setdefault(act.sets_aside_id or 0, []).append(act)
    undone = _undone(viewer)
    standing = [act for acts in before.values() for act in acts if act.pk not in undone]
    still = {act.sets_aside_id for act in standing}
    moment = dt.datetime.now(dt.UTC)
    made = [
        _entry(viewer, row, why.strip(), moment, f"aside:{row.pk}:{len(before.get(row.pk, ()))}")
        for row in rows
        if row.pk not in still
    ]
    keep(made)
    if made:
        record(viewer, "evidence-set-aside", made[0].competency, entries=len(made))
    sources = [one.source for one in made]
    return [*standing, *Evidence.objects.filter(organisation=viewer.organisation, source__in=sources)]


def _entry(viewer: Viewer, row: Evidence, why: str, at: dt.datetime, source: str) -> Evidence:
    return Evidence(
        organisation=viewer.organisation, person=row.person, competency=row.competency, kind=Kind.SET_ASIDE, at=at,
        what=row.what, about=row.about, why=why[:_LONGEST], by=viewer.user, sets_aside=row, source=source,
    )  # fmt: skip


@transaction.atomic
def count_again(*, viewer: Viewer, number: int) -> int:
    """Undo a setting aside with all that was set aside with it; how many entries count again. Twice changes nothing.

    Raises
    ------
    InputError
        If nothing of this number was set aside.
    """
    one = _acts(viewer).filter(pk=number).first()
    if one is None:
        text = _("Nothing of this kind was set aside.")
        raise InputError(Problem(code="not-set-aside", text=text, fix=_("Look at the list again.")))
    undone = _undone(viewer)
    same = _acts(viewer).filter(what=one.what, why=one.why, at=one.at)
    rows = [row for row in same if row.by_id == one.by_id and row.pk not in undone]
    why, moment = gettext_noop("It counts again."), dt.datetime.now(dt.UTC)
    keep(_entry(viewer, row, why, moment, f"again:{row.pk}") for row in rows)
    if rows:
        record(viewer, "evidence-counts-again", one.competency, entries=len(rows))
    return len(rows)
