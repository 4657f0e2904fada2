import json

import numpy as np
import pytest
import statsmodels.api as sm

from upshot.errors import DesignError, InputError
from upshot.impact.counts import counts, shares

STARTS = (3.0, 5.0, None)
PERIODS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)


def a_panel(seed=0, size=80, effect=0.3, exposure=False, drift=0.0, scale=1.0, base=1.5):
    """Units by periods with a person effect shared over time, so rows of a unit go together."""
    rng = np.random.default_rng(seed)
    cohort = np.repeat([0, 1, 2], size)
    first = np.array([3.0, 5.0, np.inf])[cohort]
    when = np.array(PERIODS)
    hours = rng.uniform(0.5, 2.0, (3 * size, 6)) if exposure else np.ones((3 * size, 6))
    person = rng.gamma(4, 0.25, 3 * size)[:, None]
    log_rate = np.log(base) + 0.2 * cohort[:, None] + 0.1 * when + drift * when * (cohort[:, None] == 0)
    rate = person * hours * np.exp(log_rate + effect * (when >= first[:, None]))
    return cohort, rng.poisson(rate).astype(float) * scale, hours


def moments(cohort, *blocks):
    vectors = np.hstack(blocks)
    groups = [vectors[cohort == c] for c in np.unique(cohort)]
    return (
        [len(g) for g in groups],
        [g.mean(axis=0) for g in groups],
        [np.cov(g.T, bias=True) for g in groups],
    )


def saturated(cohort):
    """Cohort, period and treated-cell dummies, long; the layout of the textbook regression."""
    n = len(cohort)
    group, when = np.repeat(cohort, 6), np.tile(np.arange(6), n)
    parts = [(group == c).astype(float) for c in range(3)] + [(when == t).astype(float) for t in range(1, 6)]
    cells = [(c, t) for c, s in enumerate((2, 4)) for t in range(s, 6)]
    parts += [((group == c) & (when == t)).astype(float) for c, t in cells]
    return np.column_stack(parts), len(cells)


def by_statsmodels(cohort, outcome, hours, family):
    """Overall effect, log ratio and their unit-clustered errors from the unit-level GLM by the delta method."""
    design, k = saturated(cohort)
    model = sm.GLM(outcome.ravel(), design, family=family, offset=np.log(hours.ravel()) if hours is not None else None)
    options = {"groups": np.repeat(np.arange(len(cohort)), 6), "use_correction": False}
    fit = model.fit(tol=1e-14, maxiter=200, cov_type="cluster", cov_kwds=options)
    without = design.copy()
    without[:, -k:] = 0
    rows = design[:, -k:].sum(axis=1) > 0
    size = np.ones(len(rows)) if hours is None else hours.ravel()
    mean = [model.family.link.inverse(x[rows] @ fit.params) for x in (design, without)]
    slope = [m if hours is not None else m * (1 - m) for m in mean]
    total = size[rows].sum()
    gradient = [(x[rows].T @ (size[rows] * s)) / total for x, s in zip((design, without), slope, strict=True)]
    seen, base = (float(size[rows] @ m / total) for m in mean)
    step, ratio = gradient[0] - gradient[1], gradient[0] / seen - gradient[1] / base
    cov = fit.cov_params()
    return seen - base, np.sqrt(step @ cov @ step), seen / base, seen / base * np.sqrt(ratio @ cov @ ratio)


@pytest.mark.parametrize("exposure", [False, True])
def test_cells_give_what_the_unit_level_poisson_regression_with_clustered_errors_gives(exposure):
    cohort, outcome, hours = a_panel(exposure=exposure)
    blocks = (outcome, hours) if exposure else (outcome,)
    answer = counts(STARTS, PERIODS, *moments(cohort, *blocks), exposure=exposure)
    effect, error, ratio, ratio_error = by_statsmodels(cohort, outcome, hours, sm.families.Poisson())
    assert answer.estimate == pytest.approx(effect, rel=1e-8)
    assert answer.std_error == pytest.approx(error, rel=1e-8)
    second = answer.other_estimates[0]
    assert (second.estimand, second.estimate) == ("att-rate-ratio", pytest.approx(ratio, rel=1e-8))
    assert second.std_error == pytest.approx(ratio_error, rel=1e-8)


def test_cells_give_what_the_unit_level_logit_gives():
    cohort, outcome, _ = a_panel(base=0.02)
    outcome = np.minimum(outcome, 1)
    answer = shares(STARTS, PERIODS, *moments(cohort, outcome))
    effect, error, _, _ = by_statsmodels(cohort, outcome, None, sm.families.Binomial())
    assert answer.estimate == pytest.approx(effect, rel=1e-7)
    assert answer.std_error == pytest.approx(error, rel=1e-7)


