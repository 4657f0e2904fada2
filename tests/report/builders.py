"""Findings of every kind a page must carry: graded A to D, precise, huge, tiny, hostile."""

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import Any, Literal

import numpy as np

from upshot.impact.estimate import (
    Caution,
    CheckResult,
    Estimate,
    Grade,
    Naive,
    OtherEstimate,
    Provenance,
    Relative,
    Term,
)
from upshot.report.findings import AuditLine, Findings, Measure, PlanFacts, Wave
from upshot.report.html import render

GRADE_TEXTS = {
    "A": "64 teams started in an order drawn by lot on 7 January 2026, and every check holds.",
    "B": "The order of the waves is as good as random but not on record, and no plan was locked before launch.",
    "C": "Teams that started early were already a little ahead, and the test could not rule out more.",
    "D": "Everyone started in the same month, so there is nobody to compare with.",
}
GRADE_CODES = {"A": "random-on-record", "B": "as-if-random", "C": "weak-pre-trends", "D": "everyone-at-once"}

COMPLAINTS = Measure(
    label="complaints",
    unit="complaints per 100 officer-months",
    multiplier=100,
    direction="down",
    definition="Complaints filed against an officer in a month, sustained or not, for every 100 officers and months.",
)
WIN_RATE = Measure(
    label="win rate",
    form="proportion",
    direction="up",
    definition="Deals won as a share of new-business deals closed, counted for the person who owns the deal.",
)


def a_grade(letter: Literal["A", "B", "C", "D"]) -> Grade:
    return Grade(letter=letter, codes=(GRADE_CODES[letter],), text=GRADE_TEXTS[letter])


def some_checks(*, failed: bool = False) -> tuple[CheckResult, ...]:
    return (
        CheckResult(
            name="pre-trends",
            status="failed" if failed else "passed",
            text="In the 12 months before, those who started early moved as the others did; the test would have seen "
            "a drift of 0.2 a year.",
            p_value=0.41,
        ),
        CheckResult(name="balance", status="passed", text="Waves differ before the start no more than chance allows."),
        CheckResult(name="few-clusters", status="not_applicable", text="Starts were assigned to people, not to teams."),
        CheckResult(name="spillover", status="informative", text="Partners who started earlier may have passed it on."),
    )


def an_event_study(times: range, *, effect: float = 0.0, se: float = 0.004, seed: int = 1, **changes: Any) -> Estimate:
    """Event-study terms whose noise grows away from the start, as with few late cohorts."""
    noise = np.random.default_rng(seed).normal(size=len(times))
    terms = tuple(
        a_term(e, effect * (e >= 0) + se * _width(e) * float(z) / 2, se * _width(e))
        for e, z in zip(times, noise, strict=True)
    )
    return an_estimate(aggregation="event", terms=terms, **changes)


def _width(event_time: int) -> float:
    return 1.0 + (abs(event_time) / 25) ** 2


def a_term(event_time: int, estimate: float, se: float) -> Term:
    return Term(
        term=f"event_time={event_time}",
        event_time=event_time,
        estimate=estimate,
        std_error=se,
        conf_low=estimate - 1.96 * se,
        conf_high=estimate + 1.96 * se,
        band_low=estimate - 3.1 * se,
        band_high=estimate + 3.1 * se,
        n_units=7785 - 60 * abs(event_time),
    )


def an_estimate(
    letter: Literal["A", "B", "C", "D"] = "B", effect: float = -0.001126981, se: float = 0.002115194, **changes: Any
) -> Estimate:
    """An estimate whose interval and relative effect follow from its effect, error and baseline."""
    baseline = changes.pop("baseline", 0.0449)
    low, high = effect - 1.96 * se, effect + 1.96 * se
    share = (
        Relative(estimate=effect / baseline, conf_low=low / baseline, conf_high=high / baseline) if baseline else None
    )
    given = Estimate(
        method="roth-santanna",
        estimand="att",
        aggregation="simple",
        outcome="complaints",
        level=0.95,
        registration="exploratory",
        n_units=7785,
        n_treated=7785,
        n_periods=72,
        estimate=effect,
        std_error=se,
        conf_low=low,
        conf_high=high,
        p_value=0.594,
        baseline=baseline,
        relative=share,
        checks=some_checks(failed=letter == "D"),
        grade=a_grade(letter),
        claimable=letter != "D",
        provenance=Provenance(
            data_fingerprint="b3f1c4a0" * 8, design_hash="09ac41de" * 8, version="0.1.0", seed=20260101
        ),
    )
    return replace(given, **changes)


