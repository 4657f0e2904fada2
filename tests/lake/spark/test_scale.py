"""Two million rows on two executors, in tasks of a hundred thousand: the moments of one machine."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from upshot.lake.scan import PanelRoles, scan_file
from upshot.lake.spark import scan as spark_scan
from upshot.lake.spark.source import scan_path

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.xdist_group("spark")]


def test_two_million_rows_in_many_tasks_make_the_moments_of_one_machine(spark, tmp_path: Path, monkeypatch) -> None:
    draw = np.random.default_rng(1)
    people, periods = 100_000, 20
    person, month = np.repeat(np.arange(people), periods), np.tile(np.arange(1, periods + 1), people)
    start = np.array([0, 8, 12, 16])[draw.integers(0, 4, people)][person]
    order = draw.permutation(person.size)
    table = pa.table(
        {
            "person": person,
            "month": month,
            "start": pa.array(start, mask=start == 0),
            "sales": 1e4 + draw.normal(0, 1, people)[person] + draw.normal(0, 1, person.size),
            "site": person % 24,
        }
    )
    path = tmp_path / "large.parquet"
    pq.write_table(table.take(pa.array(order)), path, row_group_size=200_000)
    roles = PanelRoles(unit="person", time="month", outcome="sales", first_treated="start", strata=("site",))
    monkeypatch.setattr(spark_scan, "ROWS_A_TASK", 100_000)
    ours, theirs = scan_path(spark, path, roles), scan_file(path, roles)
    assert ours.rows == theirs.rows == 2_000_000
    assert ours.moments.cells == theirs.moments.cells
    assert ours.moments.people.tolist() == theirs.moments.people.tolist()
    for mine, other in zip(ours.moments.blocks, theirs.moments.blocks, strict=True):
        assert np.abs(mine.centred - other.centred).max() <= 1e-10 * np.abs(other.centred).max()
        gap = mine.mean + ours.moments.shift - other.mean - theirs.moments.shift
        assert np.abs(gap).max() <= 1e-10 * 1e4
