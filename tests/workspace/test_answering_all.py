"""Further KPIs as one family, and guardrails that warn without touching number or grade."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.firm import MONTHS, a_firm, level, readings, teams

from upshot.errors import Cancelled
from upshot.plan import Document, parse
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answering_all import Answers, answer_all
from upshot.workspace.folder import Workspace
from upshot.workspace.progress import STAGES, stop_if

STARTS = {"t0": 4, "t1": 4, "t2": 7, "t3": 7}


def also_read(name: str, step: float) -> list[dict[str, Any]]:
    """A second KPI that changes by a step once a team has started."""
    return [
        {
            "kpi": name,
            "person": person,
            "month": month,
            "value": level(3 * number, at) + (step if at >= STARTS.get(team, 99) else 0.0),
        }
        for number, (person, team) in enumerate(teams().items())
        for at, month in enumerate(MONTHS)
    ]


def a_guarded_firm(root: Path, step: float) -> Workspace:
    return a_firm(root, kpis=[*readings(), *also_read("minutes", step)])


def asked(workspace: Workspace, *, expected: list[dict[str, Any]] | None = None, **kpi: Any) -> Document:
    plan = json.loads(workspace.plan().text)
    plan["kpis"].append({"id": "minutes", "type": "mean", "grain": {"entity": "person", "time": "month"}, **kpi})
    plan["initiatives"][0]["expected"] += expected or []
    return parse(json.dumps(plan))


def all_of(workspace: Workspace, document: Document, **options: Any) -> Answers:
    return answer_all(workspace, "coaching", document=document, **options)


RAIL = {"label": "handling time", "direction": "down", "guardrail_for": ["calls"]}


def test_a_guardrail_that_got_worse_is_said_beside_the_answer_and_changes_neither_number_nor_grade(
    tmp_path: Path,
) -> None:
    workspace = a_guarded_firm(tmp_path / "firm", 4.0)
    document = asked(workspace, **RAIL)
    found = all_of(workspace, document)
    alone = answer_initiative(workspace, "coaching", document=document).estimate
    (rail,) = found.guardrails
    assert rail.verdict == "worse"
    assert rail.text.startswith("Handling time got worse")
    told = found.primary.estimate
    assert (told.estimate, told.grade) == (alone.estimate, alone.grade)
    assert [c.text for c in told.cautions if c.code == "guardrail-worse"] == [rail.text]
    assert told.claim == f"{alone.claim} {rail.text}"


def test_a_guardrail_that_held_or_cannot_be_told_leaves_the_answer_as_it_is(tmp_path: Path) -> None:
    better = a_guarded_firm(tmp_path / "better", -3.0)
    found = all_of(better, asked(better, **RAIL))
    assert found.guardrails[0].verdict == "not worse"
    alone = answer_initiative(better, "coaching", document=asked(better, **RAIL)).estimate
    assert found.primary.estimate.claim == alone.claim
    assert "guardrail-worse" not in {c.code for c in found.primary.estimate.cautions}
    unclear = a_guarded_firm(tmp_path / "unclear", 0.0)
    narrow = asked(unclear, expected=[{"kpi": "minutes", "smallest_worth_having": 0.01}], **RAIL)
    assert all_of(unclear, narrow).guardrails[0].verdict == "cannot tell"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"direction": None}, "which way is worse"),
        ({"source": {"kpi": "nothing"}}, "no readings of KPI 'nothing'"),
    ],
)
def test_a_guardrail_that_cannot_be_answered_says_why_and_stops_nothing(
    tmp_path: Path, keys: dict[str, Any], said: str
) -> None:
    workspace = a_guarded_firm(tmp_path / "firm", 4.0)
    rail = {key: value for key, value in {**RAIL, **keys}.items() if value is not None}
    found = all_of(workspace, asked(workspace, **rail))
    assert found.guardrails[0].verdict == "cannot tell"
    assert said in found.guardrails[0].text
    assert found.primary.estimate.estimate is not None


def test_the_margin_of_a_guardrail_is_the_plans_or_a_twentieth_of_its_level(tmp_path: Path) -> None:
    workspace = a_guarded_firm(tmp_path / "firm", -3.0)
    usual = all_of(workspace, asked(workspace, **RAIL)).guardrails[0]
    assert usual.answer is not None
    assert usual.margin == pytest.approx(0.05 * (usual.answer.estimate.baseline or 0.0))
    named = asked(workspace, expected=[{"kpi": "minutes", "smallest_worth_having": 2}], **RAIL)
    found = all_of(workspace, named)
    assert found.guardrails[0].margin == 2
    assert found.secondary == ()


def test_further_kpis_are_judged_as_one_family_with_the_primary(tmp_path: Path) -> None:
    workspace = a_guarded_firm(tmp_path / "firm", 4.0)
    found = all_of(workspace, asked(workspace, expected=[{"kpi": "minutes"}], direction="up"))
    (other,) = found.secondary
    assert found.guardrails == ()
    assert other.answer is not None
    assert other.adjusted is not None
    assert other.adjusted.p_holm is not None
    assert other.answer.estimate.p_value is not None
    assert other.adjusted.p_holm == pytest.approx(min(1.0, 2 * other.answer.estimate.p_value))
    assert found.family is not None
    assert other.adjusted.conf_low is not None
    assert other.answer.estimate.conf_low is not None
    assert other.adjusted.conf_low < other.answer.estimate.conf_low


def test_stages_are_counted_over_all_answers_and_any_of_them_can_be_stopped(tmp_path: Path) -> None:
    workspace = a_guarded_firm(tmp_path / "firm", 4.0)
    told: list[tuple[int, int]] = []
    all_of(workspace, asked(workspace, **RAIL), progress=lambda _, done, of: told.append((done, of)))
    assert told == [(at, 2 * len(STAGES)) for at in range(2 * len(STAGES) + 1)]
    seen: list[int] = []

    def progress(what: str, done: int, of: int) -> None:
        seen.append(done)
        stop_if(lambda: done == len(STAGES) + 2)(what, done, of)

    with pytest.raises(Cancelled):
        all_of(workspace, asked(workspace, **RAIL), progress=progress)
    assert seen[-1] == len(STAGES) + 2
