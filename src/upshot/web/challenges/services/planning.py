"""Begin a challenge: a case of one's own, an if-then plan, and the one person it is shared with."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.challenges import messages
from upshot.web.challenges.models import Challenge
from upshot.web.challenges.services.moving import in_one, tell
from upshot.web.challenges.steps import Asks, kept_checklist
from upshot.web.paths.models import Enrolment
from upshot.web.paths.walking import progress_of
from upshot.web.people.models import Person
from upshot.web.privacy.scrubbing import scrub

__all__ = ["Plan", "Planned", "change_plan", "plan", "why_not_yet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody sets out to do; ``shared_with`` is empty for nobody."""

    case: str
    cue: str
    action: str
    shared_with: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """The challenge, and what was taken out of the words: kinds with their counts."""

    challenge: Challenge
    removed: dict[str, int]


def why_not_yet(enrolment: Enrolment, asks: Asks) -> str:
    """Why the challenge cannot be begun now; empty where it can."""
    if enrolment.state == Enrolment.State.WAITING:
        return _("Your turn on this path has not begun yet.")
    if enrolment.state in (Enrolment.State.PAUSED, Enrolment.State.WITHDRAWN):
        return _("Your path is paused or closed.")
    here = next((one for one in progress_of(enrolment).steps if one.step.id == asks.step.id), None)
    missing = [one.title or one.id for one in here.missing] if here is not None else []
    return _("First comes: %(steps)s.") % {"steps": ", ".join(missing)} if missing else ""


def plan(*, viewer: Viewer, enrolment: Enrolment, asks: Asks, said: Plan) -> Planned:
    """Begin a challenge with its plan; the one under way, where there is one already (a double click).

    Raises
    ------
    InputError
        If it cannot be begun, or the plan cannot be shared with that person.
    """
    reason = why_not_yet(enrolment, asks)
    if reason:
        raise InputError(Problem(code="not-yet", text=reason, fix=_("See the steps of your path.")))
    shared = _reader(viewer, said.shared_with)
    clean, removed = _scrubbed(said)
    checklist = kept_checklist(viewer.organisation, asks.file)
    now = timezone.now()

    def work() -> Challenge:
        own = Challenge.objects.filter(
            organisation=viewer.organisation, initiative=asks.initiative, step=asks.step.id, person=viewer.person
        )
        under_way = own.filter(state__in=["planned", "submitted", "returned"]).first()
        if under_way is not None:
            return under_way
        made = Challenge.objects.create(
            organisation=viewer.organisation, initiative=asks.initiative, step=asks.step.id, title=asks.title[:300],
            person=viewer.person, number=own.count() + 1, case=clean.case, cue=clean.cue, action=clean.action,
            shared_with=shared, by=asks.by, checklist=checklist, min_scaled=asks.min_scaled,
            due=asks.step.due.after(enrolment.starts) if asks.step.due and enrolment.starts else None,
            planned=now, moved=now,
        )  # fmt: skip
        tell(made, at=now, person=viewer.person)
        record(viewer, "challenge-planned", f"challenge {made.pk}")
        return made

    return Planned(in_one(work), removed)


def change_plan(*, viewer: Viewer, challenge: Challenge, said: Plan) -> Planned:
    """Say it better before handing in; others keep what they were told, the new reader is told once.

    Raises
    ------
    InputError
        If it was handed in already, or the plan cannot be shared with that person.
    """
    shared = _reader(viewer, said.shared_with)
    clean, removed = _scrubbed(said)
    open_ = Challenge.objects.filter(pk=challenge.pk, person=viewer.person, state__in=["planned", "returned"])
    if not open_.update(case=clean.case, cue=clean.cue, action=clean.action, shared_with=shared):
        text = _("This challenge was handed in, so its plan stays as it is.")
        raise InputError(Problem(code="handed-in", text=text, fix=_("Ask for it to be returned to you.")))
    challenge.refresh_from_db()
    messages.shared(challenge)
    return Planned(challenge, removed)


def _reader(viewer: Viewer, person: str) -> str:
    if not person:
        return ""
    here = Person.objects.filter(organisation=viewer.organisation, key=person, left=None)
    if person == viewer.person or not here.exists():
        text = _("The plan can be shared with one other person on the roster.")
        raise InputError(Problem(code="no-reader", text=text, fix=_("Choose somebody else."), column="shared_with"))
    return person


def _scrubbed(said: Plan) -> tuple[Plan, dict[str, int]]:
    found = [scrub(text.strip()) for text in (said.case, said.cue, said.action)]
    removed: dict[str, int] = {}
    for one in found:
        for kind, count in one.removed.items():
            removed[kind] = removed.get(kind, 0) + count
    case, cue, action = (one.text for one in found)
    return Plan(case=case, cue=cue, action=action, shared_with=said.shared_with), removed
