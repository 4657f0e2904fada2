"""`experiment` as a whole: collapse to textbook formulas, invariance, refusals, cautions."""

from collections.abc import Callable

import numpy as np
import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult, Estimate
from upshot.impact.experiment import experiment


def an_experiment(n: int = 60, effect: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    arm = generator.permutation(np.arange(n) % 2)
    before = generator.normal(10, 2, n)
    return before + effect * arm + generator.normal(0, 1 + arm, n), arm, before


def check(answer: Estimate, name: str) -> CheckResult:
    return next(one for one in answer.checks if one.name == name)


def codes(answer: Estimate) -> set[str]:
    return {caution.code for caution in answer.cautions}


def test_without_covariates_it_is_the_difference_in_means_with_neymans_variance() -> None:
    y, arm, _ = an_experiment()
    one, other = y[arm == 1], y[arm == 0]
    answer = experiment(y, arm)
    assert answer.estimate == pytest.approx(one.mean() - other.mean(), rel=1e-12)
    assert answer.std_error == pytest.approx(np.sqrt(one.var(ddof=1) / 30 + other.var(ddof=1) / 30), rel=1e-12)


def test_blocks_with_unequal_shares_count_by_their_size() -> None:
    y, _, _ = an_experiment(90)
    block, arm = np.repeat([0, 1], [60, 30]), np.r_[np.arange(60) % 4 == 0, np.arange(30) % 3 > 0].astype(int)
    y = y + 100 * block
    gaps, variances = [], []
    for b in (0, 1):
        one, other = y[(block == b) & (arm == 1)], y[(block == b) & (arm == 0)]
        gaps.append(one.mean() - other.mean())
        variances.append(one.var(ddof=1) / one.size + other.var(ddof=1) / other.size)
    answer = experiment(y, arm, block=block)
    assert answer.estimate == pytest.approx((60 * gaps[0] + 30 * gaps[1]) / 90, rel=1e-10)
    assert answer.std_error == pytest.approx(np.sqrt((60 / 90) ** 2 * variances[0] + (30 / 90) ** 2 * variances[1]))
    assert answer.naive is not None
    assert abs((answer.naive.treated_vs_rest or 0) - (answer.estimate or 0)) > 10


def test_matched_pairs_are_the_mean_difference_with_its_paired_error() -> None:
    generator = np.random.default_rng(7)
    base, lift = generator.normal(0, 5, 12), generator.normal(1, 1, 12)
    y, arm, pair = np.r_[base, base + lift], np.repeat([0, 1], 12), np.tile(np.arange(12), 2)
    answer = experiment(y, arm, block=pair)
    assert answer.estimate == pytest.approx(lift.mean(), rel=1e-9)
    assert answer.std_error == pytest.approx(lift.std(ddof=1) / np.sqrt(12), rel=1e-9)
    assert "11.0 degrees" in next(c.text for c in answer.cautions if c.code == "standard-errors")


def test_pairs_can_be_adjusted_for_a_covariate() -> None:
    generator = np.random.default_rng(8)
    x = generator.normal(0, 3, 60)
    pair, arm = np.repeat(np.arange(30), 2), np.tile([0, 1], 30)
    y = 2 * x + arm + generator.normal(0, 0.1, 60)
    plain, adjusted = experiment(y, arm, block=pair), experiment(y, arm, block=pair, covariates=x)
    assert adjusted.method == "ancova"
    assert adjusted.estimate == pytest.approx(1, abs=0.1)
    assert (adjusted.std_error or 9) < (plain.std_error or 0) / 10


def test_adjusting_for_the_pre_period_states_its_gain() -> None:
    y, arm, before = an_experiment(400)
    answer = experiment(y, arm, covariates={"before": before})
    plain = answer.other_estimates[0]
    assert plain.method == "difference-in-means"
    assert answer.std_error is not None
    assert answer.std_error < (plain.std_error or 0)
    assert "takes away" in (plain.text or "")


@pytest.mark.parametrize(("scale", "shift"), [(1e-6, 0.0), (1e9, 0.0), (1.0, 1e9), (1e6, -1e9)])
def test_outcomes_can_be_scaled_and_shifted(scale: float, shift: float) -> None:
    y, arm, before = an_experiment()
    plain = experiment(y, arm, covariates=before)
    moved = experiment(scale * y + shift, arm, covariates=1e6 * before - 1e9)
    tolerance = 1e-6 if shift else 1e-8  # adding 1e9 costs nine of sixteen digits before we see the data
    assert moved.estimate == pytest.approx(scale * (plain.estimate or 0), rel=tolerance)
    assert moved.std_error == pytest.approx(scale * (plain.std_error or 0), rel=tolerance)
    assert moved.p_value == pytest.approx(plain.p_value, rel=1e-5)


def test_order_of_rows_and_names_of_blocks_and_clusters_do_not_matter() -> None:
    y, arm, before = an_experiment(80)
    block, cluster = np.arange(80) % 2, np.arange(80) // 4
    order = np.random.default_rng(1).permutation(80)
    one = experiment(y, arm, covariates=before, block=block, cluster=cluster)
    two = experiment(
        y[order],
        arm[order],
        covariates=before[order],
        block=np.array(["z", "a"])[block][order],
        cluster=(1000 - cluster)[order],
    )
    assert (one.estimate, one.std_error, one.p_value) == pytest.approx(
        (two.estimate, two.std_error, two.p_value), rel=1e-9
    )


def test_arms_keep_their_labels_and_bands_are_wider_than_intervals() -> None:
    y, _, _ = an_experiment(90)
    arm = np.array(["Control", "video", "coach"])[np.arange(90) % 3]
    answer = experiment(y, arm, design=Design(covariance=True))
    assert [term.group for term in answer.terms] == ["coach", "video"]
    assert answer.covariance is not None
    for i, term in enumerate(answer.terms):
        assert answer.covariance[i, i] == pytest.approx((term.std_error or 0) ** 2)
        assert (term.band_low or 0) < (term.conf_low or 0) < (term.conf_high or 0) < (term.band_high or 0)
    assert check(answer, "arms").p_value is not None
    assert answer.estimate == pytest.approx(np.mean([term.estimate for term in answer.terms]))


def test_the_control_arm_must_be_clear_or_named() -> None:
    y, arm, _ = an_experiment()
    named = np.array(["A", "B"])[arm]
    with pytest.raises(DesignError, match="'A', 'B'"):
        experiment(y, named)
    with pytest.raises(DesignError, match="not among the arms"):
        experiment(y, named, control="C")
    assert experiment(y, named, control="B").estimate == pytest.approx(-(experiment(y, arm).estimate or 0))


def test_text_covariates_are_categories_and_whole_numbers_are_numbers() -> None:
    y, arm, _ = an_experiment(200)
    site = np.arange(200) % 3
    as_text = experiment(y, arm, covariates={"site": site.astype(str)})
    forced = experiment(y, arm, covariates={"C(site)": site})
    as_number = experiment(y, arm, covariates={"site": site})
    assert as_text.estimate == pytest.approx(forced.estimate, rel=1e-12)
    assert as_number.estimate != pytest.approx(forced.estimate, rel=1e-6)


def test_missing_covariates_are_imputed_and_said() -> None:
    y, arm, before = an_experiment(200)
    holes = np.where(np.arange(200) % 7 == 0, np.nan, before)
    answer = experiment(y, arm, covariates={"before": holes})
    assert answer.n_units == 200
    assert "covariate-imputed" in codes(answer)


def test_missing_outcomes_are_counted_and_bounded() -> None:
    y, arm, _ = an_experiment(200)
    y = np.where((arm == 1) & (np.arange(200) % 3 == 0), np.nan, y)
    answer = experiment(y, arm)
    found = check(answer, "attrition")
    assert (found.status, found.code) == ("failed", "differential-attrition")
    assert found.details is not None
    bounds = found.details["lee_bounds"]["1"]
    assert bounds["low"] < (answer.estimate or 0) < bounds["high"]
    assert "missing-outcomes" in codes(answer)


def test_too_many_covariates_for_the_sample_are_not_used_and_said() -> None:
    y, arm, _ = an_experiment(20)
    answer = experiment(y, arm, covariates=np.random.default_rng(2).normal(size=(20, 8)))
    assert answer.method == "difference-in-means"
    assert "too-many-covariates" in codes(answer)


def test_blocks_with_one_arm_are_left_out_and_said() -> None:
    y, arm, _ = an_experiment(60)
    block = np.repeat([0, 1, 2], 20)
    arm = np.where(block == 2, 1, arm)
    answer = experiment(y, arm, block=block)
    assert answer.n_units == 40
    assert check(answer, "block-overlap").status == "failed"
    assert answer.estimate == pytest.approx(experiment(y[:40], arm[:40], block=block[:40]).estimate)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda y, arm: (np.full(y.size, 3.0), arm), "constant-outcome"),
        (lambda y, arm: (y, np.r_[1, 0 * arm[1:]]), "too-few"),
        (lambda y, arm: (np.where(arm == 1, np.nan, y), arm), "too-few"),
    ],
)
def test_what_cannot_be_known_is_refused_with_a_reason(
    change: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]], code: str
) -> None:
    y, arm = change(*an_experiment()[:2])
    answer = experiment(y, arm)
    assert answer.estimate is None
    assert answer.conf_low is None
    assert answer.checks[0].code == code
    assert code in codes(answer)
    assert answer.to_dict()["schema"] == "upshot-estimate/1"


