"""Firms in which a dashboard is wrong: Upshot refuses, doubts, or is right, and its blind spots are known."""

import pytest
from benchmarks.proof.monte_carlo import generator
from benchmarks.proof.trap_firms import BLIND, TRAPS, Trap
from benchmarks.proof.traps import ask, covers, misled, trap_table

from upshot.impact.estimate import Estimate

SEEN = [trap for trap in TRAPS if trap.sees != "blind"]
REFUSED = [trap for trap in SEEN if trap.sees == "refuses"]
SOLVED = [trap for trap in SEEN if trap.sees == "solves"]
SEEDS = 40


def named(name: str) -> Trap:
    return next(trap for trap in TRAPS if trap.name == name)


def first_answer(trap: Trap) -> tuple[Estimate, float]:
    trial = trap.draw(generator(trap.name))
    return ask(trap, trial), trial.truth


def names(traps: list[Trap]) -> list[object]:
    return [pytest.param(trap, id=trap.name) for trap in traps]


@pytest.mark.parametrize("trap", names(REFUSED))
def test_a_trap_that_leaves_a_mark_is_refused_or_doubted(trap: Trap) -> None:
    found, _ = first_answer(trap)
    assert found.grade is not None
    assert found.grade.letter in "CD"
    assert found.claim is not None
    assert "raised" not in found.claim
    assert "lowered" not in found.claim


@pytest.mark.parametrize("trap", names(SOLVED))
def test_where_the_comparison_takes_the_trap_away_the_interval_holds_the_truth(trap: Trap) -> None:
    found, truth = first_answer(trap)
    assert found.grade is not None
    assert found.grade.letter in "AB"
    assert covers(found, truth)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("volunteers already rising", "pre-trend"),
        ("volunteers, said to be", "volunteers-only"),
        ("the worst are sent", "pre-trend"),
        ("leavers", "differential-attrition"),
        ("two initiatives at once", "other-initiative"),
        ("spillover within teams", "spillover"),
        ("everyone at once", "everyone-at-once"),
        ("dip before the start", "anticipation"),
        ("lot undone by managers", "unbalanced"),
        ("small firm with a drift", "weak-pre-trend-test"),
    ],
)
def test_the_reason_given_is_the_trap_itself(name: str, code: str) -> None:
    found, _ = first_answer(named(name))
    assert found.grade is not None
    assert code in found.grade.codes


def test_the_dashboard_would_have_claimed_each_refused_trap() -> None:
    fooled = [row for row in trap_table(1) if row["sees"] == "refuses"]
    worst = [max(abs((row[key] or 0) - row["truth"]) for key in ("before_after", "treated_vs_rest")) for row in fooled]
    assert min(worst) > 0.05


def test_blind_spots_are_still_blind_so_the_page_must_go_on_naming_them() -> None:
    told = [misled(*first_answer(trap)) for trap in BLIND]
    assert sum(told) >= len(BLIND) - 1  # one firm a trap; a single one may be doubted by chance


@pytest.mark.slow
@pytest.mark.parametrize("trap", names(SEEN))
def test_over_many_firms_hardly_any_is_told_wrongly(trap: Trap) -> None:
    rng = generator(trap.name)
    trials = [trap.draw(rng) for _ in range(SEEDS)]
    wrong = sum(misled(ask(trap, trial), trial.truth) for trial in trials)
    assert wrong <= 6  # 2 expected of 40 at a nominal 5 %; more than 6 has probability 0.003
