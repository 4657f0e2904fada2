import numpy as np
import pytest
import statsmodels.api as sm

from upshot.impact.spells import EventTable, discrete_hazard


def draw(n=500, seed=4, ratio=1.6):
    rng = np.random.default_rng(seed)
    treated = rng.integers(0, 2, n)
    weeks = np.ceil(rng.exponential(6, n) / np.where(treated == 1, ratio, 1.0))
    return np.minimum(weeks, 12), weeks <= 12, treated


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_the_fit_is_the_binomial_regression_of_statsmodels_on_person_periods(link):
    weeks, ended, treated = draw()
    table = EventTable.from_spells(weeks, ended, treated.tolist())
    fit = discrete_hazard(table, [False, True], link)
    periods = np.arange(table.events.shape[1])
    design = np.hstack([np.tile(np.eye(len(periods)), (2, 1)), np.repeat([[0.0], [1.0]], len(periods), axis=0)])
    counts = np.column_stack([table.events.ravel(), (table.at_risk - table.events).ravel()])
    family = sm.families.Binomial(link=sm.families.links.CLogLog() if link == "cloglog" else None)
    theirs = sm.GLM(counts, design, family=family).fit(tol=1e-13, maxiter=200)
    assert fit.log_ratio == pytest.approx(theirs.params[-1], rel=1e-7)
    assert fit.std_error == pytest.approx(theirs.bse[-1], rel=1e-6)


def test_grouped_times_give_back_the_hazard_ratio_of_the_continuous_ones():
    weeks, ended, treated = draw(n=40000)
    fit = discrete_hazard(EventTable.from_spells(weeks, ended, treated.tolist()), [False, True])
    assert fit.log_ratio == pytest.approx(np.log(1.6), abs=4 * fit.std_error)


def test_a_ratio_without_events_in_one_arm_is_absent():
    table = EventTable.from_spells([3, 4, 5, 6], [True, True, False, False], [0, 0, 1, 1])
    assert discrete_hazard(table, [False, True]) is None
