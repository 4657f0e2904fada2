"""The scan on two executors gives what one machine gives, for every kind of panel and every row order."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from upshot.errors import PanelError
from upshot.impact.moments import Moments
from upshot.lake.scan import PanelRoles, ScannedPanel, ScanOptions, scan_file
from upshot.lake.spark import scan as spark_scan
from upshot.lake.spark.source import scan_path

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]

KINDS: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "plain": ({}, {}),
    "unbalanced": ({}, {"unbalanced": True}),
    "ratio": ({"denominator": "cases"}, {"unbalanced": True}),
    "clusters": ({"cluster": "team"}, {}),
    "clusters across cohorts and strata": ({"cluster": "office", "strata": ("site",)}, {"unbalanced": True}),
    "strata, worked out as well": ({"strata": ("site", "q3(tenure)", "seen()")}, {"unbalanced": True}),
    "weights": ({"weights": "weight", "strata": ("site", "grade")}, {}),
    "clustered cross-section": ({"cluster": "team"}, {"repeated_cross_section": True}),
    "cross-section": ({}, {"repeated_cross_section": True}),
}


def a_panel(people: int = 600, periods: int = 6, *, seed: int = 1, leavers: float = 0.2) -> pa.Table:
    """Names as text, months as dates, everything in random order, outcomes near a million."""
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), periods)
    period = np.tile(np.arange(periods), people)
    start = np.array([-1, 2, 3, 4])[draw.integers(0, 4, people)][person]
    until = np.where(draw.random(people) < leavers, draw.integers(1, periods, people), periods)[person]
    order = draw.permutation(person.size)
    order = order[period[order] < until[order]]
    month = np.array([f"2026-{one + 1:02d}-01" for one in range(periods)])
    sales = 1e6 + draw.normal(0, 1, people)[person] + draw.normal(0, 1, person.size)
    return pa.table(
        {
            "person": [f"p{one}" for one in person],
            "month": month[period],
            "start": pa.array(month[np.maximum(start, 0)], mask=start < 0),
            "sales": pa.array(sales, mask=draw.random(person.size) < 0.01),
            "cases": draw.integers(1, 9, person.size).astype(np.float64),
            "weight": (draw.integers(1, 4, people) / 2)[person],
            "team": person // 10,
            "office": [f"o{one % 7}" for one in person],
            "site": np.array(["north", "south"])[(person // 3) % 2],
            "grade": (person // 7) % 3,
            "tenure": (person % 50).astype(np.float64),
        }
    ).take(pa.array(order))


def roles(**more: object) -> PanelRoles:
    return PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", **more)


def written(table: pa.Table, path: Path) -> Path:
    pq.write_table(table, path, row_group_size=700)
    return path


def equal(one: ScannedPanel, other: ScannedPanel) -> None:
    assert (one.scale, one.fingerprint, one.rows, one.cautions) == (
        other.scale,
        other.fingerprint,
        other.rows,
        other.cautions,
    )
    equal_moments(one.moments, other.moments)


def equal_moments(left: Moments, right: Moments) -> None:
    """Relative to the largest of each block: to 1e-10, what is asked of an engine."""
    assert (left.cells, left.periods, left.shift) == (right.cells, right.periods, right.shift)
    assert left.people.tolist() == right.people.tolist()
    assert [(block.cells, block.count) for block in left.blocks] == [
        (block.cells, block.count) for block in right.blocks
    ]
    for mine, theirs in zip(left.blocks, right.blocks, strict=True):
        for ours, others in ((mine.mean, theirs.mean), (mine.centred, theirs.centred)):
            assert np.abs(ours - others).max() <= 1e-10 * max(1e-6, np.abs(others).max())


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(a_panel(), tmp_path_factory.mktemp("spark") / "panel.parquet")


COVERED = ("plain", "unbalanced", "clusters", "cross-section")
"""Kinds whose every step another kind takes as well: with the large files, not before every commit."""


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] if kind in COVERED else []) for kind in KINDS]
)
def test_executors_find_the_moments_that_one_machine_finds(kind: str, panel: Path, spark) -> None:
    extra, flags = KINDS[kind]
    options = ScanOptions(**flags)
    equal(scan_path(spark, panel, roles(**extra), options), scan_file(panel, roles(**extra), options))


def test_many_tasks_and_a_folder_of_files_change_nothing(panel: Path, spark, tmp_path: Path, monkeypatch) -> None:
    table = pq.read_table(panel)
    for index in range(3):
        written(table.take(pa.array(np.arange(index, table.num_rows, 3))), tmp_path / f"part-{index}.parquet")
    monkeypatch.setattr(spark_scan, "ROWS_A_TASK", 150)
    monkeypatch.setattr(spark_scan, "_FEW_PARTS", 3)
    some, options = roles(cluster="office"), ScanOptions(unbalanced=True)
    many = scan_path(spark, tmp_path, some, options)
    equal(many, scan_file(tmp_path, some, options))
    equal_moments(many.moments, scan_file(panel, some, options).moments)


def test_a_csv_with_semicolons_reads_like_the_parquet_it_came_from(panel: Path, spark, tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    pacsv.write_csv(pq.read_table(panel), path, pacsv.WriteOptions(delimiter=";"))
    equal(scan_path(spark, path, roles()), scan_file(path, roles()))


def test_every_fault_is_named_at_once_with_the_counts_of_all_executors(spark, tmp_path: Path) -> None:
    table = a_panel(leavers=0.0)
    start = table["start"].to_pylist()
    broken = [None, "soon", "later", *start[3:]]
    weight = [0.0, -1.0, *table["weight"].to_pylist()[2:]]
    wrong = table.set_column(2, "start", pa.array(broken)).set_column(5, "weight", pa.array(weight))
    path = written(wrong, tmp_path / "wrong.parquet")
    with pytest.raises(PanelError) as ours:
        scan_path(spark, path, roles(weights="weight"))
    with pytest.raises(PanelError) as theirs:
        scan_file(path, roles(weights="weight"))
    assert [(one.code, one.text) for one in ours.value.problems] == [
        (one.code, one.text) for one in theirs.value.problems
    ]
    assert [one.code for one in ours.value.problems] == ["bad-starts", "bad-weights"]


def test_contradictions_are_counted_over_all_executors(spark, tmp_path: Path) -> None:
    table = a_panel(leavers=0.0).drop(["sales"]).append_column("sales", pa.array(np.arange(3600.0)))
    doubled = pa.concat_tables([table, table.slice(0, 30)])
    with pytest.raises(PanelError, match="30 unit-periods occur more than once, the first in period 2026-01-01"):
        scan_path(spark, written(doubled, tmp_path / "doubled.parquet"), roles())
    moved = table["team"].to_pylist()
    moved[0], moved[1] = 999, 999
    changed = table.set_column(table.schema.get_field_index("team"), "team", pa.array(moved))
    with pytest.raises(PanelError, match="2 units have more than one cluster"):
        scan_path(spark, written(changed, tmp_path / "moved.parquet"), roles(cluster="team"))


def test_a_panel_without_its_columns_says_which_it_has(panel: Path, spark) -> None:
    with pytest.raises(PanelError, match="Did you mean: month"):
        scan_path(spark, panel, PanelRoles(unit="person", time="monht", outcome="sales", first_treated="start"))
    with pytest.raises(PanelError, match="no such file"):
        scan_path(spark, panel.with_name("absent.parquet"), roles())
