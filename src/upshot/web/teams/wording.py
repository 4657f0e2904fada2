"""Where somebody stands, as their manager reads it; why now; and what a manager can ask."""

import datetime as dt
from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.plan.initiatives import Initiative
from upshot.report.numbers import long_date
from upshot.workspace.participation import Place, Standing

__all__ = ["STANDINGS", "question", "questions", "reason", "watched"]

STANDINGS: dict[Standing, str | Promise] = {
    Standing.WAITING: gettext_lazy("Waits for their turn"),
    Standing.OPEN: gettext_lazy("Not started"),
    Standing.STARTED: gettext_lazy("On the way"),
    Standing.STUCK: gettext_lazy("No step for four weeks"),
    Standing.FINISHED: gettext_lazy("Finished learning"),
    Standing.APPLIED: gettext_lazy("Tried it at work"),
    Standing.RENEW: gettext_lazy("To be renewed"),
}
"""Taking part only: no score, no result."""

_REASONS: dict[Standing, str | Promise] = {
    Standing.WAITING: gettext_lazy("Starts on %(start)s."),
    Standing.OPEN: gettext_lazy("Could start since %(start)s."),
    Standing.STARTED: gettext_lazy("Under way; the last step was on %(last)s."),
    Standing.STUCK: gettext_lazy("No step since %(moved)s."),
    Standing.FINISHED: gettext_lazy("Finished learning on %(last)s."),
    Standing.APPLIED: gettext_lazy("Tried it at work on %(last)s."),
    Standing.RENEW: gettext_lazy("To be renewed; the last record is of %(last)s."),
}
_MOST = 3


def reason(place: Place) -> str:
    """Why somebody is on the list this week: a fact of taking part, with its day."""
    moved = max((day for day in (place.last, place.start) if day is not None), default=None)
    said = {"start": _day(place.start), "last": _day(place.last), "moved": _day(moved)}
    return str(_REASONS[place.standing]) % said


def _day(day: dt.date | None) -> str:
    return "" if day is None else long_date(day)


def question(place: Place) -> str:
    """One thing to ask somebody who stands like this, in the plan's words where it has any."""
    course, standing = place.initiative, place.standing
    before = course.manager.before.ask if course.manager else None
    if standing in (Standing.WAITING, Standing.OPEN):
        return _("%(ask)s.") % {"ask": before.rstrip(".")} if before else _("What would you like to try it on first?")
    if standing is Standing.STARTED and course.actions:
        return _("Where this week could you try this: %(action)s?") % {"action": course.actions[0].text.rstrip(".")}
    if standing in (Standing.STUCK, Standing.STARTED):
        step = (place.next.step.title or place.next.step.id) if place.next else ""
        if step and standing is Standing.STUCK:
            return _("What is in the way of “%(step)s”, and would an hour this week help?") % {"step": step}
        return _("What is in the way, and would an hour this week help?")
    if standing is Standing.FINISHED:
        title = _at_work(course)
        return (
            _("When will you do this at work: %(title)s?") % {"title": title}
            if title
            else _("Where will you use it first?")
        )
    if standing is Standing.APPLIED:
        return _("What worked, what did not, and what do you do differently now?")
    return _("When this month does the renewal suit you?")


def _at_work(initiative: Initiative) -> str:
    step = next((step for step in initiative.path if step.kind == "challenge"), None)
    return "" if step is None else (step.title or step.id).rstrip(".")


def questions(initiative: Initiative, standings: Collection[Standing]) -> tuple[str, ...]:
    """At most three things to ask in a team where people stand like this, in the plan's words where it has any."""
    asked = []
    before = initiative.manager.before.ask if initiative.manager else None
    if before and {Standing.WAITING, Standing.OPEN, Standing.STARTED} & set(standings):
        asked.append(_("Before the start: %(ask)s.") % {"ask": before.rstrip(".")})
    if Standing.STUCK in standings or Standing.RENEW in standings:
        asked.append(_("To those who have not moved: what is in the way, and would an hour this week help?"))
    if Standing.FINISHED in standings and _at_work(initiative):
        title = _at_work(initiative)
        asked.append(_("To those who finished: when will you do this at work: %(title)s?") % {"title": title})
    if Standing.APPLIED in standings:
        asked.append(_("To those who tried it: what worked, what did not, and what do you do differently now?"))
    if not asked:
        asked.append(_("What would make it easier to take part?"))
    return tuple(asked[:_MOST])


def watched(initiative: Initiative) -> tuple[str, ...]:
    """What can be seen at work when it takes: the plan's actions."""
    return tuple(action.text for action in initiative.actions)
