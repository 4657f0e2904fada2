"""Reading a panel file's pre-period."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from upshot.cli.pre_period import read_pre_period
from upshot.errors import PanelError

ROWS = {
    "person": ["b", "a", "a", "b", "a", "b"],
    "month": ["2025-02-01", "2025-01-01", "2025-02-01", "2025-01-01", "2025-03-01", "2025-03-01"],
    "sales": [4.0, 1.0, 2.0, 3.0, None, 6.0],
    "deals": [1, 1, 2, 2, 3, 3],
    "team": ["y", "x", "x", "y", "z", "y"],
}
COLUMNS = {"unit": "person", "time": "month", "outcome": "sales"}


def a_file(folder: Path, suffix: str = "parquet", **changes: list[object]) -> Path:
    path = folder / f"panel.{suffix}"
    table = pa.table({**ROWS, **changes})
    if suffix == "parquet":
        pq.write_table(table, path)
    else:
        pyarrow.csv.write_csv(table, path)
    return path


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_rows_in_any_order_become_a_matrix(tmp_path: Path, suffix: str) -> None:
    data = read_pre_period(a_file(tmp_path, suffix), **COLUMNS)
    assert data.units == ("a", "b")
    assert data.periods == ("2025-01-01", "2025-02-01", "2025-03-01")
    np.testing.assert_array_equal(data.outcome, [[1, 2, np.nan], [3, 4, 6]])


def test_periods_from_launch_on_are_left_out(tmp_path: Path) -> None:
    data = read_pre_period(a_file(tmp_path, "csv"), **COLUMNS, launch="2025-03-01")
    assert data.outcome.shape == (2, 2)


def test_a_person_belongs_to_the_team_of_their_last_reading(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    assert read_pre_period(path, **COLUMNS, team="team").teams == ("z", "y")
    assert read_pre_period(path, **COLUMNS, team="team", launch="2025-03-01").teams == ("x", "y")


def test_several_block_columns_are_joined(tmp_path: Path) -> None:
    assert read_pre_period(a_file(tmp_path), **COLUMNS, blocks=("team", "deals")).blocks == ("z / 3", "y / 3")


def test_a_denominator_comes_as_its_own_matrix(tmp_path: Path) -> None:
    found = read_pre_period(a_file(tmp_path), **COLUMNS, denominator="deals").denominator
    np.testing.assert_array_equal(found, [[1, 2, 3], [2, 1, 3]])


def test_every_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match="The columns are: person, month") as caught:
        read_pre_period(a_file(tmp_path), unit="who", time="when", outcome="sales")
    assert [problem.column for problem in caught.value.problems] == ["who", "when"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person": ["a", "a", "a", "b", "a", "b"]}, "duplicate-rows"),
        ({"person": [None, "a", "a", "b", "a", "b"]}, "missing-value"),
        ({"sales": ["many"] * 6}, "not-a-number"),
    ],
)
def test_rows_that_cannot_form_a_panel_are_refused(tmp_path: Path, changes: dict[str, list[object]], code: str) -> None:
    with pytest.raises(PanelError) as caught:
        read_pre_period(a_file(tmp_path, **changes), **COLUMNS)
    assert caught.value.problems[0].code == code


def test_files_that_are_not_there_or_not_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PanelError, match="no such file"):
        read_pre_period(tmp_path / "none.csv", **COLUMNS)
    broken = tmp_path / "broken.parquet"
    broken.write_text("not parquet")
    with pytest.raises(PanelError, match="cannot be read"):
        read_pre_period(broken, **COLUMNS)
    empty = tmp_path / "empty.csv"
    empty.write_text("person,month,sales\n")
    with pytest.raises(PanelError, match="no rows"):
        read_pre_period(empty, **COLUMNS)


@pytest.mark.parametrize(("launch", "code"), [("2020-01-01", "no-pre-period"), ("soon", "launch-type")])
def test_a_launch_that_leaves_nothing_or_is_no_time_is_refused(tmp_path: Path, launch: str, code: str) -> None:
    with pytest.raises(PanelError) as caught:
        read_pre_period(a_file(tmp_path, "csv"), **COLUMNS, launch=launch)
    assert caught.value.problems[0].code == code
