"""Experiments in tables."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from upshot.errors import InputError
from upshot.panel.experiment import experiment_table

COLUMNS = {
    "arm": ["control", "coach", "control", "coach"] * 5,
    "sales": [float(i % 7) + (i % 2) for i in range(20)],
    "before": [float(i % 5) if i else None for i in range(20)],
    "site": (["north", "north", "south", None] * 5),
}


@pytest.mark.parametrize("make", [pa.table, pl.DataFrame, pd.DataFrame])
def test_every_kind_of_table_gives_the_same_answer(make: type) -> None:
    answer = experiment_table(make(COLUMNS), outcome="sales", treatment="arm", covariates=["before"])
    first = experiment_table(pa.table(COLUMNS), outcome="sales", treatment="arm", covariates=["before"])
    assert answer == first
    assert answer.outcome == "sales"
    assert answer.terms[0].term == "coach"
    assert "covariate-imputed" in {caution.code for caution in answer.cautions}


def test_columns_of_numbers_can_be_read_as_categories() -> None:
    table = pa.table({**COLUMNS, "level": [i * i * i % 11 % 4 for i in range(20)]})
    as_number = experiment_table(table, outcome="sales", treatment="arm", covariates=["level"])
    as_category = experiment_table(table, outcome="sales", treatment="arm", covariates=["C(level)"])
    assert as_number.estimate != pytest.approx(as_category.estimate)


def test_every_missing_column_is_named_with_the_nearest_one() -> None:
    with pytest.raises(InputError) as caught:
        experiment_table(pa.table(COLUMNS), outcome="sale", treatment="group", covariates=["C(sit)"])
    assert [problem.column for problem in caught.value.problems] == ["sale", "group", "sit"]
    assert "'sales'" in caught.value.problems[0].fix
