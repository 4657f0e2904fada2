"""Encouragement: closed forms, the Anderson–Rubin set in all its shapes, compliance."""

import numpy as np
import pytest

from upshot.impact.estimate import CheckResult, Estimate
from upshot.impact.experiment import experiment
from upshot.impact.experiment.late import anderson_rubin


def an_offer(n: int = 400, reach: float = 0.6, effect: float = 2.0, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Outcome, offer, take-up; those who take up would have done better anyway."""
    generator = np.random.default_rng(seed)
    offer = generator.permutation(np.arange(n) % 2)
    eager = generator.random(n)
    took = ((eager < 0.1) | ((eager < 0.1 + reach) & (offer == 1))).astype(int)
    return 10 - 3 * eager + effect * took + generator.normal(size=n), offer, took


def first_stage(answer: Estimate) -> CheckResult:
    return next(check for check in answer.checks if check.name == "first-stage")


def two_stage_least_squares(y: np.ndarray, d: np.ndarray, z: np.ndarray) -> tuple[float, float]:
    """Closed form with HC0 errors."""
    x, w = np.column_stack([np.ones(len(y)), d]), np.column_stack([np.ones(len(y)), z])
    bread = np.linalg.inv(w.T @ x)
    beta = bread @ w.T @ y
    residual = y - x @ beta
    return float(beta[1]), float(np.sqrt((bread @ (w.T * residual**2) @ w @ bread.T)[1, 1]))


def test_late_is_two_stage_least_squares() -> None:
    y, offer, took = an_offer()
    answer = experiment(y, offer, take_up=took)
    expected = two_stage_least_squares(y, took, offer)
    assert answer.estimand == "late"
    assert answer.estimate == pytest.approx(expected[0], rel=1e-10)
    assert answer.std_error == pytest.approx(expected[1] * np.sqrt(200 / 199), rel=1e-10)  # HC2 with equal arms


def test_with_full_compliance_late_is_the_intention_to_treat_effect() -> None:
    y, offer, _ = an_offer()
    late, itt = experiment(y, offer, take_up=offer), experiment(y, offer)
    assert (late.estimate, late.std_error, late.p_value) == pytest.approx((itt.estimate, itt.std_error, itt.p_value))
    assert (late.conf_low, late.conf_high) == pytest.approx((itt.conf_low, itt.conf_high))
    details = first_stage(late).details
    assert details is not None
    assert details["compliance"] == "full"


def test_late_shifts_and_scales_with_the_outcome() -> None:
    y, offer, took = an_offer()
    plain, moved = experiment(y, offer, take_up=took), experiment(1e6 * y + 1e9, offer, take_up=took)
    assert moved.estimate == pytest.approx(1e6 * (plain.estimate or 0), rel=1e-7)
    assert moved.conf_high == pytest.approx(1e6 * (plain.conf_high or 0), rel=1e-7)
    assert moved.baseline == pytest.approx(1e6 * (plain.baseline or 0) + 1e9, rel=1e-9)


def test_compliers_means_differ_by_the_effect_and_compliance_is_told() -> None:
    y, offer, took = an_offer(4000)
    answer = experiment(y, offer, take_up=took)
    details = first_stage(answer).details
    assert details is not None
    gap = details["complier_mean_treated"] - details["complier_mean_untreated"]
    assert gap == pytest.approx(answer.estimate, rel=1e-9)
    assert details["compliance"] == "two-sided"
    assert details["complier_share"] == pytest.approx(0.6, abs=0.05)
    assert details["always_taker_share"] == pytest.approx(0.1, abs=0.03)
    assert details["complier_mean_untreated"] == pytest.approx(10 - 3 * 0.4, abs=0.2)


def test_comparing_takers_with_others_would_have_misled() -> None:
    y, offer, took = an_offer(4000)
    answer = experiment(y, offer, take_up=took)
    assert answer.naive is not None
    assert (answer.naive.treated_vs_rest or 0) > 2.4
    assert answer.estimate == pytest.approx(2.0, abs=0.25)


def test_a_weak_offer_fails_the_check_and_gives_no_bounded_interval() -> None:
    y, offer, took = an_offer(200, reach=0.02, seed=3)
    answer = experiment(y, offer, take_up=took)
    assert (first_stage(answer).status, first_stage(answer).code) == ("failed", "weak-first-stage")
    assert answer.conf_low is None
    assert answer.conf_high is None
    assert "anderson-rubin-unbounded" in {caution.code for caution in answer.cautions}


def test_take_up_that_nobody_changed_leaves_only_the_offers_effect() -> None:
    y, offer, _ = an_offer()
    answer = experiment(y, offer, take_up=np.ones(400))
    assert answer.estimate is None
    assert answer.other_estimates[0].estimand == "itt"
    assert "no-first-stage" in {caution.code for caution in answer.cautions}
    assert first_stage(answer).status == "failed"


def test_late_takes_covariates_blocks_and_clusters() -> None:
    y, offer, took = an_offer(600)
    block, cluster = np.arange(600) % 3, np.arange(600) // 5
    answer = experiment(y, offer, take_up=took, covariates=y - 2 * took, block=block, cluster=cluster)
    assert answer.estimate == pytest.approx(2.0, abs=0.05)
    assert answer.n_clusters == 120
    assert {one.method for one in answer.other_estimates} >= {"ancova", "wald"}


@pytest.mark.parametrize(
    ("reduced", "first", "covariance", "shape"),
    [
        (1.0, 0.5, [[0.01, 0.0], [0.0, 0.001]], "interval"),
        (3.0, 0.1, [[0.01, 0.0], [0.0, 0.01]], "outside"),
        (0.1, 0.1, [[0.01, 0.0], [0.0, 0.01]], "line"),
        (0.0, 0.0, [[0.01, 0.0], [0.0, 0.0]], "line"),
    ],
)
def test_the_anderson_rubin_set_is_what_the_test_does_not_reject(
    reduced: float, first: float, covariance: list[list[float]], shape: str
) -> None:
    v = np.array(covariance)
    region = anderson_rubin(reduced, first, v, 1.96)
    assert region.shape == shape
    for value in np.linspace(-60, 60, 1001):
        kept = (reduced - value * first) ** 2 <= 1.96**2 * (v[0, 0] - 2 * value * v[0, 1] + value**2 * v[1, 1])
        low, high = region.low or 0.0, region.high or 0.0
        said = {"interval": low <= value <= high, "outside": value <= low or value >= high, "line": True}[shape]
        assert kept == said
