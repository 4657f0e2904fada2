"""Moments brought up to date are those of a full scan, and only what is touched is summed again."""

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from upshot.errors import LakeError
from upshot.impact.moments import Moments
from upshot.lake.scan import PanelRoles, ScanOptions, scan_sql
from upshot.lake.unit_columns import UnitColumns, read_columns, write_columns
from upshot.lake.unit_moments import as_scanned, first_columns, updated

KINDS: dict[str, tuple[dict[str, object], bool]] = {
    "plain": ({}, False),
    "unbalanced": ({}, True),
    "ratio": ({"denominator": "cases"}, False),
    "strata": ({"strata": ("site", "grade")}, False),
    "weights": ({"weights": "weight", "strata": ("site",)}, True),
    "clusters": ({"cluster": "team"}, False),
    "clusters across cells": ({"cluster": "grade", "strata": ("site",)}, True),
}


def a_panel(people: int = 300, periods: int = 6, *, seed: int = 1) -> pa.Table:
    """Months as text, leavers, outcomes near a million."""
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), periods)
    period = np.tile(np.arange(1, periods + 1), people)
    start = np.array([0, 3, 4, 5])[draw.integers(0, 4, people)][person]
    until = np.where(draw.random(people) < 0.2, draw.integers(2, periods, people), 99)[person]
    table = pa.table(
        {
            "person": [f"p{one:04d}" for one in person],
            "month": [f"2026-{one:02d}" for one in period],
            "start": pa.array([f"2026-{one:02d}" for one in start], mask=start == 0),
            "sales": 1e6 + draw.normal(0, 1, person.size),
            "cases": draw.integers(1, 9, person.size).astype(np.float64),
            "weight": (1 + person % 3) / 2,
            "team": person // 10,
            "site": np.array(["north", "south"])[(person // 3) % 2],
            "grade": person % 5,
        }
    )
    return table.filter(pa.array(period <= until))


def roles(kind: str) -> PanelRoles:
    more = KINDS[kind][0]
    return PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", **more)


def sql(table: str, where: str = "true") -> str:
    return f"SELECT * FROM {table} WHERE {where}"


def kept(connection: duckdb.DuckDBPyConnection, kind: str, rows: str) -> UnitColumns:
    options = ScanOptions(unbalanced=KINDS[kind][1])
    scanned = scan_sql(connection, rows, roles(kind), options, fingerprint="f")
    found = first_columns(connection, rows, roles(kind), options, scanned, key="k", seen=("one",))
    equal(found.moments, scanned.moments)
    assert as_scanned(found, "f").rows == scanned.rows
    assert as_scanned(found, "f").cautions == scanned.cautions
    return found


def units(rows: str) -> str:
    fixed = "start, weight, team, site, grade"
    picks = ", ".join(f"any_value({one}) AS {one}" for one in fixed.split(", "))
    return f"SELECT person, {picks} FROM ({rows}) GROUP BY 1"


def equal(ours: Moments, theirs: Moments) -> None:
    """To 1e-9 of the largest of each block: the shift may differ, and the mean is a million."""
    assert ours.cells == theirs.cells
    assert ours.periods == theirs.periods
    assert ours.people.tolist() == theirs.people.tolist()
    assert [(one.cells, one.count) for one in ours.blocks] == [(one.cells, one.count) for one in theirs.blocks]
    assert ours.shift == theirs.shift
    for mine, other in zip(ours.blocks, theirs.blocks, strict=True):
        assert np.abs(mine.mean - other.mean).max() <= 1e-9 * max(1.0, np.abs(other.mean).max())
        assert np.abs(mine.centred - other.centred).max() <= 1e-9 * max(1.0, np.abs(other.centred).max())


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        opened.register("source", a_panel())
        opened.execute("CREATE TABLE panel AS SELECT * FROM source")
        yield opened


def held_to_a_scan(connection: duckdb.DuckDBPyConnection, kind: str, now: UnitColumns) -> None:
    options = ScanOptions(unbalanced=KINDS[kind][1])
    scanned = scan_sql(connection, sql("panel"), roles(kind), options, fingerprint="f")
    whole = first_columns(connection, sql("panel"), roles(kind), options, scanned, key="k", seen=("one",))
    again = replace(now.moments, shift=whole.moments.shift)
    assert as_scanned(now, "f").rows == scanned.rows
    assert as_scanned(now, "f").cautions == scanned.cautions
    assert again.cells == scanned.moments.cells
    assert again.people.tolist() == scanned.moments.people.tolist()
    for mine, other in zip(now.moments.blocks, scanned.moments.blocks, strict=True):
        assert (mine.cells, mine.count) == (other.cells, other.count)
        spread = np.abs(mine.centred - shifted(now.moments, scanned.moments, other.centred, mine.cells)).max()
        assert spread <= 1e-9 * max(1.0, np.abs(mine.centred).max())


def shifted(ours: Moments, theirs: Moments, centred: np.ndarray, cells: tuple[int, ...]) -> np.ndarray:
    """A block's cross-products with our constant taken off: num - shift x den is linear in the vector."""
    width, T = theirs.channels, len(theirs.periods)
    one = np.eye(width)
    gap = ours.shift - theirs.shift
    if theirs.varying:
        one[-T:, -2 * T : -T] -= gap * np.eye(T)
    elif theirs.sized:
        one[-T:, 0] -= gap
    turn = np.kron(np.eye(len(cells)), one)
    return turn @ centred @ turn.T


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_month_makes_the_moments_of_a_full_scan(kind: str, connection) -> None:
    before = kept(connection, kind, sql("panel", "month < '2026-06'"))
    fresh = sql("panel", "month = '2026-06'")
    now, touched = updated(
        connection, before, fresh, units(sql("panel")), roles(kind), ScanOptions(unbalanced=KINDS[kind][1]),
        periods=(before.periods[-1] + 1,), seen=("one", "two"),
    )  # fmt: skip
    assert len(now.periods) == 6
    assert set(now.moments.cells) <= touched
    held_to_a_scan(connection, kind, now)


@pytest.mark.parametrize("kind", KINDS)
def test_restated_moved_joined_and_left_people_make_the_moments_of_a_full_scan(kind: str, connection) -> None:
    before = kept(connection, kind, sql("panel"))
    connection.execute("UPDATE panel SET sales = sales + 3 WHERE month = '2026-02' AND person < 'p0010'")
    connection.execute("DELETE FROM panel WHERE month = '2026-02' AND person = 'p0011'")
    connection.execute("DELETE FROM panel WHERE person = 'p0012'")
    connection.execute("UPDATE panel SET start = '2026-05' WHERE person = 'p0013'")
    connection.execute("UPDATE panel SET weight = 7 WHERE person = 'p0014'")
    connection.execute("INSERT INTO panel SELECT * REPLACE ('x' AS person) FROM panel WHERE person = 'p0015'")
    months = list(before.periods)
    now, _ = updated(
        connection, before, sql("panel"), units(sql("panel")), roles(kind), ScanOptions(unbalanced=KINDS[kind][1]),
        periods=tuple(months), seen=("one", "two"),
    )  # fmt: skip
    held_to_a_scan(connection, kind, now)


def test_a_restated_reading_leaves_every_other_cell_as_it_was_bit_for_bit(connection) -> None:
    before = kept(connection, "strata", sql("panel"))
    connection.execute("UPDATE panel SET sales = sales + 1 WHERE month = '2026-02' AND person = 'p0001'")
    row = connection.execute("SELECT site, grade FROM panel WHERE person = 'p0001' LIMIT 1").fetchone()
    fresh = sql("panel", "month = '2026-02'")
    now, touched = updated(
        connection, before, fresh, units(sql("panel")), roles("strata"), ScanOptions(),
        periods=(before.periods[1],), seen=("one", "two"),
    )  # fmt: skip
    assert [cell.stratum for cell in touched] == [(row[0], str(row[1]))]
    for cell, mine, other in zip(now.moments.cells, now.moments.blocks, before.moments.blocks, strict=True):
        assert (mine.centred.tobytes() == other.centred.tobytes()) is (cell not in touched)
    assert [now.outcomes[one] is before.outcomes[one] for one in now.periods] == [True, False, True, True, True, True]


def test_what_is_kept_is_read_back_and_only_changed_columns_are_written(connection, tmp_path: Path) -> None:
    before = kept(connection, "ratio", sql("panel", "month < '2026-06'"))
    write_columns(tmp_path, before)
    names = {path.name for path in tmp_path.glob("*.npy")}
    loaded = read_columns(tmp_path, "k")
    assert loaded is not None
    now, _ = updated(
        connection, loaded, sql("panel", "month = '2026-06'"), units(sql("panel")), roles("ratio"), ScanOptions(),
        periods=(before.periods[-1] + 1,), seen=("one", "two"),
    )  # fmt: skip
    write_columns(tmp_path, now, before=loaded)
    assert names < {path.name for path in tmp_path.glob("*.npy")}
    assert len(list(tmp_path.glob("*.npy"))) == 12
    again = read_columns(tmp_path, "k")
    assert again is not None
    assert again.seen == ("one", "two")
    equal(again.moments, now.moments)
    held_to_a_scan(connection, "ratio", again)
    assert read_columns(tmp_path, "another") is None
    (tmp_path / "head.json").write_text("{}", encoding="utf-8")
    with pytest.raises(LakeError, match="Delete the folder"):
        read_columns(tmp_path, "k")
