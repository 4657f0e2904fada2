"""Recognise a colleague in a sentence: to those who want it, within the cap, hidden or removed by the receiver."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.motivation.models import Element, Recognition
from upshot.web.motivation.offering import choosing, firm_of, is_on
from upshot.web.outbox.services import propose
from upshot.web.people.models import Person

__all__ = ["SHORTEST", "colleagues_of", "hide", "recognise", "remove", "takes_sentences"]

SHORTEST = 30
"""Characters a sentence needs to say something concrete."""
WEEK = dt.timedelta(days=7)


def colleagues_of(viewer: Viewer) -> list[tuple[str, str]]:
    """Whom the viewer can write to, by name: near them on the roster, and only those who want to be written to."""
    if not is_on(viewer.organisation) or not viewer.person:
        return []
    here = Person.objects.filter(organisation=viewer.organisation, left=None)
    me = here.filter(key=viewer.person).first()
    near = Q(manager=viewer.person)
    if me is not None:
        near |= Q(team=me.team) if me.team else Q(pk__in=[])
        near |= Q(key=me.manager) if me.manager else Q(pk__in=[])
    people = {one.key: str(one) for one in here.filter(near).exclude(key=viewer.person)}
    wanting = choosing(viewer.organisation, Element.RECOGNITION, on=timezone.localdate(), among=people)
    return sorted(((key, people[key]) for key in wanting), key=lambda one: one[1].casefold())


def takes_sentences(viewer: Viewer, person: str) -> bool:
    """Whether the viewer can write to this person."""
    return bool(person) and any(key == person for key, _name in colleagues_of(viewer))


@transaction.atomic
def recognise(*, viewer: Viewer, person: str, text: str) -> Recognition:
    """Write a sentence to a colleague; sent twice, it is one.

    Raises
    ------
    InputError
        If they are not among those the viewer can write to, it is too short to say something concrete, or the cap
        of the last seven days is reached.
    """
    said = " ".join(text.split())
    viewer.organisation.hold()
    now = timezone.now()
    lately = Recognition.objects.filter(organisation=viewer.organisation, writer=viewer.person, at__gt=now - WEEK)
    same = lately.filter(person=person, text=said[:300]).first()
    if same is not None and viewer.person:
        return same
    problems = _wrong(viewer, person, said) or _over(viewer, person, lately)
    if problems:
        raise InputError(problems)
    made = Recognition.objects.create(
        organisation=viewer.organisation, person=person, writer=viewer.person, text=said, at=now
    )
    _tell(made)
    record(viewer, "recognition-written")
    return made


def _tell(made: Recognition) -> None:
    """Propose a message that does not repeat the sentence."""
    propose(
        organisation=made.organisation, person=made.person, kind="recognition", key=f"recognition:{made.pk}",
        about="recognition", why=_("A colleague wrote it, and you chose to get such sentences."),
        link=reverse("what-i-see", kwargs={"org": made.organisation.slug}) + "#recognition",
    )  # fmt: skip


def _wrong(viewer: Viewer, person: str, said: str) -> list[Problem]:
    found = []
    if not takes_sentences(viewer, person):
        text, fix = _("They are not among those you can write to here."), _("Say it in person.")
        found.append(Problem(code="not-wanted", text=text, fix=fix, column="person"))
    if len(said) < SHORTEST:
        text, fix = _("This is too short to say what they did."), _("Name the occasion, and what they did there.")
        found.append(Problem(code="too-short", text=text, fix=fix, column="text"))
    if len(said) > 300:
        text, fix = _("This is longer than a sentence."), _("At most 300 characters.")
        found.append(Problem(code="too-long", text=text, fix=fix, column="text"))
    return found


def _over(viewer: Viewer, person: str, lately: QuerySet[Recognition]) -> list[Problem]:
    """What the last seven days leave no room for."""
    most, fix = firm_of(viewer.organisation).sentences, _("Say it in person.")
    if lately.count() >= most:
        text = _("You wrote %(n)s in the last seven days, as many as your firm set.") % {"n": most}
        return [Problem(code="cap-reached", text=text, fix=fix)]
    if lately.filter(person=person).exists():
        text = _("You wrote to them in the last seven days.")
        return [Problem(code="written-lately", text=text, fix=fix, column="person")]
    return []


def hide(*, viewer: Viewer, number: UUID, hidden: bool) -> int:
    """Hide a sentence, or show it again; how many."""
    mine = Recognition.objects.filter(organisation=viewer.organisation, person=viewer.person, pk=number)
    return mine.exclude(person="").update(hidden=timezone.now() if hidden else None)


def remove(*, viewer: Viewer, number: UUID) -> int:
    """Remove a sentence for good; its writer is not told."""
    mine = Recognition.objects.filter(organisation=viewer.organisation, person=viewer.person, pk=number)
    return mine.exclude(person="").delete()[0]
