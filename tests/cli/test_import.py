"""`upshot import` at the command line: what it prints, writes and exits with."""

import json
from pathlib import Path

from click.testing import CliRunner, Result
from tests.sources.builders import KPIS, a_file, a_lake

from upshot.cli.import_ import import_
from upshot.errors import FeedError, WorkspaceError


def _run(tmp_path: Path, text: str, *options: str, feed: str = "kpis") -> Result:
    mapping = a_file(tmp_path, KPIS, "kpis.yaml")
    file = a_file(tmp_path, text, "kpis.csv")
    where = ["--mapping", str(mapping), "--workspace", str(tmp_path)]
    return CliRunner().invoke(import_, [feed, str(file), *where, *options])


def test_an_import_prints_its_account_and_where_the_rejects_are(tmp_path: Path) -> None:
    a_lake(tmp_path)
    result = _run(tmp_path, "person,month,sold\nA,2026-01,1\nB,2026-01,x\n")
    assert result.exit_code == 0
    assert "1 taken" in result.output
    assert "1 rejected" in result.output
    assert "kpis.csv:3: Not a number. (1 line: 3) [sold]" in result.output
    assert (tmp_path / "rejects" / "kpis.csv.rejects.csv").read_text().startswith("line,column,value,reason,fix\n")


def test_a_dry_run_shows_the_first_rows_and_writes_nothing(tmp_path: Path) -> None:
    lake = a_lake(tmp_path)
    before = sorted(path for path in tmp_path.rglob("*"))
    result = _run(tmp_path, "person,month,sold\nA,2026-01,1\nB,2026-01,x\n", "--dry-run")
    assert "kpi=sold, entity=A, period=2026-01-01" in result.output
    assert "nothing was written" in result.output
    assert sorted(p for p in tmp_path.rglob("*") if p.suffix not in (".csv", ".yaml")) == before
    assert lake.imports() == ()


def test_the_report_is_json_on_request(tmp_path: Path) -> None:
    a_lake(tmp_path)
    report = json.loads(
        _run(tmp_path, "person,month,sold\nA,2026-01,1\n", "--format", "json", "--as-of", "2026-02-01").output
    )
    assert (report["schema"], report["rows_taken"], report["as_of"]) == (
        "upshot-import/1",
        1,
        "2026-02-01T00:00:00+00:00",
    )


def test_a_file_of_which_nothing_can_be_taken_exits_with_1(tmp_path: Path) -> None:
    a_lake(tmp_path)
    assert _run(tmp_path, "person,month,sold\nA,2026-01,x\n").exit_code == 1


def test_a_folder_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    assert isinstance(_run(tmp_path, "person,month,sold\nA,2026-01,1\n").exception, WorkspaceError)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    a_lake(tmp_path)
    result = CliRunner().invoke(import_, ["kpis", "none.csv", "--mapping", "plain-kpis", "--workspace", str(tmp_path)])
    assert isinstance(result.exception, FeedError)


def test_a_missing_mapping_is_a_usage_error(tmp_path: Path) -> None:
    assert CliRunner().invoke(import_, ["kpis", "x.csv"]).exit_code == 2
