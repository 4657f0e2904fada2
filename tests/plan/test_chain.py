"""The chain as stages and as text."""

from tests.plan.builders import a_plan, as_text, example

from upshot.plan import parse
from upshot.plan.chain import chain, chain_text


def test_the_chain_runs_from_cost_to_objective_in_at_most_100_columns() -> None:
    plan = parse(example()).plan
    text = chain_text(plan, plan.initiatives[0])
    stages = [stage.title for stage in chain(plan, plan.initiatives[0])]
    assert stages == ["Cost", "Path", "Behaviour", "KPI", "Objective"]
    assert [text.index(f"┌─ {title} ") for title in stages] == sorted(text.index(f"┌─ {title} ") for title in stages)
    assert max(map(len, text.splitlines())) == 100
    assert "EUR 62,080 and 2,027 hours without a rate" in text
    assert "expected +2 points · from 8 weeks after the start" in text
    assert "21.2 % → 24.5 % by 31 December 2026" in text


def test_every_box_is_closed_on_both_sides() -> None:
    plan = parse(example()).plan
    lines = [line for line in chain_text(plan, plan.initiatives[0]).splitlines()[1:] if not line.startswith("    ▼")]
    assert all((line[0], line[-1]) in {("┌", "┐"), ("│", "│"), ("└", "┘")} and len(line) == 100 for line in lines)


def test_an_empty_stage_says_what_is_missing() -> None:
    plan = parse(as_text(a_plan())).plan
    text = chain_text(plan, plan.initiatives[0])
    assert "— No path is planned." in text
    assert "— No action at work is named, so a change cannot be observed." in text


def test_a_long_word_stays_inside_its_box() -> None:
    plan = parse(as_text(a_plan(objectives=[{"id": "calm", "statement": "x" * 300}]))).plan
    assert max(map(len, chain_text(plan, plan.initiatives[0]).splitlines())) == 100


def test_no_training_is_drawn_as_an_answer() -> None:
    diagnosis = {
        "observed": "discounts",
        "because": ["environment"],
        "not_training": ["a rule"],
        "verdict": "no-training",
    }
    plan = parse(as_text(a_plan(initiatives=[{"id": "rule", "serves": ["calm"], "diagnosis": diagnosis}]))).plan
    stages = chain(plan, plan.initiatives[0])
    assert [stage.title for stage in stages] == ["What was seen", "Not training", "Objective"]
    assert stages[1].entries[0].name == "a rule"
