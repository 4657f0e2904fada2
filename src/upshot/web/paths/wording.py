"""Steps, states and certificates in words."""

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.plan.certificates import Standing
from upshot.plan.progress import StepProgress, StepState
from upshot.web.paths.models import Certificate, Enrolment
from upshot.web.paths.services.enrolling import LEFT, MOVED
from upshot.web.shell.templatetags.upshot import day

__all__ = ["ENROLMENTS", "KINDS", "STANDINGS", "STATES", "certificate_note", "kept_reason", "state_note"]

Word = str | Promise

KINDS: dict[str, Word] = {
    "assessment": gettext_lazy("assessment"),
    "module": gettext_lazy("module"),
    "scenario": gettext_lazy("scenario"),
    "commitment": gettext_lazy("commitment"),
    "challenge": gettext_lazy("challenge at work"),
    "practice": gettext_lazy("spaced practice"),
    "check-in": gettext_lazy("check-in"),
    "session": gettext_lazy("live session"),
    "document": gettext_lazy("document"),
}

STATES: dict[StepState, Word] = {
    "locked": gettext_lazy("comes later"),
    "open": gettext_lazy("open to you"),
    "begun": gettext_lazy("begun"),
    "failed": gettext_lazy("not passed yet; it can be taken again"),
    "done": gettext_lazy("done"),
    "waived": gettext_lazy("not needed"),
}

STANDINGS: dict[Standing, Word] = {
    "valid": gettext_lazy("Valid"),
    "window-open": gettext_lazy("Renewal is open"),
    "due": gettext_lazy("Due"),
    "in-grace": gettext_lazy("In grace"),
    "overdue": gettext_lazy("Overdue"),
    "expired": gettext_lazy("Expired"),
    "revoked": gettext_lazy("Revoked"),
}

ENROLMENTS: dict[str, Word] = {
    Enrolment.State.WAITING: gettext_lazy("Wait for their turn"),
    Enrolment.State.ACTIVE: gettext_lazy("On the way, or free to begin"),
    Enrolment.State.DONE: gettext_lazy("Through"),
    Enrolment.State.PAUSED: gettext_lazy("Paused, since their work changed"),
    Enrolment.State.WITHDRAWN: gettext_lazy("Withdrawn"),
}
"""How many people stand where, as leaders read it."""

_WAIVED: dict[str, Word] = {
    "Tested Out": gettext_lazy("you showed that you can already"),
    "Equivalent AU": gettext_lazy("something equal counts for it"),
    "Equivalent Outside Activity": gettext_lazy("something equal, done elsewhere, counts for it"),
    "Administrative": gettext_lazy("it was waived for you"),
}


def state_note(one: StepProgress, on: dt.date) -> str:
    """How a step stands, in a few words."""
    if one.state == "done":
        return _("done on %(day)s") % {"day": day(one.done)}
    if one.state == "waived":
        why = _WAIVED.get(one.reason, _WAIVED["Administrative"])
        if one.evidence:
            return _("not needed: %(why)s (%(evidence)s)") % {"why": why, "evidence": one.evidence}
        return _("not needed: %(why)s") % {"why": why}
    said = str(STATES[one.state])
    if one.state == "locked":
        said = _("after %(steps)s") % {"steps": ", ".join(step.title or step.id for step in one.missing)}
    if one.late(on):
        return _("%(state)s, was planned for %(day)s") % {"state": said, "day": day(one.due)}
    return _("%(state)s, planned by %(day)s") % {"state": said, "day": day(one.due)} if one.due else said


def certificate_note(certificate: Certificate, standing: Standing, *, own: bool = True) -> str:
    """Until when a certificate holds; to its holder also what they can do."""
    if standing == "revoked":
        return _("Revoked: %(why)s") % {"why": certificate.revoked_reason}
    if certificate.expires is None:
        return _("It holds without end.")
    until = day(certificate.expires)
    if standing == "valid":
        text = _("It holds until %(until)s; its renewal opens on %(opens)s.")
        return text % {"until": until, "opens": day(certificate.opens)}
    if not own:
        return (
            _("It holds until %(until)s.") if standing in ("window-open", "due") else _("It held until %(until)s.")
        ) % {"until": until}
    if standing in ("window-open", "due"):
        return _("It holds until %(until)s and can be renewed now.") % {"until": until}
    if standing == "in-grace":
        text = _("It held until %(until)s; renew it by %(grace)s and nothing else happens.")
        return text % {"until": until, "grace": day(certificate.grace)}
    return _("It held until %(until)s. Renew it now.") % {"until": until}


def kept_reason(reason: str, *, closed: bool) -> str:
    """Why a path is paused, withdrawn, or kept by the plan's rule for movers, to its learner."""
    if reason == MOVED and not closed:
        return _("Your work changed. This path stays open to you all the same.")
    if reason == MOVED:
        return _("Your work changed, so this path is no longer meant for you. What you did is kept.")
    if reason == LEFT:
        return _("You no longer work here. What you did is kept.")
    return reason
