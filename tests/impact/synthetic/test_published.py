"""Published numbers: Proposition 99, Meta's GeoLift walkthrough and California's organ-donor form."""

import csv
from pathlib import Path

import numpy as np
import pytest

from upshot.impact.design import Design
from upshot.impact.synthetic import TeamPanel, conformal_p_value, synthetic_control, synthetic_did, team_panel
from upshot.impact.synthetic.gaps import noise_of

DATA = Path(__file__).parents[2] / "data"


def read(file: str, unit: str, period: str, outcome: str, starts: dict[str, str]) -> TeamPanel:
    with (DATA / file).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    units = list(dict.fromkeys(r[unit] for r in rows))
    periods = sorted({r[period] for r in rows})
    matrix = np.full((len(units), len(periods)), np.nan)
    for r in rows:
        matrix[units.index(r[unit]), periods.index(r[period])] = float(r[outcome])
    return team_panel(matrix, [starts.get(u) for u in units], units=units, periods=periods)


def proposition_99() -> TeamPanel:
    return read("prop99/california_prop99.csv", "State", "Year", "PacksPerCapita", {"California": "1989"})


def geolift() -> TeamPanel:
    starts = {"chicago": "2021-04-01", "portland": "2021-04-01"}
    return read("geolift/GeoLift_Test.csv", "location", "date", "Y", starts)


def organ_donations() -> TeamPanel:
    return read("organ_donations/organ_donations.csv", "State", "Quarter_Num", "Rate", {"California": "4"})


def other(answer, method):
    return next(o for o in answer.other_estimates if o.method == method)


def test_proposition_99_synthetic_did_is_the_papers_number():
    answer = synthetic_did(proposition_99())
    assert answer.estimate == pytest.approx(-15.6, abs=0.05)
    assert answer.estimate == pytest.approx(-15.60383, abs=2e-3)
    assert (answer.n_units, answer.n_treated, answer.n_periods) == (39, 1, 31)


def early_stopping_weights(donors, target, zeta, smallest_step):
    """Frank-Wolfe with exact line search, stopped as the paper's section on computation describes.

    A hundred steps, the small weights set to zero, then on until a step gains almost nothing.
    """
    A, b = donors - donors.mean(axis=0), target - target.mean()
    n, penalty = len(b), len(b) * zeta**2

    def go(x, steps):
        last = np.inf
        for _ in range(steps):
            gradient = A.T @ (A @ x - b) + penalty * x
            away = np.eye(len(x))[np.argmin(gradient)] - x
            move = A @ away
            curve = move @ move + penalty * away @ away
            x = x + np.clip(-gradient @ away / curve, 0, 1) * away if curve > 0 else x
            value = zeta**2 * x @ x + np.sum((A @ x - b) ** 2) / n
            if last - value <= smallest_step**2:
                break
            last = value
        return x

    x = go(np.full(A.shape[1], 1 / A.shape[1]), 100)
    x = np.where(x <= x.max() / 4, 0, x)
    return go(x / x.sum(), 10_000)


def test_the_references_fifth_digit_is_its_early_stopping():
    panel = proposition_99()
    donors, treated = panel.outcome[panel.donors], panel.outcome[panel.start >= 0].mean(axis=0)
    noise = noise_of(panel.outcome, panel.donors, np.arange(19))
    omega = early_stopping_weights(donors[:, :19].T, treated[:19], 12**0.25 * noise, 1e-5 * noise)
    lam = early_stopping_weights(donors[:, :19], donors[:, 19:].mean(axis=1), 1e-6 * noise, 1e-5 * noise)
    gap = treated - omega @ donors
    assert gap[19:].mean() - lam @ gap[:19] == pytest.approx(-15.60383, abs=5e-6)


def test_proposition_99_synthetic_control_is_the_exact_least_squares_answer():
    answer = synthetic_control(proposition_99())
    assert answer.estimate == pytest.approx(-19.5136, abs=5e-5)
    weights = next(c for c in answer.checks if c.name == "donor-weights").details["cohorts"][0]["unit_weights"]
    published = {"Utah": 0.396, "Montana": 0.232, "Nevada": 0.204, "Connecticut": 0.104}
    for state, weight in published.items():
        assert weights[state] == pytest.approx(weight, abs=0.02)


def test_proposition_99_difference_in_differences_stands_beside_it():
    answer = synthetic_did(proposition_99())
    assert other(answer, "did").estimate == pytest.approx(-27.34911, abs=5e-6)
    assert other(answer, "synthetic-control").estimate == pytest.approx(-19.5136, abs=5e-5)


def test_the_published_placebo_errors_lie_within_their_own_monte_carlo_error():
    """They come from random draws; ours try every donor. 200 draws leave about sqrt((k - 1) / 800) of it."""
    answer = synthetic_did(proposition_99())
    for ours, published in [
        (answer.std_error, 8.368),
        (other(answer, "synthetic-control").std_error, 9.9),
        (other(answer, "did").std_error, 17.7),
    ]:
        assert ours == pytest.approx(published, rel=0.15)


def test_geolift_with_an_intercept_is_the_walkthroughs_number():
    answer = synthetic_control(geolift(), intercept=True, placebo_draws=40)
    assert answer.estimate == pytest.approx(155.556, abs=1e-3)
    assert answer.estimate * 30 == pytest.approx(4667, abs=1)
    assert answer.relative.estimate == pytest.approx(0.054, abs=5e-4)


def test_geolift_without_an_intercept_differs_as_the_card_says():
    answer = synthetic_control(geolift(), placebo_draws=40)
    assert answer.estimate == pytest.approx(122.71, abs=0.02)
    assert answer.relative.estimate == pytest.approx(0.0423, abs=5e-5)


def test_geolift_conformal_p_value_is_small_as_published():
    assert conformal_p_value(geolift()) == pytest.approx(2 / 105)


def test_organ_donations_two_way_estimate_is_the_books():
    answer = synthetic_did(organ_donations())
    did = other(answer, "did")
    assert did.estimate == pytest.approx(-0.022459, abs=5e-7)
    assert did.estimate == pytest.approx(-0.022, abs=5e-4)


def test_organ_donations_placebo_error_is_far_above_the_clustered_one():
    answer = synthetic_did(organ_donations())
    assert other(answer, "did").std_error > 4 * 0.00672
    assert "few-pre-periods" in {c.code for c in answer.cautions}


def test_the_same_seed_gives_the_same_answer():
    first, again = (synthetic_did(geolift(), Design(seed=7), placebo_draws=20) for _ in range(2))
    assert first.to_dict() == again.to_dict()
