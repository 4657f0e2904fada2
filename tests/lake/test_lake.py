"""The lake: append, read as of a day, merge and erase, as callers see it."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sources.builders import KPIS, LEARNING, PEOPLE, a_file, a_lake, a_lake_with_people

from upshot.errors import LakeError, WorkspaceError
from upshot.lake import TABLES, Lake
from upshot.sources import import_feed, parse_profile


def some_readings(*rows: tuple[str, float, int]) -> pa.RecordBatch:
    """Readings of one KPI and month as (entity, value, day of January 2026 on which it was stated)."""
    schema = pa.schema([f for f in TABLES["kpis"].schema if f.name not in ("restates", "source", "import_id")])
    return pa.RecordBatch.from_pylist(
        [
            {
                "kpi": "sold",
                "entity": entity,
                "period": dt.date(2025, 12, 1),
                "grain": "month",
                "value": value,
                "as_of": dt.datetime(2026, 1, day, tzinfo=dt.UTC),
            }
            for entity, value, day in rows
        ],
        schema=schema,
    )


def _sold(lake: Lake, as_of: dt.date | None = None) -> dict[str, float]:
    rows = lake.query("SELECT entity, value FROM kpis", as_of=as_of).to_pylist()
    return {row["entity"]: row["value"] for row in rows}


def _restated(tmp_path: Path) -> tuple[Lake, Path, Path]:
    """January's file, then one that restates B."""
    lake = a_lake(tmp_path)
    first = a_file(tmp_path, "person,month,sold\nA,2025-12,1\nB,2025-12,2\n", "first.csv")
    second = a_file(tmp_path, "person,month,sold\nA,2025-12,1\nB,2025-12,3\n", "second.csv")
    import_feed(lake, "kpis", first, parse_profile(KPIS), as_of=dt.date(2026, 1, 5))
    import_feed(lake, "kpis", second, parse_profile(KPIS), as_of=dt.date(2026, 2, 5))
    return lake, first, second


def test_a_folder_without_a_lake_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="Run 'upshot init'"):
        Lake.open(tmp_path)


