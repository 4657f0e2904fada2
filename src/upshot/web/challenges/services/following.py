"""What follows a sign-off: check-ins of the person and of whoever signed, and the debrief with a peer."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.challenges import statements
from upshot.web.challenges.models import Challenge, CheckIn, Debrief
from upshot.web.challenges.services.moving import in_one, locked, on_path
from upshot.web.challenges.steps import Later, later_asks
from upshot.web.paths.models import StepRecord
from upshot.web.paths.services.recording import enrolment_of
from upshot.web.privacy.scrubbing import scrub

__all__ = ["Answers", "Thoughts", "answer_check_in", "begin_check_ins", "debrief"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of a check-in; what was not asked is left empty, and so may the example be."""

    used: bool
    how_often: str = ""
    helped: Sequence[str] = ()
    hindered: Sequence[str] = ()
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thoughts:
    """What one of a pair writes down after they talked."""

    happened: str
    surprised: str
    next: str


def begin_check_ins(challenge: Challenge) -> None:
    """Set the days on which they are asked, and what, as the path says. Runs in the transaction of the sign-off."""
    later = _later(challenge)
    day = timezone.localdate(challenge.decided)
    asked = {CheckIn.Source.SELF: challenge.person, CheckIn.Source.OBSERVER: challenge.signed_by}
    CheckIn.objects.bulk_create(
        [
            CheckIn(
                challenge=challenge,
                days=after,
                source=source,
                person=who,
                due=day + dt.timedelta(days=after),
                questions=list(later.questions),
            )
            for after in later.days
            for source, who in asked.items()
            if source in later.sources
        ],
        ignore_conflicts=True,
    )


def answer_check_in(*, viewer: Viewer, check_in: CheckIn, answers: Answers) -> bool:
    """Keep the answers once; whether they were taken (a second sending changes nothing).

    Raises
    ------
    InputError
        If it is not due yet, or it contradicts itself.
    """
    _check(check_in, answers)

    def work() -> bool:
        held = CheckIn.objects.select_for_update(of=("self",)).select_related("challenge__organisation")
        found = held.get(pk=check_in.pk, person=viewer.person)
        if found.answered is not None:
            return False
        found.answered = timezone.now()
        found.used, found.how_often = answers.used, answers.how_often
        found.helped, found.hindered = list(answers.helped), list(answers.hindered)
        found.example = scrub(answers.example.strip()).text
        found.save()
        statements.store(found.challenge.organisation, [statements.checked_in(found)])
        _finish(found)
        return True

    return in_one(work)


def _check(check_in: CheckIn, answers: Answers) -> None:
    if check_in.due > timezone.localdate():
        text = _("This check-in is not due yet.")
        raise InputError(Problem(code="not-due", text=text, fix=_("Come back on the day.")))
    if answers.how_often and answers.used == (answers.how_often == CheckIn.HowOften.NEVER):
        text = _("Whether it was used, and how often, do not fit together.")
        raise InputError(Problem(code="contradiction", text=text, fix=_("Change one of the two."), column="how_often"))


def _finish(check_in: CheckIn) -> None:
    """Once the person answered every check-in, the path's step is done; or the observer, where only they are asked."""
    challenge = check_in.challenge
    own = challenge.check_ins.filter(source=CheckIn.Source.SELF)
    if (own if own.exists() else challenge.check_ins).filter(answered=None).exists():
        return
    step = _later(challenge).step
    if step:
        on_path(challenge, StepRecord.Verb.COMPLETED, at=check_in.answered or timezone.now(), step=step)


def _later(challenge: Challenge) -> Later:
    """What the version of the path that the person is on asks later."""
    enrolment = enrolment_of(challenge.organisation, person=challenge.person, initiative=challenge.initiative)
    return later_asks(enrolment) if enrolment is not None else Later()


def debrief(*, viewer: Viewer, challenge: Challenge, thoughts: Thoughts) -> bool:
    """Keep what the viewer wrote after the talk; whether it was taken. It can be said better later.

    Raises
    ------
    InputError
        If there is no partner yet.
    """

    def work() -> bool:
        found = locked(challenge)
        if not (hasattr(found, "pair_as_one") or hasattr(found, "pair_as_other")):
            text = _("There is no partner for the debrief yet.")
            raise InputError(Problem(code="no-pair", text=text, fix=_("You are told as soon as there is one.")))
        words = {name: scrub(getattr(thoughts, name).strip()).text for name in ("happened", "surprised", "next")}
        _kept, new = Debrief.objects.update_or_create(challenge=found, defaults=words)
        if new:
            statements.store(found.organisation, [statements.debriefed(found, timezone.now())])
        return new

    return in_one(work)