def test_blocks_that_never_hold_two_arms_are_refused() -> None:
    y, arm, _ = an_experiment()
    answer = experiment(y, arm, block=arm)
    assert answer.estimate is None
    assert "no-overlap" in codes(answer)


def test_outcomes_alike_within_arms_have_no_error_and_no_interval() -> None:
    answer = experiment([1.0, 1.0, 2.0, 2.0], [0, 0, 1, 1])
    assert answer.estimate == 1.0
    assert answer.std_error is None
    assert answer.p_value is None
    assert "no-standard-error" in codes(answer)


def test_all_problems_of_the_columns_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        experiment(
            [1.0, np.inf, 2.0, 3.0],
            [0, 1, 0, 1],
            weights=[1, 0, -1, 1],
            take_up=[0, 2, 0, 1],
            covariates={"x": [1.0, np.inf, 0.0, 0.0]},
            cluster=["a", None, "b", "c"],
        )
    assert {problem.code for problem in caught.value.problems} >= {
        "covariate-infinite", "weights-not-positive", "take-up-not-binary", "missing-cluster", "outcome-infinite"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"outcome": ["a", "b", "c", "d"]}, "outcome-text"),
        ({"treatment": [1, 1, 1, 1]}, "one-arm"),
        ({"treatment": [0, None, 1, 1]}, "missing-treatment"),
        ({"treatment": [0, 1, 1]}, "length"),
        ({"outcome": []}, "outcome-shape"),
        ({"covariates": {"x": [1.0]}}, "covariate-length"),
    ],
)
def test_a_wrong_column_is_named(columns: dict[str, object], code: str) -> None:
    given = {"outcome": [1.0, 2.0, 3.0, 4.0], "treatment": [0, 1, 0, 1], **columns}
    with pytest.raises(InputError) as caught:
        experiment(given.pop("outcome"), given.pop("treatment"), **given)
    assert code in {problem.code for problem in caught.value.problems}


