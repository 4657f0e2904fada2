import numpy as np
import pytest
import statsmodels.api as sm

from upshot.impact.series.design import columns
from upshot.impact.series.fit import _Gaussian, _Poisson, fit
from upshot.impact.series.noise import (
    GRID,
    colour_rows,
    correlation,
    ljung_box,
    newey_west,
    rho_posterior,
    whiten,
    whiten_rows,
)

INDEX = np.arange(48)


def series(rho=0.4, seed=1, n=48, effect=0.0, first=36):
    rng = np.random.default_rng(seed)
    noise = np.zeros(n)
    noise[0] = rng.normal() / np.sqrt(1 - rho**2)
    for t in range(1, n):
        noise[t] = rho * noise[t - 1] + rng.normal()
    return 10 + 0.1 * np.arange(n) + noise + effect * (np.arange(n) >= first)


def test_at_one_autocorrelation_the_coefficients_and_errors_are_statsmodels_gls():
    outcome, design = series(), columns(INDEX, 36, 4, None)
    theirs = sm.GLS(outcome, design.factual, sigma=correlation(0.4, INDEX)).fit()
    work = _Gaussian.of(outcome, design)
    beta, moves, variance = work.solve(0.4, INDEX)
    noise = variance * correlation(0.4, INDEX)
    rows = [design.level, design.slope]
    np.testing.assert_allclose(beta[rows] * work.scale, theirs.params[rows], rtol=1e-9)
    errors = np.sqrt(np.diag(moves @ noise @ moves.T))[rows] * work.scale
    np.testing.assert_allclose(errors, theirs.bse[rows], rtol=1e-9)


def test_with_independent_errors_the_mean_effect_is_the_linear_contrast_of_least_squares():
    outcome, design = series(rho=0.0), columns(INDEX, 36, None, None)
    theirs = sm.OLS(outcome, design.factual).fit()
    contrast = (design.factual - design.counterfactual)[36:].mean(axis=0)
    run = _Gaussian.of(outcome, design).at(0.0, INDEX, 36)
    assert run.targets[:12].mean() == pytest.approx(float(contrast @ theirs.params), rel=1e-10)
    error = np.sqrt(run.covariance[:12, :12].mean())
    assert error == pytest.approx(float(np.sqrt(contrast @ theirs.cov_params() @ contrast)), rel=1e-10)


def test_the_second_opinion_is_statsmodels_newey_west():
    outcome, design = series(), columns(INDEX, 36, None, None)
    found = fit(outcome, INDEX, 36, design, "gaussian", np.ones(48))
    options = {"maxlags": found.lags, "use_correction": False}
    theirs = sm.OLS(outcome, design.factual).fit(cov_type="HAC", cov_kwds=options)
    contrast = (design.factual - design.counterfactual)[36:].mean(axis=0)
    assert found.least_squares == pytest.approx(float(contrast @ theirs.params), rel=1e-9)
    assert found.hac_error == pytest.approx(float(np.sqrt(contrast @ theirs.cov_params() @ contrast)), rel=1e-9)


def test_counts_are_fitted_as_statsmodels_fits_them_exposure_included():
    rng = np.random.default_rng(3)
    exposure = rng.uniform(50, 150, 48)
    counts = rng.poisson(exposure * np.exp(-1 + 0.01 * INDEX - 0.3 * (INDEX >= 36))).astype(float)
    design = columns(INDEX, 36, 12, None)
    theirs = sm.GLM(counts, design.factual, family=sm.families.Poisson(), offset=np.log(exposure)).fit(tol=1e-14)
    ours = _Poisson.of(counts, design, exposure)
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-8)
    assert ours.dispersion == pytest.approx(theirs.pearson_chi2 / theirs.df_resid, rel=1e-9)
    run = ours.at(0.0, INDEX, 36)
    variance = run.covariance[12, 12]
    assert np.sqrt(variance) == pytest.approx(theirs.bse[design.level] * np.sqrt(max(ours.dispersion, 1.0)), rel=1e-8)


def test_whitening_and_the_correlation_matrix_agree_over_gaps():
    index = np.array([0, 1, 2, 5, 6, 9])
    maps = whiten(np.eye(6), 0.6, index)
    np.testing.assert_allclose(maps @ correlation(0.6, index) @ maps.T, np.eye(6), atol=1e-12)
    rows = np.arange(12.0).reshape(2, 6)
    np.testing.assert_allclose(whiten_rows(rows, 0.6, index), rows @ maps, atol=1e-12)
    coloured = colour_rows(rows, 0.6, index)
    np.testing.assert_allclose(coloured @ coloured.T, rows @ correlation(0.6, index) @ rows.T, rtol=1e-12)


def test_the_restricted_likelihood_finds_the_autocorrelation_of_a_long_series():
    outcome = series(rho=0.6, n=2000, first=1500)
    design = columns(np.arange(2000), 1500, None, None)
    weights = rho_posterior(outcome, design.factual, np.arange(2000))
    assert float(weights @ GRID) == pytest.approx(0.6, abs=0.05)


def test_newey_west_and_ljung_box_are_those_of_statsmodels():
    noise = series(rho=0.3)
    shares = sm.stats.acorr_ljungbox(noise, lags=[6], model_df=1)
    assert ljung_box(noise, 6) == pytest.approx((shares["lb_stat"].iloc[0], shares["lb_pvalue"].iloc[0]), rel=1e-9)
    middle = noise - noise.mean()
    theirs = sm.OLS(noise, np.ones(48)).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False})
    assert np.sqrt(newey_west(middle, 3)) / 48 == pytest.approx(theirs.bse[0], rel=1e-9)


def test_counts_that_vanish_have_no_fit():
    counts = np.where(INDEX >= 36, 5.0, 0.0)
    assert fit(counts, INDEX, 36, columns(INDEX, 36, None, None), "poisson", np.ones(48)) is None
