"""What is wrong with a file is said with line and way out, and nothing of it is half-stored."""

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sources.builders import KPIS, LEARNING, PEOPLE, a_file, a_lake, a_lake_with_people, rejects

from upshot.errors import FeedError, ProfileError
from upshot.sources import import_feed, parse_profile


def _sold(lake):
    return [
        tuple(row.values())
        for row in lake.query("SELECT entity, period::VARCHAR, value FROM kpis ORDER BY ALL").to_pylist()
    ]


def test_a_period_twice_with_different_values_is_refused_on_both_lines(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    file = a_file(tmp_path, "person,month,sold\nA,2026-01,1\nB,2026-01,5\nA,2026-01,2\n")
    report = import_feed(lake, "kpis", file, parse_profile(KPIS))
    assert [(line, value) for line, _, value, _ in rejects(report)] == [(2, "1.0"), (4, "2.0")]
    assert _sold(lake) == [("B", "2026-01-01", 5.0)]


def test_a_period_twice_with_the_same_value_is_taken_once(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    report = import_feed(
        lake, "kpis", a_file(tmp_path, "person,month,sold\nA,2026-01,1\nA,2026-01,1\n"), parse_profile(KPIS)
    )
    assert (report.rows_taken, report.rows_already_there, report.rows_rejected) == (1, 1, 0)


@pytest.mark.parametrize("bad", ["2026-13", "January", "2026-02-30", "1026-01", "31/12/2026"])
def test_a_date_that_is_not_one_is_rejected_with_its_line(tmp_path: Path, bad: str) -> None:
    lake = a_lake(tmp_path)
    profile = parse_profile(KPIS.replace('["%Y-%m"]', '["%Y-%m", "%Y-%m-%d"]'))
    report = import_feed(lake, "kpis", a_file(tmp_path, f"person,month,sold\nA,2026-01,1\nA,{bad},1\n"), profile)
    assert [r[:3] for r in rejects(report)] == [(3, "month", bad)]
    assert report.rows_taken == 1


def test_a_rejected_date_says_how_it_could_be_read(tmp_path: Path) -> None:
    file = a_file(tmp_path, "person,month,sold\nA,31/12/2026,1\n")
    report = import_feed(a_lake(tmp_path), "kpis", file, parse_profile(KPIS))
    assert "'31/12/2026' could be read as %d/%m/%Y" in report.problems[0].fix


def test_two_date_formats_in_a_column_are_refused_with_their_lines(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    file = a_file(tmp_path, "who,done\nA,2026-01-31\nA,28/02/2026\nA,2026-03-31\n")
    with pytest.raises(FeedError, match=r"%Y-%m-%d on lines 2, 4; %d/%m/%Y on line 3") as caught:
        import_feed(lake, "learning", file, parse_profile(LEARNING))
    assert caught.value.problems[0].code == "mixed-dates"
    assert lake.query("FROM learning").num_rows == 0


def test_dates_that_can_be_read_two_ways_are_not_guessed(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    with pytest.raises(FeedError, match="which give different dates"):
        import_feed(
            lake, "learning", a_file(tmp_path, "who,done\nA,01/02/2026\nA,03/04/2026\n"), parse_profile(LEARNING)
        )


def test_a_format_found_from_the_whole_column_is_named(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    report = import_feed(
        lake, "learning", a_file(tmp_path, "who,done\nA,01/02/2026\nA,13/04/2026\n"), parse_profile(LEARNING)
    )
    assert report.notes == ("The dates of 'done' are written as %d/%m/%Y.",)
    assert report.rows_taken == 2


def test_clock_times_without_a_zone_are_refused(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    with pytest.raises(ProfileError, match="names no time zone"):
        import_feed(lake, "learning", a_file(tmp_path, "who,done\nA,2026-01-31 10:00\n"), parse_profile(LEARNING))


def test_a_training_record_for_an_unknown_person_waits_for_the_people_feed(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    file = a_file(tmp_path, "who,done\nA,2026-01-31\nB,2026-01-31\n")
    first = import_feed(lake, "learning", file, parse_profile(LEARNING))
    assert [r[:3] for r in rejects(first)] == [(3, "who", "B")]
    import_feed(
        lake, "people", a_file(tmp_path, "person,team,since\nB,South,2020-01-01\n", "b.csv"), parse_profile(PEOPLE)
    )
    second = import_feed(lake, "learning", file, parse_profile(LEARNING))
    assert (second.rows_taken, second.rows_already_there, second.rows_rejected) == (1, 1, 0)
    assert not first.rejects_path.exists()


@pytest.mark.parametrize("bad", ["nan", "inf", "-inf", "abc", "1,5", "0x1F", "1e999"])
def test_values_that_are_not_finite_numbers_are_rejected(tmp_path: Path, bad: str) -> None:
    report = import_feed(
        a_lake(tmp_path), "kpis", a_file(tmp_path, f'person,month,sold\nA,2026-01,"{bad}"\n'), parse_profile(KPIS)
    )
    assert [r[:3] for r in rejects(report)] == [(2, "sold", bad)]


def test_negative_and_absurd_values_are_rejected_where_the_profile_says_so(tmp_path: Path) -> None:
    profile = parse_profile(KPIS.replace("[sold]}", "[sold], non_negative: true, max: 100}"))
    file = a_file(tmp_path, "person,month,sold\nA,2026-01,-1\nB,2026-01,101\nC,2026-01,0\n")
    report = import_feed(a_lake(tmp_path), "kpis", file, profile)
    assert [p.code for p in report.problems] == ["too-small", "too-large"]
    assert report.rows_taken == 1


def test_a_denominator_of_zero_needs_a_numerator_of_zero(tmp_path: Path) -> None:
    ratio = KPIS.replace(
        "sold: {columns: [sold]}", "rate: {numerator: {columns: [won]}, denominator: {columns: [closed]}}"
    )
    file = a_file(tmp_path, "person,month,won,closed\nA,2026-01,1,0\nB,2026-01,0,0\nC,2026-01,1,4\n")
    report = import_feed(a_lake(tmp_path), "kpis", file, parse_profile(ratio))
    assert [r[0] for r in rejects(report)] == [2]
    assert report.rows_taken == 2


@pytest.mark.parametrize("content", [b"", b"\n\n", b"person,month,sold\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FeedError, match="The file is empty"):
        import_feed(a_lake(tmp_path), "kpis", a_file(tmp_path, content), parse_profile(KPIS))


def test_two_hundred_columns_with_none_mapped_name_the_nearest(tmp_path: Path) -> None:
    headers = [f"Column {i}" for i in range(198)] + ["Persons", "Months"]
    file = a_file(tmp_path, ",".join(headers) + "\n" + ",".join("1" * 200) + "\n")
    with pytest.raises(FeedError) as caught:
        import_feed(a_lake(tmp_path), "kpis", file, parse_profile(KPIS))
    assert [p.code for p in caught.value.problems] == ["no-column"] * 3
    assert "The nearest are 'Persons'" in caught.value.problems[0].fix
    assert "It has 200 columns, the first are 'Column 0'" in caught.value.problems[2].fix


def test_a_truncated_gzip_stores_nothing(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    rows = "".join(f"P{i},2026-01,{i}\n" for i in range(200_000))
    packed = gzip.compress(f"person,month,sold\n{rows}".encode())
    with pytest.raises(FeedError, match="ends too early"):
        import_feed(lake, "kpis", a_file(tmp_path, packed[: len(packed) // 2], "file.csv.gz"), parse_profile(KPIS))
    assert lake.query("FROM kpis").num_rows == 0
    assert lake.imports() == ()
    assert not list((tmp_path / "lake").glob("_staging*"))


def test_a_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    file = a_file(tmp_path, "person,month,sold\nA,2026-01,1\nJos\xe9,2026-01,1\n".encode("cp1252"))
    with pytest.raises(FeedError, match=r"Line 3 is not utf-8"):
        import_feed(a_lake(tmp_path), "kpis", file, parse_profile(KPIS))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_a_declared_or_marked_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    lake = a_lake(tmp_path)
    profile = parse_profile(KPIS + ("file: {encoding: cp1252}" if encoding == "cp1252" else ""))
    import_feed(lake, "kpis", a_file(tmp_path, "person,month,sold\nJosé,2026-01,1\n".encode(encoding)), profile)
    assert _sold(lake) == [("José", "2026-01-01", 1.0)]


def test_line_numbers_hold_with_quotes_embedded_newlines_and_blank_lines(tmp_path: Path) -> None:
    text = 'note,person,month,sold\n"two\nlines",A,2026-01,1\n\n"a ""quote"", here",B,2026-01,x\nshort\n,C,2026-01,y\n'
    report = import_feed(a_lake(tmp_path), "kpis", a_file(tmp_path, text), parse_profile(KPIS))
    assert [r[:3] for r in rejects(report)] == [(5, "sold", "x"), (6, "", "short"), (7, "sold", "y")]
    assert (report.rows_in, report.rows_taken, report.rows_rejected) == (4, 1, 3)


def test_a_quotation_mark_that_never_closes_does_not_swallow_the_file(tmp_path: Path) -> None:
    file = a_file(tmp_path, 'person,month,sold,note\nA,2026-01,1,ok\nB,2026-01,2,"open\nC,2026-01,3,ok\n')
    with pytest.raises(FeedError, match="opens on line 3 is never closed"):
        import_feed(a_lake(tmp_path), "kpis", file, parse_profile(KPIS))


def test_formulas_are_defused_in_the_rejects_file(tmp_path: Path) -> None:
    file = a_file(tmp_path, "person,month,sold\nA,2026-01,\"=cmd|'/C calc'!A1\"\n")
    report = import_feed(a_lake(tmp_path), "kpis", file, parse_profile(KPIS))
    assert rejects(report)[0][2] == "'=cmd|'/C calc'!A1"


def test_a_header_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"stands over columns 3 and 4"):
        import_feed(
            a_lake(tmp_path), "kpis", a_file(tmp_path, "person,month,sold,Sold\nA,2026-01,1,2\n"), parse_profile(KPIS)
        )


def test_the_account_of_rows_always_adds_up(tmp_path: Path) -> None:
    profile = parse_profile(KPIS + "blank_values: leave-out\n")
    text = "person,month,sold\nA,2026-01,1\nA,2026-01,1\nB,2026-01,\n,2026-01,1\nC,bad,1\nD\n"
    report = import_feed(a_lake(tmp_path), "kpis", a_file(tmp_path, text), profile)
    parts = (report.rows_taken, report.rows_already_there, report.rows_left_out, report.rows_rejected)
    assert parts == (1, 1, 1, 3)
    assert report.rows_in == sum(parts) == 6


def test_a_zip_with_one_file_is_read_and_with_two_refused(tmp_path: Path) -> None:
    text = "person,month,sold\nA,2026-01,1\n"
    for count in (1, 2):
        with zipfile.ZipFile(tmp_path / f"{count}.zip", "w") as archive:
            for number in range(count):
                archive.writestr(f"{number}.csv", text)
    lake = a_lake(tmp_path)
    assert import_feed(lake, "kpis", tmp_path / "1.zip", parse_profile(KPIS)).rows_taken == 1
    with pytest.raises(FeedError, match="holds 2 files"):
        import_feed(lake, "kpis", tmp_path / "2.zip", parse_profile(KPIS))


def test_excel_and_parquet_give_the_same_rows_as_csv(tmp_path: Path) -> None:
    import datetime as dt

    profile = parse_profile(KPIS.replace('["%Y-%m"]', '["%Y-%m-%d"]'))
    book = openpyxl.Workbook()
    for row in (["person", "month", "sold"], ["A", dt.date(2026, 1, 1), 1.5], ["B", dt.date(2026, 2, 1), 2]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    table = {"person": ["A", "B"], "month": [dt.date(2026, 1, 1), dt.date(2026, 2, 1)], "sold": [1.5, 2.0]}
    pq.write_table(pa.table(table), tmp_path / "f.parquet")
    a_file(tmp_path, "person,month,sold\nA,2026-01-01,1.5\nB,2026-02-01,2\n", "f.csv")
    lake = a_lake(tmp_path)
    assert import_feed(lake, "kpis", tmp_path / "f.csv", profile).rows_taken == 2
    for name in ("f.xlsx", "f.parquet"):
        report = import_feed(lake, "kpis", tmp_path / name, profile)
        assert (report.rows_taken, report.rows_already_there) == (0, 2), name


def test_decimal_commas_and_thousands_are_read_only_where_declared(tmp_path: Path) -> None:
    profile = parse_profile(KPIS + 'file: {decimal: ",", thousands: "."}\n')
    lake = a_lake(tmp_path)
    file = a_file(tmp_path, "person;month;sold\nA;2026-01;1.234,5\nB;2026-01;1.23\nC;2026-01;7\n")
    report = import_feed(lake, "kpis", file, profile)
    assert _sold(lake) == [("A", "2026-01-01", 1234.5), ("C", "2026-01-01", 7.0)]
    assert [r[2] for r in rejects(report)] == ["1.23"]
    assert report.notes == ("The delimiter was found to be ';' from the header line.",)


def test_a_scaled_score_is_the_same_number_from_csv_and_parquet(tmp_path: Path) -> None:
    lake = a_lake_with_people(tmp_path, "A")
    profile = parse_profile(
        LEARNING.replace("done]}", "done], formats: ['%Y-%m-%d']}\n  score: {columns: [score], divide_by: 100}")
    )
    scores = list(range(101))
    days = [f"2026-01-{1 + i % 28:02d}" for i in scores]
    rows = "".join(f"A,{day},{score}\n" for day, score in zip(days, scores, strict=True))
    import_feed(lake, "learning", a_file(tmp_path, f"who,done,score\n{rows}"), profile)
    pq.write_table(pa.table({"who": ["A"] * 101, "done": days, "score": scores}), tmp_path / "f.parquet")
    assert import_feed(lake, "learning", tmp_path / "f.parquet", profile).rows_already_there == 101
