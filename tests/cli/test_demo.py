"""`upshot demo` from the shell's side: what it refuses to touch."""

import socket
from pathlib import Path

import pytest
from tests.cli.shell import run

from upshot.cli.demo import _free
from upshot.errors import WorkspaceError


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    done = run(capsys, "demo", str(tmp_path), "--no-serve")
    assert done.code == 1
    assert "not an earlier demonstration. Name another folder: upshot demo DIR" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_port_in_use_is_refused_when_asked_for_and_passed_over_when_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(WorkspaceError, match="is in use"):
            _free(taken.getsockname()[1])
    assert 8000 <= _free(None) < 8020
