"""The page on evidence prints the rule table and the routes as they are in code, and every check's code is told."""

from pathlib import Path

import pytest

from upshot.impact.evidence.routes import ROUTES
from upshot.impact.evidence.rules import RULES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/explanation/evidence.md").read_text(encoding="utf-8")
CHECKS = (ROOT / "docs/explanation/checks.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Cells of the table under a heading, without its head."""
    lines = [line for line in PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def names(facts: frozenset[str]) -> str:
    return ", ".join(f"`{fact}`" for fact in sorted(facts))


def test_the_page_prints_the_rule_table():
    printed = [
        [f"`{rule.code}`", rule.ceiling, names(rule.when), names(rule.unless), rule.text, rule.next_step]
        for rule in RULES
    ]
    assert rows("The rule table") == printed


def test_the_page_prints_the_routes():
    printed = [
        [f"`{row.code}`", *(f"`{name}`" if name else "" for name in (row.primary, row.second, row.refusal))]
        for row in ROUTES
    ]
    shown = [["" if cell == "not answered" else cell for cell in row] for row in rows("Which design is answered how")]
    assert shown == printed


@pytest.mark.parametrize("path", sorted((ROOT / "src/upshot/impact/checks").glob("*.py")), ids=lambda path: path.stem)
def test_every_check_is_on_the_page_of_checks(path):
    text = path.read_text(encoding="utf-8")
    if "\nNAME = " in text:
        assert f"| `{text.split('NAME = ')[1].splitlines()[0].strip(chr(34))}` |" in CHECKS
