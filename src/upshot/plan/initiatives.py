"""What is done about it: an initiative from diagnosis to reviews, with its design, waves and audience."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, Self

from upshot.plan.expression import Expression
from upshot.plan.objectives import Id
from upshot.plan.practice import Recertify, Step
from upshot.plan.support import Cost, Manager, Notify, Review, Support
from upshot.plan.values import AtLeast, Between, Duration, Matches

__all__ = [
    "Action",
    "Assign",
    "Assumption",
    "Audience",
    "Diagnosis",
    "Dose",
    "DoseMeasure",
    "Expected",
    "FirstTreated",
    "Hypothesis",
    "Initiative",
    "PlannedDesign",
    "Records",
    "Wave",
    "Window",
]

Assign = Literal["random-by-team", "random-by-person", "as-if-random", "managed", "voluntary", "everyone", "unknown"]
Cause = Literal["environment", "knowledge", "skill", "motivation"]
_TAKING_PART = frozenset({"module", "scenario", "session"})
TimeGrain = Literal["day", "week", "month", "quarter", "year"]
DoseMeasure = Literal["minutes", "share", "mastery", "applied"]


Link = Annotated[
    str, Matches(r"(activity|behaviour|kpi|objective)/.+", "activity/…, behaviour/…, kpi/… or objective/…")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Is training the answer? Why people do not do it today."""

    observed: Annotated[str | None, "What was seen at work."] = None
    because: Annotated[tuple[Cause, ...], "Why: environment, knowledge, skill or motivation."] = ()
    not_training: Annotated[tuple[str, ...], "What else must change; may be the whole answer."] = ()
    verdict: Annotated[
        Literal["training", "no-training"],
        "`no-training` ends the plan here: hypothesis and audience are then not needed.",
    ] = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What people will do differently at work."""

    text: Annotated[str, "Who does what, so that somebody could see it."]
    id: Annotated[Id | None, "Name the chain refers to."] = None
    seen_by: Annotated[tuple[str, ...], "Who or what would see it; without one it cannot be observed."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Something that must hold for the hypothesis to work."""

    text: Annotated[str, "What must hold."]
    id: Annotated[Id | None, "Name of the assumption."] = None
    check: Annotated[str | None, "How one will see whether it holds."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """The theory of change in one sentence, and its chain."""

    if_: Annotated[str, "What we do."]
    then: Annotated[str, "What changes, with a number."]
    because: Annotated[str | None, "Why we believe it."] = None
    assumptions: Annotated[tuple[Assumption, ...], "What must hold."] = ()
    chain: Annotated[
        tuple[Link, ...],
        "Links from activity to result: `activity/<step>`, `behaviour/<competency or action>`, `kpi/<kpi>`.",
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the initiative is expected to do to one KPI; the first entry is the primary KPI."""

    kpi: Annotated[str, "Id of the KPI."]
    effect: Annotated[float | None, "Expected change, in the KPI's unit, with its sign."] = None
    by: Annotated[dt.date | None, "Day by which it is promised; default that of the objective's key result."] = None
    lag: Annotated[Duration | None, "Time from the start until it can show; default none."] = None
    ramp: Annotated[Duration | None, "Time from then until it is full; default none."] = None
    smallest_worth_having: Annotated[
        float | None, AtLeast(0), "Smallest change worth the cost, in the KPI's unit, without a sign."
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom the initiative is for."""

    where: Annotated[Expression | None, "Who is in, as an expression; default everyone."] = None
    exclude: Annotated[Expression | None, "Who of them is left out, as an expression; default nobody."] = None
    expected_size: Annotated[int | None, AtLeast(1), "How many people that is expected to be."] = None
    moved: Annotated[
        Literal["pause", "withdraw", "keep"],
        "What becomes of the path of somebody who leaves the audience on the way; nothing they did is lost.",
    ] = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTreated:
    """From when somebody counts as started."""

    from_: Annotated[
        Literal["wave", "completion"] | None,
        "The start of the person's wave, or the first record that counts; default `wave` when waves are listed.",
    ] = None
    round: Annotated[
        Literal["nearest", "floor", "next"],
        "Which period a date belongs to: the nearest start, the one it falls in, or the next to begin.",
    ] = "nearest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How many periods around the start are looked at."""

    before: Annotated[int | None, AtLeast(1), "Periods before the start; default all there are."] = None
    after: Annotated[int | None, AtLeast(0), "Periods after the first; default all there are."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How much of it each person took: a second, weaker reading that never changes the grade of the answer."""

    by: Annotated[
        DoseMeasure,
        "`minutes` on record, `share` of the steps asked for, `mastery` from 0 to 1 by first attempts, or whether it "
        "was `applied` at work.",
    ]
    steps: Annotated[tuple[str, ...], "Ids of the steps that count; default the whole path."] = ()
    competency: Annotated[
        str | None, "For `mastery`: the competency that scenarios measured, in place of the steps' own scores."
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDesign:
    """How the effect will be found, fixed before the data are seen."""

    assign: Annotated[Assign, "How people come to the initiative."] = "unknown"
    seed: Annotated[int | None, AtLeast(0), "Seed of the lot that draws the waves."] = None
    compare: Annotated[
        Literal["not-yet-started", "never-started", "none"], "Whom those who started are compared with."
    ] = "not-yet-started"
    period: Annotated[TimeGrain, "Length of one period of the panel."] = "month"
    first_treated: Annotated[FirstTreated, "From when somebody counts as started."] = FirstTreated()
    anticipation: Annotated[int, AtLeast(0), "Periods before the start in which people may already react."] = 0
    window: Annotated[Window, "How many periods around the start are looked at."] = Window()
    strata: Annotated[tuple[str, ...], "People's fields or dimensions within which people are compared."] = ()
    cluster: Annotated[
        str | None, "Field that errors are grouped by; default `team` for `random-by-team`, otherwise the person."
    ] = None
    weights: Annotated[
        str | None, "People's field with each person's sampling weight, above 0; default everyone counts alike."
    ] = None
    level: Annotated[float, Between(0.5, 0.999), "Confidence level of the intervals."] = 0.95
    dose: Annotated[Dose | None, "How much of it each person took; default the answer does not ask."] = None

    def resolved(self) -> Self:
        """The same design with the cluster written in."""
        return replace(self, cluster=self.cluster or ("team" if self.assign == "random-by-team" else None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A group that starts on the same day."""

    id: Annotated[Id, "Name of the wave."]
    start: Annotated[dt.date, "The day the wave starts."]
    share: Annotated[
        float | None,
        Between(0, 1, above=True),
        "Part of the audience, drawn by lot; default an equal part of what other waves leave.",
    ] = None
    where: Annotated[Expression | None, "Who is in the wave, as an expression; beside a share, whom a lot drew."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Which learning records count as having taken part."""

    activities: Annotated[
        tuple[str, ...],
        "Ids or titles of activities in the learning records; default every `ref` of the path's modules, "
        "scenarios and sessions, or the initiative's id and title when there is none.",
    ] = ()
    verbs: Annotated[tuple[str, ...], "What the record must say."] = ("completed", "passed")
    take: Annotated[Literal["first", "last"], "Which record counts when there are several."] = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative:
    """What is done about an objective."""

    id: Annotated[Id, "Name of the initiative, as commands use it."]
    title: Annotated[str | None, "How it is printed; default the id."] = None
    serves: Annotated[tuple[str, ...], "Ids of the objectives it serves."] = ()
    owner: Annotated[str | None, "Who runs it: a key of `owners`."] = None
    sponsor: Annotated[str | None, "Who pays for it: a key of `owners`."] = None
    diagnosis: Annotated[Diagnosis | None, "Is training the answer? Why people do not do it today."] = None
    actions: Annotated[tuple[Action, ...], "What people will do differently at work."] = ()
    hypothesis: Annotated[Hypothesis | None, "The theory of change. Needed, unless the verdict is `no-training`."] = (
        None
    )
    expected: Annotated[tuple[Expected, ...], "What it should do to which KPI; the first is the primary one."] = ()
    audience: Annotated[Audience, "Whom it is for. Needed, unless the verdict is `no-training`."] = Audience()
    design: Annotated[PlannedDesign, "How the effect will be found."] = PlannedDesign()
    waves: Annotated[tuple[Wave, ...], "Who starts when; default everyone on the record's own date."] = ()
    records: Annotated[Records, "Which learning records count as having taken part."] = Records()
    path: Annotated[tuple[Step, ...], "The role path."] = ()
    recertify: Annotated[Recertify | None, "When people must renew it; default never."] = None
    manager: Annotated[Manager | None, "What is asked of managers; default nothing."] = None
    support: Annotated[
        Support | None, "What of another initiative's support is tried here, wave by wave; default nothing."
    ] = None
    notify: Annotated[Notify, "How and when people are written to."] = field(default_factory=Notify)
    costs: Annotated[tuple[Cost, ...], "What it costs."] = ()
    stop_if: Annotated[str | None, "The decision rule: when it is stopped."] = None
    reviews: Annotated[tuple[Review, ...], "When it is decided on."] = ()

    @property
    def is_training(self) -> bool:
        """False when the diagnosis ended in 'no training'."""
        return self.diagnosis is None or self.diagnosis.verdict == "training"

    def resolved(self) -> Self:
        """The same initiative with the defaults that depend on other keys written in."""
        title = self.title or self.id
        refs = tuple(dict.fromkeys(step.ref for step in self.path if step.ref and step.kind in _TAKING_PART))
        activities = self.records.activities or refs or tuple(dict.fromkeys((self.id, title)))
        start = self.design.first_treated
        counted = start.from_ or ("wave" if self.waves else "completion")
        return replace(
            self,
            title=title,
            waves=_with_shares(self.waves),
            records=replace(self.records, activities=activities),
            design=replace(self.design, first_treated=replace(start, from_=counted)),
        )


def _with_shares(waves: tuple[Wave, ...]) -> tuple[Wave, ...]:
    """Give waves without a share an equal part of what is left; nothing when nothing is left."""
    open_ = [wave for wave in waves if wave.share is None and wave.where is None]
    left = 1 - sum(wave.share or 0 for wave in waves)
    if not open_ or left <= 0 or any(wave.where is not None for wave in waves):
        return waves
    part = round(left / len(open_), 12)
    return tuple(replace(wave, share=part) if wave in open_ else wave for wave in waves)
