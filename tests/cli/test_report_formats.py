"""`--out` of `report` and `estimate`: the ending names the format, and a wrong one is refused before any work."""

from pathlib import Path

import pytest
from tests.cli.shell import run
from tests.workspace.firm import a_firm

Shell = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_firm(tmp_path_factory.mktemp("formats") / "firm").root


def test_a_report_is_written_in_the_format_its_name_asks_for(firm: Path, tmp_path: Path, capsys: Shell) -> None:
    out = tmp_path / "answer.PDF"
    done = run(capsys, "report", "coaching", "--workspace", str(firm), "--out", str(out))
    assert done.code == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert out.resolve().as_uri() in done.out


def test_an_estimate_of_a_file_writes_a_workbook(tmp_path: Path, capsys: Shell) -> None:
    rows = [f"{i},{'coached' if i % 2 else 'waiting'},{10 + i % 7 + 2 * (i % 2)}" for i in range(60)]
    table, out = tmp_path / "arms.csv", tmp_path / "answer.xlsx"
    table.write_text("\n".join(["person,arm,offers", *rows]), encoding="utf-8")
    asked = ("estimate", "--experiment", str(table), "--outcome", "offers", "--treatment", "arm")
    done = run(capsys, *asked, "--control-arm", "waiting", "--assignment", "random", "--out", str(out))
    assert done.code == 0, done.err
    assert out.read_bytes().startswith(b"PK")


@pytest.mark.parametrize("command", ["report", "estimate"])
def test_a_format_that_nobody_offers_is_refused_with_those_that_are(
    command: str, firm: Path, tmp_path: Path, capsys: Shell
) -> None:
    out = tmp_path / "answer.doc"
    done = run(capsys, command, "coaching", "--workspace", str(firm), "--out", str(out))
    assert done.code == 2
    assert ".pdf, .pptx or .xlsx" in done.flat + done.err
    assert not out.exists()
