"""Stored moments come back bit for bit, belong to their facts, and are never half there."""

from dataclasses import replace

import numpy as np
import pytest

from upshot.errors import LakeError
from upshot.impact.accumulate import moments_of
from upshot.impact.estimate import Caution
from upshot.impact.moments import Cell
from upshot.lake.moments_store import MomentsKey, load_moments, save_moments, stored_or_scanned
from upshot.lake.scan import PanelRoles, ScannedPanel, ScanOptions
from upshot.lake.scan_times import TimeScale

KEY = MomentsKey(initiative="coaching", kpi="sales", strata=("region",), fingerprint="f1", scan="s")
KINDS = [{}, {"unbalanced": True}, {"clustered": True}, {"clustered": True, "weighted": True, "unbalanced": True}]


def a_scan(*, unbalanced=False, clustered=False, weighted=False):
    draw = np.random.default_rng(1)
    n, periods = 200, (673, 674, 675, 676)
    cells = tuple(Cell(start, (region,)) for start in (675, None) for region in ("north", "it's · ü"))
    moments = moments_of(
        1e6 + draw.normal(0, 1, (n, 4)),
        draw.integers(0, 4, n),
        periods=periods,
        cells=cells,
        den=(draw.random((n, 4)) > 0.2).astype(float) if unbalanced else None,
        size=draw.uniform(1, 2, n) if weighted else None,
        cluster=np.arange(n) // 7 if clustered else None,
        shift=1e6 + 1 / 3,
    )
    caution = Caution(code="empty-outcomes", text="3 rows have no reading.")
    scale = TimeScale("text", "month")
    return ScannedPanel(moments=moments, scale=scale, fingerprint="f1", rows=800, cautions=(caution,))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_what_is_read_is_what_was_written_bit_for_bit(tmp_path, kind):
    scanned = a_scan(**kind)
    save_moments(tmp_path, KEY, scanned)
    found = load_moments(tmp_path, KEY)
    assert found.strata == ("region",)
    assert replace(found.scanned, moments=scanned.moments) == scanned
    ours, theirs = found.scanned.moments, scanned.moments
    assert (ours.cells, ours.periods, ours.shift, ours.channels) == (
        theirs.cells,
        theirs.periods,
        theirs.shift,
        theirs.channels,
    )
    np.testing.assert_array_equal(ours.people, theirs.people)
    for mine, other in zip(ours.blocks, theirs.blocks, strict=True):
        assert (mine.cells, mine.count) == (other.cells, other.count)
        np.testing.assert_array_equal(mine.mean, other.mean)
        np.testing.assert_array_equal(np.triu(mine.centred), np.triu(other.centred))
        np.testing.assert_array_equal(mine.centred, mine.centred.T)


def test_moments_of_other_facts_strata_or_readings_are_not_taken(tmp_path):
    save_moments(tmp_path, KEY, a_scan())
    for change in ({"fingerprint": "f2"}, {"strata": ("role",)}, {"kpi": "errors"}, {"scan": "t"}):
        assert load_moments(tmp_path, replace(KEY, **change)) is None


def test_a_new_scan_of_newer_facts_replaces_the_old_file(tmp_path):
    scans = []

    def scan():
        scans.append(1)
        return a_scan()

    for key in (KEY, KEY, replace(KEY, fingerprint="f2")):
        stored_or_scanned(tmp_path, key, scan)
    assert len(scans) == 2
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]


def test_a_damaged_file_says_what_to_do(tmp_path):
    path = save_moments(tmp_path, KEY, a_scan())
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(LakeError, match="Delete the file"):
        load_moments(tmp_path, KEY)


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(tmp_path):
    path = save_moments(tmp_path, KEY, a_scan())
    before = path.read_bytes()
    broken = replace(a_scan(), cautions=(Caution(code="x", text="\ud800"),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "savez", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            save_moments(tmp_path, KEY, broken)
    assert [found.read_bytes() for found in tmp_path.iterdir()] == [before]


def test_how_rows_are_read_is_part_of_the_key_but_memory_is_not():
    roles = PanelRoles(unit="u", time="t", outcome="y", first_treated="g")
    options = ScanOptions()
    assert MomentsKey.scan_of(roles, options) == MomentsKey.scan_of(roles, replace(options, memory=1))
    assert MomentsKey.scan_of(roles, options) != MomentsKey.scan_of(roles, replace(options, unbalanced=True))
    assert MomentsKey.scan_of(roles, options) != MomentsKey.scan_of(replace(roles, outcome="z"), options)
