"""Strata worked out in the scan: quantile bins and when a unit is seen."""

import duckdb
import pytest

from upshot.errors import PanelError
from upshot.lake.scan_roles import PanelRoles
from upshot.lake.scan_strata import SEEN, derived_strata

ROWS = (
    "SELECT range // 2 AS unit, range % 2 AS t, 1.0 AS y, NULL AS g, (range // 2) AS tenure, 'x' AS site FROM range(20)"
)


def roles(*strata: str) -> PanelRoles:
    return PanelRoles(unit="unit", time="t", outcome="y", first_treated="g", strata=strata)


def read(sql: str, *strata: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        found = derived_strata(connection, sql, roles(*strata), file=None)
        names = ", ".join(f'"{name}"' for name in strata)
        return connection.execute(f"SELECT DISTINCT unit, {names} FROM ({found}) ORDER BY unit").fetchall()


def test_quintiles_cut_a_number_into_five_even_bins() -> None:
    bins = [row[1] for row in read(ROWS, "q5(tenure)")]
    assert bins == [f"{k} of 5" for k in (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)]


def test_equal_values_stay_together_so_bins_may_be_fewer() -> None:
    coarse = f"SELECT * REPLACE (tenure // 5 AS tenure) FROM ({ROWS})"
    bins = [row[1] for row in read(coarse, "q4(tenure)")]
    assert len(set(bins[:5])) == len(set(bins[5:])) == 1
    assert bins[0] != bins[5]


def test_a_number_that_never_varies_is_one_bin() -> None:
    flat = f"SELECT * REPLACE (7 AS tenure) FROM ({ROWS})"
    assert {row[1] for row in read(flat, "q4(tenure)")} == {"1 of 1"}


def test_empty_values_are_a_category_of_their_own() -> None:
    some = f"SELECT * REPLACE (CASE WHEN unit > 0 THEN tenure END AS tenure) FROM ({ROWS})"
    assert read(some, "q2(tenure)")[0][1] is None


def test_units_are_kept_apart_by_when_they_are_seen() -> None:
    gone = f"SELECT * REPLACE (CASE WHEN unit > 3 OR t = 0 THEN y END AS y) FROM ({ROWS})"
    assert {row[1] for row in read(gone, SEEN)} == {"0", "0 1"}


def test_plain_columns_are_left_as_they_are() -> None:
    with duckdb.connect() as connection:
        assert derived_strata(connection, ROWS, roles("site", "tenure"), file=None) == ROWS


def test_all_problems_are_said_at_once() -> None:
    with duckdb.connect() as connection, pytest.raises(PanelError) as caught:
        derived_strata(connection, ROWS, roles("q1(tenure)", "q5(site)"), file=None)
    assert [problem.code for problem in caught.value.problems] == ["bad-bins", "text-strata"]
