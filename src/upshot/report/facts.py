"""What may stand beside an answer, as records: value, slices, persistence, sensitivity, guardrails, the chain."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ChainLink",
    "CostRow",
    "DoseFacts",
    "DoseRow",
    "GuardrailFacts",
    "Persistence",
    "PersistencePoint",
    "Range",
    "SensitivityCurve",
    "SensitivityPoint",
    "SliceFacts",
    "SliceRow",
    "Stage",
    "ValueFacts",
    "Verdict",
]

Stage = Literal["reach", "learned", "applied", "kpi"]
Verdict = Literal["held", "got-worse", "cannot-tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number and its interval; an end is absent where it has no bound, both where none is known or it is exact."""

    estimate: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One line of cost, planned and actual side by side.

    Parameters
    ----------
    item
        As the plan, or whoever entered it, names it.
    kind
        ``fixed``, ``per-person`` or ``time``.
    planned, actual
        Money in the plan's currency; absent where not known.
    hours
        Hours of people's time, for ``time``.
    counted
        What the total takes: the actual where it is known, the planned otherwise; absent where neither is.
    note
        How the number came about, or why it is absent, in words.
    """

    item: str
    kind: Literal["fixed", "per-person", "time"]
    planned: float | None = None
    actual: float | None = None
    hours: float | None = None
    counted: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFacts:
    """What the effect is worth, or why nothing is said; money in ``currency``, shares as 0.42 for 42 %.

    Parameters
    ----------
    currency
        Three letters.
    costs
        Every line, in the plan's order, then lines only the actuals name.
    planned_total, actual_total
        Sums of the planned and of the actual lines that are known; absent where none is.
    cost
        The total that is counted; absent where a line has neither a planned nor an actual amount.
    benefit, net, roi, bcr
        Over the first year; absent where ``withheld`` says why. ``roi`` is net / cost, ``bcr`` benefit / cost.
    payback_periods
        Periods of the panel's grain until benefits have paid the costs; absent if never within the first year.
    break_even
        Mean effect per unit and period, in stored KPI units with its sign (negative where down is
        better), at which benefit equals cost. Shown whatever the grade.
    hurdle
        ROI that must be beaten, 0.25 for 25 %.
    chance_above_hurdle, chance_of_profit
        P(ROI > hurdle) and P(ROI > 0).
    share
        Share of the first year during which the effect lasted.
    value_per_unit, per, agreed_by, agreed_on, source
        What one KPI unit is worth and where that comes from.
    units
        People (or teams) whose effect is counted.
    level
        Of every interval.
    text
        The headline in one sentence; empty where withheld.
    assumptions
        Everything the numbers rest on, a sentence each.
    withheld
        Why there is no ROI; empty where there is one.
    """

    currency: str
    costs: tuple[CostRow, ...] = ()
    planned_total: float | None = None
    actual_total: float | None = None
    cost: Range | None = None
    benefit: Range | None = None
    net: Range | None = None
    roi: Range | None = None
    bcr: Range | None = None
    payback_periods: Range | None = None
    break_even: Range | None = None
    hurdle: float = 0.0
    chance_above_hurdle: float | None = None
    chance_of_profit: float | None = None
    share: Range | None = None
    value_per_unit: float | None = None
    per: str = ""
    agreed_by: str = ""
    agreed_on: dt.date | None = None
    source: str = ""
    units: int | None = None
    level: float = 0.95
    text: str = ""
    assumptions: tuple[str, ...] = ()
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow:
    """One slice; with a ``withheld`` reason every number is absent.

    Parameters
    ----------
    label
        Its value of the dimension, as recorded.
    people
        People in it.
    estimate
        The slice alone, in stored KPI units.
    shrunken
        Pulled towards the slices' mean as far as its noise demands: the figure to print.
    withheld
        Why nothing is shown.
    """

    label: str
    people: int | None = None
    estimate: Range | None = None
    shrunken: Range | None = None
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFacts:
    """The effect by one dimension, rows in order of their label and never of their effect.

    Parameters
    ----------
    dimension
        Column the people are sliced by: ``role``, ``site``.
    rows
        Every slice, withheld ones by name only.
    overall
        The shown slices' common mean.
    differ_p_value
        Of the test that all shown slices have one effect; absent with fewer than two.
    note
        How many were looked at and what that means for reading a single one.
    withheld
        Why the whole table is not shown; then there are no rows.
    """

    dimension: str
    rows: tuple[SliceRow, ...] = ()
    overall: Range | None = None
    differ_p_value: float | None = None
    note: str = ""
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One stage from invitation to KPI, with where its number comes from.

    Parameters
    ----------
    stage
        ``reach`` (audience to started), ``learned`` (started to completed or passed), ``applied``
        (completed to used at work), ``kpi`` (the effect).
    title
        The stage in a word or two.
    value, of
        People who got so far, out of those of the stage before; for ``kpi`` the effect in stored
        KPI units and no ``of``. Absent where unknown or withheld.
    share
        ``value / of``; for ``kpi`` absent.
    interval
        For ``kpi``: the effect and its interval, absent where no claim is made.
    people
        People the stage speaks about.
    grade
        For ``kpi``: the letter.
    definition
        What is counted, in a sentence.
    as_of
        Date of the newest record counted.
    source
        Which records it comes from.
    broke
        Whether the chain broke here: the first stage that fell short of what the next one needs.
    note
        Why it broke, what is not known, or why a number is withheld; in words that claim no cause.
    """

    stage: Stage
    title: str
    value: float | None = None
    of: float | None = None
    share: float | None = None
    interval: Range | None = None
    people: int | None = None
    grade: Literal["A", "B", "C", "D"] | None = None
    definition: str = ""
    as_of: dt.date | None = None
    source: str = ""
    broke: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersistencePoint:
    """The effect ``event_time`` periods after the start, in stored KPI units."""

    event_time: int
    effect: Range
    people: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How the effect runs after the start, and whether it fades.

    Parameters
    ----------
    points
        From the start on, in order.
    grain
        Length of a period: ``month``.
    half_life
        Periods in which the effect halves, with its interval; absent where it does not fade or
        the data cannot tell.
    share
        Share of the first year during which the effect lasted; periods nobody has seen count as none.
    periods_seen, periods_counted
        Periods since start with an estimate, and periods of the first year.
    text
        What the points say, in a sentence.
    """

    points: tuple[PersistencePoint, ...] = ()
    grain: str = "month"
    half_life: Range | None = None
    share: Range | None = None
    periods_seen: int = 0
    periods_counted: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityPoint:
    """The interval that holds if trends went apart after launch by ``m`` times the most they did before."""

    m: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityCurve:
    """How wrong parallel trends may be before the answer changes (Rambachan & Roth 2023).

    Parameters
    ----------
    points
        In order of ``m``, from 0; an end is absent where it has no bound.
    breakdown
        The largest ``m`` at which the interval still excludes zero; absent where it includes zero
        at 0 already, or where it excludes zero at every ``m`` tried.
    level
        Of the intervals.
    event_time
        Periods since start the interval is about; absent for the average.
    text
        What the breakdown value says, in a sentence.
    """

    points: tuple[SensitivityPoint, ...] = ()
    breakdown: float | None = None
    level: float = 0.95
    event_time: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailFacts:
    """A KPI that must not get worse while the main one improves.

    Parameters
    ----------
    kpi, label, unit
        Its id, its name in the middle of a sentence, and what one unit is.
    direction
        Which way is better.
    effect
        In stored KPI units; absent where nothing may be said.
    grade
        Of the guardrail's own answer.
    verdict
        ``held``, ``got-worse`` or ``cannot-tell``.
    text
        The same in a sentence.
    """

    kpi: str
    label: str
    unit: str = ""
    direction: Literal["up", "down", "hold-within"] = "up"
    effect: Range | None = None
    grade: Literal["A", "B", "C", "D"] | None = None
    verdict: Verdict = "cannot-tell"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRow:
    """People who took about the same dose; with a ``withheld`` reason every number is absent.

    Parameters
    ----------
    group
        ``none``, ``part-1`` … in order of the dose, ``waived`` or ``unknown``.
    people
        People in it who started within the readings.
    dose
        Their mean: minutes, or a share from 0 to 1.
    effect
        Of this dose on those who took it, against people not yet started, in stored KPI units.
    """

    group: str
    people: int | None = None
    dose: float | None = None
    effect: Range | None = None
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseFacts:
    """Whether more of it goes with more: a second reading, weaker than the answer, whose grade it never changes.

    Parameters
    ----------
    by
        What the dose is.
    about
        Titles of the steps it is counted over, or the competency; empty for the whole path.
    rows
        In order of the dose; then the waived, and those whose dose is not known.
    slope
        Change for one unit of dose (a minute, the whole path, full mastery, use at work), in stored KPI units.
    level
        Of every interval.
    cautions
        What this reading assumes.
    withheld
        Why no number is shown; the rows then hold people at most.
    """

    by: Literal["minutes", "share", "mastery", "applied"]
    about: tuple[str, ...] = ()
    rows: tuple[DoseRow, ...] = ()
    slope: Range | None = None
    level: float = 0.95
    cautions: tuple[str, ...] = ()
    withheld: str = ""
