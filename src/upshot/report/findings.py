"""What a report page needs, and nothing else: the words, the answer and the facts around it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from upshot.impact.estimate import Estimate
from upshot.periods import Grain
from upshot.report.facts import (
    ChainLink,
    CostRow,
    DoseFacts,
    DoseRow,
    GuardrailFacts,
    Persistence,
    PersistencePoint,
    Range,
    SensitivityCurve,
    SensitivityPoint,
    SliceFacts,
    SliceRow,
    ValueFacts,
)

__all__ = [
    "AuditLine",
    "ChainLink",
    "CostRow",
    "DoseFacts",
    "DoseRow",
    "Findings",
    "GuardrailFacts",
    "Measure",
    "Persistence",
    "PersistencePoint",
    "PlanFacts",
    "Range",
    "SensitivityCurve",
    "SensitivityPoint",
    "SliceFacts",
    "SliceRow",
    "ValueFacts",
    "Wave",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The KPI as it is printed.

    Parameters
    ----------
    label
        Name of the KPI, as in the middle of a sentence: ``complaints``, ``win rate``.
    unit
        What one unit is, in the plural, once ``multiplier`` is applied: ``complaints per 100
        officer-months``. Left empty for a proportion, whose levels are printed in per cent and
        whose differences in points.
    form
        ``number`` or ``proportion`` (0.21 is printed as 21 %).
    multiplier
        What a stored value is multiplied by before it is printed; > 0.
    direction
        Which way is better.
    definition
        How the KPI is counted, in a sentence or two.
    """

    label: str
    unit: str = ""
    form: Literal["number", "proportion"] = "number"
    multiplier: float = 1.0
    direction: Literal["up", "down", "hold-within"] = "up"
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One step from the rows that came in to the rows the answer rests on.

    ``people`` counts those left after the step; ``reason`` says why the rest was not kept.
    """

    step: str
    rows_in: int
    rows_kept: int
    people: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One wave of the roll-out: its first period and how many people it was to hold and held.

    ``note`` stands in place of a count that is withheld.
    """

    start: str
    planned: int | None = None
    people: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What the plan said before launch; effects are in stored KPI units.

    ``locked_on`` is ``None`` where no plan was locked before launch.
    """

    promised: float | None = None
    smallest_worth_having: float | None = None
    locked_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything one report page says, gathered before it is written.

    Parameters
    ----------
    organisation, initiative, objective
        Names as people know them.
    question
        The page's first line, as a question.
    measure
        The KPI the answer is about.
    as_of
        Date of the newest reading that went in.
    estimate
        The headline answer; second opinions and naive figures come inside it.
    event_study
        The same comparison by time since start, ``aggregation="event"``, with bands.
    data_notice
        What kind of data this is: real, re-keyed, simulated.
    subject
        What acted, as the subject of a sentence: ``The training``.
    people
        Noun for the units, plural: ``officers``, ``teams``.
    grain
        Length of a period.
    period
        Labels of the first and last period, as in ``upshot.periods.label``.
    audit, waves, plan
        What came in and what was lost, who started when, what was promised.
    method
        Paragraphs that say how it was done; a first one is written from the estimate.
    sources
        Where the data come from and under which licence, a line each.
    next_design
        What would make the answer knowable; where empty, one is chosen from the grade's codes.
    minimum_group
        Groups of fewer people are withheld; 0 where the units are no people (firms, sites).
    lang
        Language of the page's own words (BCP 47).
    value
        What the effect is worth, or why nothing is said.
    chain
        Reach, learned, applied, KPI: how far people got and where the chain broke.
    persistence
        How the effect runs after the start.
    slices
        The effect by role, site and the like; one entry a dimension.
    sensitivity
        How wrong parallel trends may be before the answer changes.
    guardrails
        KPIs that must not get worse.
    dose
        Whether more of it goes with more, where the plan asks.
    """

    organisation: str
    initiative: str
    question: str
    measure: Measure
    as_of: dt.date
    estimate: Estimate
    event_study: Estimate | None = None
    objective: str = ""
    data_notice: str = ""
    subject: str = "The programme"
    people: str = "people"
    grain: Grain = "month"
    period: tuple[str, str] | None = None
    audit: tuple[AuditLine, ...] = ()
    waves: tuple[Wave, ...] = ()
    plan: PlanFacts = field(default_factory=PlanFacts)
    method: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    next_design: str = ""
    minimum_group: int = 5
    lang: str = "en"
    value: ValueFacts | None = None
    chain: tuple[ChainLink, ...] = ()
    persistence: Persistence | None = None
    slices: tuple[SliceFacts, ...] = ()
    sensitivity: SensitivityCurve | None = None
    guardrails: tuple[GuardrailFacts, ...] = ()
    dose: DoseFacts | None = None

    @property
    def letter(self) -> Literal["A", "B", "C", "D"]:
        """The grade; D where none was given."""
        return self.estimate.grade.letter if self.estimate.grade else "D"

    @property
    def refused(self) -> bool:
        """Whether the page must not carry the number in any headline."""
        return self.letter == "D" or not self.estimate.claimable or self.estimate.estimate is None
