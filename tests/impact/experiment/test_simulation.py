"""Coverage and size by simulation; every bound is three Monte Carlo errors wide."""

from collections.abc import Callable

import numpy as np
import pytest

from upshot.impact.estimate import Estimate
from upshot.impact.experiment import experiment

pytestmark = pytest.mark.slow
RUNS = 600
WITHIN = 3 * np.sqrt(0.95 * 0.05 / RUNS)


def coverage(draw: Callable[[np.random.Generator], Estimate], truth: float) -> float:
    answers = [draw(np.random.default_rng(seed)) for seed in range(RUNS)]
    return float(np.mean([(a.conf_low or -np.inf) <= truth <= (a.conf_high or np.inf) for a in answers]))


def skewed(g: np.random.Generator) -> Estimate:
    x = g.exponential(size=60)
    arm = g.permutation(np.arange(60) % 3 == 0).astype(int)
    return experiment(np.exp(x / 2) + 0.5 * arm + g.normal(size=60) * (1 + arm), arm, covariates=x)


def blocked(g: np.random.Generator) -> Estimate:
    block = np.repeat([0, 1, 2], [12, 24, 36])
    arm = np.concatenate([g.permutation(np.arange(n) < k) for n, k in ((12, 8), (24, 6), (36, 12))]).astype(int)
    return experiment(3 * block + 0.5 * arm + g.normal(size=72), arm, block=block)


def paired(g: np.random.Generator) -> Estimate:
    arm = np.concatenate([g.permutation([0, 1]) for _ in range(26)])
    pair = np.arange(52) // 2
    return experiment(2 * g.normal(size=26)[pair] + 0.5 * arm + g.normal(size=52), arm, block=pair)


def by_team(g: np.random.Generator) -> Estimate:
    team = np.repeat(np.arange(10), g.integers(3, 20, 10))
    arm = g.permutation(np.arange(10) % 2)[team]
    return experiment(g.normal(size=10)[team] + 0.5 * arm + g.normal(size=len(team)), arm, cluster=team)


def three_courses(g: np.random.Generator) -> Estimate:
    site, arm = g.integers(0, 4, 90), g.permutation(np.arange(90) % 4)
    arm = np.where((site == 0) & (arm == 3), 1, arm)
    return experiment(site + 0.5 * (arm > 0) + g.normal(size=90), arm, block=site)


@pytest.mark.parametrize("draw", [skewed, blocked, paired, three_courses])
def test_intervals_cover_the_effect(draw: Callable[[np.random.Generator], Estimate]) -> None:
    assert coverage(draw, 0.5) == pytest.approx(0.95, abs=WITHIN)


def test_intervals_with_ten_teams_of_unequal_size_cover_at_least_as_often_as_said() -> None:
    assert 0.95 - WITHIN <= coverage(by_team, 0.5) <= 0.985  # Bell & McCaffrey errs on the side of caution


@pytest.mark.parametrize("reach", [0.08, 0.5])
def test_the_late_interval_covers_whether_the_offer_is_weak_or_strong(reach: float) -> None:
    def draw(g: np.random.Generator) -> Estimate:
        offer, eager = g.permutation(np.arange(120) % 2), g.random(120)
        took = ((eager < 0.2) | ((eager < 0.2 + reach) & (offer == 1))).astype(int)
        return experiment(-4 * eager + took + g.normal(size=120), offer, take_up=took)

    # An unbounded set counts as covering here unless it is the outside of an interval, which is rare.
    assert coverage(draw, 1.0) >= 0.95 - WITHIN


def test_bands_over_three_arms_hold_together_in_nineteen_of_twenty() -> None:
    held = []
    for seed in range(RUNS):
        g = np.random.default_rng(seed)
        terms = experiment(g.normal(size=80), g.permutation(np.arange(80) % 4)).terms
        held.append(all((t.band_low or 0) <= 0 <= (t.band_high or 0) for t in terms))
    assert np.mean(held) == pytest.approx(0.95, abs=WITHIN)
