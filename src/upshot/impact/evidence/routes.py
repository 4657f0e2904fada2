"""The design router as a table: from how people came, to whom, and what is measured, to the estimator or a refusal.

Rows are read from the top and the first that fits decides. Nothing in a `Situation` comes from the
result, so the route cannot be chosen to please.
"""

from dataclasses import dataclass
from typing import Literal

from upshot.impact.design import Assignment, Estimator
from upshot.impact.evidence.rules import BY_CODE

__all__ = ["ROUTES", "Route", "Situation", "panel_estimator", "route"]

KpiType = Literal["mean", "ratio", "count", "binary", "ordinal", "duration"]
Starts = Literal["none", "one", "several"]

FEW_UNITS = 12
"""Independent units below which averages of waves cannot be judged and single teams are matched instead."""
LOT: tuple[Assignment, ...] = ("random", "as-if-random")
NO_LOT: tuple[Assignment, ...] = ("managed", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known of a programme before any result.

    Parameters
    ----------
    assignment
        How people came to it.
    starts
        Number of start dates.
    untreated
        Whether anyone never starts, or starts later than the first.
    periods_before
        Readings before the first start.
    units
        Independent units: people, or teams where teams start as a whole.
    unit
        What they are.
    kpi
        Type of the KPI.
    offered_by_lot
        Whether the offer was drawn by lot, whoever took it up.
    """

    assignment: Assignment
    starts: int = 1
    untreated: bool = True
    periods_before: int = 12
    units: int = 1_000
    unit: Literal["person", "team"] = "person"
    kpi: KpiType = "mean"
    offered_by_lot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row: what it asks for (``None`` asks for nothing) and where it leads.

    Parameters
    ----------
    primary, second
        Method names, as in `Estimate.method`; no ``primary`` is a refusal.
    refusal
        Code of the rule that says why, in `upshot.impact.evidence.rules`; its next step is the
        next best design. With a ``primary`` it is what caps the grade.
    """

    code: str
    assignment: tuple[Assignment, ...] | None = None
    starts: Starts | None = None
    untreated: bool | None = None
    before: bool | None = None
    few: bool | None = None
    kpi: tuple[KpiType, ...] | None = None
    offered_by_lot: bool | None = None
    primary: str | None = None
    second: str | None = None
    refusal: str | None = None
    note: str = ""

    @property
    def next_design(self) -> str:
        """What would make the answer knowable, or better; empty where nothing stands in the way."""
        return BY_CODE[self.refusal].next_step if self.refusal else ""


ROUTES: tuple[Route, ...] = (
    Route(code="nobody-starts", starts="none", refusal="nobody-treated"),
    Route(
        code="offer-by-lot",
        assignment=("voluntary",),
        offered_by_lot=True,
        primary="ancova",
        second="two-stage-least-squares",
        note="Compare by offer (intention to treat); the effect on those who took it up stands beside it.",
    ),
    Route(code="volunteers", assignment=("voluntary",), refusal="volunteers-only"),
    Route(
        code="durations-by-intake",
        kpi=("duration",),
        starts="several",
        primary="rmst-by-intake",
        second="kaplan-meier",
        note="New hires by intake: sites that had started against those still waiting.",
    ),
    Route(
        code="durations",
        kpi=("duration",),
        untreated=True,
        primary="kaplan-meier",
        second="complementary-log-log",
        note="Restricted mean time; spells that have not ended count for as long as they were seen.",
    ),
    Route(
        code="everyone-planned",
        assignment=("everyone",),
        primary=None,
        second="interrupted-time-series",
        refusal="everyone-by-design",
        note="No causal headline; the series' own path is shown, labelled weak.",
    ),
    Route(
        code="everyone-at-once",
        untreated=False,
        starts="one",
        primary=None,
        second="interrupted-time-series",
        refusal="everyone-at-once",
        note="No causal headline; the series' own path is shown, labelled weak.",
    ),
    Route(
        code="lot-once",
        assignment=("random",),
        starts="one",
        before=False,
        primary="ancova",
        second="difference-in-means",
        note="An experiment read once; what was known of people before sharpens it.",
    ),
    Route(
        code="lot-waves-unread-before",
        assignment=("random",),
        before=False,
        primary="roth-santanna",
        second="callaway-santanna",
        refusal="no-balance-test",
        note="A lot needs no earlier readings, but cannot be checked without them.",
    ),
    Route(code="nothing-before", before=False, refusal="no-pre-period"),
    Route(
        code="few-by-lot",
        assignment=("random",),
        few=True,
        primary="roth-santanna",
        second="by-lot",
        refusal="few-units",
        note="The test by lot carries the answer; the interval may be too short.",
    ),
    Route(
        code="few-teams",
        few=True,
        primary="synthetic-did",
        second="synthetic-control",
        note="Each team that started against a mix of teams that did not; placebos judge chance.",
    ),
    Route(
        code="lot-waves",
        assignment=LOT,
        primary="roth-santanna",
        second="callaway-santanna",
        note="One date is one wave: the same engine is then CUPED with its best slope.",
    ),
    Route(
        code="counts",
        assignment=NO_LOT,
        kpi=("count",),
        primary="callaway-santanna",
        second="poisson-etwfe",
        note="The second opinion takes groups to move in parallel per cent, not in parallel steps.",
    ),
    Route(
        code="yes-or-no",
        assignment=NO_LOT,
        kpi=("binary",),
        primary="callaway-santanna",
        second="logit-etwfe",
        note="Percentage points first; log-odds beside them for shares near 0 or 1.",
    ),
    Route(
        code="ratings",
        assignment=NO_LOT,
        kpi=("ordinal",),
        primary="callaway-santanna",
        second="mean-score",
        note="The share of top answers first, the mean score beside it.",
    ),
    Route(
        code="waves",
        assignment=NO_LOT,
        starts="several",
        primary="callaway-santanna",
        second="imputation",
        note="Against those not yet treated, within strata where the plan names them.",
    ),
    Route(
        code="one-date",
        assignment=NO_LOT,
        starts="one",
        untreated=True,
        primary="callaway-santanna",
        second="imputation",
        note="The same engine with one wave.",
    ),
)


def route(situation: Situation) -> Route:
    """The first row that fits.

    Examples
    --------
    >>> route(Situation(assignment="random", starts=4)).primary
    'roth-santanna'
    >>> found = route(Situation(assignment="everyone", untreated=False))
    >>> found.primary, found.refusal, found.next_design.split(";")[0]
    (None, 'everyone-by-design', 'Next time start in waves drawn by lot')
    """
    return next(row for row in ROUTES if _fits(row, situation))


def panel_estimator(assignment: Assignment) -> Estimator:
    """The estimator of a panel of people in waves, from how they came to them alone.

    A design that is refused is still computed, for the analyst, as waves that were not drawn.
    """
    lot = route(Situation(assignment=assignment, starts=2)).primary == "roth-santanna"
    return "roth-santanna" if lot else "callaway-santanna"


def _fits(row: Route, situation: Situation) -> bool:
    starts: Starts = "none" if situation.starts == 0 else "one" if situation.starts == 1 else "several"
    pairs = (
        (row.starts, starts),
        (row.untreated, situation.untreated),
        (row.before, situation.periods_before > 0),
        (row.few, situation.units < FEW_UNITS),
        (row.offered_by_lot, situation.offered_by_lot),
    )
    choices = ((row.assignment, situation.assignment), (row.kpi, situation.kpi))
    return all(wanted is None or wanted == seen for wanted, seen in pairs) and all(
        allowed is None or seen in allowed for allowed, seen in choices
    )
