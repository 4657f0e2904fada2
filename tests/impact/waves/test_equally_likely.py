"""Every permitted assignment is equally likely: chi-square over many draws."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from upshot.impact.waves import Roster, WavePlan, WaveRules, plan_waves
from upshot.impact.waves.draw import Lot, _stir


def drawn(roster: Roster, rules: WaveRules, seed: int) -> tuple[int | None, ...]:
    plan = plan_waves(roster, rules, seed=seed)
    assert isinstance(plan, WavePlan)
    return tuple(row.wave for row in plan.assignment)


def p_value(counts: Counter[tuple[int | None, ...]], possible: int) -> float:
    observed = [*counts.values(), *([0] * (possible - len(counts)))]
    return float(stats.chisquare(observed).pvalue)


SIZES = (1, 2, 3, 4, 5, 6)


def seatings(room: int) -> set[tuple[int | None, ...]]:
    """Every way to seat three of six units in each of two waves without more people than there is room for."""

    def fits(waves: tuple[int, ...], wave: int) -> bool:
        return sum(size for size, own in zip(SIZES, waves, strict=True) if own == wave) <= room

    return {waves for waves in permutations((1, 1, 1, 2, 2, 2)) if fits(waves, 1) and fits(waves, 2)}


@pytest.mark.slow
def test_within_blocks_every_assignment_is_equally_likely() -> None:
    # two blocks of four, two waves: 6 x 6 assignments
    roster = Roster(ids=tuple("abcdefgh"), blocks=tuple("xxxxyyyy"))
    counts = Counter(drawn(roster, WaveRules(starts=(0, 3)), seed) for seed in range(7_200))
    assert len(counts) == 36
    assert p_value(counts, 36) > 0.001


@pytest.mark.slow
def test_with_a_remainder_every_unit_is_as_likely_to_start_first() -> None:
    roster = Roster(ids=tuple("abcdefg"), blocks=tuple("xxxyyyy"))
    firsts = np.zeros(7)
    for seed in range(4_200):
        firsts += [wave == 1 for wave in drawn(roster, WaveRules(starts=(0, 2, 4)), seed)]
    # three of seven units are in wave 1, whichever block they stand in
    assert float(stats.chisquare(firsts).pvalue) > 0.001
    assert firsts.mean() / 4_200 == pytest.approx(3 / 7)


@pytest.mark.slow
def test_under_a_seat_limit_every_permitted_assignment_is_equally_likely() -> None:
    permitted = seatings(12)
    roster = Roster(ids=tuple("abcdef"), sizes=SIZES)
    counts = Counter(drawn(roster, WaveRules(starts=(0, 1), capacity=12), seed) for seed in range(4_000))
    assert set(counts) == permitted
    assert p_value(counts, len(permitted)) > 0.001


@pytest.mark.slow
def test_swaps_reach_every_permitted_seating_equally_often() -> None:
    lot = Lot(
        people=np.array(SIZES),
        blocks=np.zeros(6, dtype=np.int64),
        weights=np.ones(2),
        room=np.array([12.0, 12.0]),
        allowed=np.ones((6, 2), dtype=bool),
        covariates=np.zeros((6, 0)),
    )
    start = np.array([0, 1, 1, 1, 0, 0])
    rng = np.random.default_rng(4)
    counts = Counter(tuple(wave + 1 for wave in _stir(lot, start, rng).tolist()) for _ in range(3_000))
    assert set(counts) == seatings(12)
    assert p_value(counts, len(counts)) > 0.001
