"""The baseline profile: what it reads from a pre-period, and what it warns of."""

import numpy as np
import numpy.typing as npt
import pytest

from upshot.errors import InputError
from upshot.impact.power import Profile, baseline_profile

Floats = npt.NDArray[np.float64]


def steady(n: int = 400, periods: int = 12, *, lasting: float = 1.0, seed: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) * lasting**0.5 + rng.normal(size=(n, periods))


def codes(profile: Profile) -> set[str]:
    return {caution.code for caution in profile.cautions}


def test_the_lasting_share_of_the_variance_is_found() -> None:
    found = baseline_profile(steady(2000))
    assert found.lasting == pytest.approx(0.5, abs=0.05)
    assert found.autocorrelation == pytest.approx(0.5, abs=0.05)


def test_a_seasonal_swing_is_found_after_a_trend_and_said_to_be_shared() -> None:
    time = np.arange(24)
    outcome = steady(periods=24) + 0.1 * time + np.cos(2 * np.pi * time / 12)
    found = baseline_profile(outcome, season=12)
    assert found.season == pytest.approx(2 / 2**0.5, rel=0.15)
    assert "seasonal" in codes(found)


def test_a_season_seen_once_says_nothing() -> None:
    assert baseline_profile(steady(periods=12), season=12).season is None


def test_a_few_extreme_people_are_warned_of() -> None:
    outcome = steady()
    outcome[:3] += 60
    found = baseline_profile(outcome)
    assert {"outliers", "skewed"} <= codes(found)
    assert found.top_share > 0.8


def test_quiet_data_raise_no_caution() -> None:
    teams = np.repeat(np.arange(40), 10)
    rng = np.random.default_rng(0)
    assert codes(baseline_profile(steady() + rng.normal(size=(40, 1))[teams], teams)) == set()


def test_gaps_few_teams_and_a_single_period_are_warned_of() -> None:
    outcome = steady(periods=1)
    outcome[:80] = np.nan
    found = baseline_profile(outcome, np.arange(400) % 5)
    assert {"gaps", "few-teams", "one-pre-period"} <= codes(found)
    assert found.autocorrelation is None
    assert found.lasting is None


def test_a_ratio_is_read_with_its_denominator() -> None:
    rng = np.random.default_rng(1)
    closed = rng.integers(1, 10, size=(300, 6)).astype(float)
    won = rng.binomial(closed.astype(int), 0.25).astype(float)
    found = baseline_profile(won, denominator=closed)
    assert found.mean == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    ("outcome", "teams", "code"),
    [
        (np.empty((0, 3)), None, "empty-panel"),
        (np.full((5, 2), np.nan), None, "empty-period"),
        (steady(6), np.zeros(6), "one-team"),
        (steady(6), np.zeros(5), "wrong-shape"),
        (np.ones((6, 3)), None, "no-variance"),
        (steady(1), None, "too-few-units"),
    ],
)
def test_panels_without_noise_to_read_are_refused_by_name(outcome: Floats, teams: Floats | None, code: str) -> None:
    with pytest.raises(InputError) as caught:
        baseline_profile(outcome, teams)
    assert code in {problem.code for problem in caught.value.problems}


def test_a_denominator_of_another_shape_is_refused() -> None:
    with pytest.raises(InputError, match="shape"):
        baseline_profile(steady(6), denominator=np.ones((6, 2)))