def test_clusters_that_straddle_arms_are_wrong_only_where_clusters_were_assigned() -> None:
    y, arm, _ = an_experiment()
    cluster = np.arange(60) // 6
    with pytest.raises(InputError, match="more than one arm"):
        experiment(y, arm, cluster=cluster, design=Design(assigned_by="team"))
    assert experiment(y, arm, cluster=cluster).std_error is not None


def test_few_clusters_bring_the_lot_and_the_bootstrap_beside_the_estimate() -> None:
    y, _, _ = an_experiment(80)
    cluster = np.arange(80) // 8
    answer = experiment(y, cluster % 2, cluster=cluster, design=Design(assigned_by="team"))
    assert {one.method for one in answer.other_estimates} == {"randomisation-inference", "wild-cluster-bootstrap"}
    assert check(answer, "few-clusters").status == "informative"
    hopeless = experiment(y[:32], (cluster % 2)[:32], cluster=cluster[:32])
    assert check(hopeless, "few-clusters").code == "too-few-clusters"


def test_answers_never_hold_what_json_cannot() -> None:
    y, arm, before = an_experiment(40)
    for columns in ({}, {"covariates": before}, {"block": np.arange(40) // 20}, {"take_up": arm}):
        assert experiment(y, arm, **columns).to_dict()["n_units"] == 40


def test_unknown_options_are_refused() -> None:
    y, arm, _ = an_experiment()
    with pytest.raises(DesignError, match="HC2 or HC3"):
        experiment(y, arm, robust="HC1")
    with pytest.raises(DesignError, match="two arms"):
        experiment(y, np.arange(60) % 3, take_up=arm)


def test_a_missing_cluster_is_the_only_problem_named_when_teams_were_assigned() -> None:
    cluster = np.array(["a", "a", None, "b"], dtype=object)
    with pytest.raises(InputError) as caught:
        experiment([1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1], cluster=cluster, design=Design(assigned_by="team"))
    assert [problem.code for problem in caught.value.problems] == ["missing-cluster"]


def test_a_covariate_that_is_the_outcome_leaves_no_error_to_judge_by() -> None:
    y, arm, _ = an_experiment(40)
    answer = experiment(y, arm, covariates={"copy": 2 * y + 1})
    assert answer.std_error is None
    assert answer.p_value is None
    assert "no-standard-error" in codes(answer)
