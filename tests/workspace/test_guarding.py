"""Guardrails on a page: the verdict as judged, and nothing of a handful of people."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.simulated import a_trained_firm, moved

from upshot.impact.estimate import Grade
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answering_all import Guardrail
from upshot.workspace.answers import Answer
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace
from upshot.workspace.guarding import guardrail_of
from upshot.workspace.slicing import slices_of


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Answer]:
    workspace = a_trained_firm(tmp_path_factory.mktemp("firm") / "firm", kpis=moved(-0.1))
    return workspace, answer_initiative(workspace, "coaching")


def a_guardrail(answer: Answer, verdict: Any = "worse") -> Guardrail:
    return Guardrail(kpi=answer.kpi, verdict=verdict, text="Calls got worse.", answer=answer)


@pytest.mark.parametrize(
    ("judged", "printed"), [("worse", "got-worse"), ("not worse", "held"), ("cannot tell", "cannot-tell")]
)
def test_the_verdict_and_the_effect_are_those_of_its_own_answer(
    firm: tuple[Workspace, Answer], judged: str, printed: str
) -> None:
    answer = firm[1]
    found = guardrail_of(a_guardrail(answer, judged))
    assert (found.verdict, found.text, found.grade) == (printed, "Calls got worse.", "B")
    assert found.effect is not None
    assert found.effect.estimate == answer.estimate.estimate


def test_one_that_could_not_be_answered_cannot_be_told(firm: tuple[Workspace, Answer]) -> None:
    found = guardrail_of(Guardrail(kpi=firm[1].kpi, verdict="cannot tell", text="No readings."))
    assert (found.verdict, found.effect, found.grade, found.text) == ("cannot-tell", None, None, "No readings.")


def test_an_effect_that_cannot_be_claimed_is_not_printed(firm: tuple[Workspace, Answer]) -> None:
    answer = firm[1]
    weak = replace(answer.estimate, grade=Grade(letter="D", codes=("weak",), text="Weak."), claimable=False)
    found = guardrail_of(a_guardrail(replace(answer, estimate=weak), "cannot tell"))
    assert (found.verdict, found.effect, found.grade) == ("cannot-tell", None, "D")


def test_nothing_is_said_of_a_handful_of_people(firm: tuple[Workspace, Answer]) -> None:
    answer = replace(firm[1], kpi=replace(firm[1].kpi, min_cell=40))
    found = guardrail_of(a_guardrail(answer))
    assert (found.verdict, found.effect) == ("cannot-tell", None)
    assert "fewer than 40 people" in found.text


def test_findings_hold_every_part_a_page_is_made_from(firm: tuple[Workspace, Answer]) -> None:
    workspace, answer = firm
    tables = slices_of(workspace, answer, ("site",)).facts
    found = findings_of(workspace, answer, slices=tables, guardrails=[a_guardrail(answer)], hurdle=0.3)
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
