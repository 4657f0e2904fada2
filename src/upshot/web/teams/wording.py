"""Where somebody stands, as their manager reads it; and what a manager can ask."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.plan.initiatives import Initiative
from upshot.workspace.participation import Standing

__all__ = ["STANDINGS", "questions", "watched"]

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

_MOST = 3


def questions(initiative: Initiative, standings: Collection[Standing]) -> tuple[str, ...]:
    """At most three things to ask in a team where people stand like this, in the plan's words where it has any."""
    at_work = next((step for step in initiative.path if step.kind == "challenge"), None)
    asked = []
    before = initiative.manager.before.ask if initiative.manager else None
    if before and {Standing.WAITING, Standing.OPEN, Standing.STARTED} & set(standings):
        asked.append(_("Before the start: %(ask)s.") % {"ask": before.rstrip(".")})
    if Standing.STUCK in standings or Standing.RENEW in standings:
        asked.append(_("To those who have not moved: what is in the way, and would an hour this week help?"))
    if Standing.FINISHED in standings and at_work is not None:
        title = (at_work.title or at_work.id).rstrip(".")
        asked.append(_("To those who finished: when will you do this at work: %(title)s?") % {"title": title})
    if Standing.APPLIED in standings:
        asked.append(_("To those who tried it: what worked, what did not, and what do you do differently now?"))
    if not asked:
        asked.append(_("What would make it easier to take part?"))
    return tuple(asked[:_MOST])


def watched(initiative: Initiative) -> tuple[str, ...]:
    """What can be seen at work when it takes: the plan's actions."""
    return tuple(action.text for action in initiative.actions)
