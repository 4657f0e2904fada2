"""`upshot estimate` from the shell's side: its forms, the flags of each, and every kind of bad input."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.shell import Done, a_rollout, run, write

DATA = Path(__file__).parents[1] / "data"
HEADER = "person,month,sales,started"
COLUMNS = ("--unit", "person", "--time", "month", "--outcome", "sales", "--first-treated", "started")
Shell = pytest.CaptureFixture[str]
Rows = list[list[Any]]


def ask(capsys: Shell, file: Path, *more: str) -> Done:
    return run(capsys, "estimate", "--panel", str(file), *COLUMNS, *more)


def test_the_sentence_comes_first_and_fits_eighty_columns(tmp_path: Path, capsys: Shell) -> None:
    done = ask(capsys, write(tmp_path / "panel.csv", HEADER, a_rollout()))
    assert done.code == 0
    assert done.out.startswith("No effect on sales that can be seen")
    assert max(map(len, done.out.splitlines())) <= 80
    assert "What a dashboard would say (weak)" in done.out
    assert "\x1b[" not in done.out


def test_json_is_the_estimate_and_nothing_else(tmp_path: Path, capsys: Shell) -> None:
    file, out = write(tmp_path / "panel.csv", HEADER, a_rollout()), tmp_path / "answer.json"
    done = ask(capsys, file, "--format", "json", "--out", str(out))
    printed = json.loads(done.out)
    assert printed == json.loads(out.read_text(encoding="utf-8"))
    assert printed["schema"] == "upshot-estimate/1"
    assert printed["registration"] == "exploratory"
    assert len(printed["provenance"]["data_fingerprint"]) == 64


def test_the_page_of_a_panel_stands_alone(tmp_path: Path, capsys: Shell) -> None:
    file, out = write(tmp_path / "panel.csv", HEADER, a_rollout()), tmp_path / "page.html"
    assert ask(capsys, file, "--out", str(out)).code == 0
    page = out.read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "panel.csv" in page


def _repeated(rows: Rows) -> Rows:
    return [*rows, ["p0", 1, 3, 3]]


def _word_for_a_time(rows: Rows) -> Rows:
    return [[p, "soon" if (p, m) == ("p3", 2) else f"2026-{m:02d}-01", s, ""] for p, m, s, _ in rows]


def _word_for_a_number(rows: Rows) -> Rows:
    return [[p, m, "n/k" if (p, m) == ("p5", 2) else s, g] for p, m, s, g in rows]


def _no_rows(_rows: Rows) -> Rows:
    return []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_repeated, ("occur more than once", "period 1", "Keep one row per unit and period")),
        (_word_for_a_time, ("time column", "'soon'", "2026-01-31")),
        (_word_for_a_number, ("panel.csv:33", "[sales]", "'n/k'")),
        (_no_rows, ("no rows",)),
    ],
)
def test_rows_that_cannot_form_a_panel_are_named_and_nothing_is_written(
    tmp_path: Path, capsys: Shell, spoil: Callable[[Rows], Rows], said: tuple[str, ...]
) -> None:
    file = write(tmp_path / "panel.csv", HEADER, spoil(a_rollout()))
    done = ask(capsys, file, "--out", str(tmp_path / "answer.json"))
    assert done.code == 1
    assert done.out == ""
    assert all(words in done.err for words in said), done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == [file]


def test_an_empty_file_and_one_cut_off_are_refused(tmp_path: Path, capsys: Shell) -> None:
    empty, cut = tmp_path / "empty.csv", tmp_path / "cut.csv.gz"
    empty.touch()
    whole = gzip.compress(write(tmp_path / "whole.csv", HEADER, a_rollout(people=400)).read_bytes())
    cut.write_bytes(whole[: len(whole) // 2])
    for file, said in ((empty, "The file is empty."), (cut, "cut off"), (tmp_path / "none.csv", "no such file")):
        done = ask(capsys, file)
        assert done.code == 1
        assert said in done.err
        assert "Traceback" not in done.err


def test_every_column_that_is_not_there_is_named_with_what_was_meant(tmp_path: Path, capsys: Shell) -> None:
    done = ask(capsys, write(tmp_path / "panel.csv", "persn,month,sale,started", a_rollout()))
    assert done.code == 1
    assert "'person'. Did you mean: persn" in done.err
    assert "'sales'. Did you mean: sale" in done.err


@pytest.mark.parametrize(
    ("change", "said", "codes"),
    [
        (lambda rows: [row for row in rows if row[1] == 1], "one period only", {"one-period"}),
        (lambda rows: [[p, m, s, 3] for p, m, s, _ in rows], "everyone starts together", {"everyone-at-once"}),
        (lambda rows: [[p, m, s, 1] for p, m, s, _ in rows], "from the first period", {"no-pre-period"}),
        (lambda rows: [[p, m, 7, g] for p, m, _, g in rows], "does not vary", {"nothing-measured"}),
    ],
)
def test_what_cannot_be_known_is_a_finding(
    tmp_path: Path, capsys: Shell, change: Callable[[Rows], Rows], said: str, codes: set[str]
) -> None:
    file = write(tmp_path / "panel.csv", HEADER, change(a_rollout()))
    done = ask(capsys, file)
    assert done.code == 0
    assert said in done.flat
    found = json.loads(ask(capsys, file, "--format", "json").out)
    assert "estimate" not in found
    assert found["claimable"] is False
    assert found["grade"]["letter"] == "D"
    assert codes <= set(found["grade"]["codes"])


def test_a_wave_of_one_person_and_gaps_in_time_do_not_stop_the_answer(tmp_path: Path, capsys: Shell) -> None:
    lone = [[p, m, s, 4 if p == "p0" else g] for p, m, s, g in a_rollout()]
    assert ask(capsys, write(tmp_path / "lone.csv", HEADER, lone)).code == 0
    gaps = [[p, m * 2 if m > 3 else m, s, 10 if g == 5 else g] for p, m, s, g in a_rollout()]
    done = ask(capsys, write(tmp_path / "gaps.csv", HEADER, gaps))
    assert "not equally spaced" in done.flat


def test_a_billion_added_to_the_outcome_changes_no_standard_error(tmp_path: Path, capsys: Shell) -> None:
    plain = write(tmp_path / "plain.csv", HEADER, a_rollout())
    large = write(tmp_path / "large.csv", HEADER, [[p, m, 1e9 + s, g] for p, m, s, g in a_rollout()])
    one, two = (json.loads(ask(capsys, file, "--format", "json").out) for file in (plain, large))
    assert two["estimate"] == pytest.approx(one["estimate"], abs=1e-6)
    assert two["std_error"] == pytest.approx(one["std_error"], rel=1e-6)


def test_flags_of_another_form_are_all_named_at_once(tmp_path: Path, capsys: Shell) -> None:
    file = write(tmp_path / "panel.csv", HEADER, a_rollout())
    done = run(capsys, "estimate", "--panel", str(file), "--season", "12", "--take-up", "x", "--outcome", "sales")
    assert done.code == 2
    for said in (
        "--panel has no use for --season; it belongs to --series",
        "--panel has no use for --take-up; it belongs to --experiment",
        "--panel also needs --unit, --time, --first-treated",
    ):
        assert said in done.err
    done = run(capsys, "estimate", "coaching", "--level", "0.9", "--unit", "person")
    assert done.code == 2
    assert "An INITIATIVE has no use for --level; the plan says it." in done.err
    assert "--unit; it belongs to --panel" in done.err


def test_one_question_at_a_time(capsys: Shell) -> None:
    for arguments in ((), ("coaching", "--panel", "p.csv"), ("--panel", "p.csv", "--series", "s.csv")):
        done = run(capsys, "estimate", *arguments)
        assert done.code == 2
        assert "Give one thing to answer" in done.err


def test_a_name_that_ends_otherwise_is_a_usage_error(tmp_path: Path, capsys: Shell) -> None:
    file = write(tmp_path / "panel.csv", HEADER, a_rollout())
    done = ask(capsys, file, "--out", str(tmp_path / "answer.docx"))
    assert done.code == 2
    assert "ends in .json, .html, .pdf, .pptx or .xlsx" in done.err


def test_strata_and_weights_and_clusters_reach_the_answer(tmp_path: Path, capsys: Shell) -> None:
    rows = [
        [*row, "north" if i // 6 % 2 else "south", f"t{i // 6 % 10}", 1 + i // 6 % 3]
        for i, row in enumerate(a_rollout())
    ]
    file = write(tmp_path / "panel.csv", f"{HEADER},region,team,weight", rows)
    plain = json.loads(ask(capsys, file, "--format", "json").out)
    weighted = json.loads(ask(capsys, file, "--format", "json", "--weights", "weight").out)
    clustered = json.loads(ask(capsys, file, "--format", "json", "--cluster", "team").out)
    assert weighted["estimate"] != plain["estimate"]
    assert clustered["n_clusters"] == 10
    assert clustered["std_error"] != plain["std_error"]


def test_few_teams_are_answered_by_a_synthetic_comparison(tmp_path: Path, capsys: Shell) -> None:
    rows = [
        [f"t{team}", year, 10 + team + year % 3 + (team * year) % 5 / 4 - 6 * (team == 3 and year >= 2012), start]
        for team in range(12)
        for year in range(2000, 2016)
        for start in ("2012" if team == 3 else "",)
    ]
    file = write(tmp_path / "teams.csv", "person,month,sales,started", rows)
    for estimator in ("synthetic-did", "synthetic-control"):
        found = json.loads(ask(capsys, file, "--estimator", estimator, "--format", "json").out)
        assert found["method"] == estimator
        assert found["estimate"] == pytest.approx(-6, abs=1)
        assert found["grade"]["letter"] in "BCD"
        assert found["claim"]
    done = ask(capsys, file, "--estimator", "synthetic-did", "--base", "universal")
    assert done.code == 2
    assert "A synthetic comparison has no use for --base; it belongs to --panel." in done.err
    page = tmp_path / "page.html"
    assert ask(capsys, file, "--estimator", "synthetic-did", "--out", str(page)).code == 0
    assert "Synthetic difference-in-differences" in page.read_text(encoding="utf-8")


def test_people_are_averaged_into_their_teams_for_a_synthetic_comparison(tmp_path: Path, capsys: Shell) -> None:
    rows = [
        [f"p{team}.{who}", month, team + month % 3 + who, 9 if team == 0 else "", f"t{team}"]
        for team in range(8)
        for who in range(3)
        for month in range(1, 13)
    ]
    file = write(tmp_path / "people.csv", f"{HEADER},team", rows)
    done = ask(capsys, file, "--estimator", "synthetic-control", "--cluster", "team")
    assert "24 units were averaged into 8 teams" in done.flat
    twice = write(tmp_path / "twice.csv", HEADER, [row[:4] for row in [*rows, rows[0]]])
    done = ask(capsys, twice, "--estimator", "synthetic-control")
    assert done.code == 1
    assert "repeat a unit in a period" in done.err


@pytest.mark.parametrize(
    ("arguments", "method"),
    [
        (
            ("--experiment", "experiments/nsw_dw.csv", "--outcome", "re78", "--treatment", "treat"),
            "difference-in-means",
        ),
        (
            (
                *("--series", "series/comparison_data.csv", "--time", "DATE", "--outcome", "CHANGED"),
                *("--start", "2019-07-15", "--season", "7", "--control-series", "NOT_CHANGED_1,NOT_CHANGED_2"),
            ),
            "interrupted-time-series",
        ),
    ],
)
def test_every_design_is_graded_says_a_sentence_and_names_its_data(
    tmp_path: Path, capsys: Shell, arguments: tuple[str, ...], method: str
) -> None:
    form, file, *rest = arguments
    out = tmp_path / "page.html"
    done = run(capsys, "estimate", form, str(DATA / file), *rest, "--format", "json", "--out", str(out))
    found = json.loads(done.out)
    assert found["method"] == method
    assert found["grade"]["letter"] in "ABCD"
    assert found["claim"]
    assert found["registration"] == "exploratory"
    assert set(found["provenance"]) == {"data_fingerprint", "design_hash", "version", "seed"}
    assert Path(file).name in out.read_text(encoding="utf-8")
