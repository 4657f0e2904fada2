"""`upshot demo` made once from nothing, run a second time, and looked at as its visitors do; what it says is true."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from upshot.workspace.harbour import GUARDRAIL, LOCKED_ON, TRUTH

PROBE = Path(__file__).with_name("demo_probe.py")
NOT_LOCKED = {"know-your-customer", "deal-desk-rule"}
"""One has no comparison and the other no course: the product locks neither."""


def shell(*command: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("UPSHOT_", "DJANGO_"))}
    done = subprocess.run(command, env=plain, capture_output=True, text=True, check=False, timeout=900)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demonstration") / "demo"


@pytest.fixture(scope="module")
def said(folder: Path) -> tuple[str, str]:
    """What it said the first and the second time."""
    command = (sys.executable, "-m", "upshot", "demo", str(folder), "--no-serve")
    return shell(*command), shell(*command)


@pytest.fixture(scope="module")
def seen(folder: Path, said: tuple[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shell(sys.executable, str(PROBE), str(folder)).splitlines()[-1])
    return found


def test_it_says_what_each_study_says(said: tuple[str, str]) -> None:
    first, _ = said
    assert "A dashboard would say: −29 % after the training." in first
    assert "Upshot says:           No effect on complaints that can be seen" in first
    assert "Needs-first conversations: grade A." in first


def test_a_second_time_everything_is_kept_and_nothing_is_done_twice(
    said: tuple[str, str], seen: dict[str, Any]
) -> None:
    _, second = said
    assert second.count("is there already and was kept") == 3
    assert "grade A." not in second
    assert seen["kinds"].count("decision") == 9


def test_three_organisations_and_only_the_invented_one_counts_as_simulated(seen: dict[str, Any]) -> None:
    found = {name: (simulated, notice) for name, simulated, notice in seen["organisations"]}
    assert found["Harbour"] == (
        True,
        "Simulated data: Harbour is an invented bank, and what is true there was planted.",
    )
    assert found["Chicago police"][0] is False
    assert "Real public data" in found["Chicago police"][1]
    assert "Real public data" in found["Michigan manufacturers"][1]


def test_promises_were_locked_before_launch_and_the_ledger_holds(seen: dict[str, Any]) -> None:
    assert seen["locked"] == sorted(set(LOCKED_ON) - NOT_LOCKED)
    assert seen["broken"] == ""
    assert seen["in_order"] is True
    assert {kind: seen["kinds"].count(kind) for kind in ("promise", "decision", "result")} == {
        "promise": 6,
        "decision": 9,
        "result": 5,
    }


def test_every_initiative_with_a_course_has_an_answer(seen: dict[str, Any]) -> None:
    assert set(seen["runs"]) == set(LOCKED_ON) - {"deal-desk-rule"} | {"procedural-justice", "training-grant"}


@pytest.mark.parametrize("planted", [*TRUTH, GUARDRAIL], ids=lambda one: f"{one.initiative}-{one.kpi}")
def test_what_the_product_says_is_what_was_planted(planted: Any, seen: dict[str, Any]) -> None:
    place = [*TRUTH, GUARDRAIL].index(planted)
    initiative, _kpi, grade, sentence, wrong = seen["rows"][place]
    assert initiative == planted.initiative
    assert wrong == []
    if planted.grades and planted is not GUARDRAIL:
        assert grade in planted.grades
    assert sentence


def test_the_page_of_what_was_planted_counts_no_miss(seen: dict[str, Any]) -> None:
    assert "Upshot says 9 as it should, and 0 not." in " ".join(seen["planted"].split())
    assert seen["planted"].count("As it should") == 9


def test_a_review_is_due_now(seen: dict[str, Any]) -> None:
    assert "Needs-first conversations" in seen["reviews"]
    assert "30 November 2026" in seen["reviews"]


def test_every_stop_of_the_tour_opens_in_its_part(seen: dict[str, Any]) -> None:
    assert len(seen["tour"]) == 12
    assert {where: status for where, (status, _) in seen["tour"].items() if status != 200} == {}
    assert all("Guided tour" in page for _, page in seen["tour"].values())


def test_the_answers_pages_say_what_holds_and_refuse_where_nothing_can_be_told(seen: dict[str, Any]) -> None:
    pages = {where: page for where, (_, page) in seen["tour"].items()}
    assert (
        "The training raised conversations that end in an accepted offer"
        in pages["/o/harbour/initiatives/needs-first/impact"]
    )
    assert "We cannot tell" in pages["/o/harbour/initiatives/careful-hands/impact"]


def test_a_manager_sees_names_and_no_scores_and_a_learner_their_next_step(seen: dict[str, Any]) -> None:
    team, own = seen["tour"]["/o/harbour/team/"][1], seen["tour"]["/o/harbour/learning/"][1]
    assert "Who is where. Taking part only: no scores, no results." in team
    assert "H1" not in team.split("<main", 1)[1], "a number where a name belongs"
    assert "Next:" in own