def test_two_cohorts_and_two_periods_are_the_ratio_of_ratios():
    mean = np.array([[2.0, 6.0], [4.0, 8.0]])
    cov = np.array([np.eye(2)] * 2)
    answer = counts([2, None], [1, 2], [50, 50], mean, cov)
    assert answer.baseline == pytest.approx(2.0 * 8 / 4)
    assert answer.relative.estimate == pytest.approx((6 / 2) / (8 / 4) - 1)
    log_variance = sum(1 / (50 * m**2) for m in mean.ravel())
    assert answer.other_estimates[0].std_error == pytest.approx(1.5 * np.sqrt(log_variance), rel=1e-9)


def test_a_planted_ratio_is_found_with_terms_by_event_time():
    answer = counts(STARTS, PERIODS, *moments(*a_panel(size=600)[:2]))
    assert answer.relative.conf_low < np.expm1(0.3) < answer.relative.conf_high
    ratios = [term.event_time for term in answer.terms if term.term == "rate-ratio"]
    assert ratios == [-4, -3, -2, 0, 1, 2, 3]
    assert answer.checks[0].status == "passed"
    assert json.dumps(answer.to_dict())


def test_a_cohort_that_was_already_rising_fails_the_pre_trend_check():
    cohort, outcome, _ = a_panel(size=600, drift=0.3, effect=0.0)
    answer = counts((5.0, 6.0, None), PERIODS, *moments(cohort, outcome))
    assert (answer.checks[0].status, answer.checks[0].code) == ("failed", "pre-trend")


def test_without_a_never_treated_cohort_the_periods_when_all_are_treated_are_left_out_and_said():
    cohort, outcome, _ = a_panel()
    size, mean, cov = moments(cohort[cohort < 2], outcome[cohort < 2])
    answer = counts(STARTS[:2], PERIODS, size, mean, cov)
    assert answer.estimate is not None
    said = next(caution.text for caution in answer.cautions if caution.code == "periods-left-out")
    assert "5.0, 6.0" in said


@pytest.mark.parametrize(
    ("starts", "scale", "code"),
    [
        ((3.0, 3.0, 3.0), 1.0, "no-comparison"),
        ((None, None, None), 1.0, "no-comparison"),
        (STARTS, 0.0, "no-comparison"),
    ],
)
def test_what_cannot_be_known_is_refused_with_a_reason(starts, scale, code):
    answer = counts(starts, PERIODS, *moments(*a_panel(scale=scale)[:2]))
    assert answer.estimate is None
    assert answer.cautions[0].code == code


def test_a_cohort_with_nothing_counted_before_its_start_is_left_out_and_said():
    cohort, outcome, _ = a_panel()
    outcome[cohort == 0, :2] = 0
    answer = counts(STARTS, PERIODS, *moments(cohort, outcome))
    assert answer.estimate is not None
    assert "cohorts-left-out" in {caution.code for caution in answer.cautions}


@pytest.mark.parametrize("factor", [1e-6, 1e9])
def test_the_unit_of_the_outcome_does_not_matter(factor):
    plain, scaled = (counts(STARTS, PERIODS, *moments(*a_panel(scale=s)[:2])) for s in (1.0, factor))
    assert scaled.estimate / factor == pytest.approx(plain.estimate, rel=1e-8)
    assert scaled.std_error / factor == pytest.approx(plain.std_error, rel=1e-8)
    assert scaled.relative.conf_low == pytest.approx(plain.relative.conf_low, rel=1e-7)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mean": [[1.0]]}, "wrong-shape"),
        ({"mean": np.full((3, 6), np.nan)}, "not-finite"),
        ({"mean": np.full((3, 6), -1.0)}, "negative-count"),
        ({"n": [0, 1, 1]}, "empty-cohort"),
        ({"n": ["a", "b", "c"]}, "not-a-number"),
        ({"cohort_start": ("soon", None, None)}, "not-a-number"),
        ({"periods": (1.0, 1.0, 2.0, 3.0, 4.0, 5.0)}, "periods"),
        (
            {"mean": np.hstack([np.ones((3, 6)), np.zeros((3, 6))]), "cov": np.zeros((3, 12, 12)), "exposure": True},
            "zero-exposure",
        ),
    ],
)
def test_wrong_moments_are_refused_by_name(change, code):
    size, mean, cov = moments(*a_panel()[:2])
    good = {"cohort_start": STARTS, "periods": PERIODS, "n": size, "mean": mean, "cov": cov}
    with pytest.raises(InputError) as caught:
        counts(**good | change)
    assert code in {problem.code for problem in caught.value.problems}


def test_shares_above_one_and_a_level_out_of_range_are_refused():
    size, mean, cov = moments(*a_panel()[:2])
    with pytest.raises(InputError, match="above 1"):
        shares(STARTS, PERIODS, size, mean, cov)
    with pytest.raises(DesignError):
        counts(STARTS, PERIODS, size, mean, cov, level=0)


@pytest.mark.slow
def test_intervals_cover_the_ratio_at_the_nominal_rate():
    runs = 500
    answers = [counts(STARTS, PERIODS, *moments(*a_panel(seed=seed, size=60)[:2])) for seed in range(runs)]
    covered = np.mean([a.relative.conf_low < np.expm1(0.3) < a.relative.conf_high for a in answers])
    assert covered == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / runs))
