"""`upshot demo` from the shell's side: what it refuses to touch."""

from pathlib import Path

import pytest
from tests.cli.shell import run


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    done = run(capsys, "demo", "--dir", str(tmp_path))
    assert done.code == 1
    assert "not an earlier demonstration; choose another with --dir" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
