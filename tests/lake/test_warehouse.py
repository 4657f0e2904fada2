"""The statement, run on DuckDB in every dialect's words, gives the moments of the scan."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute
import pytest

from upshot.errors import DesignError, PanelError
from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.moments import merge
from upshot.lake.scan import ScannedPanel, ScanOptions, scan_sql
from upshot.lake.scan_roles import PanelRoles
from upshot.lake.warehouse import moments_sql
from upshot.lake.warehouse_dialects import DIALECTS
from upshot.lake.warehouse_panel import WarehousePanel, periods_between
from upshot.lake.warehouse_rows import moments_from_rows

PERIODS = tuple(str(t) for t in range(1, 7))
ROLES = PanelRoles(unit="person", time="period", outcome="sales", first_treated="start")


@dataclass(frozen=True)
class Case:
    """How a panel is read, in both places."""

    roles: PanelRoles = ROLES
    unbalanced: bool = False
    straddling: bool = False

    def warehouse(self, **changes) -> WarehousePanel:
        panel = WarehousePanel(table="panel", roles=self.roles, periods=PERIODS, unbalanced=self.unbalanced, minimum=1)
        return replace(panel, **changes)

    def scanned(self, table: pa.Table) -> ScannedPanel:
        options = ScanOptions(unbalanced=self.unbalanced)
        with duckdb.connect() as connection:
            connection.register("panel", table)
            return scan_sql(connection, "SELECT * FROM panel", self.roles, options, fingerprint="x")


CASES = {
    "balanced": Case(),
    "strata": Case(replace(ROLES, strata=("region", "tenure"))),
    "weights": Case(replace(ROLES, weights="weight")),
    "unbalanced": Case(unbalanced=True),
    "unbalanced with weights and strata": Case(replace(ROLES, weights="weight", strata=("region",)), unbalanced=True),
    "ratio": Case(replace(ROLES, denominator="visits"), unbalanced=True),
    "clusters": Case(replace(ROLES, cluster="team")),
    "clusters across cells": Case(replace(ROLES, cluster="team", strata=("region",)), straddling=True),
    "clusters, unbalanced, weights": Case(replace(ROLES, cluster="team", weights="weight"), unbalanced=True),
    "ratio by clusters": Case(replace(ROLES, cluster="team", denominator="visits"), unbalanced=True),
}


def a_panel(case: Case, *, shift: float = 0.0, scale: float = 1.0, teams: int = 60, seed: int = 3) -> pa.Table:
    """A long panel of teams of 8 that start in period 3 or 5, or never; some rows missing if unbalanced."""
    draw = np.random.default_rng(seed)
    n, length = teams * 8, len(PERIODS)
    team = np.repeat(np.arange(teams), 8)
    start = np.array([3.0, 5.0, np.nan])[team % 3]
    region = np.array(["north", "south", "it's"])[(np.arange(n) if case.straddling else team) % 3]
    tenure = np.array(["new", "long"])[draw.integers(0, 2, n)]
    level = draw.normal(0, 1, n) + draw.normal(0, 0.5, teams)[team]
    times = np.arange(1, length + 1)
    effect = np.where(times[None, :] >= np.nan_to_num(start, nan=99)[:, None], 0.8, 0.0)
    sales = shift + scale * (level[:, None] + 0.1 * times + effect + draw.normal(0, 1, (n, length)))
    visits = draw.poisson(5, (n, length)) + 1.0
    if case.roles.denominator:
        sales = sales * visits
    seen = draw.random((n, length)) > (0.15 if case.unbalanced else 0.0)
    who, when = np.nonzero(seen)
    return pa.table(
        {
            "person": who,
            "period": times[when],
            "sales": sales[who, when],
            "start": pa.array(start[who], from_pandas=True),
            "region": region[who],
            "tenure": tenure[who],
            "weight": draw.uniform(0.5, 2.0, n)[who],
            "team": team[who],
            "visits": visits[who, when],
        }
    )


def returned(table, panel, dialect="duckdb"):
    """Rows of every statement, run by DuckDB."""
    with duckdb.connect() as connection:
        connection.register("panel", table)
        connection.execute("CREATE TYPE FLOAT64 AS DOUBLE")
        rows = []
        for statement in moments_sql(panel, dialect):
            found = connection.execute(statement.replace("\\'", "''") if DIALECTS[dialect].escapes else statement)
            names = [column[0] for column in found.description]
            rows += [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return rows


def assert_same_answer(found, expected, design=None, tolerance=1e-10):
    chosen = design or Design(aggregation="event", covariance=True)
    ours, theirs = answer(found, chosen), answer(expected, chosen)
    assert ours.estimate == pytest.approx(theirs.estimate, rel=tolerance, abs=tolerance)
    assert ours.std_error == pytest.approx(theirs.std_error, rel=tolerance)
    assert (ours.n_units, ours.n_treated, ours.n_clusters) == (theirs.n_units, theirs.n_treated, theirs.n_clusters)
    scale = np.abs(theirs.covariance).max()
    np.testing.assert_allclose(ours.covariance, theirs.covariance, rtol=0, atol=tolerance * scale)


@cache
def the_scan(name, shift=0.0, scale=1.0):
    table = a_panel(CASES[name], shift=shift, scale=scale)
    return table, CASES[name].scanned(table).moments


@pytest.mark.parametrize("dialect", ["duckdb", "redshift"])
@pytest.mark.parametrize("name", CASES)
def test_rows_give_the_scans_answer(name, dialect):
    table, expected = the_scan(name)
    found = moments_from_rows(returned(table, CASES[name].warehouse(), dialect)).scanned.moments
    assert sorted(found.people) == sorted(expected.people)
    assert_same_answer(found, expected)


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name not in ("duckdb", "redshift")])
def test_what_other_warehouses_are_sent_means_the_same(dialect):
    """Their words are a subset of DuckDB's, but for BigQuery's name of a double."""
    for name in ("strata", "clusters, unbalanced, weights"):
        table, expected = the_scan(name)
        assert_same_answer(
            moments_from_rows(returned(table, CASES[name].warehouse(), dialect)).scanned.moments, expected
        )


@pytest.mark.parametrize("dialect", ["duckdb", "redshift"])
@pytest.mark.parametrize(("shift", "rounding"), [(1e6, 1e-9), (1e9, 1e-6)])
@pytest.mark.parametrize("name", ["balanced", "clusters across cells", "unbalanced with weights and strata"])
def test_a_large_common_level_costs_only_what_the_readings_themselves_lost(name, shift, rounding, dialect):
    """A double near 1e9 keeps 1.2e-7 of a reading. With weights the scan rounds once more there: 1e-8, not 1e-10."""
    table, expected = the_scan(name, shift=shift)
    found = moments_from_rows(returned(table, CASES[name].warehouse(), dialect)).scanned.moments
    weighted = CASES[name].roles.weights is not None and shift == 1e9
    assert_same_answer(found, expected, tolerance=1e-7 if weighted else 1e-10)
    assert_same_answer(found, the_scan(name)[1], tolerance=rounding)


def test_the_effect_of_large_outcomes_keeps_its_digits():
    table, expected = the_scan("balanced", scale=1e9)
    found = moments_from_rows(returned(table, CASES["balanced"].warehouse())).scanned.moments
    assert_same_answer(found, expected)


def test_a_constant_given_by_hand_gives_the_same_answer_without_reading_twice():
    table, expected = the_scan("balanced", shift=1e6)
    panel = CASES["balanced"].warehouse(centre=1e6)
    assert moments_sql(panel, "duckdb")[0].count("FROM source") == 1
    assert_same_answer(moments_from_rows(returned(table, panel)).scanned.moments, expected)


@pytest.mark.parametrize("name", ["strata", "clusters across cells", "unbalanced"])
def test_several_statements_give_what_one_gives(name, monkeypatch):
    table, expected = the_scan(name)
    monkeypatch.setitem(
        DIALECTS, "narrow", replace(DIALECTS["duckdb"], name="narrow", columns=CASES[name].warehouse().kind.length + 34)
    )
    panel = CASES[name].warehouse()
    assert len(moments_sql(panel, "narrow")) > 1
    assert_same_answer(moments_from_rows(returned(table, panel, "narrow")).scanned.moments, expected)


def test_two_years_of_weeks_fit_postgresql_in_four_statements():
    panel = WarehousePanel(table="panel", roles=ROLES, periods=periods_between("1", "104"))
    statements = moments_sql(panel, "postgresql")
    assert len(statements) == 4
    assert all(statement.count("COVAR_POP") + 104 + 24 <= 1600 for statement in statements)
    assert len(moments_sql(panel, "duckdb")) == 1


def test_groups_under_the_minimum_stay_in_the_warehouse():
    case = CASES["strata"]
    table = a_panel(case, teams=9)
    everything = moments_from_rows(returned(table, case.warehouse())).scanned.moments
    small = int(np.median(everything.people))
    rows = returned(table, case.warehouse(minimum=small))
    assert {row["units"] for row in rows} == {int(n) for n in everything.people if n >= small}
    cautions = moments_from_rows(rows).scanned.cautions
    assert [caution.code for caution in cautions] == ["cells-withheld"]
    assert f"{(everything.people < small).sum()} groups" in cautions[0].text


def test_few_clusters_stay_inside_unless_each_is_large_enough():
    case = CASES["clusters"]
    table = a_panel(case, teams=9)  # three clusters of eight people a wave
    assert len(returned(table, case.warehouse(minimum=8))) == 3
    assert returned(table, case.warehouse(minimum=9)) == []


def test_a_pair_of_cells_that_share_too_few_people_is_refused():
    case = CASES["clusters across cells"]
    table = a_panel(case)
    team, region = np.asarray(table["team"]), np.asarray(table["region"])
    apart = (team < 30) & (region == "north") | (team > 27) & (region == "south")
    rows = returned(table.filter(pa.array(apart)), case.warehouse(minimum=8))
    with pytest.raises(PanelError, match="share clusters with too few people"):
        moments_from_rows(rows)


def test_incomplete_people_are_counted_and_left_out():
    case = CASES["balanced"]
    table = a_panel(replace(case, unbalanced=True))
    found = moments_from_rows(returned(table, case.warehouse())).scanned
    expected = case.scanned(table)
    assert found.cautions == expected.cautions
    assert_same_answer(found.moments, expected.moments)


@pytest.mark.parametrize(
    ("column", "values", "text"),
    [
        ("start", {0: 3, 1: 5}, "more than one start"),
        ("start", {0: None, 1: 5}, "more than one start"),
        ("region", {0: "north", 1: "south"}, "more than one start, stratum"),
        ("period", {0: 1, 1: 1}, "more than one row in a period"),
        ("weight", {0: -1.0, 1: -1.0}, "weight above zero"),
        ("team", {0: None, 1: None}, "no name, cluster"),
        ("team", dict.fromkeys(range(40)), "no name, cluster"),
        ("sales", {0: float("inf")}, "not finite"),
    ],
)
def test_what_a_scan_refuses_is_refused_here_too(column, values, text):
    case = Case(replace(ROLES, strata=("region",), weights="weight", cluster="team"), unbalanced=True)
    table = a_panel(case)
    cells = table[column].to_pylist()
    for row, value in values.items():
        cells[row] = value
    table = table.set_column(table.column_names.index(column), column, pa.array(cells))
    with pytest.raises(PanelError, match=text):
        moments_from_rows(returned(table, case.warehouse()))


def test_a_start_of_zero_is_never_and_said_so():
    case = CASES["balanced"]
    table = a_panel(case)
    start = pa.array([0 if value is None else value for value in table["start"].to_pylist()])
    zeros = table.set_column(table.column_names.index("start"), "start", start)
    found = moments_from_rows(returned(zeros, case.warehouse())).scanned
    assert [caution.code for caution in found.cautions] == ["zero-is-never"]
    assert_same_answer(found.moments, the_scan("balanced")[1])


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ([dt.date(2026, month, 1) for month in range(1, 7)], pa.date32()),
        ([f"2026-{month:02d}" for month in range(1, 7)], pa.string()),
        ([f"2026-W{week:02d}" for week in range(1, 7)], pa.string()),
    ],
)
def test_dates_and_written_periods_work_as_in_a_scan(labels, kind):
    case = CASES["balanced"]
    table = a_panel(case)
    for column in ("period", "start"):
        values = [None if value is None else labels[int(value) - 1] for value in table[column].to_pylist()]
        table = table.set_column(table.column_names.index(column), column, pa.array(values, type=kind))
    panel = case.warehouse(periods=tuple(str(label) for label in labels))
    found, expected = moments_from_rows(returned(table, panel)).scanned, case.scanned(table)
    assert found.moments.periods == expected.moments.periods
    assert found.scale.label(found.moments.periods[2]) == expected.scale.label(expected.moments.periods[2])
    assert_same_answer(found.moments, expected.moments)


def test_partitions_of_a_table_merge_into_the_whole():
    case = CASES["balanced"]
    table, expected = the_scan("balanced")
    half = pa.array(np.asarray(table["person"]) % 2 == 0)
    parts = [table.filter(half), table.filter(pa.compute.invert(half))]
    panel = case.warehouse(centre=0.25)
    assert_same_answer(merge(moments_from_rows(returned(part, panel)).scanned.moments for part in parts), expected)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"roles": replace(ROLES, unit=None)}, "unit column"),
        ({"periods": ("1",)}, "two periods"),
        ({"periods": ("2", "1")}, "in order"),
        ({"minimum": 0}, "1 or more"),
        ({"centre": float("nan")}, "finite"),
    ],
)
def test_a_panel_that_cannot_be_asked_for_is_refused(changes, text):
    with pytest.raises(DesignError, match=text):
        CASES["balanced"].warehouse(**changes)


def test_more_periods_than_a_row_can_hold_are_refused():
    panel = WarehousePanel(table="panel", roles=ROLES, periods=periods_between("1", "1600"))
    with pytest.raises(DesignError, match="longer periods"):
        moments_sql(panel, "postgresql")


@pytest.mark.parametrize("periods", [6, 60, 104])
def test_a_doubled_row_is_found_however_many_periods_there_are(periods):
    times = np.arange(1, periods + 1)
    rows = [(unit, int(t)) for unit in range(20) for t in times]
    rows[periods - 1] = (0, 1)  # the last reading of unit 0 stands in its first period a second time
    units, when = (np.array(column) for column in zip(*rows, strict=True))
    start = pa.array(np.where(units % 2, 3, 0).tolist())
    table = pa.table({"person": units, "period": when, "sales": 1.0 * when + units, "start": start})
    panel = WarehousePanel(table="panel", roles=ROLES, periods=tuple(map(str, times)), minimum=1)
    with pytest.raises(PanelError, match="1 units have more than one row in a period"):
        moments_from_rows(returned(table, panel))
