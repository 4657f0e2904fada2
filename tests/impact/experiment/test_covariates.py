"""Coding of covariates."""

import numpy as np
import pytest

from upshot.errors import Problem
from upshot.impact.experiment.covariates import code_covariates


def test_text_that_looks_like_numbers_stays_categories() -> None:
    coded = code_covariates({"grade": np.array(["10", "9", "10"])}, 3, [])
    assert coded.names == ("grade[9]",)
    assert coded.values[:, 0].tolist() == [0.0, 1.0, 0.0]


def test_numbers_are_numbers_unless_said_otherwise() -> None:
    assert code_covariates({"level": [1, 2, 3]}, 3, []).names == ("level",)
    assert code_covariates({"C(level)": [1, 2, 3]}, 3, []).names == ("level[2]", "level[3]")


def test_gaps_get_the_mean_and_an_indicator_or_a_category() -> None:
    text = np.array(["a", None, "b"], dtype=object)
    coded = code_covariates({"x": [1.0, np.nan, 3.0], "site": text}, 3, [])
    assert coded.names == ("x", "x[missing]", "site[b]", "site[missing]")
    assert coded.values[1].tolist() == [2.0, 1.0, 0.0, 1.0]
    assert coded.imputed == {"x": 1, "site": 1}


def test_a_column_without_any_value_is_left_out() -> None:
    coded = code_covariates({"x": [np.nan, np.nan]}, 2, [])
    assert coded.names == ()
    assert coded.imputed == {"x": 2}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([1.0, 2.0], "covariate-length"),
        ([np.inf] * 60, "covariate-infinite"),
        (list(map(str, range(60))), "too-many-categories"),
    ],
)
def test_what_cannot_be_coded_is_a_problem(values: list[object], code: str) -> None:
    problems: list[Problem] = []
    code_covariates({"x": values}, 60, problems)
    assert [problem.code for problem in problems] == [code]