def test_appended_rows_are_there_with_their_import(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    assert lake.append("kpis", [some_readings(("A", 1.0, 5), ("B", 2.0, 5))], source="warehouse") == 2
    assert _sold(lake) == {"A": 1.0, "B": 2.0}
    assert [(i.source, i.rows_taken) for i in lake.imports()] == [("warehouse", 2)]


def test_rows_of_another_shape_store_nothing(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    good = some_readings(("A", 1.0, 5))
    text = good.set_column(4, "value", pa.array(["one"]))
    for wrong in (text, good.drop_columns(["as_of"])):
        with pytest.raises(LakeError):
            lake.append("kpis", [good, wrong], source="warehouse")
    assert _sold(lake) == {}


def test_a_required_value_is_required(tmp_path: Path) -> None:
    batch = some_readings(("A", 1.0, 5)).set_column(1, "entity", pa.array([None], pa.string()))
    with pytest.raises(LakeError, match="lack a required value in entity"):
        a_lake(tmp_path).append("kpis", [batch], source="warehouse")


def test_the_latest_statement_is_current_and_earlier_ones_are_kept(tmp_path: Path) -> None:
    lake, _, _ = _restated(tmp_path)
    assert _sold(lake) == {"A": 1.0, "B": 3.0}
    assert lake.query("SELECT value FROM kpi_readings WHERE entity = 'B' ORDER BY as_of")["value"].to_pylist() == [
        2.0,
        3.0,
    ]


def test_a_reading_as_of_a_day_ignores_what_was_stated_later(tmp_path: Path) -> None:
    lake, _, _ = _restated(tmp_path)
    assert _sold(lake, dt.date(2026, 1, 31)) == {"A": 1.0, "B": 2.0}
    assert _sold(lake, dt.date(2026, 2, 5)) == {"A": 1.0, "B": 3.0}
    assert _sold(lake, dt.date(2026, 1, 1)) == {}


def test_importing_either_file_again_changes_nothing(tmp_path: Path) -> None:
    lake, first, second = _restated(tmp_path)
    for file in (first, second, first):
        report = import_feed(lake, "kpis", file, parse_profile(KPIS))
        assert (report.rows_taken, report.rows_already_there) == (0, 2)
    assert _sold(lake) == {"A": 1.0, "B": 3.0}


def test_the_same_rows_in_another_file_are_recognised(tmp_path: Path) -> None:
    lake, _, _ = _restated(tmp_path)
    other = a_file(tmp_path, "person;month;sold\nB;2025-12;3.0\nC;2025-12;9\n", "other.csv")
    report = import_feed(lake, "kpis", other, parse_profile(KPIS))
    assert (report.rows_taken, report.rows_already_there) == (1, 1)


def test_a_late_file_stated_earlier_does_not_become_current(tmp_path: Path) -> None:
    lake, _, _ = _restated(tmp_path)
    late = a_file(tmp_path, "person,month,sold\nB,2025-12,7\n", "late.csv")
    assert import_feed(lake, "kpis", late, parse_profile(KPIS), as_of=dt.date(2026, 1, 20)).rows_taken == 1
    assert _sold(lake)["B"] == 3.0
    assert _sold(lake, dt.date(2026, 1, 25))["B"] == 7.0


def test_two_values_stated_on_one_day_clash(tmp_path: Path) -> None:
    lake, _, _ = _restated(tmp_path)
    clash = a_file(tmp_path, "person,month,sold\nB,2025-12,8\n", "clash.csv")
    report = import_feed(lake, "kpis", clash, parse_profile(KPIS), as_of=dt.date(2026, 2, 5))
    assert [p.code for p in report.problems] == ["as-of-clash"]
    assert _sold(lake)["B"] == 3.0


def test_people_carry_their_history(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    import_feed(
        lake, "people", a_file(tmp_path, "person,team,since\nA,South,2024-05-01\n", "m.csv"), parse_profile(PEOPLE)
    )
    rows = lake.query("SELECT team, valid_from, valid_to FROM people ORDER BY valid_from").to_pylist()
    assert [(r["team"], r["valid_to"]) for r in rows] == [("North", dt.date(2024, 5, 1)), ("South", None)]


def test_a_lake_opened_at_an_earlier_instant_is_as_it_stood(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    then = dt.datetime.now(dt.UTC)
    import_feed(
        lake, "people", a_file(tmp_path, "person,team,since\nB,South,2024-05-01\n", "m.csv"), parse_profile(PEOPLE)
    )
    earlier = Lake.open(lake.folder, at=then)
    assert earlier.query("SELECT person FROM people")["person"].to_pylist() == ["A"]
    with pytest.raises(LakeError, match="takes no rows"):
        earlier.append("kpis", [some_readings(("A", 1.0, 5))], source="warehouse")


def test_a_merge_of_accounts_is_undone_by_an_unmerge(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A", "B")
    profile = parse_profile(LEARNING.replace("[who]}", "[who], account_system: lms}"))
    file = a_file(tmp_path, "who,done\n7,2026-01-31\n")
    assert import_feed(lake, "learning", file, profile).rows_rejected == 1
    lake.merge_accounts("lms:7", "A", reason="HR list")
    assert import_feed(lake, "learning", file, profile).rows_taken == 1
    who = "SELECT person FROM learning"
    assert lake.query(who)["person"].to_pylist() == ["A"]
    lake.merge_accounts("lms:7", "B", reason="typing mistake")
    assert lake.query(who)["person"].to_pylist() == ["B"]
    lake.unmerge_accounts("lms:7", "B", reason="undo")
    assert lake.query(who)["person"].to_pylist() == ["A"]
    assert lake.query("FROM stored_accounts").num_rows == 3


def test_an_account_of_somebody_else_is_refused_by_name_of_the_column(tmp_path: Path) -> None:
    profile = parse_profile(PEOPLE + "accounts: {email: {columns: [mail]}}\n")
    lake = a_lake(tmp_path)
    import_feed(lake, "people", a_file(tmp_path, "person,team,since,mail\nA,N,2020-01-01,x@y.z\n"), profile)
    report = import_feed(lake, "people", a_file(tmp_path, "person,team,since,mail\nB,N,2020-01-01,X@y.z\n"), profile)
    assert [(p.code, p.column) for p in report.problems] == [("account-of-another", "mail")]
    assert report.rows_taken == 1


def test_erasing_a_person_leaves_no_row_and_no_file_with_them(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "ERASE-ME", "B")
    lake.merge_accounts("lms:erase-me", "ERASE-ME", reason="HR list")
    lake.append("kpis", [some_readings(("ERASE-ME", 1.0, 5), ("B", 2.0, 5))], source="warehouse")
    import_feed(lake, "learning", a_file(tmp_path, "who,done\nERASE-ME,2026-01-31\n"), parse_profile(LEARNING))
    assert lake.erase("ERASE-ME") == 4
    assert _sold(lake) == {"B": 2.0}
    assert lake.query("SELECT person FROM people")["person"].to_pylist() == ["B"]
    for file in lake.folder.rglob("*.parquet"):
        assert "erase-me" not in str(pq.ParquetFile(file).read().to_pydict()).lower()
    for entry in lake.folder.rglob("*.json"):
        assert "erase-me" not in entry.read_text().lower()


def test_counts_of_small_groups_are_withheld_with_a_partner(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    teams = {"Big": 12, "Middle": 7, "Small": 3}
    rows = "".join(f"{team}{i},{team},2020-01-01\n" for team, size in teams.items() for i in range(size))
    import_feed(lake, "people", a_file(tmp_path, f"person,team,since\n{rows}"), parse_profile(PEOPLE))
    cells = lake.grouped_counts(["team"], on=dt.date(2026, 1, 1), minimum=1)
    assert {cell.group: cell.count for cell in cells} == {("Big",): 12, ("Middle",): None, ("Small",): None}
    with pytest.raises(LakeError, match="can be counted by"):
        lake.grouped_counts(["person"], on=dt.date(2026, 1, 1))


def test_a_query_that_cannot_run_is_a_lake_error(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="cannot be run"):
        a_lake(tmp_path).query("SELECT nothing FROM nowhere")


def test_what_a_killed_import_left_aside_is_dropped_by_the_next(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    (lake.folder / "_staging-killed").mkdir()
    (lake.folder / "_staging-killed" / "0.parquet").write_bytes(b"half a file")
    lake.append("kpis", [some_readings(("A", 1.0, 5))], source="warehouse")
    assert not list(lake.folder.glob("_staging-*"))
    assert _sold(lake) == {"A": 1.0}


def test_the_readings_of_a_table_scan_are_the_files_of_the_lake(tmp_path: Path) -> None:
    lake, _, _ = _restated(tmp_path)
    rows = sum(pq.ParquetFile(file).metadata.num_rows for file in lake.files("kpis"))
    assert rows == lake.query("FROM kpi_readings").num_rows == 3


def test_the_state_changes_with_every_write_and_with_nothing_else(tmp_path):
    lake = a_lake_with_people(tmp_path, "p1")
    before = lake.state()
    assert Lake.open(lake.folder).state() == before
    lake.merge_accounts("lms:1", "p1", reason="same address")
    assert lake.state() != before


def test_tables_larger_than_their_memory_wait_on_disk_and_leave_nothing_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upshot.lake.lake.MEMORY", "60MB")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spill"))
    (tmp_path / "spill").mkdir()
    with a_lake(tmp_path).connect() as connection:
        connection.execute("CREATE TEMP TABLE large AS SELECT hash(i) AS h, hash(i + 1) AS g FROM range(8000000) r(i)")
        assert list((tmp_path / "spill").glob("upshot-*/*"))
        assert connection.execute("SELECT count(*) FROM large").fetchone() == (8_000_000,)
    assert not list((tmp_path / "spill").iterdir())
