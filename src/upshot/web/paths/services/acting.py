"""What learners do on their path: begin one by choice, work through a page, share a sentence, take a seat."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.plan.practice import Step
from upshot.web.accounts.viewer import Viewer
from upshot.web.paths.models import Commitment, Enrolment, LiveSession, SignUp
from upshot.web.paths.selectors import Walk, offered
from upshot.web.paths.services.enrolling import initial_state
from upshot.web.paths.services.recording import record_step
from upshot.web.paths.services.versions import versions_now
from upshot.web.people.models import Person
from upshot.web.plans.selectors import current_document

__all__ = ["commit", "give_back_seat", "join", "readers_for", "take_seat", "work_through"]

LONGEST = 1000


def work_through(*, viewer: Viewer, walk: Walk, step: Step) -> None:
    """The learner says that they worked through a step that nothing else records; one that counts stays as it is.

    Raises
    ------
    InputError
        If the step cannot be taken now.
    """
    now = walk.step(step.id)
    if now is not None and now.counts:
        return
    _must_be_open(walk, step)
    record_step(enrolment=walk.enrolment, step=step.id, by=viewer.user)


def commit(*, viewer: Viewer, walk: Walk, step: Step, sentence: str, reader: str) -> Commitment:
    """Keep an if-then sentence and who may read it; said again it is the newer one, and the step stays done.

    Raises
    ------
    InputError
        If the sentence is empty or unfinished, the reader is not one of those who may be chosen, or the step waits.
    """
    said = " ".join(sentence.split())
    problems = _wrong(step, said, reader, readers_for(walk.enrolment))
    if problems:
        raise InputError(problems)
    _must_be_open(walk, step)
    with transaction.atomic():
        made, _new = Commitment.objects.update_or_create(
            enrolment=walk.enrolment, step=step.id, defaults={"sentence": said, "reader": reader, "at": timezone.now()}
        )
        now = walk.step(step.id)
        if now is None or not now.counts:
            record_step(enrolment=walk.enrolment, step=step.id, by=viewer.user)
    return made


def _wrong(step: Step, said: str, reader: str, readers: dict[str, str]) -> list[Problem]:
    found = []
    if not said:
        found.append(Problem(code="no-sentence", text=_("Write your sentence."), column="sentence"))
    elif len(said) > LONGEST:
        found.append(Problem(code="long-sentence", text=_("The sentence is too long."), column="sentence"))
    elif "{" in said or "…" in said or said == (step.template or ""):
        text = _("The sentence still has gaps.")
        fix = _("Put your own situation and your own action in their place.")
        found.append(Problem(code="gaps", text=text, fix=fix, column="sentence"))
    if reader not in readers:
        text = _("Choose who may read it from the list.")
        found.append(Problem(code="unknown-reader", text=text, column="reader"))
    return found


def readers_for(enrolment: Enrolment) -> dict[str, str]:
    """Whom a sentence can be shared with: the manager and colleagues of the team; nobody is a choice too."""
    people = Person.objects.filter(organisation=enrolment.organisation, left=None)
    self = people.filter(key=enrolment.person).first()
    found = {"": _("Nobody: it stays with me")}
    if self is None:
        return found
    boss = people.filter(key=self.manager).first() if self.manager else None
    if boss is not None:
        found[boss.key] = _("%(name)s, your manager") % {"name": boss}
    if self.team:
        mates = people.filter(team=self.team).exclude(key__in=[self.key, self.manager]).order_by("name", "key")
        found |= {one.key: str(one) for one in mates}
    return found


def take_seat(*, viewer: Viewer, walk: Walk, session: LiveSession) -> SignUp:
    """Take a seat at a live session; one seat a step, so that changing the date gives the other seat back.

    Raises
    ------
    InputError
        If it is full, over or cancelled, or the step waits.
    """
    step = walk.path.step(session.step)
    if step is None or session.initiative != walk.enrolment.initiative:
        raise InputError(Problem(code="no-session", text=_("This session is not of your path.")))
    _must_be_open(walk, step)
    with transaction.atomic():
        held = LiveSession.objects.select_for_update().get(pk=session.pk)
        known = SignUp.objects.filter(session=held, enrolment=walk.enrolment).first()
        if known is not None:
            return known
        if held.cancelled is not None or held.starts < timezone.now():
            raise InputError(Problem(code="session-over", text=_("This session is over or cancelled.")))
        if held.sign_ups.count() >= held.seats:
            fix = _("Take another date, or look again later: seats are given back.")
            raise InputError(Problem(code="full", text=_("Every seat is taken."), fix=fix))
        other = SignUp.objects.filter(enrolment=walk.enrolment, session__step=held.step, attended=None)
        other.filter(session__starts__gte=timezone.now()).delete()
        return SignUp.objects.create(session=held, enrolment=walk.enrolment)


def give_back_seat(*, walk: Walk, session: LiveSession) -> bool:
    """Give a seat back before the session begins; whether there was one."""
    found = SignUp.objects.filter(session=session, enrolment=walk.enrolment, attended=None)
    return bool(found.filter(session__starts__gte=timezone.now()).delete()[0])


def join(*, viewer: Viewer, initiative: str, on: dt.date) -> Enrolment:
    """Begin a path that people come to by choice; whoever is on it stays where they are.

    Raises
    ------
    InputError
        If it is not open to the viewer.
    """
    known = Enrolment.objects.filter(
        organisation=viewer.organisation, person=viewer.person, initiative=initiative
    ).exclude(person="")
    there = known.first()
    if there is not None:
        return there
    plan = current_document(viewer).plan
    course = next((item for item in offered(viewer, plan, on=on) if item.id == initiative), None)
    if course is None:
        raise InputError(Problem(code="not-open", text=_("This path is not open to you.")))
    with transaction.atomic():
        version = versions_now(viewer.organisation, [course])[course.id]
        made, _new = Enrolment.objects.get_or_create(
            organisation=viewer.organisation,
            person=viewer.person,
            initiative=course.id,
            defaults={"version": version, "state": initial_state(None, on)},
        )
    return made


def _must_be_open(walk: Walk, step: Step) -> None:
    """Refuse a step that cannot be taken now, and say what comes first."""
    now = walk.step(step.id)
    if not walk.open:
        raise InputError(Problem(code="path-closed", text=_("This path is not open to you at present.")))
    if now is not None and now.state == "locked":
        first = ", ".join(one.title or one.id for one in now.missing)
        text = _("First comes: %(steps)s.") % {"steps": first}
        raise InputError(Problem(code="step-locked", text=text))
