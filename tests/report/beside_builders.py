"""Findings with all that may stand beside an answer: value, chain, slices, lasting, dose, sensitivity, guardrails."""

import datetime as dt
from dataclasses import replace
from typing import Any

from tests.report.builders import value_selling

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
from upshot.report.findings import Findings


def a_value(**changes: Any) -> ValueFacts:
    given = ValueFacts(
        currency="EUR",
        costs=(
            CostRow(item="Course fees", kind="fixed", planned=80_000, actual=84_500, counted=84_500),
            CostRow(
                item="People's time", kind="time", planned=41_000, hours=820, counted=41_000, note="not yet reported"
            ),
        ),
        planned_total=121_000,
        actual_total=84_500,
        cost=Range(estimate=125_500),
        benefit=Range(estimate=930_000, low=400_000, high=1_460_000),
        net=Range(estimate=804_500, low=274_500, high=1_334_500),
        roi=Range(estimate=6.41, low=2.19, high=10.63),
        break_even=Range(estimate=0.0028),
        hurdle=0.25,
        chance_above_hurdle=0.993,
        chance_of_profit=0.997,
        value_per_unit=31_000,
        per="a point of win rate and year",
        agreed_by="the finance director",
        agreed_on=dt.date(2025, 12, 3),
        text="The training was worth EUR 804,500 more than it cost (274,500 to 1,334,500).",
        assumptions=("Benefits of the first year only.",),
    )
    return replace(given, **changes)


def a_dose(**changes: Any) -> DoseFacts:
    rows = (
        DoseRow(group="none", people=40, dose=0.0, effect=Range(estimate=0.001, low=-0.012, high=0.014)),
        DoseRow(group="part-1", people=130, dose=35.0, effect=Range(estimate=0.015, low=0.003, high=0.027)),
        DoseRow(group="part-2", people=128, dose=90.0, effect=Range(estimate=0.031, low=0.018, high=0.044)),
        DoseRow(group="unknown", people=12),
    )
    given = DoseFacts(
        by="minutes",
        rows=rows,
        slope=Range(estimate=0.0003, low=0.0001, high=0.0005),
        cautions=("People chose their dose.",),
    )
    return replace(given, **changes)


def some_slices() -> tuple[SliceFacts, ...]:
    rows = (
        SliceRow(
            label="North",
            people=210,
            estimate=Range(estimate=0.027, low=0.009, high=0.045),
            shrunken=Range(estimate=0.024, low=0.010, high=0.038),
        ),
        SliceRow(label="South", withheld="fewer than 5 people"),
    )
    return (SliceFacts(dimension="region", rows=rows, note="2 slices were looked at; one of 20 stands out by chance."),)


def a_chain() -> tuple[ChainLink, ...]:
    return (
        ChainLink(stage="reach", title="Started", value=426, of=640, share=426 / 640, people=640),
        ChainLink(
            stage="applied", title="Used at work", value=190, of=426, share=190 / 426, broke=True, note="Few did."
        ),
        ChainLink(stage="kpi", title="win rate", value=0.021, interval=Range(estimate=0.021, low=0.009, high=0.033)),
    )


def with_everything(**changes: Any) -> Findings:
    """A grade A answer with every part beside it known."""
    points = tuple(
        PersistencePoint(event_time=time, effect=Range(estimate=0.02, low=0.01, high=0.03)) for time in range(3)
    )
    given = value_selling(
        value=a_value(),
        chain=a_chain(),
        slices=some_slices(),
        persistence=Persistence(points=points, periods_counted=12, text="Over 9 months the effect did not fade."),
        sensitivity=SensitivityCurve(
            points=(SensitivityPoint(m=0.0, low=0.009, high=0.033), SensitivityPoint(m=1.5, low=-0.001, high=0.043)),
            breakdown=1.4,
            text="It holds unless trends differed by 1.4 times what was seen before.",
        ),
        guardrails=(
            GuardrailFacts(
                kpi="satisfaction",
                label="satisfaction",
                unit="points",
                effect=Range(estimate=-2.0, low=-3.1, high=-0.9),
                grade="A",
                verdict="got-worse",
                text="Satisfaction fell by 2.0 points (0.9 to 3.1).",
            ),
        ),
        dose=a_dose(),
    )
    return replace(given, **changes)
