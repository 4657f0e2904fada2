"""The guided tour of the demonstration: once around the loop, each step on the page where it happens."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["SESSION", "STEPS", "Step", "address", "step_number"]

SESSION = "tour"
"""Where a session keeps the number of its step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stop of the tour.

    Parameters
    ----------
    part
        In which part of the demonstration it is seen.
    route, key
        The page, and the initiative it is about where it is about one.
    title, look
        What happens here, and what to look at.
    """

    part: str
    route: str
    key: str = ""
    title: str | Promise
    look: str | Promise


STEPS: tuple[Step, ...] = (
    Step(
        part="leader",
        route="objectives",
        title=_("It begins with what the business wants"),
        look=_("Each objective with the KPI it is read by, and the learning that serves it. One has none yet."),
    ),
    Step(
        part="leader",
        route="plan",
        title=_("What is promised is a document"),
        look=_("The plan says who learns what, what should change, by how much, and how that will be seen."),
    ),
    Step(
        part="leader",
        route="promise",
        key="needs-first",
        title=_("The promise is signed and locked before anybody starts"),
        look=_("Sponsor, finance and works council signed this wording in April 2025. A later change is an amendment."),
    ),
    Step(
        part="leader",
        route="rollout",
        key="needs-first",
        title=_("Teams start in waves, in an order drawn by lot"),
        look=_("Those who still wait are the comparison. That is why the answer can name a cause."),
    ),
    Step(
        part="leader",
        route="impact",
        key="needs-first",
        title=_("The answer is a sentence with a grade"),
        look=_("Look at the range in brackets, at what grade A rests on, and at what a dashboard would have said."),
    ),
    Step(
        part="leader",
        route="impact",
        key="careful-hands",
        title=_("Where nothing can be told, it says so"),
        look=_(
            "Errors fell, but the worst teams were trained first and would have improved anyway. No effect is named."
        ),
    ),
    Step(
        part="leader",
        route="value",
        key="needs-first",
        title=_("Money comes last, with its range"),
        look=_("What it cost, what it is worth by a value finance agreed to, and how sure that is."),
    ),
    Step(
        part="leader",
        route="reviews",
        title=_("Somebody decides: keep, fix, scale or stop"),
        look=_("A review of Needs-first conversations is due on 30 November. Its pack is ready."),
    ),
    Step(
        part="leader",
        route="ledger",
        title=_("Promise, result and decision stay in the ledger"),
        look=_("Entries are only added, and each is sealed with the one before. See how good past promises were."),
    ),
    Step(
        part="manager",
        route="team",
        title=_("A manager sees why, who and when"),
        look=_("Names with taking part, never with scores or results. Three things to ask this week."),
    ),
    Step(
        part="learner",
        route="learning",
        title=_("A learner sees what is next, and why it is theirs"),
        look=_("Nobody is compared with others. Below stands what is recorded, and who looked at it."),
    ),
    Step(
        part="council",
        route="access-log",
        title=_("Every look at personal data is written down"),
        look=_("The works council reads who looked at whose data, and for what. Small groups are never shown."),
    ),
)
"""Once around the loop."""


def address(step: Step, org: str) -> str | None:
    """Where a step happens; ``None`` where the product has no such page."""
    more = {"key": step.key} if step.key else {}
    try:
        return reverse(step.route, kwargs={"org": org, **more})
    except NoReverseMatch:
        return None


def step_number(value: object) -> int:
    """A number of a step, from 1, or 0 for none."""
    try:
        number = int(str(value))
    except ValueError:
        return 0
    return number if 1 <= number <= len(STEPS) else 0
