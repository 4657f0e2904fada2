"""Why a path is somebody's, where they stand on it, and what comes next, as the learner reads it."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.plan.expression import fields_of
from upshot.plan.initiatives import Initiative
from upshot.plan.progress import StepProgress
from upshot.web.paths.models import Enrolment
from upshot.web.paths.selectors import Walk
from upshot.web.people.models import Person
from upshot.web.shell.templatetags.upshot import day

__all__ = ["Said", "because", "because_held", "next_reason", "standing", "turn"]

State = Enrolment.State
Said = str | Promise

_STANDINGS: dict[str, Said] = {
    State.WAITING: gettext_lazy("Your turn is still to come"),
    State.ACTIVE: gettext_lazy("You can begin"),
    State.DONE: gettext_lazy("Done"),
    State.PAUSED: gettext_lazy("Paused"),
    State.WITHDRAWN: gettext_lazy("Not yours any more"),
}


def standing(walk: Walk) -> Said:
    """Where somebody stands on a path, in a few words."""
    at_work = [one for one in walk.progress.steps if one.step.kind == "challenge"]
    learned = all(one.counts for one in walk.progress.steps if one.step in walk.path.asked and one not in at_work)
    state = walk.enrolment.state
    if walk.renewing is not None and walk.open:
        return _("Time to renew it")
    if state == State.DONE and at_work:
        return _("Done, and tried at work")
    if state == State.ACTIVE and at_work and learned and walk.enrolment.begun:
        return _("Learned; now try it at work")
    if state == State.ACTIVE and walk.enrolment.begun:
        return _("You are on the way")
    return _STANDINGS[state]


def because(initiative: Initiative, person: Person) -> str:
    """Why it is theirs: the part of the audience's description that holds for them."""
    named = fields_of(initiative.audience.where) if initiative.audience.where is not None else ()
    if ("hired" in named or "hired_within_days" in named) and person.hired:
        return _("It is yours because you joined on %(day)s.") % {"day": day(person.hired)}
    said = [
        (field, value)
        for field in ("role", "team", "site", "region")
        if field in named and (value := getattr(person, field))
    ]
    if said:
        return _("It is yours because of your work: %(what)s.") % {"what": ", ".join(value for _field, value in said)}
    return _("It is for everybody here.")


def because_held() -> str:
    """Why a path is somebody's who was certified by hand."""
    return _("It is yours because of the certificate that was given to you.")


def turn(initiative: Initiative, starts: dt.date | None, today: dt.date) -> str:
    """When it is their turn, and why then."""
    if starts is None:
        return _("You can begin at any time.")
    if starts <= today:
        return _("Your turn began on %(day)s.") % {"day": day(starts)}
    said = _("Your turn begins on %(day)s.") % {"day": day(starts)}
    if initiative.design.assign in ("random-by-team", "random-by-person"):
        why = _(
            "The order was drawn by lot, so that it can be seen honestly whether it helps. It says nothing about you."
        )
        return f"{said} {why}"
    return f"{said} {_('Not everybody can start at once. It says nothing about you.')}"


def next_reason(walk: Walk, one: StepProgress) -> str:
    """Why this step is next."""
    needed = [step for step in walk.path.path if step.id in one.step.needs]
    parts = []
    if walk.renewing is not None:
        parts.append(_renewal_reason(walk))
    elif one.state == "failed":
        parts.append(_("It is not passed yet, and you can take it again."))
    elif one.step.kind == "challenge":
        parts.append(_("You have learned what it takes; it counts when it is used at work."))
    elif needed:
        parts.append(_("It builds on %(title)s.") % {"title": needed[-1].title or needed[-1].id})
    else:
        parts.append(_("It is the first step that is not done."))
    if one.step.minutes:
        parts.append(_("It takes about %(n)s minutes.") % {"n": f"{one.step.minutes:.0f}"})
    if one.due and walk.renewing is None:
        parts.append(_("It was planned for %(day)s at the latest.") % {"day": day(one.due)})
    return " ".join(parts)


def _renewal_reason(walk: Walk) -> str:
    newest = walk.newest.certificate if walk.newest is not None else None
    if newest is None or newest.expires is None:
        return _("What you passed earlier holds for a limited time.")
    return _("What you passed on %(given)s holds until %(until)s.") % {
        "given": day(newest.given),
        "until": day(newest.expires),
    }
