"""Published and live reference numbers on real experiments."""

import csv
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from upshot.impact.estimate import Estimate
from upshot.impact.experiment import experiment

DATA = Path(__file__).parents[2] / "data" / "experiments"


def columns(name: str) -> dict[str, np.ndarray]:
    with (DATA / name).open() as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def numbers(table: dict[str, np.ndarray], *names: str) -> np.ndarray:
    return np.column_stack([table[name].astype(float) for name in names])


def other(answer: Estimate, method: str) -> float:
    return next(one.estimate for one in answer.other_estimates if one.method == method)


def test_nsw_difference_in_means_is_the_published_1794() -> None:
    table = columns("nsw_dw.csv")
    answer = experiment(numbers(table, "re78")[:, 0], table["treat"])
    assert answer.estimate == pytest.approx(1794.3423818501014, abs=0.01)  # stored in single precision by its authors
    assert answer.std_error == pytest.approx(671.00, abs=0.005)
    assert answer.baseline == pytest.approx(4554.80, abs=0.005)


def test_lalonde_sample_is_the_published_886() -> None:
    table = columns("nsw_lalonde.csv")
    answer = experiment(numbers(table, "re78")[:, 0], table["treat"])
    assert answer.estimate == pytest.approx(886.304, abs=0.001)
    assert answer.std_error == pytest.approx(488.14, abs=0.5)  # published with HC0's factor, ours with HC2's


@pytest.mark.parametrize("kind", ["HC2", "HC3"])
def test_adjusted_nsw_equals_the_interacted_regression_of_statsmodels(kind: str) -> None:
    table = columns("nsw_dw.csv")
    y, d = numbers(table, "re78")[:, 0], numbers(table, "treat")
    x = numbers(table, "age", "education", "black", "hispanic", "married", "nodegree", "re74", "re75")
    centred = x - x.mean(axis=0)
    live = sm.OLS(y, np.column_stack([np.ones(len(y)), d, centred, d * centred])).fit(cov_type=kind)
    answer = experiment(y, d[:, 0], covariates=x, robust=kind)
    assert answer.estimate == pytest.approx(live.params[1], rel=1e-9)
    assert answer.std_error == pytest.approx(live.bse[1], rel=1e-9)
    assert other(answer, "difference-in-means") == pytest.approx(1794.3424, abs=1e-3)


def test_weighted_and_adjusted_nsw_equals_weighted_least_squares() -> None:
    table = columns("nsw_dw.csv")
    y, d, x = numbers(table, "re78")[:, 0], numbers(table, "treat"), numbers(table, "age", "re75")
    w = 0.5 + np.random.default_rng(3).random(len(y))
    centred = x - np.average(x, axis=0, weights=w)
    live = sm.WLS(y, np.column_stack([np.ones(len(y)), d, centred, d * centred]), weights=w).fit(cov_type="HC2")
    answer = experiment(y, d[:, 0], covariates=x, weights=w, robust="HC2")
    assert answer.estimate == pytest.approx(live.params[1], rel=1e-9)
    assert answer.std_error == pytest.approx(live.bse[1], rel=1e-9)


def test_four_courses_together_gain_nineteen_points_on_none() -> None:
    table = columns("electric_teachers.csv")
    answer = experiment(numbers(table, "gain")[:, 0], table["course"], control="D")
    assert answer.estimate == pytest.approx(19.77, abs=0.005)
    assert answer.std_error == pytest.approx(1.54, abs=0.005)
    assert [term.term for term in answer.terms] == ["A", "B", "C"]
    assert [term.estimate for term in answer.terms] == pytest.approx(
        [22.59 - 2.46, 21.40 - 2.46, 22.95 - 2.46], abs=0.02
    )


def test_courses_within_sites_adjusted_for_the_pre_test_match_the_reference() -> None:
    table = columns("electric_teachers.csv")
    y, before = numbers(table, "after")[:, 0], numbers(table, "before")[:, 0]
    sites = (table["site"][:, None] == np.unique(table["site"])).astype(float)
    arms = (table["course"][:, None] == np.array(["A", "B", "C"])).astype(float)
    live = sm.OLS(y, np.column_stack([arms, sites, before])).fit(cov_type="HC2")
    answer = experiment(
        y, table["course"], control="D", block=table["site"], covariates={"before": before}, robust="HC2"
    )
    assert [term.estimate for term in answer.terms] == pytest.approx([21.79, 19.59, 20.44], abs=0.005)
    assert [term.estimate for term in answer.terms] == pytest.approx(live.params[:3], rel=1e-9)
    assert [term.std_error for term in answer.terms] == pytest.approx(live.bse[:3], rel=1e-9)
    assert any(caution.code == "blocks-left-out" for caution in answer.cautions)


def test_jobs_workshop_late_is_the_itt_over_the_share_who_came() -> None:
    table = columns("jobs2.csv")
    answer = experiment(numbers(table, "depress2")[:, 0], table["treat"], take_up=numbers(table, "comply")[:, 0])
    assert other(answer, "difference-in-means") == pytest.approx(-0.0633, abs=5e-5)
    y, offered = numbers(table, "depress2")[:, 0], numbers(table, "treat")
    live = sm.OLS(y, np.column_stack([np.ones(len(y)), offered])).fit(cov_type="HC2")
    assert answer.other_estimates[0].std_error == pytest.approx(live.bse[1], rel=1e-9)  # 0.0469; classical 0.0461
    assert answer.estimate == pytest.approx(other(answer, "difference-in-means") / (372 / 600), rel=1e-12)
    details = next(check for check in answer.checks if check.name == "first-stage").details
    assert details is not None
    assert details["compliance"] == "one-sided"
    assert details["complier_share"] == pytest.approx(0.62)


def test_training_grants_cut_log_scrap_as_in_the_textbook() -> None:
    table = columns("jtrain_1988.csv")
    answer = experiment(numbers(table, "clscrap")[:, 0], table["grant"])
    assert answer.estimate == pytest.approx(-0.317058, abs=1e-6)
    assert answer.n_units == 54
