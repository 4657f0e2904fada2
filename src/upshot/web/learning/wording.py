"""Why a path is somebody's, and what comes next, as the learner reads it."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.plan.expression import fields_of
from upshot.plan.initiatives import Initiative
from upshot.web.people.models import Person
from upshot.web.shell.templatetags.upshot import day
from upshot.workspace.participation import Place, Standing, StepState

__all__ = ["STANDINGS", "because", "next_reason", "turn"]

STANDINGS: dict[Standing, str | Promise] = {
    Standing.WAITING: gettext_lazy("Your turn is still to come"),
    Standing.OPEN: gettext_lazy("You can begin"),
    Standing.STARTED: gettext_lazy("You are on the way"),
    Standing.STUCK: gettext_lazy("You paused; go on where you left off"),
    Standing.FINISHED: gettext_lazy("Learned; now try it at work"),
    Standing.APPLIED: gettext_lazy("Done, and tried at work"),
    Standing.RENEW: gettext_lazy("Time to renew it"),
}


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


def turn(place: Place, today: dt.date) -> str:
    """When it is their turn, and why then."""
    if place.start is None:
        return _("You can begin at any time.")
    if place.start <= today:
        return _("Your turn began on %(day)s.") % {"day": day(place.start)}
    said = _("Your turn begins on %(day)s.") % {"day": day(place.start)}
    if place.initiative.design.assign in ("random-by-team", "random-by-person"):
        why = _(
            "The order was drawn by lot, so that it can be seen honestly whether it helps. It says nothing about you."
        )
        return f"{said} {why}"
    return f"{said} {_('Not everybody can start at once. It says nothing about you.')}"


def next_reason(place: Place, state: StepState) -> str:
    """Why this step is next."""
    needed = [one for one in place.steps if one.step.id in state.step.needs]
    parts = []
    if place.standing is Standing.RENEW:
        parts.append(_("What you passed earlier holds for a limited time."))
    elif state.step.kind == "challenge":
        parts.append(_("You have learned what it takes; it counts when it is used at work."))
    elif needed:
        title = needed[-1].step.title or needed[-1].step.id
        parts.append(_("It builds on %(title)s.") % {"title": title})
    else:
        parts.append(_("It is the first step that is not done."))
    if state.step.minutes:
        parts.append(_("It takes about %(n)s minutes.") % {"n": f"{state.step.minutes:.0f}"})
    if state.due:
        parts.append(_("It was planned for %(day)s at the latest.") % {"day": day(state.due)})
    return " ".join(parts)
