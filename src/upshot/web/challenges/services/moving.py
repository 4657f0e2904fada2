"""One move of a challenge: its state, its history, its statement, its path and its messages, in one transaction."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.challenges import messages, statements
from upshot.web.challenges.asking import ask, firm_of
from upshot.web.challenges.models import Challenge, Turn
from upshot.web.challenges.rules import State, can_follow
from upshot.web.lrs.store.transactions import repeated
from upshot.web.paths.models import StepRecord
from upshot.web.paths.services.recording import enrolment_of, record_step

__all__ = ["Overtaken", "in_one", "locked", "move", "on_path"]

_Result = TypeVar("_Result")
_VERBS = {Challenge.State.PLANNED: StepRecord.Verb.LAUNCHED, Challenge.State.SIGNED: StepRecord.Verb.COMPLETED}


class Overtaken(InputError):  # noqa: N818 - it names what happened to whoever came second
    """Somebody else moved the challenge in the meantime; what was sent is not stored."""


def in_one(work: Callable[[], _Result]) -> _Result:
    """In one transaction with its statements; again where another window did the same at the same moment."""

    def whole() -> _Result:
        with transaction.atomic():
            return work()

    try:
        return repeated(whole)
    except IntegrityError:
        return repeated(whole)


def locked(challenge: Challenge) -> Challenge:
    """The challenge as it stands now, held until the end of the transaction."""
    held = Challenge.objects.select_for_update(of=("self",)).select_related("organisation", "checklist")
    return held.get(pk=challenge.pk)


def move(
    challenge: Challenge,
    state: Challenge.State,
    *,
    at: dt.datetime,
    person: str = "",
    relationship: str = "",
    reason: str = "",
) -> Challenge:
    """Bring a locked challenge to a state, with all that follows.

    Raises
    ------
    Overtaken
        If that state cannot follow the one it has.
    """
    if not can_follow(State(challenge.state), State(state)):
        raise _overtaken(challenge)
    challenge.state, challenge.moved = state, at
    challenge.revision += 1
    challenge.save()
    tell(challenge, at=at, person=person, relationship=relationship, reason=reason)
    return challenge


def tell(challenge: Challenge, *, at: dt.datetime, person: str = "", relationship: str = "", reason: str = "") -> None:
    """Write the state a challenge has just come to into its history, the record store, the path and the outbox."""
    Turn.objects.create(
        challenge=challenge, state=challenge.state, at=at, person=person, relationship=relationship, reason=reason
    )
    statements.store(challenge.organisation, [statements.moved(challenge, at)])
    new = ask(firm_of(challenge.organisation), challenge, at)
    on_path(challenge, _VERBS.get(Challenge.State(challenge.state)), at=at)
    messages.moved(challenge, [one.person for one in new])


def on_path(challenge: Challenge, verb: str | None, *, at: dt.datetime, step: str = "") -> None:
    """Say on the person's path what happened, where they are on it; its statement is the challenge's own."""
    if verb is None:
        return
    enrolment = enrolment_of(challenge.organisation, person=challenge.person, initiative=challenge.initiative)
    if enrolment is None:
        return
    try:
        record_step(enrolment=enrolment, step=step or challenge.step, verb=verb, at=at, said=not step)
    except InputError:
        # The path was changed and no longer has the step: the challenge stays on record without it.
        return


def _overtaken(challenge: Challenge) -> Overtaken:
    last = challenge.turns.last()
    when = f"{last.at:%d %B %Y, %H:%M} UTC" if last else ""
    said = _("This challenge is %(state)s since %(when)s. What you sent is not stored.") % {
        "state": challenge.get_state_display().lower(),
        "when": when,
    }
    return Overtaken(Problem(code="overtaken", text=said, fix=_("Look at it as it stands now.")))
