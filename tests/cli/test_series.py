from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from upshot.cli.series import run_series
from upshot.errors import InputError

DATA = Path(__file__).parents[1] / "data" / "series"


def test_a_file_with_dates_and_controls_is_answered():
    answer = run_series(
        DATA / "comparison_data.csv",
        time="DATE",
        outcome="CHANGED",
        start="2019-07-15",
        season=7,
        controls=["NOT_CHANGED_1", "NOT_CHANGED_2", "NOT_CHANGED_3"],
    )
    assert answer.outcome == "CHANGED"
    assert answer.conf_low < 0 < answer.conf_high
    assert next(term for term in answer.terms if term.term == "effect").period == "2019-07-15"


def test_numbered_times_take_a_numbered_start(tmp_path):
    file = tmp_path / "calls.parquet"
    pq.write_table(pa.table({"week": list(range(40)), "calls": [20 + k % 5 for k in range(40)]}), file)
    answer = run_series(file, time="week", outcome="calls", start="30", family="poisson")
    assert answer.n_periods == 40
    assert answer.relative.conf_low < 0 < answer.relative.conf_high


def test_months_written_as_text_are_read_as_months(tmp_path):
    file = tmp_path / "calls.csv"
    rows = [f"{2023 + k // 12}-{k % 12 + 1:02d},{10 + k % 4}" for k in range(30)]
    file.write_text("\n".join(["month,calls", *rows]))
    assert run_series(file, time="month", outcome="calls", start="2025-01").n_periods == 30


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": "CHANGE"}, "no-such-column"),
        ({"start": "soon"}, "not-a-time"),
        ({"file": DATA / "none.csv"}, "unreadable-file"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(change, code):
    good = {"file": DATA / "comparison_data.csv", "time": "DATE", "outcome": "CHANGED", "start": "2019-07-15"}
    arguments = good | change
    with pytest.raises(InputError) as caught:
        run_series(arguments.pop("file"), **arguments)
    assert code in {problem.code for problem in caught.value.problems}


def test_a_start_in_words_does_not_fit_numbered_times(tmp_path):
    file = tmp_path / "calls.csv"
    file.write_text("week,calls\n1,2\n2,3\n")
    with pytest.raises(InputError, match="numbers"):
        run_series(file, time="week", outcome="calls", start="2026-01")
    file.write_text("week,calls\n")
    with pytest.raises(InputError, match="no rows"):
        run_series(file, time="week", outcome="calls", start="1")
