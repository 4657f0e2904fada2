"""The gate, attacked: differencing and complementary questions through the public functions single nobody out."""

import doctest
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from tests.workspace.firm import a_roster
from tests.workspace.simulated import a_trained_firm, moved

from upshot.errors import DesignError
from upshot.impact.disclosure import Filter
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answers import Answer
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.slicing import slices_of

ROLES = ("agent", "lead", "new")
FEW = {45, 46, 47}
"""Three people at a third site."""


def role(number: int) -> str:
    return ROLES[number // 16]


def site(number: int) -> str:
    return "quay" if number in FEW else "north" if number % 2 else "south"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Answer]:
    people = a_roster(role=role, site=site)
    workspace = a_trained_firm(tmp_path_factory.mktemp("firm") / "firm", people=people, kpis=moved())
    return workspace, answer_initiative(workspace, "coaching")


def singled_out(answered: tuple[Filter, ...], people: dict[str, Filter]) -> list[str]:
    """Small groups whose sum the answered selections give by adding and subtracting."""
    atoms = sorted(frozenset().union(*answered))
    rows = np.array([[atom in found for atom in atoms] for found in answered], dtype=float)
    found = []
    for name, group in people.items():
        wanted = np.array([atom in group for atom in atoms], dtype=float)
        solved, *_ = np.linalg.lstsq(rows.T, wanted, rcond=None)
        if wanted.any() and np.allclose(rows.T @ solved, wanted, atol=1e-8):
            found.append(name)
    return found


def small_groups(workspace: Workspace, gate: Disclosure) -> dict[str, Filter]:
    """Every set of one or two atoms that holds fewer people than the minimum."""
    sizes: dict[tuple[str, ...], int] = {}
    for number in range(48):
        atom = (role(number), site(number), "(empty)")
        sizes[atom] = sizes.get(atom, 0) + 1
    sets = [frozenset(atoms) for width in (1, 2) for atoms in combinations(sizes, width)]
    return {str(sorted(s)): s for s in sets if sum(sizes[atom] for atom in s) < gate.minimum}


def test_a_differencing_attack_singles_nobody_out(asked: tuple[Workspace, Answer]) -> None:
    """Ask for everyone, every pair of sites, every role, every role in every site, and every set but one."""
    workspace, answer = asked
    gate = Disclosure(minimum=5)
    wheres: list[dict[str, list[str]] | None] = [None]
    wheres += [{"site": list(sites)} for sites in combinations(("north", "south", "quay"), 2)]
    wheres += [{"site": [one]} for one in ("north", "south", "quay")]
    wheres += [{"role": list(roles)} for roles in combinations(ROLES, 2)]
    shown = 0
    for where in wheres:
        found = slices_of(workspace, answer, ("site", "role"), where=where, asked_before=gate)
        gate = found.disclosure
        shown += sum(not row.withheld for facts in found.facts for row in facts.rows)
    assert shown >= 5
    small = small_groups(workspace, gate)
    assert small
    assert singled_out(gate.answered, small) == []


def test_everyone_but_a_few_is_refused_after_everyone(asked: tuple[Workspace, Answer]) -> None:
    workspace, answer = asked
    first = slices_of(workspace, answer, ("role",))
    second = slices_of(workspace, answer, ("role",), where={"site": ["north", "south"]}, asked_before=first.disclosure)
    assert second.facts[0].rows == ()
    assert "fewer than 5 people" in second.facts[0].withheld
    assert second.disclosure.answered == first.disclosure.answered


def test_a_complementary_attack_finds_two_unknowns_or_more(asked: tuple[Workspace, Answer]) -> None:
    """The small site cannot be had as everyone less the sites that are shown."""
    workspace, answer = asked
    (table,) = slices_of(workspace, answer, ("site",)).facts
    hidden = [row for row in table.rows if row.withheld]
    assert {row.label for row in hidden} >= {"quay"}
    assert len(hidden) >= 2
    everyone, shown = 48, sum(row.people or 0 for row in table.rows)
    assert everyone - shown >= 5
    assert all((row.people, row.estimate, row.shrunken) == (None, None, None) for row in hidden)


def test_a_managers_gate_is_stricter_than_the_kpis(asked: tuple[Workspace, Answer]) -> None:
    workspace, answer = asked
    analyst = slices_of(workspace, answer, ("role",)).facts[0]
    manager = slices_of(workspace, answer, ("role",), asked_before=Disclosure(minimum=12)).facts[0]
    assert sum(not row.withheld for row in manager.rows) < sum(not row.withheld for row in analyst.rows)


def test_what_was_answered_survives_the_way_through_a_database(asked: tuple[Workspace, Answer]) -> None:
    workspace, answer = asked
    gate = slices_of(workspace, answer, ("role",)).disclosure
    assert set(Disclosure.remembering(5, gate.kept()).answered) == set(gate.answered)


def test_counts_that_add_up_hide_a_neighbour_and_nested_ones_their_difference() -> None:
    gate = Disclosure()
    table = gate.table({("north",): 40, ("south",): 9, ("east",): 3})
    assert table == {("north",): 40, ("south",): None, ("east",): None}
    assert gate.nested([120, 60, 58]) == (120, None, 58)
    assert [gate.count(n) for n in (0, 4, 5, None)] == [0, None, 5, None]


def test_a_minimum_that_guards_nobody_is_refused() -> None:
    with pytest.raises(DesignError, match="at least 5"):
        Disclosure(minimum=3)


def test_firms_are_no_people(tmp_path: Path) -> None:
    gate = Disclosure(minimum=0)
    assert gate.table({("a",): 1}) == {("a",): 1}
    assert gate.refuses(frozenset({("a",)}), {("a",): 1}) is None


def test_the_examples_on_the_privacy_page_hold() -> None:
    page = Path(__file__).parents[2] / "docs" / "explanation" / "privacy.md"
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert (found.attempted, found.failed) == (5, 0)
