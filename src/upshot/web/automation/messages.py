"""Kinds of message that rules send beside notes and tasks."""

from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.roles import Permission
from upshot.web.outbox.kinds import Kind

__all__ = ["KINDS"]

KINDS: tuple[Kind, ...] = (
    Kind(
        name="wave-off",
        label=_("When a day of your training is taken back"),
        heading=_("%(initiative)s: your day on %(day)s is off"),
        text=_("The entry leaves your calendar. You hear from us when there is a new day."),
        sample={"initiative": "Value selling", "day": "3 March 2026"},
    ),
    Kind(
        name="review-proposed",
        label=_("Reviews that a rule proposes"),
        heading=_("Review %(initiative)s?"),
        text=_("%(reason)s A look at the answer takes ten minutes."),
        action=_("Plan the review"),
        needs=Permission.DECIDE,
        sample={"initiative": "Value selling", "reason": "Offers a week read unusually in May 2026."},
    ),
    Kind(
        name="rule-held",
        label=_("Rules that stopped to ask"),
        heading=_("A rule stopped: it would reach %(people)s people"),
        text=_("“%(rule)s” may reach %(at_most)s in a day. Nobody was written to. Let it go on, or leave them out."),
        action=_("Look at the rule"),
        needs=Permission.RULES,
        sample={"people": "1,800", "rule": "Greet whoever joins", "at_most": "200"},
    ),
)
