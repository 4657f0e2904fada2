"""Fisher's test against counting by hand, and its interval against a search."""

from itertools import combinations

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.inference import randomisation_test


def by_hand(y: np.ndarray, treated: np.ndarray) -> float:
    """Share of all assignments with a difference in means as large, one by one."""
    observed = abs(y[treated].mean() - y[~treated].mean())
    count = total = 0
    for chosen in combinations(range(y.size), int(treated.sum())):
        mask = np.isin(np.arange(y.size), chosen)
        total += 1
        count += abs(y[mask].mean() - y[~mask].mean()) >= observed - 1e-9
    return count / total


def some_units(n: int = 9, treated: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    z = np.arange(n) < treated
    return generator.normal(size=n) + 1.5 * z, z


def test_the_exact_p_value_is_the_share_counted_by_hand() -> None:
    y, z = some_units()
    test = randomisation_test(y, z, seed=1)
    assert test.exact
    assert test.draws == 126
    assert test.p_value == pytest.approx(by_hand(y, z))


def test_the_interval_holds_exactly_the_effects_that_are_not_rejected() -> None:
    y, z = some_units()
    test = randomisation_test(y, z, seed=1, level=0.9)
    assert test.conf_low is not None
    assert test.conf_high is not None
    for effect in (test.conf_low, test.conf_high):
        step = 1e-6 * (1 if effect == test.conf_high else -1)
        assert by_hand(y - (effect - step) * z, z) > 0.1
        assert by_hand(y - (effect + step) * z, z) <= 0.1


def test_random_draws_come_close_to_the_exact_answer_and_are_seeded() -> None:
    y, z = some_units(14, 7, seed=2)
    exact = randomisation_test(y, z, seed=1)
    drawn = randomisation_test(y, z, draws=3000, seed=1)
    assert (exact.exact, drawn.exact) == (True, False)
    assert drawn.p_value == pytest.approx(exact.p_value, abs=0.03)  # four Monte Carlo errors
    assert drawn.conf_low == pytest.approx(exact.conf_low, abs=0.2)
    assert drawn == randomisation_test(y, z, draws=3000, seed=1)
    assert drawn.p_value * 3001 == pytest.approx(round(drawn.p_value * 3001))


def test_clusters_move_whole_and_within_blocks() -> None:
    generator = np.random.default_rng(3)
    cluster = np.repeat(np.arange(8), [1, 2, 3, 4, 1, 2, 3, 4])
    treated, block = np.isin(cluster, [0, 1, 4, 5]), cluster // 4
    test = randomisation_test(generator.normal(size=20), treated, block=block, cluster=cluster, seed=1)
    assert test.exact
    assert test.draws == 36


def test_too_few_assignments_give_no_bounded_interval() -> None:
    test = randomisation_test([1.0, 2.0, 5.0, 7.0], [0, 0, 1, 1], seed=1)
    assert test.p_value == pytest.approx(2 / 6)
    assert (test.conf_low, test.conf_high) == (None, None)


@pytest.mark.parametrize("shift", [0.0, 1e9])
def test_scale_and_shift_of_the_outcome_do_not_matter(shift: float) -> None:
    y, z = some_units()
    plain, moved = randomisation_test(y, z, seed=1), randomisation_test(1e6 * y + shift, z, seed=1)
    assert moved.p_value == plain.p_value
    assert moved.conf_high == pytest.approx(1e6 * (plain.conf_high or 0), rel=1e-9)


@pytest.mark.parametrize(
    "columns",
    [
        {"cluster": [0, 1, 1, 2]},
        {"block": [0, 0, 1, 1]},
        {"outcome": [1.0, np.nan, 2.0, 3.0]},
        {"cluster": [0, 0, 1, 1], "block": [0, 1, 0, 1]},
    ],
)
def test_a_lot_that_does_not_fit_the_data_is_refused(columns: dict[str, list[float]]) -> None:
    given = {"outcome": [1.0, 2.0, 3.0, 4.0], "treated": [0, 0, 1, 1], **columns}
    with pytest.raises(DesignError):
        randomisation_test(given.pop("outcome"), given.pop("treated"), seed=1, **given)


@pytest.mark.slow
def test_the_size_is_exact_under_no_effect_whatever_the_outcome() -> None:
    generator = np.random.default_rng(20)
    y = np.exp(2 * generator.normal(size=20))
    rejected = np.mean([
        randomisation_test(y, generator.permutation(np.arange(20) < 6), draws=199, seed=s).p_value <= 0.05
        for s in range(4000)
    ])  # fmt: skip
    assert rejected == pytest.approx(0.05, abs=0.0105)  # three Monte Carlo errors
