"""Each check finds the fault it is for, and keeps quiet without it."""

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.experiment.checks import (
    attrition_check,
    balance_check,
    block_check,
    cluster_check,
    first_stage_check,
    sample_ratio_check,
)
from upshot.impact.experiment.checks.balance import balance_statistic
from upshot.impact.experiment.rows import Rows, check_rows


def rows(n: int = 200, seed: int = 0, **columns: object) -> Rows:
    generator = np.random.default_rng(seed)
    given = {"outcome": generator.normal(size=n), "treatment": generator.permutation(np.arange(n) % 2), **columns}
    return check_rows(given.pop("outcome"), given.pop("treatment"), **given)


def test_arms_as_planned_pass_and_lost_people_fail_the_sample_ratio() -> None:
    assert sample_ratio_check(rows(), {0: 1, 1: 1}).status == "passed"
    short = rows(treatment=np.repeat([0, 1], [140, 60]))
    found = sample_ratio_check(short, {"0": 0.5, "1": 0.5})
    assert (found.status, found.code) == ("failed", "sample-ratio-mismatch")
    assert found.statistic == pytest.approx(32.0)
    assert sample_ratio_check(short, {0: 7, 1: 3}).p_value == pytest.approx(1.0)


def test_the_sample_ratio_counts_clusters_where_clusters_were_drawn() -> None:
    cluster = np.r_[np.zeros(100), np.arange(1, 101)].astype(int)
    lopsided = rows(treatment=np.r_[np.zeros(100), np.tile([0, 1], 50)].astype(int), cluster=cluster)
    assert sample_ratio_check(lopsided, {0: 1, 1: 1}).status == "passed"


def test_planned_shares_must_name_the_arms() -> None:
    with pytest.raises(DesignError, match="0, 1"):
        sample_ratio_check(rows(), {0: 1, 2: 1})
    assert sample_ratio_check(rows(), None).status == "not_applicable"


def test_balance_fails_when_the_best_were_chosen() -> None:
    x = np.random.default_rng(5).normal(size=200)
    assert balance_check(rows(covariates={"skill": x})).status == "passed"
    chosen = balance_check(rows(treatment=(x > 0).astype(int), covariates={"skill": x}))
    assert (chosen.status, chosen.code) == ("failed", "imbalance")
    assert "skill" in chosen.text
    assert balance_check(rows()).status == "not_applicable"
    assert balance_check(rows(covariates={"constant": np.ones(200)})).status == "not_applicable"


@pytest.mark.parametrize("clustered", [False, True])
def test_balance_has_its_size_with_three_arms_in_blocks(clustered: bool) -> None:
    generator = np.random.default_rng(11)
    team = np.repeat(np.arange(36), 3)
    x = generator.normal(size=(108, 2)) + generator.normal(size=(36, 1))[team]
    statistics = []
    for _ in range(300):
        by_team = np.concatenate([generator.permutation(np.repeat([0, 1, 2], [6, 6, 6])) for _ in range(2)])
        arm = (
            by_team[team]
            if clustered
            else np.r_[generator.permutation(np.arange(54) % 3), generator.permutation(np.arange(54) % 3)]
        )
        drawn = check_rows(
            np.zeros(108), arm, covariates=x, block=np.arange(108) // 54, cluster=team if clustered else None
        )
        statistics.append(balance_statistic(drawn))
    assert {df for _, df in statistics} == {4}
    assert np.mean([s for s, _ in statistics]) == pytest.approx(4.0, abs=0.5)  # chi-square mean, 300 draws: se 0.16


def test_attrition_by_arm_fails_and_even_attrition_passes() -> None:
    arm, y = np.arange(200) % 2, np.random.default_rng(1).normal(size=200)
    even = np.where(np.arange(200) % 10 < 2, np.nan, y)
    uneven = np.where((arm == 1) & (np.arange(200) % 4 == 1), np.nan, y)
    assert attrition_check(rows(treatment=arm)).status == "passed"
    assert attrition_check(rows(treatment=arm, outcome=even)).status == "passed"
    found = attrition_check(rows(treatment=arm, outcome=uneven))
    assert found.code == "differential-attrition"
    assert found.details is not None
    assert found.details["share_missing"] == pytest.approx({"0": 0.0, "1": 0.5})


def test_attrition_that_cannot_be_tested_is_said() -> None:
    tiny = rows(treatment=[0, 0, 1], outcome=[1.0, np.nan, 2.0])
    assert attrition_check(tiny).code == "attrition-untested"


def test_blocks_are_checked_for_both_arms() -> None:
    arm = np.arange(200) % 2
    assert block_check(rows(treatment=arm)).status == "not_applicable"
    assert block_check(rows(treatment=arm, block=np.arange(200) // 50)).status == "passed"
    few = np.where(np.arange(200) < 6, 1, arm)
    found = block_check(rows(treatment=few, block=np.where(np.arange(200) < 6, "x", "y")))
    assert (found.status, found.code) == ("informative", "blocks-without-overlap")
    many = np.where(np.arange(200) < 60, 1, arm)
    assert block_check(rows(treatment=many, block=np.where(np.arange(200) < 60, "x", "y"))).status == "failed"


@pytest.mark.parametrize(("teams", "status"), [(4, "failed"), (8, "informative"), (20, "passed")])
def test_clusters_are_counted_and_the_smallest_p_is_known(teams: int, status: str) -> None:
    cluster = np.arange(200) % teams
    found = cluster_check(rows(treatment=cluster % 2, cluster=cluster), 0.95)
    assert found.status == status
    assert found.details is not None
    assert found.details["clusters"] == teams


def test_the_smallest_p_of_four_clusters_is_a_third() -> None:
    cluster = np.arange(200) % 4
    details = cluster_check(rows(treatment=cluster % 2, cluster=cluster), 0.95).details
    assert details is not None
    assert details["smallest_possible_p"] == pytest.approx(2 / 6)


@pytest.mark.parametrize(("effect", "status"), [(0.02, "failed"), (0.4, "informative"), (0.6, "passed")])
def test_the_first_stage_is_judged_by_its_effective_f(effect: float, status: str) -> None:
    found = first_stage_check(effect, 0.1, {})
    assert found.status == status
    assert found.statistic == pytest.approx((effect / 0.1) ** 2)
