"""Guardrails: got worse, held, or cannot tell; that nothing was seen is not that nothing is there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.simulated import a_trained_firm, moved

from upshot.impact.estimate import Grade
from upshot.plan.initiatives import Expected
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answers import Answer
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace
from upshot.workspace.guarding import guardrail_of
from upshot.workspace.slicing import slices_of


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Answer]:
    workspace = a_trained_firm(tmp_path_factory.mktemp("firm") / "firm", kpis=moved(-0.1))
    return workspace, answer_initiative(workspace, "coaching")


def a_guardrail(answer: Answer, low: float, high: float, *, margin: float | None = None, **kpi: Any) -> Answer:
    """The answer with another interval, direction and smallest change that matters."""
    estimate = replace(answer.estimate, estimate=(low + high) / 2, conf_low=low, conf_high=high)
    expected = None if margin is None else Expected(kpi="calls", smallest_worth_having=margin)
    return replace(answer, estimate=estimate, expected=expected, kpi=replace(answer.kpi, **kpi))


@pytest.mark.parametrize(
    ("low", "high", "direction", "margin", "verdict"),
    [
        (-3.0, -1.0, "up", None, "got-worse"),
        (1.0, 3.0, "down", 0.5, "got-worse"),
        (-0.4, 0.3, "up", 0.5, "held"),
        (-0.4, 0.3, "down", 0.5, "held"),
        (-0.6, 0.3, "up", 0.5, "cannot-tell"),
        (-0.4, 0.3, "up", None, "cannot-tell"),
        (0.0, 2.0, "up", None, "held"),
        (-0.4, 0.3, "hold-within", 0.5, "held"),
        (0.6, 0.9, "hold-within", 0.5, "got-worse"),
        (-0.6, 0.3, "hold-within", 0.5, "cannot-tell"),
    ],
)
def test_the_verdict_follows_from_the_interval(
    firm: tuple[Workspace, Answer], low: float, high: float, direction: Any, margin: float | None, verdict: str
) -> None:
    found = guardrail_of(a_guardrail(firm[1], low, high, margin=margin, direction=direction))
    assert found.verdict == verdict
    assert found.text


def test_nothing_is_said_of_a_guardrail_that_cannot_be_claimed(firm: tuple[Workspace, Answer]) -> None:
    answer = a_guardrail(firm[1], -3.0, -1.0, direction="up")
    weak = replace(answer.estimate, grade=Grade(letter="D", codes=("weak",), text="Weak."), claimable=False)
    found = guardrail_of(replace(answer, estimate=weak))
    assert (found.verdict, found.effect, found.grade) == ("cannot-tell", None, "D")


def test_findings_hold_every_part_a_page_is_made_from(firm: tuple[Workspace, Answer]) -> None:
    workspace, answer = firm
    tables = slices_of(workspace, answer, ("site",)).facts
    found = findings_of(workspace, answer, slices=tables, guardrails=[answer], hurdle=0.3)
    assert found.value is not None
    assert found.value.hurdle == 0.3
    assert [link.stage for link in found.chain] == ["reach", "learned", "applied", "kpi"]
    assert found.slices == tables
    assert found.persistence is not None
    assert found.sensitivity is not None
    assert [guardrail.kpi for guardrail in found.guardrails] == ["calls"]


def test_a_plan_without_costs_and_values_says_nothing_of_money(tmp_path: Path) -> None:
    workspace = a_trained_firm(tmp_path / "firm", kpi={}, costs=[])
    assert findings_of(workspace, answer_initiative(workspace, "coaching")).value is None