def chicago(**changes: Any) -> Findings:
    """The police training as published: no effect that can be seen, and a dashboard that says −29 %."""
    estimate = an_estimate(
        std_error_neyman=0.002119248,
        naive=Naive(
            before_after=-0.0133, before_after_relative=-0.29, treated_vs_rest=-0.0118, treated_vs_rest_relative=-0.262
        ),
        other_estimates=(
            OtherEstimate(
                method="callaway-santanna",
                estimand="att",
                estimate=-0.005176818,
                std_error=0.003929,
                conf_low=-0.012878,
                conf_high=0.002524,
            ),
        ),
        cautions=(
            Caution(
                code="assigned-not-attended", text="Officers were assigned to the course; attendance is not on record."
            ),
        ),
    )
    given = Findings(
        organisation="Chicago Police Department",
        initiative="Procedural justice training",
        objective="Earn the public's trust",
        question="Did procedural-justice training lower complaints?",
        measure=COMPLAINTS,
        as_of=dt.date(2016, 12, 31),
        estimate=estimate,
        event_study=an_event_study(range(-59, 60)),
        data_notice="Real public records; officer numbers were replaced by new ones.",
        subject="The training",
        people="officers",
        period=("2011-01", "2016-12"),
        audit=chicago_audit(),
        waves=chicago_waves(),
        plan=PlanFacts(promised=-0.0046, smallest_worth_having=-0.0023),
        method=("A training date counts from the month whose first day is nearest to it.",),
        sources=("Wood, Tyler and Papachristos (2020); City of Chicago records published by the Invisible Institute",),
    )
    return replace(given, **changes)


def chicago_audit() -> tuple[AuditLine, ...]:
    return (
        AuditLine(step="Readings imported", rows_in=560_740, rows_kept=560_664, people=7_788, reason="76 stood twice"),
        AuditLine(step="People known to the roster", rows_in=560_664, rows_kept=560_664, people=7_788),
        AuditLine(step="Seen every month", rows_in=560_664, rows_kept=560_520, people=7_785, reason="left early"),
    )  # fmt: skip


def chicago_waves() -> tuple[Wave, ...]:
    sizes = np.random.default_rng(7).integers(40, 320, size=48)
    sizes[[5, 30]] = 3, 9
    months = [f"{2012 + i // 12}-{i % 12 + 1:02d}" for i in range(48)]
    return tuple(Wave(start=month, people=int(n)) for month, n in zip(months, sizes, strict=True))


def value_selling(letter: Literal["A", "B", "C", "D"] = "A", **changes: Any) -> Findings:
    """Teams in waves by lot: the win rate rose by 2.1 points."""
    estimate = an_estimate(
        letter,
        0.021,
        0.0061,
        baseline=0.212,
        registration="as-planned",
        outcome="win rate",
        n_units=640,
        n_treated=426,
        n_clusters=64,
        n_periods=24,
        naive=Naive(
            before_after=0.054, before_after_relative=0.26, treated_vs_rest=0.061, treated_vs_rest_relative=0.28
        ),
        other_estimates=(
            OtherEstimate(method="callaway-santanna", estimand="att", estimate=0.019, conf_low=0.006, conf_high=0.032),
        ),
    )
    given = Findings(
        organisation="Harbour",
        initiative="Value selling for account executives",
        objective="Win more of the new-business deals we already pursue",
        question="Did value selling help us win more deals?",
        measure=WIN_RATE,
        as_of=dt.date(2026, 6, 30),
        estimate=estimate,
        event_study=an_event_study(range(-6, 10), effect=0.021, se=0.005, n_units=640),
        data_notice="Simulated: Harbour is not a real firm.",
        subject="The training",
        people="people",
        period=("2024-07", "2026-06"),
        waves=(
            Wave(start="2026-02", planned=211, people=209),
            Wave(start="2026-04", planned=211, people=217),
            Wave(start="2026-06", planned=218, people=214),
        ),
        plan=PlanFacts(promised=0.02, smallest_worth_having=0.01, locked_on=dt.date(2026, 1, 7)),
    )
    return replace(given, **changes)


