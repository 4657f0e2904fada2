"""Every preset reads its sample export into the expected rows, and refuses the rest by name."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from upshot.lake import Lake
from upshot.sources import import_feed, load_profile, parse_profile, preset_names

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
CAST = """
version: upshot-profile/1
name: cast
extends: plain-people
fields:
  valid_from: {constant: '2026-01-01', formats: ['%Y-%m-%d']}
accounts:
  email: {columns: [email]}
  moodle: {columns: [moodle]}
  docebo: {columns: [docebo]}
"""
NOT_COMPARED = {"source", "import_id", "recorded_at"}


def _plain(row: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in row.items()
        if name not in NOT_COMPARED and value is not None and value != []
    }


@pytest.mark.parametrize("preset", preset_names())
def test_a_preset_reads_its_sample_export(preset: str, tmp_path: Path) -> None:
    sample = FEEDS / preset
    own = sample / "profile.yaml"
    profile = load_profile(own if own.exists() else preset)
    lake = Lake.create(tmp_path / "lake")
    if profile.feed == "learning":
        import_feed(lake, "people", FEEDS / "people.csv", parse_profile(CAST))
    report = import_feed(lake, profile.feed, sample / "export.csv", profile, as_of=dt.date(2026, 3, 1))
    expected = json.loads((sample / "expected.json").read_text())
    assert [report.rows_in, report.rows_taken, report.rows_left_out, report.rows_rejected] == expected["counts"]
    assert [_plain(row) for row in lake.query(f"SELECT * FROM {profile.feed} ORDER BY ALL").to_pylist()] == expected[
        "rows"
    ]
    assert _not_taken(report.rejects_path) == expected["not_taken"]


def _not_taken(path: Path | None) -> list[list[str]]:
    if path is None:
        return []
    with path.open(newline="") as handle:
        return [[row["line"], row["column"], row["value"], row["reason"]] for row in csv.DictReader(handle)]


@pytest.mark.parametrize("preset", preset_names())
def test_a_preset_says_where_its_headers_come_from(preset: str) -> None:
    import upshot.sources

    text = (Path(upshot.sources.__file__).parent / "presets" / f"{preset}.yaml").read_text()
    header = text.partition("version:")[0]
    assert "Assumed" in header or "Upshot's own" in header
