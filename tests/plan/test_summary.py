"""A check as a record and as lines."""

import json

from tests.plan.builders import a_complete_plan, a_plan, as_text, example

from upshot.plan import examine, parse, plan_hash
from upshot.plan.summary import check_lines, check_record


def test_the_record_of_a_plan_that_loads_has_its_hash_and_counts() -> None:
    record = check_record(examine(example()), "plan.yaml")
    assert record["schema"] == "upshot-plan-check/1"
    assert record["loads"] is True
    assert record["hash"] == plan_hash(parse(example()).plan)
    assert record["counts"] == {"error": 0, "gap": 2, "advice": 1}
    assert json.loads(json.dumps(record)) == record


def test_the_record_of_a_plan_that_does_not_load_has_no_hash() -> None:
    record = check_record(examine("kpis: 3"), "plan.yaml")
    assert "hash" not in record
    assert record["loads"] is False
    problem = record["problems"][0]
    assert set(problem) <= {"kind", "code", "text", "fix", "line", "path", "value"}
    assert None not in problem.values()


def test_no_training_is_credited() -> None:
    diagnosis = {"because": ["environment"], "verdict": "no-training"}
    examined = examine(as_text(a_plan(initiatives=[{"id": "rule", "serves": ["calm"], "diagnosis": diagnosis}])))
    (outcome,) = check_record(examined, "p")["outcomes"]
    assert outcome == {
        "initiative": "rule",
        "outcome": "no-training",
        "text": "'rule' ends in 'no training', which counts as a good outcome.",
    }
    assert outcome["text"] in [line for _, line in check_lines(examined, "p")]


def test_the_lines_end_with_a_count_and_stay_within_100_columns() -> None:
    lines = [line for _, line in check_lines(examine(example()), "plan.yaml")]
    assert lines[-1] == "The plan loads: no errors, 2 gaps, 1 piece of advice."
    assert max(map(len, lines)) <= 100


def test_a_plan_with_nothing_open_says_so() -> None:
    lines = [line for _, line in check_lines(examine(as_text(a_complete_plan())), "p")]
    assert lines == ["p", "", "The plan loads. Nothing is open."]