def refused(**changes: Any) -> Findings:
    """Everyone at once: no answer, and a dashboard that says −18 %."""
    estimate = an_estimate(
        "D",
        registration="as-planned",
        estimate=None,
        std_error=None,
        conf_low=None,
        conf_high=None,
        p_value=None,
        relative=None,
        baseline=None,
        n_units=512,
        n_treated=512,
        n_periods=24,
        naive=Naive(before_after=-0.0081, before_after_relative=-0.18),
    )
    return chicago(
        organisation="Harbour",
        initiative="Careful hands",
        objective="Serve every customer right the first time",
        question="Did Careful hands reduce errors?",
        measure=Measure(
            label="errors",
            unit="errors per 1,000 cases",
            multiplier=1000,
            direction="down",
            definition="Errors found in checks.",
        ),
        estimate=estimate,
        event_study=None,
        data_notice="Simulated: Harbour is not a real firm.",
        people="people",
        plan=PlanFacts(promised=-0.004, locked_on=dt.date(2025, 3, 1)),
        period=("2024-07", "2026-06"),
        as_of=dt.date(2026, 6, 30),
        waves=(),
        audit=(),
        **changes,
    )


def computed_but_refused() -> Findings:
    """Grade D with an estimate: the analyst may open it, no headline carries it."""
    return chicago(estimate=replace(chicago().estimate, grade=a_grade("D"), claimable=False))


def precise_zero() -> Findings:
    return value_selling(
        estimate=an_estimate(
            "A", -0.001, 0.0025, baseline=0.62, registration="as-planned", n_units=4100, n_treated=2800
        )
    )


def of_size(size: float) -> Findings:
    """The same question about a KPI of another order of magnitude."""
    estimate = an_estimate("B", 0.02 * size, 0.007 * size, baseline=size)
    measure = Measure(label="revenue", unit="euros", definition="Invoiced in the month.")
    event = an_event_study(range(-6, 10), effect=0.02 * size, se=0.005 * size)
    return chicago(estimate=estimate, event_study=event, measure=measure, plan=PlanFacts())


def one_term() -> Findings:
    """Nothing before the start, one period after it."""
    return chicago(event_study=an_event_study(range(1)))


def hostile() -> Findings:
    """Names that try to break the page: markup, right-to-left, 300 characters, pictographs, quotes."""
    evil = "<script>alert('x')</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} "
    return chicago(
        organisation=evil,
        initiative="تدريب على العدالة الإجرائية",
        question=("Did " + "Donaudampfschifffahrtsgesellschaft" * 9)[:299] + "?",
        objective=evil,
        subject="The 🚀 " + evil,
        people="officers <b>",
        measure=Measure(label="complaints " + evil, unit="x</svg><script>" + evil, direction="down", definition=evil),
        data_notice=evil,
        method=(evil,),
        sources=(evil,),
        waves=(Wave(start=evil, people=50), Wave(start="'];alert(1)//", people=60)),
        audit=(AuditLine(step=evil, rows_in=10, rows_kept=9, people=9000, reason=evil),),
    )


EVERY_KIND = {
    "chicago": chicago,
    "grade-a": value_selling,
    "grade-c": lambda: value_selling("C"),
    "refused": refused,
    "computed-but-refused": computed_but_refused,
    "precise-zero": precise_zero,
    "huge": lambda: of_size(1e9),
    "tiny": lambda: of_size(1e-7),
    "one-term": one_term,
    "hostile": hostile,
}


@cache
def rendered(kind: str) -> str:
    """The page of one kind; written once for all the tests that read it."""
    return render(EVERY_KIND[kind]())
