"""`upshot moments`: the statements on disk are what is printed, and what a warehouse returns is answered."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner

from upshot.cli import upshot
from upshot.lake.warehouse_dialects import DIALECTS

GOLDEN = Path(__file__).parents[1] / "data" / "warehouse"
PLAIN = ["--table", 'hr."Monthly KPIs"', "--unit", "person", "--outcome", "sales", "--first-treated", "first start"]
PEOPLE = [*PLAIN, "--time", "month", "--periods", "2025-11..2026-01", "--strata", "region,role", "--minimum", "5"]
TEAMS = [*PLAIN, "--time", "day", "--periods", "2026-01-01,2026-02-01", "--cluster", "team"]
TEAMS += ["--denominator", "visits", "--weights", "w", "--centre", "0.5"]


def run(*arguments):
    return CliRunner().invoke(upshot, ["moments", *map(str, arguments)])


def printed(dialect, options):
    quote = DIALECTS[dialect].quote
    found = run("sql", "--dialect", dialect, *(option.replace('"', quote) for option in options))
    assert found.exit_code == 0, found.output
    return found.output


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(("name", "options"), [("people", PEOPLE), ("teams", TEAMS)])
def test_the_statement_is_the_one_on_disk(dialect, name, options):
    assert printed(dialect, options) == (GOLDEN / f"{dialect}-{name}.sql").read_text()


def a_table():
    draw = np.random.default_rng(5)
    n, length = 600, 6
    start = np.array([3.0, 5.0, np.nan])[np.arange(n) % 3]
    times = np.arange(1, length + 1)
    sales = draw.normal(10, 1, (n, 1)) + np.where(times >= np.nan_to_num(start, nan=99)[:, None], 1.0, 0)
    who, when = np.divmod(np.arange(n * length), length)
    region = np.array(["north", "south"])[np.arange(n) // 3 % 2]
    outcome = (sales + draw.normal(0, 1, (n, length)))[who, when]
    columns = {"person": who, "month": times[when], "sales": outcome, "region": region[who]}
    return pa.table(columns | {"start": pa.array(start[who], from_pandas=True)})


OPTIONS = ["--table", "panel", "--unit", "person", "--time", "month", "--outcome", "sales", "--first-treated", "start"]


@pytest.fixture
def returned(tmp_path):
    """The file a warehouse (DuckDB here) exported."""
    out = tmp_path / "moments.sql"
    command = ["sql", "--dialect", "duckdb", *OPTIONS, "--periods", "1..6", "--strata", "region", "--out", out]
    assert run(*command).exit_code == 0
    with duckdb.connect() as connection:
        connection.register("panel", a_table())
        rows = connection.execute(out.read_text().rstrip().rstrip(";")).to_arrow_table().to_pylist()
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(rows))
    return file


def test_what_a_warehouse_returned_is_answered_like_the_panel_itself(returned, tmp_path):
    import pyarrow.parquet as pq

    pq.write_table(a_table(), tmp_path / "panel.parquet")
    columns = [value for option, value in zip(OPTIONS[2::2], OPTIONS[3::2], strict=True) for value in (option, value)]
    panel = CliRunner().invoke(
        upshot, ["estimate", "--panel", str(tmp_path / "panel.parquet"), *columns, "--format", "json"]
    )
    found = run("estimate", returned, "--format", "json")
    assert found.exit_code == 0, found.output
    ours, theirs = json.loads(found.output), json.loads(panel.output)
    for name in ("estimate", "std_error", "conf_low", "conf_high"):
        assert ours[name] == pytest.approx(theirs[name], rel=1e-10)
    assert ours["claim"] == theirs["claim"]


def test_rows_that_are_not_ours_are_refused_in_words(tmp_path):
    file = tmp_path / "other.json"
    file.write_text('[{"a": 1}]')
    found = CliRunner().invoke(upshot, ["moments", "estimate", str(file)])
    assert "not returned by a statement" in str(found.exception)
