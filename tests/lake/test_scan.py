"""One scan of a panel file: times, labels, partitions, weights, clusters, ratios and cross-sections to moments."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from upshot.errors import PanelError
from upshot.impact.influence import cell_means
from upshot.impact.moments import Moments
from upshot.lake.scan import PanelRoles, ScannedPanel, ScanOptions, scan_file

ROLES = PanelRoles(unit="unit", time="time", outcome="y", first_treated="first")
STARTS = (2, 4, None)


def a_panel(
    folder: Path, label: Callable[[int], Any] = int, *, name: str = "panel.parquet", people: int = 30, **more: Any
) -> Path:
    """Six periods; a third starts in period 2, a third in period 4, a third never; rows in no order."""
    rng = np.random.default_rng(5)
    rows = [(unit, period) for unit in range(people) for period in range(6)]
    order = rng.permutation(len(rows))
    unit, period = (np.array(column)[order] for column in zip(*rows, strict=True))
    starts = [STARTS[u % 3] for u in unit]
    table = {
        "unit": [f"person {u}" for u in unit],
        "time": [label(int(t)) for t in period],
        "y": (unit % 7 + period * 0.5 + (unit * 5 + period * 3) % 11 / 3).astype(float),
        "first": [None if start is None else label(start) for start in starts],
        **{key: [value(int(u), int(t)) for u, t in zip(unit, period, strict=True)] for key, value in more.items()},
    }
    path = folder / name
    if path.suffix == ".csv":
        lines = [
            ",".join("" if cell is None else str(cell) for cell in row) for row in zip(*table.values(), strict=True)
        ]
        path.write_text("\n".join([",".join(table), *lines]) + "\n", encoding="utf-8")
    else:
        pq.write_table(pa.table(table), path)
    return path


def means(scanned: ScannedPanel) -> np.ndarray[Any, Any]:
    """Mean outcome of each start and period, starts in order and never last."""
    moments = scanned.moments
    found = cell_means(moments).mean + np.where(np.isfinite(moments.shift), moments.shift, 0.0)
    order = sorted(range(len(moments.cells)), key=lambda k: (moments.cells[k].cohort is None, moments.cells[k].cohort))
    return np.asarray(found[order])


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        (lambda t: t + 1, 1, 2),
        (lambda t: f"2026-01-{t + 1:02d}", "2026-01-01", "2026-01-02"),
        (lambda t: f"2026-01-{5 + 7 * t:02d}" if t < 4 else f"2026-02-{7 * t - 26:02d}", "2026-01-05", "2026-01-12"),
        (lambda t: f"2025-{10 + t:02d}-01" if t < 3 else f"2026-{t - 2:02d}-01", "2025-10-01", "2025-11-01"),
        (lambda t: f"{2025 + t // 4}-{1 + 3 * (t % 4):02d}-01", "2025-01-01", "2025-04-01"),
        (lambda t: f"{2020 + t}-01-01", "2020-01-01", "2021-01-01"),
        (lambda t: f"2025-{10 + t}" if t < 3 else f"2026-{t - 2:02d}", "2025-10", "2025-11"),
        (lambda t: f"{2025 + t // 4}-Q{1 + t % 4}", "2025-Q1", "2025-Q2"),
        (lambda t: f"2026-W{t + 5:02d}", "2026-W05", "2026-W06"),
    ],
    ids=["integers", "days", "weeks", "months", "quarters", "years", "2026-01", "2026-Q1", "2026-W05"],
)
@pytest.mark.parametrize("name", ["panel.csv", "panel.parquet"])
def test_every_kind_of_time_counts_periods_and_keeps_its_labels(
    tmp_path: Path, label: Callable[[int], Any], first: Any, second: Any, name: str
) -> None:
    scanned = scan_file(a_panel(tmp_path, label, name=name), ROLES)
    periods = scanned.moments.periods
    assert np.diff(periods).tolist() == [1] * 5
    assert [scanned.scale.label(period) for period in periods[:2]] == [first, second]
    cohorts = sorted(cell.cohort for cell in scanned.moments.cells if cell.cohort is not None)
    assert cohorts == [periods[2], periods[4]]
    plain = scan_file(a_panel(tmp_path, name="plain.parquet"), ROLES)
    np.testing.assert_allclose(means(scanned), means(plain), rtol=1e-12)
    assert scanned.cautions == ()


def pooled(moments: Moments) -> tuple[int, list[float]]:
    return moments.n_units, sorted(float(np.trace(block.centred)) for block in moments.blocks)


def test_many_partitions_give_the_numbers_of_one(tmp_path: Path) -> None:
    file = a_panel(tmp_path, people=300)
    whole, parts = scan_file(file, ROLES), scan_file(file, ROLES, ScanOptions(memory=2_000))
    np.testing.assert_allclose(means(parts), means(whole), rtol=1e-12)
    assert pooled(parts.moments)[0] == pooled(whole.moments)[0] == 300
    np.testing.assert_allclose(pooled(parts.moments)[1], pooled(whole.moments)[1], rtol=1e-10)
    assert parts.fingerprint == whole.fingerprint


def test_strata_are_cells_of_their_own_and_merge_to_the_whole(tmp_path: Path) -> None:
    file = a_panel(tmp_path, region=lambda u, _t: "north" if u % 2 else "south")
    split = scan_file(file, replace(ROLES, strata=("region",)))
    assert {cell.stratum for cell in split.moments.cells} == {("north",), ("south",)}
    assert split.moments.n_units == scan_file(file, ROLES).moments.n_units


@pytest.mark.parametrize("column", ["region", "first"])
def test_what_changes_within_a_person_is_refused(tmp_path: Path, column: str) -> None:
    file = a_panel(tmp_path, region=lambda u, t: "north" if (u == 3 and t == 4) else "south")
    if column == "first":
        table = pq.read_table(file)
        changed = table["first"].to_pylist()
        row = next(k for k, unit in enumerate(table["unit"].to_pylist()) if unit == "person 0")
        changed[row] = 5
        pq.write_table(table.set_column(table.schema.get_field_index("first"), "first", pa.array(changed)), file)
    with pytest.raises(PanelError, match=column):
        scan_file(file, replace(ROLES, strata=("region",) if column == "region" else ()))


def test_a_start_of_zero_is_read_as_never_and_said(tmp_path: Path) -> None:
    file = a_panel(tmp_path, lambda t: t + 1)
    table = pq.read_table(file)
    zeros = pa.array([0 if start is None else start for start in table["first"].to_pylist()])
    pq.write_table(table.set_column(table.schema.get_field_index("first"), "first", zeros), tmp_path / "zero.parquet")
    zero = scan_file(tmp_path / "zero.parquet", ROLES)
    assert [caution.code for caution in zero.cautions] == ["zero-is-never"]
    np.testing.assert_allclose(means(zero), means(scan_file(file, ROLES)), rtol=1e-12)


def test_weights_shift_the_means_and_equal_ones_do_not(tmp_path: Path) -> None:
    file = a_panel(tmp_path, w=lambda u, _t: 1 + u % 4, same=lambda _u, _t: 3)
    plain = means(scan_file(file, ROLES))
    np.testing.assert_allclose(means(scan_file(file, replace(ROLES, weights="same"))), plain, rtol=1e-12)
    assert not np.allclose(means(scan_file(file, replace(ROLES, weights="w"))), plain)
    bad = a_panel(tmp_path, name="bad.parquet", w=lambda u, _t: -1 if u == 2 else 1)
    with pytest.raises(PanelError, match="above zero"):
        scan_file(bad, replace(ROLES, weights="w"))


def test_clusters_are_counted_and_survive_partitions(tmp_path: Path) -> None:
    file = a_panel(tmp_path, people=120, team=lambda u, _t: f"team {u % 12}")
    roles = replace(ROLES, cluster="team")
    whole, parts = scan_file(file, roles), scan_file(file, roles, ScanOptions(memory=1_500))
    assert whole.moments.n_clusters == parts.moments.n_clusters == 12
    np.testing.assert_allclose(means(parts), means(whole), rtol=1e-12)


def test_a_denominator_makes_a_ratio_of_sums(tmp_path: Path) -> None:
    file = a_panel(tmp_path, n=lambda u, _t: 2 + u % 3)
    ratio = scan_file(file, replace(ROLES, denominator="n"))
    table = pq.read_table(file).to_pylist()
    never = [row for row in table if row["first"] is None and row["time"] == 0]
    expected = sum(row["y"] for row in never) / sum(row["n"] for row in never)
    assert means(ratio)[-1, 0] == pytest.approx(expected, rel=1e-12)


def test_rows_of_a_cross_section_are_people_of_their_own_in_any_batches(tmp_path: Path) -> None:
    file = a_panel(tmp_path)
    roles = replace(ROLES, unit=None)
    whole = scan_file(file, roles, ScanOptions(repeated_cross_section=True))
    parts = scan_file(file, roles, ScanOptions(repeated_cross_section=True, memory=1_000))
    assert whole.moments.n_units == parts.moments.n_units == 180
    np.testing.assert_allclose(means(parts), means(whole), rtol=1e-12)
    np.testing.assert_allclose(means(whole), means(scan_file(file, ROLES)), rtol=1e-12)


def test_people_with_gaps_are_left_out_and_said_or_kept_when_asked(tmp_path: Path) -> None:
    table = pq.read_table(a_panel(tmp_path))
    kept = [not (row["unit"] == "person 4" and row["time"] == 3) for row in table.to_pylist()]
    pq.write_table(table.filter(pa.array(kept)), tmp_path / "gap.parquet")
    found = scan_file(tmp_path / "gap.parquet", ROLES)
    assert found.moments.n_units == 29
    assert [caution.code for caution in found.cautions] == ["incomplete-units-dropped"]
    assert scan_file(tmp_path / "gap.parquet", ROLES, ScanOptions(unbalanced=True)).moments.n_units == 30


def test_a_person_twice_in_a_period_is_refused(tmp_path: Path) -> None:
    table = pq.read_table(a_panel(tmp_path))
    pq.write_table(pa.concat_tables([table, table.slice(0, 1)]), tmp_path / "twice.parquet")
    with pytest.raises(PanelError, match="occur more than once"):
        scan_file(tmp_path / "twice.parquet", ROLES)


def test_every_faulty_column_is_named_at_once(tmp_path: Path) -> None:
    file = a_panel(tmp_path, name="bad.csv", w=lambda u, _t: 0 if u == 1 else 1, n=lambda u, _t: -1 if u == 2 else 1)
    with pytest.raises(PanelError) as caught:
        scan_file(file, replace(ROLES, weights="w", denominator="n"))
    assert {problem.code for problem in caught.value.problems} == {"bad-weights", "bad-denominators"}
