"""docs/explanation/proof.md is what the stored results say, and says what Upshot cannot see."""

import ast
from pathlib import Path

from benchmarks.proof.page import PAGE, page
from benchmarks.proof.scenarios import SCENARIOS
from benchmarks.proof.store import load
from benchmarks.proof.trap_firms import BLIND, TRAPS

PARTS = ("coverage", "pretrends", "audit", "traps")


def test_the_page_is_printed_from_the_stored_results() -> None:
    assert PAGE.read_text() == page({part: load(part) for part in PARTS})


def test_every_design_and_every_trap_has_its_row() -> None:
    text = PAGE.read_text()
    assert [scenario.name for scenario in SCENARIOS if f"| {scenario.name}" not in text] == []
    assert [trap.name for trap in TRAPS if f"**{trap.name}.**" not in text] == []


def test_blind_spots_stand_under_a_heading_of_their_own() -> None:
    after = PAGE.read_text().partition("### What Upshot cannot see from these data")[2]
    assert after
    assert all(f"**{trap.name}.**" in after for trap in BLIND)


def test_each_result_says_how_when_and_where_it_was_made() -> None:
    for part in PARTS:
        meta = load(part)["meta"]
        assert {"date", "commit", "machine", "versions", "seed", "replications", "cpu_seconds"} <= meta.keys()


def test_every_module_opens_with_one_sentence() -> None:
    for path in sorted((Path(__file__).parents[2] / "benchmarks" / "proof").glob("*.py")):
        opening = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        assert opening, path.name
        assert opening[-1] in ".:", path.name
