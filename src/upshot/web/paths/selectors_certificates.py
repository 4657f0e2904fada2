"""Read certificates as administrators see them: listed with filters, in the order of expiry, nobody ranked."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from upshot.errors import UpshotError
from upshot.plan.certificates import Standing
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.paths.models import Certificate
from upshot.web.paths.selectors import standing_of
from upshot.web.people.models import Person
from upshot.web.people.selectors import in_scope
from upshot.web.plans.selectors import current_document

__all__ = ["Asked", "Listed", "certificate_of", "certificates_for", "listed", "paths_by_title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for; empty is any."""

    words: str = ""
    initiative: str = ""
    team: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A certificate as the list shows it."""

    certificate: Certificate
    person: Person | None
    path: str
    standing: Standing


def certificates_for(viewer: Viewer, asked: Asked, *, on: dt.date) -> QuerySet[Certificate]:
    """Certificates of people within reach: the newest of each path and whatever was revoked, next to expire first."""
    reached = in_scope(viewer, Permission.PEOPLE)
    if asked.team:
        reached = reached.filter(team=asked.team)
    if asked.words:
        reached = reached.filter(Q(key__icontains=asked.words) | Q(name__icontains=asked.words))
    newest = Certificate.objects.filter(enrolment=OuterRef("enrolment"), revoked=None).order_by("-given").values("pk")
    found = Certificate.objects.filter(
        Q(pk=Subquery(newest[:1])) | Q(revoked__isnull=False),
        enrolment__organisation=viewer.organisation,
        enrolment__person__in=reached.values("key"),
    )
    if asked.initiative:
        found = found.filter(enrolment__initiative=asked.initiative)
    if asked.standing in _CONDITIONS:
        found = found.filter(_CONDITIONS[asked.standing](on))
    return found.select_related("enrolment", "version").order_by(F("expires").asc(nulls_last=True), "pk")


def _gone(on: dt.date) -> Q:
    """After the last day, and after grace where there is any."""
    return Q(expires__lt=on) & (Q(grace=None) | Q(grace__lt=on))


_CONDITIONS: dict[str, Callable[[dt.date], Q]] = {
    "valid": lambda on: Q(revoked=None) & (Q(expires=None) | Q(opens__gt=on)),
    "window-open": lambda on: Q(revoked=None, opens__lte=on, expires__gte=on),
    "in-grace": lambda on: Q(revoked=None, expires__lt=on, grace__gte=on),
    "overdue": lambda on: Q(revoked=None) & _gone(on),
    "revoked": lambda _on: Q(revoked__isnull=False),
}


def listed(viewer: Viewer, found: list[Certificate], *, on: dt.date) -> list[Listed]:
    """Certificates of one page with people and paths by their names."""
    keys = [one.enrolment.person for one in found]
    people = {one.key: one for one in Person.objects.filter(organisation=viewer.organisation, key__in=keys)}
    titles = paths_by_title(viewer)
    return [
        Listed(
            certificate=one,
            person=people.get(one.enrolment.person),
            path=titles.get(one.enrolment.initiative, one.enrolment.initiative),
            standing=standing_of(one, on),
        )
        for one in found
    ]


def certificate_of(viewer: Viewer, number: str) -> Certificate | None:
    """One certificate of somebody within reach."""
    reached = in_scope(viewer, Permission.PEOPLE).values("key")
    found = Certificate.objects.filter(enrolment__organisation=viewer.organisation, enrolment__person__in=reached)
    return found.filter(pk=number).select_related("enrolment__version", "version").first()


def paths_by_title(viewer: Viewer) -> dict[str, str]:
    """The plan's paths by id, with their titles."""
    try:
        plan = current_document(viewer).plan
    except UpshotError:
        return {}
    return {item.id: item.title or item.id for item in plan.initiatives if item.is_training and item.path}
