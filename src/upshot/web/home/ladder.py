"""The first steps of a new organisation: from an empty workspace to the first decision, with what is done ticked."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from upshot.errors import UpshotError
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.ledger.models import Entry
from upshot.web.measures.models import Run
from upshot.web.people.models import Person
from upshot.web.plans.models import PromiseLock, Version

__all__ = ["Rung", "ladder_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder; the first one that is not done is the ``next``."""

    text: str
    why: str
    url: str
    label: str
    done: bool
    next: bool = False


def ladder_of(viewer: Viewer) -> tuple[Rung, ...]:
    """The ladder for those who set an organisation up; empty for others, and once a first decision was taken."""
    if not viewer.everywhere(Permission.EDIT_PLAN):
        return ()
    organisation = viewer.organisation
    if Entry.objects.filter(organisation=organisation, kind=Entry.Kind.DECISION).exists():
        return ()
    steps = [
        (_("Write down what the business wants, and what is done about it"), _("An objective, its KPI, an initiative."),
         "plan", _("Open the plan"), Version.objects.filter(organisation=organisation, number__gt=1).exists()),
        (_("Bring in who works where"), _("An export of your personnel system."),
         "data", _("Bring in a file"), Person.objects.filter(organisation=organisation).exists()),
        (_("Bring in what the KPI read"), _("Readings before the start show whether an effect could be seen at all."),
         "data", _("Bring in a file"), _has_readings(viewer)),
        (_("Lock the promise before anybody starts"), _("What was promised afterwards counts as exploratory."),
         "plan", _("Open the plan"), PromiseLock.objects.filter(organisation=organisation).exists()),
        (_("Ask for the first answer"), _("When the first group has been at it for a while."),
         "initiatives", _("Open initiatives"), Run.objects.filter(organisation=organisation).exists()),
        (_("Decide on it: keep, fix, scale or stop"), _("The decision goes into the ledger."),
         "reviews", _("Open reviews"), False),
    ]  # fmt: skip
    first = next(place for place, step in enumerate(steps) if not step[4])
    return tuple(
        Rung(
            text=text,
            why=why,
            url=reverse(route, kwargs={"org": organisation.slug}),
            label=label,
            done=done,
            next=place == first,
        )
        for place, (text, why, route, label, done) in enumerate(steps)
    )


def _has_readings(viewer: Viewer) -> bool:
    try:
        return bool(viewer.workspace.lake().files("kpis"))
    except UpshotError:
        return False
