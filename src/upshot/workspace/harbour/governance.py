"""Who signed what and when, and what was decided: data to fill the lock, the reviews and the ledger with."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from upshot.plan import Lock, Plan, lock

__all__ = ["DECISIONS", "LOCKED_ON", "SIGNATORIES", "Decision", "Signature", "locked"]

Choice = Literal["keep", "fix", "scale", "stop"]


LOCKED_ON: Mapping[str, dt.date] = {
    "know-your-customer": dt.date(2025, 1, 13),
    "needs-first": dt.date(2025, 4, 14),
    "faster-wrap-up": dt.date(2025, 7, 21),
    "careful-hands": dt.date(2025, 8, 4),
    "leading-well": dt.date(2025, 8, 18),
    "welcome-path": dt.date(2025, 9, 1),
    "calm-on-the-line": dt.date(2025, 9, 29),
    "deal-desk-rule": dt.date(2026, 2, 16),
}
"""Day each initiative's plan was locked, weeks before its first wave; for the deal-desk rule, the diagnosis signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Somebody who signed a plan: the plan's owner key, and their number in the roster."""

    role: str
    person: str


_RETAIL = Signature(role="retail-director", person="H00002")
_SERVICE = Signature(role="service-director", person="H00003")
_OPERATIONS = Signature(role="operations-director", person="H00004")
_BUSINESS = Signature(role="business-director", person="H00005")
_PEOPLE = Signature(role="people-director", person="H00006")
_COMPLIANCE = Signature(role="compliance-officer", person="H00007")
_FINANCE = Signature(role="finance-partner", person="H00008")
_BRANCHES = Signature(role="learning-branches", person="H00009")
_LINES = Signature(role="learning-service", person="H00010")

SIGNATORIES: Mapping[str, tuple[Signature, ...]] = {
    "know-your-customer": (_COMPLIANCE,),
    "needs-first": (_BRANCHES, _RETAIL, _FINANCE),
    "faster-wrap-up": (_LINES, _SERVICE, _FINANCE),
    "careful-hands": (_LINES, _OPERATIONS),
    "leading-well": (_BRANCHES, _PEOPLE),
    "welcome-path": (_LINES, _PEOPLE),
    "calm-on-the-line": (_LINES, _SERVICE),
    "deal-desk-rule": (_BUSINESS, _FINANCE),
}
"""Who signed each plan, the initiative's owner first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision taken at a review.

    Parameters
    ----------
    initiative, on, choice
        What was decided about what, and when.
    by
        Who decided: keys of the plan's owners.
    reason
        Why, in their words.
    next_step
        What was agreed to do.
    """

    initiative: str
    on: dt.date
    choice: Choice
    by: tuple[str, ...]
    reason: str
    next_step: str


DECISIONS: tuple[Decision, ...] = (
    Decision(
        initiative="needs-first",
        on=dt.date(2025, 12, 10),
        choice="keep",
        by=("learning-branches", "retail-director"),
        reason="Two waves in, the branches that started win more than those still waiting, and the effect is still "
        "growing. It is too early to say by how much.",
        next_step="The third wave starts on 2 February as drawn.",
    ),
    Decision(
        initiative="deal-desk-rule",
        on=dt.date(2026, 3, 2),
        choice="stop",
        by=("business-director", "finance-partner"),
        reason="Relationship managers know what a discount costs. Nothing stops them from giving it. A course would "
        "have cost EUR 70,000 and changed nothing.",
        next_step="The deal desk opens on 1 April; discounts above 10 per cent go there.",
    ),
    Decision(
        initiative="know-your-customer",
        on=dt.date(2026, 3, 16),
        choice="keep",
        by=("compliance-officer",),
        reason="The law asks for it, and who has passed and whose certificate lapsed is proven. Whether files are "
        "better because of it cannot be told, as everybody started at once.",
        next_step="The next version starts region by region, in an order drawn by lot.",
    ),
    Decision(
        initiative="faster-wrap-up",
        on=dt.date(2026, 4, 13),
        choice="fix",
        by=("learning-service", "service-director"),
        reason="Calls are shorter, and callers of the teams that started are less content. Some agents type instead of "
        "listening.",
        next_step="The course now says when to stop typing; the third wave starts on 4 May with the new version.",
    ),
    Decision(
        initiative="calm-on-the-line",
        on=dt.date(2026, 5, 11),
        choice="keep",
        by=("learning-service", "service-director"),
        reason="No effect is seen yet, and one worth having is not ruled out.",
        next_step="Decide in October, before anything is spent on a second part.",
    ),
    Decision(
        initiative="welcome-path",
        on=dt.date(2026, 5, 20),
        choice="scale",
        by=("learning-service", "people-director"),
        reason="New colleagues at the first two sites handle their first case alone clearly sooner than before, and "
        "the other sites do not.",
        next_step="All other sites start on 1 July.",
    ),
    Decision(
        initiative="careful-hands",
        on=dt.date(2026, 6, 15),
        choice="fix",
        by=("learning-service", "operations-director"),
        reason="Errors fell, and they fell in teams that have not started as well. The worst teams of one quarter are "
        "rarely the worst of the next, whatever is done.",
        next_step="The next round is drawn by lot among all teams that have not started.",
    ),
    Decision(
        initiative="leading-well",
        on=dt.date(2026, 9, 21),
        choice="fix",
        by=("learning-branches", "people-director"),
        reason="Teams of leads who came are more engaged, and they were on the way up before anybody came.",
        next_step="The next 60 places are offered by lot among all leads who would come.",
    ),
    Decision(
        initiative="calm-on-the-line",
        on=dt.date(2026, 10, 12),
        choice="stop",
        by=("learning-service", "service-director"),
        reason="An effect of one point or more is ruled out. Agents liked the course; callers do not notice it.",
        next_step="Nothing more is spent on it until recorded calls show what callers of the cards line miss.",
    ),
)
"""By date; what is still to be decided on 30 November 2026 is left open."""


def locked(plan: Plan, initiative: str) -> Lock:
    """The lock of an initiative's plan, with what its objectives' KPIs read then.

    Examples
    --------
    >>> from upshot.workspace.harbour import harbour_plan
    >>> found = locked(harbour_plan().plan, "needs-first")
    >>> found.at.isoformat(), found.signatories[0], found.baseline["conversion"]
    ('2025-04-14T09:00:00+00:00', 'learning-branches', 0.211)
    """
    serves = plan.initiative(initiative).serves
    results = [result for name in serves for result in plan.objective(name).key_results]
    return lock(
        plan,
        at=dt.datetime.combine(LOCKED_ON[initiative], dt.time(9), tzinfo=dt.UTC),
        signatories=[signature.role for signature in SIGNATORIES[initiative]],
        baseline={result.kpi: result.baseline for result in results if result.baseline is not None},
    )
