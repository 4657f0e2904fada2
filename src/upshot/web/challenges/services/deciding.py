"""Observe by the checklist, and sign or return: by whoever is asked, never by oneself, and once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.plan.checklist import Checklist, parse_checklist
from upshot.plan.checklist import seen as rated
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.challenges import statements
from upshot.web.challenges.asking import firm_of, signers_for
from upshot.web.challenges.models import Challenge, Observation
from upshot.web.challenges.rules import Signer
from upshot.web.challenges.services.following import begin_check_ins
from upshot.web.challenges.services.moving import Overtaken, in_one, locked, move
from upshot.web.privacy.scrubbing import scrub

__all__ = ["Verdict", "checklist_kept", "decide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a signer says.

    Parameters
    ----------
    sign
        Whether it is signed; otherwise it is returned.
    revision
        The challenge's count of moves that the signer saw.
    levels
        Item of the checklist to level; ``None`` where it could not be seen.
    reason
        Why it is returned.
    """

    sign: bool
    revision: int
    levels: Mapping[str, int | None] = field(default_factory=dict)
    comment: str = ""
    reason: str = ""


def checklist_kept(challenge: Challenge) -> Checklist | None:
    """The checklist the challenge was planned by; ``None`` where it has none."""
    return parse_checklist(challenge.checklist.body) if challenge.checklist is not None else None


def decide(*, viewer: Viewer, challenge: Challenge, verdict: Verdict) -> Challenge:
    """Sign or return a challenge. Of two that act at once one is taken, the other is told who came first.

    Raises
    ------
    Overtaken
        If it moved since the signer saw it.
    InputError
        If the viewer is not asked to sign it, the reason is missing, or it falls short of the checklist.
    """

    def work() -> Challenge:
        now = timezone.now()
        found = locked(challenge)
        if found.revision != verdict.revision or found.state != Challenge.State.SUBMITTED:
            raise _overtaken(found, viewer)
        signer = _signer(viewer, found)
        _look(found, signer, verdict)
        found.decided = now
        if verdict.sign:
            found.signed_by, found.signed_as = signer.person, signer.relationship.value
        state = Challenge.State.SIGNED if verdict.sign else Challenge.State.RETURNED
        move(
            found, state, at=now, person=signer.person, relationship=signer.relationship.value,
            reason="" if verdict.sign else scrub(verdict.reason.strip()).text,
        )  # fmt: skip
        if verdict.sign:
            begin_check_ins(found)
        record(viewer, f"challenge-{found.state}", f"challenge {found.pk}", relationship=signer.relationship.value)
        return found

    return in_one(work)


def _signer(viewer: Viewer, challenge: Challenge) -> Signer:
    """As what the viewer signs, by roster and absences of this moment."""
    asked = signers_for(firm_of(challenge.organisation), challenge, timezone.now())
    signer = next((one for one in asked if one.person == viewer.person), None)
    if signer is None or viewer.person == challenge.person:
        text = _("You are not asked to sign this challenge now.")
        raise InputError(Problem(code="not-yours", text=text, fix=_("See who is asked on the page of sign-offs.")))
    return signer


def _look(challenge: Challenge, signer: Signer, verdict: Verdict) -> None:
    """Keep what was seen and said, and refuse a signature it does not carry."""
    checklist = checklist_kept(challenge)
    found = rated(checklist, verdict.levels, challenge.min_scaled) if checklist is not None else None
    problems = []
    if not verdict.sign and not verdict.reason.strip():
        text = _("Say what is missing, so that it can be mended.")
        problems.append(Problem(code="no-reason", text=text, column="reason"))
    if verdict.sign and found is not None and not found.enough:
        text = _("What was seen falls short of what is asked for, so it cannot be signed as it is.")
        fix = _("Return it with the reason, or look again at the items.")
        problems.append(Problem(code="falls-short", text=text, fix=fix))
    if problems:
        raise InputError(problems)
    comment, levels = scrub(verdict.comment.strip()).text, dict(verdict.levels) if found is not None else {}
    seen_any = any(level is not None for level in levels.values())
    if not (seen_any or comment):
        return
    observation = Observation.objects.create(
        challenge=challenge, observer=signer.person, relationship=signer.relationship.value, levels=levels,
        comment=comment, scaled=found.scaled if found else None, enough=found.enough if found else verdict.sign,
    )  # fmt: skip
    if seen_any:
        challenge.scaled = observation.scaled
        statements.store(challenge.organisation, [statements.observed(challenge, observation)])


def _overtaken(challenge: Challenge, viewer: Viewer) -> Overtaken:
    last = challenge.turns.last()
    mine = last is not None and last.person == viewer.person and last.person
    who = _("You") if mine else _("Somebody else")
    said = {
        Challenge.State.SIGNED: _("%(who)s signed it already."),
        Challenge.State.RETURNED: _("%(who)s returned it already."),
        Challenge.State.LAPSED: _("It has lapsed in the meantime."),
    }.get(Challenge.State(challenge.state), _("It was handed in anew since you opened it."))
    fix = _("What you sent is not stored. This is how it stands now.")
    return Overtaken(Problem(code="overtaken", text=said % {"who": who}, fix=fix))
