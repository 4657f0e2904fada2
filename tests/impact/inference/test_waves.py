"""Fisher's test for staggered waves."""

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.inference import permute_waves


def early_gap(score: np.ndarray):
    return lambda wave: float(score[wave == "2026-01"].mean() - score[wave != "2026-01"].mean())


def test_a_clear_effect_of_early_waves_has_the_smallest_p_the_draws_allow() -> None:
    wave = np.repeat(np.array(["2026-01", "2026-02", "never"]), 10)
    score = np.where(wave == "2026-01", 50.0, 0.0) + np.random.default_rng(1).normal(size=30)
    test = permute_waves(wave, early_gap(score), draws=199, seed=2)
    assert test.p_value == pytest.approx(1 / 200)
    assert test.draws == 199


def test_missing_cohorts_stay_as_they_are_written() -> None:
    cohort = np.array([1.0, 2.0, np.nan, 1.0, np.nan, 2.0])
    seen: list[np.ndarray] = []
    permute_waves(cohort, lambda wave: float(len(seen.append(wave) or seen)), draws=20, seed=1)
    assert all(np.isnan(wave).sum() == 2 for wave in seen)


def test_waves_stay_in_their_block_and_clusters_stay_whole() -> None:
    block, team = np.arange(24) // 12, np.arange(24) // 3
    cohort = np.where(team % 2 == 0, 1, 2) + 10 * block
    seen: list[np.ndarray] = []

    def look(wave: np.ndarray) -> float:
        seen.append(wave.copy())
        return 0.0

    assert permute_waves(cohort, look, block=block, cluster=team, draws=30, seed=1).p_value == 1.0
    for wave in seen:
        assert (wave // 10 == block).all()
        assert (wave == wave[::3].repeat(3)).all()
        assert (np.sort(wave) == np.sort(cohort)).all()


def test_the_seed_decides_the_draws() -> None:
    cohort, score = np.arange(12) % 3, np.random.default_rng(0).normal(size=12)
    gap = lambda wave: float(score[wave == 0].mean() - score[wave > 0].mean())  # noqa: E731
    one, two = (permute_waves(cohort, gap, draws=99, seed=5) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("columns", "value"),
    [({"draws": 0}, 1.0), ({"cluster": [0, 0, 0, 1]}, 1.0), ({}, float("nan"))],
)
def test_what_cannot_be_tested_is_refused(columns: dict[str, object], value: float) -> None:
    with pytest.raises(DesignError):
        permute_waves([1, 1, 2, 2], lambda _: value, **{"draws": 9, "seed": 1, **columns})
