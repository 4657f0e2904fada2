"""The demonstration end to end: two real studies through the real feeds, answered and written up."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from upshot.workspace.answering import Answer, answer_initiative
from upshot.workspace.demo import STUDIES, make_study
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace

Made = Mapping[str, tuple[Answer, Path, list[str]]]


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root, made = tmp_path_factory.mktemp("demo"), {}
    for study in STUDIES:
        said: list[str] = []
        answer, page = make_study(study, root / study.name, said.append)
        made[study.name] = (answer, page, said)
    return made


def test_every_row_of_both_studies_is_taken(studies: Made) -> None:
    assert [line.strip() for line in studies["chicago"][2]] == [
        "employees.csv: 7,785 of 7,785 rows taken, 0 refused",
        "training_completions.csv: 7,785 of 7,785 rows taken, 0 refused",
        "kpi_monthly.csv.gz: 1,681,560 of 1,681,560 rows taken, 0 refused",
    ]
    assert [line.split(":")[0].strip() for line in studies["michigan"][2]] == ["firms.csv", "grants.csv", "scrap.csv"]


def test_the_officers_answer_is_the_published_one(studies: Made) -> None:
    estimate = studies["chicago"][0].estimate
    assert estimate.estimate == pytest.approx(-0.001126981, abs=5e-10)
    assert estimate.std_error == pytest.approx(0.002115194, abs=5e-10)
    assert estimate.std_error_neyman == pytest.approx(0.002119248, abs=5e-10)
    second = next(other for other in estimate.other_estimates if other.method == "callaway-santanna")
    assert second.estimate == pytest.approx(-0.005176818, abs=5e-10)
    assert estimate.naive is not None
    assert estimate.naive.before_after_relative == pytest.approx(-0.29, abs=0.005)


def test_the_rounding_rule_floor_gives_the_officers_another_answer(studies: Made) -> None:
    published, page, _ = studies["chicago"]
    workspace = Workspace.open(page.parents[1])
    floor = answer_initiative(workspace, "procedural-justice", rounding="floor")
    assert floor.estimate.estimate is not None
    assert published.estimate.estimate is not None
    assert abs(floor.estimate.estimate - published.estimate.estimate) > 1e-4
    assert dict(floor.built.starts) != dict(published.built.starts)
    assert sum(people for _, people in floor.built.starts) == sum(people for _, people in published.built.starts)


def test_the_audit_of_the_officers_adds_up(studies: Made) -> None:
    audit = studies["chicago"][0].built.audit
    assert audit[0].step == "People in the audience"
    assert all(0 < line.rows_kept <= line.rows_in for line in audit)
    readings = next(line for line in audit if line.step == "Readings of complaints")
    assert readings.rows_kept == 7785 * 72


def test_the_firms_are_answered_and_graded(studies: Made) -> None:
    estimate = studies["michigan"][0].estimate
    assert (estimate.n_units, estimate.n_periods) == (54, 3)
    assert estimate.grade is not None
    assert estimate.grade.letter == "C"
    assert estimate.claim is not None
    assert estimate.claim.startswith("No effect on scrap that can be seen")


def test_answer_and_page_are_kept_beside_the_plan(studies: Made) -> None:
    for name, (answer, page, _) in studies.items():
        kept = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
        assert kept == json.loads(json.dumps(answer.estimate.to_dict()))
        text = page.read_text(encoding="utf-8")
        assert answer.initiative.title is not None
        assert answer.initiative.title in text, name
        assert "identifiers replaced" in text


def test_firms_are_no_people_so_no_group_is_withheld(studies: Made) -> None:
    answer, page, _ = studies["michigan"]
    found = findings_of(Workspace.open(page.parents[1]), answer)
    assert (found.minimum_group, found.people) == (0, "firms")
