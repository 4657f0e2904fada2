"""The real command from a test: arguments in; exit code, output and messages out."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from upshot.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def flat(self) -> str:
        """What was printed, in one line, so that wrapping does not matter."""
        return " ".join(self.out.split())


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Done:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    printed = capsys.readouterr()
    code = ended.value.code
    return Done(0 if code is None else int(code), printed.out, printed.err)


def write(file: Path, header: str, rows: Iterable[Iterable[Any]]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header.split(","), *rows])
    return file


def a_rollout(people: int = 40, months: int = 6) -> list[list[Any]]:
    """Rows person, month, sales, started: a third starts in month 3, a third in month 5, a third never."""
    starts = (3, 5, "")
    return [
        [f"p{i}", month, (i * 7 + month * 3) % 11 + i / 10, starts[i % 3]]
        for i in range(people)
        for month in range(1, months + 1)
    ]
