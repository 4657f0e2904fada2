"""Correctness at scale: partitions, row order and kinds of identifiers change nothing, and 2 million rows add up."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from upshot.errors import PanelError
from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.moments import Moments
from upshot.lake.scan import PanelRoles, ScannedPanel, ScanOptions, scan_file, scan_sql
from upshot.lake.scan_layout import layout
from upshot.lake.scan_profile import profile
from upshot.lake.scan_rows import matrices

ROLES = PanelRoles(unit="person", time="month", outcome="sales", first_treated="start")


def a_panel(people: int = 400, periods: int = 6, *, seed: int = 1, leavers: float = 0.0) -> pa.Table:
    """A long panel in random order, three waves and a never-treated group, one team to ten people."""
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), periods)
    month = np.tile(np.arange(1, periods + 1), people)
    start = np.array([0, 3, 4, 5])[draw.integers(0, 4, people)][person]
    sales = 1e4 + draw.normal(0, 1, people)[person] + np.where((start > 0) & (month >= start), 0.5, 0.0)
    until = np.where(draw.random(people) < leavers, draw.integers(2, periods, people), periods)[person]
    order = draw.permutation(person.size)
    order = order[month[order] <= until[order]]
    cases = draw.integers(1, 9, person.size).astype(np.float64)
    return pa.table(
        {
            "person": person + 7,
            "month": month,
            "start": pa.array(start, mask=start == 0),
            "sales": sales + draw.normal(0, 1, person.size),
            "cases": cases,
            "weight": (draw.integers(1, 4, people) / 2)[person],
            "team": person // 10,
            "site": np.array(["north", "south"])[(person // 3) % 2],
            "grade": (person // 7) % 3,
        }
    ).take(pa.array(order))


def written(table: pa.Table, folder: Path, name: str = "panel.parquet") -> Path:
    path = folder / name
    pq.write_table(table, path, row_group_size=500)
    return path


def equal(one: Moments, other: Moments, tolerance: float = 1e-12) -> None:
    """Same cells, people and blocks; means and spreads agree relative to the largest of each block."""
    assert one.cells == other.cells
    assert one.people.tolist() == other.people.tolist()
    assert [block.cells for block in one.blocks] == [block.cells for block in other.blocks]
    for left, right in zip(one.blocks, other.blocks, strict=True):
        assert left.count == right.count
        for ours, theirs in ((left.mean, right.mean), (left.centred, right.centred)):
            assert np.abs(ours - theirs).max() <= tolerance * max(1.0, np.abs(theirs).max())


KINDS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "plain": ({}, {}),
    "unbalanced": ({}, {"unbalanced": True}),
    "ratio": ({"denominator": "cases"}, {}),
    "clusters": ({"cluster": "team"}, {}),
    "strata": ({"strata": ("site", "grade")}, {}),
    "weights": ({"weights": "weight"}, {"unbalanced": True}),
    "cross-section": ({}, {"repeated_cross_section": True}),
    "clustered cross-section": ({"cluster": "team"}, {"repeated_cross_section": True}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_memory_budget_gives_the_same_moments(kind: str, tmp_path: Path) -> None:
    extra, flags = KINDS[kind]
    roles = PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", **extra)  # type: ignore[arg-type]
    path = written(a_panel(leavers=0.3 if flags else 0.0), tmp_path)
    whole = scan_file(path, roles, ScanOptions(**flags))  # type: ignore[arg-type]
    parted = scan_file(path, roles, ScanOptions(**flags, memory=6 * 8 * 50))  # type: ignore[arg-type]
    equal(parted.moments, whole.moments)
    assert parted.rows == whole.rows


def test_row_order_changes_no_bit(tmp_path: Path) -> None:
    table = a_panel()
    shuffled = scan_file(written(table, tmp_path), ROLES)
    ordered = scan_file(written(table.sort_by([("person", "ascending")]), tmp_path, "ordered.parquet"), ROLES)
    for left, right in zip(shuffled.moments.blocks, ordered.moments.blocks, strict=True):
        assert np.abs(left.centred - right.centred).max() <= 1e-12 * np.abs(left.centred).max()
    assert shuffled.moments.people.tolist() == ordered.moments.people.tolist()


IDENTIFIERS: dict[str, Callable[[np.ndarray[tuple[int], np.dtype[np.int64]]], pa.Array]] = {
    "text": lambda code: pa.array([f"employee {value}" for value in code]),
    "sparse integers": lambda code: pa.array(code * 1_000_003 - 5),
    "small negative integers": lambda code: pa.array((code % 400 - 200).astype(np.int16)),
    "beyond 63 bits": lambda code: pa.array(code.astype(np.uint64) + np.uint64(2**63)),
}


@pytest.mark.parametrize("kind", IDENTIFIERS)
@pytest.mark.parametrize("memory", [2**20, 6 * 8 * 50])
def test_identifiers_of_any_kind_name_the_same_people(kind: str, memory: int, tmp_path: Path) -> None:
    table = a_panel()
    plain = scan_file(written(table, tmp_path), ROLES)
    named = table.set_column(0, "person", IDENTIFIERS[kind](table["person"].to_numpy()))
    roles = PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", cluster="team")
    equal(
        scan_file(written(named, tmp_path, "named.parquet"), ROLES, ScanOptions(memory=memory)).moments, plain.moments
    )
    clustered = scan_file(written(table, tmp_path), roles)
    equal(
        scan_file(written(named, tmp_path, "named.parquet"), roles, ScanOptions(memory=memory)).moments,
        clustered.moments,
    )


def test_a_footer_that_presumes_too_much_is_looked_behind(tmp_path: Path) -> None:
    """A period nobody is seen in, and outcomes that are not a number, show only in the rows."""
    table = a_panel()
    month = table["month"].to_numpy()
    sales = table["sales"].to_numpy().copy()
    sales[month == 2] = np.nan
    gap = table.set_column(table.schema.get_field_index("sales"), "sales", pa.array(sales))
    found = scan_file(written(gap, tmp_path), ROLES)
    assert found.moments.periods == (1, 3, 4, 5, 6)
    assert [caution.code for caution in found.cautions] == ["empty-outcomes", "time-gaps"]


@pytest.mark.parametrize("memory", [2**20, 6 * 8 * 50])
def test_contradictions_are_counted_over_all_partitions(memory: int, tmp_path: Path) -> None:
    table = a_panel()
    doubled = pa.concat_tables([table, table.slice(0, 30)])
    with pytest.raises(PanelError, match="30 unit-periods occur more than once"):
        scan_file(written(doubled, tmp_path), ROLES, ScanOptions(memory=memory))
    start = table["start"].to_numpy(zero_copy_only=False).copy()
    once = np.unique(table["person"].to_numpy(), return_index=True)[1][:20]
    start[once] = np.where(start[once] == 3, 4, 3)
    moved = table.set_column(table.schema.get_field_index("start"), "start", pa.array(start, from_pandas=True))
    with pytest.raises(PanelError, match="20 units have more than one start"):
        scan_file(written(moved.cast(table.schema), tmp_path), ROLES, ScanOptions(memory=memory))


def test_columns_may_be_named_like_the_scan_names_its_own(tmp_path: Path) -> None:
    table = a_panel()
    names = {"person": "u", "month": "y", "sales": "t", "start": "k", "team": "c"}
    renamed = table.rename_columns([names.get(name, name) for name in table.column_names])
    text = renamed.set_column(0, "u", pa.array([f"p{value}" for value in table["person"].to_numpy()]))
    roles = PanelRoles(unit="u", time="y", outcome="t", first_treated="k", cluster="c")
    plain = PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", cluster="team")
    expected = scan_file(written(table, tmp_path), plain)
    equal(scan_file(written(text, tmp_path, "text.parquet"), roles).moments, expected.moments)


def test_the_scan_leaves_the_connection_as_it_was(tmp_path: Path) -> None:
    path = written(a_panel(), tmp_path)
    with duckdb.connect() as connection:
        before = connection.execute("SELECT current_setting('streaming_buffer_size')").fetchone()
        text = f"SELECT * REPLACE ('p' || person AS person, 't' || team AS team) FROM read_parquet('{path}')"
        roles = PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", cluster="team")
        scan_sql(connection, text, roles, fingerprint="0")
        assert connection.execute("SELECT current_setting('streaming_buffer_size')").fetchone() == before
        assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


def test_one_partition_gives_its_memory_back_before_the_next_is_made(tmp_path: Path) -> None:
    path, options = written(a_panel(10_000, 50), tmp_path), ScanOptions(memory=2 * 10**6)
    with duckdb.connect() as connection:
        found = profile(connection, f"SELECT * FROM read_parquet('{path}')", ROLES, options, file=None)
        left = []
        with layout(connection, found, ROLES, options) as coded:
            tracemalloc.start()
            for matrix in matrices(connection, found, coded, ROLES, options):
                assert tracemalloc.get_traced_memory()[0] > 1.9e6
                assert matrix.moments(found, coded, keep_all=False)[0] is not None
                left.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
    assert len(left) == len(coded.cuts) - 1 == 2
    assert left[0] < 1e5


def by_hand(path: Path) -> tuple[float, float]:
    """ATT(3, 4) against the never-treated and its standard error, from means and variances in SQL."""
    with duckdb.connect() as connection:
        groups = connection.execute(
            "SELECT start, count(*), avg(change), var_pop(change) FROM (SELECT person, any_value(start) AS start, "
            "sum(sales) FILTER (WHERE month = 4) - sum(sales) FILTER (WHERE month = 2) AS change "
            f"FROM read_parquet('{path}') GROUP BY person) WHERE start = 3 OR start IS NULL "
            "GROUP BY start ORDER BY start"
        ).fetchall()
    (_, n, mean, spread), (_, m, other, others) = groups
    return mean - other, float(np.sqrt(spread / n + others / m))


def held_to_sql(scanned: ScannedPanel, path: Path) -> None:
    found = answer(scanned.moments, Design(control="never-treated", covariance=True))
    term = next(term for term in found.terms if (term.group, term.period) == (3, 4))
    estimate, error = by_hand(path)
    assert term.estimate == pytest.approx(estimate, abs=1e-9)
    assert term.std_error == pytest.approx(error, rel=1e-9)


def test_two_million_rows_agree_with_sums_in_sql(tmp_path: Path) -> None:
    path = tmp_path / "large.parquet"
    pq.write_table(a_panel(people=200_000, periods=10), path)
    scanned = scan_file(path, ROLES, ScanOptions(memory=5 * 2**20))
    assert scanned.rows == 2_000_000
    assert scanned.moments.n_units == 200_000
    held_to_sql(scanned, path)


@pytest.mark.slow
def test_twenty_million_rows_agree_with_sums_in_sql(tmp_path: Path) -> None:
    path = tmp_path / "larger.parquet"
    pq.write_table(a_panel(people=1_000_000, periods=20), path)
    scanned = scan_file(path, ROLES)
    assert scanned.rows == 20_000_000
    held_to_sql(scanned, path)
