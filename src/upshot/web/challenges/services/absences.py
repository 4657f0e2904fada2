"""Say that one is away and who signs in that time; name observers for an initiative."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.challenges.chores import ask_anew
from upshot.web.challenges.models import Observer, StandIn
from upshot.web.people.models import Person

__all__ = ["dismiss_observer", "name_observer", "say_away", "take_back_away"]


@transaction.atomic
def say_away(*, viewer: Viewer, first: dt.date, last: dt.date, delegate: str = "") -> StandIn:
    """Keep when the viewer is away; what waits for them goes to the delegate, or one up, from that day on.

    Raises
    ------
    InputError
        If the viewer is not on the roster, or the delegate cannot stand in.
    """
    if not viewer.person:
        text = _("Your sign-in is not linked to anybody on the roster.")
        raise InputError(Problem(code="nobody", text=text, fix=_("Ask an administrator to link it under Members.")))
    if delegate and (delegate == viewer.person or not _here(viewer, delegate)):
        text = _("This person cannot stand in for you.")
        raise InputError(Problem(code="no-delegate", text=text, fix=_("Choose somebody else."), column="delegate"))
    made, new = StandIn.objects.get_or_create(
        organisation=viewer.organisation, person=viewer.person, delegate=delegate, first=first, last=last
    )
    if new:
        record(viewer, "absence-stated", f"stand-in {made.pk}", delegate=bool(delegate))
    ask_anew(viewer.organisation, timezone.now())
    return made


@transaction.atomic
def take_back_away(*, viewer: Viewer, number: int) -> None:
    """The viewer is there after all."""
    StandIn.objects.filter(organisation=viewer.organisation, person=viewer.person, pk=number).delete()
    ask_anew(viewer.organisation, timezone.now())


@transaction.atomic
def name_observer(*, viewer: Viewer, initiative: str, person: str, expert: bool) -> Observer:
    """Let somebody of the roster observe and sign for an initiative.

    Raises
    ------
    InputError
        If nobody on the roster has this identifier.
    """
    if not _here(viewer, person):
        text = _("Nobody on the roster has this number.")
        raise InputError(Problem(code="unknown", text=text, fix=_("Look it up under People."), column="person"))
    made, _new = Observer.objects.update_or_create(
        organisation=viewer.organisation, initiative=initiative, person=person,
        defaults={"expert": expert, "named_by": viewer.user},
    )  # fmt: skip
    record(viewer, "observer-named", f"observer {made.pk}", initiative=initiative, expert=expert)
    ask_anew(viewer.organisation, timezone.now())
    return made


@transaction.atomic
def dismiss_observer(*, viewer: Viewer, initiative: str, number: int) -> None:
    """Somebody observes no longer; what they signed stays."""
    found = Observer.objects.filter(organisation=viewer.organisation, initiative=initiative, pk=number)
    if found.delete()[0]:
        record(viewer, "observer-dismissed", f"observer {number}", initiative=initiative)
        ask_anew(viewer.organisation, timezone.now())


def _here(viewer: Viewer, person: str) -> bool:
    return Person.objects.filter(organisation=viewer.organisation, key=person, left=None).exclude(key="").exists()
