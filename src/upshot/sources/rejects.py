"""The rows that were not taken: gathered while reading, written as a CSV a person can work through."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upshot.errors import Problem
from upshot.sources.reasons import REASONS
from upshot.sources.tabular import BadLine

__all__ = ["COLUMNS", "Rejects", "defuse", "write_rejects"]

COLUMNS = ("line", "column", "value", "reason", "fix")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHOWN = 3

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Part:
    rows: Rows
    column: str
    values: pa.Array
    reason: str


@dataclass(slots=True)
class Rejects:
    """What was not taken and why, by row; ``hints`` adds to the fix of a column's reason."""

    parts: list[_Part] = field(default_factory=list)
    hints: dict[tuple[str, str], str] = field(default_factory=dict)
    bad_lines: list[BadLine] = field(default_factory=list)

    def add(self, rows: Rows, column: str, values: pa.Array, reason: str) -> None:
        """Note rows whose value in a column is the reason they are not taken."""
        if len(rows):
            self.parts.append(_Part(rows, column, values, reason))

    def by_line(
        self, locate: Callable[[Rows], tuple[Rows, list[BadLine]]], *, ragged: int
    ) -> list[tuple[int, str, str, str]]:
        """Every reject as (line, column, value, reason), by line."""
        rows = np.unique(np.concatenate([part.rows for part in self.parts])) if self.parts else np.empty(0, np.int64)
        if not len(rows) and not ragged:
            return []
        lines, self.bad_lines = locate(rows)
        found = [(bad.line, "", bad.text, "columns") for bad in self.bad_lines]
        for part in self.parts:
            at = lines[np.searchsorted(rows, part.rows)].tolist()
            texts = part.values.cast(pa.string()).to_pylist()
            found += [(line, part.column, text or "", part.reason) for line, text in zip(at, texts, strict=True)]
        return sorted(found)

    def problems(self, listed: Iterable[tuple[int, str, str, str]], file: str) -> tuple[Problem, ...]:
        """One problem for each column and reason: how many rows, the first lines."""
        first: dict[tuple[str, str], list[int]] = {}
        count: Counter[tuple[str, str]] = Counter()
        for line, column, _, reason in listed:
            key = (column, reason)
            count[key] += 1
            if len(first.setdefault(key, [])) < _SHOWN:
                first[key].append(line)
        return tuple(
            Problem(
                code=reason,
                text=f"{REASONS[reason].text} {_lines(count[column, reason], lines)}",
                fix=self.fix(column, reason),
                file=file,
                line=lines[0],
                column=column or None,
            )
            for (column, reason), lines in first.items()
        )

    def fix(self, column: str, reason: str) -> str:
        """What to do, with what was learned about this column."""
        return " ".join(filter(None, (REASONS[reason].fix, self.hints.get((column, reason)))))


def _lines(count: int, first: list[int]) -> str:
    more = "" if count <= len(first) else ", …"
    word = "line" if count == 1 else "lines"
    return f"({count} {word}: {', '.join(map(str, first))}{more})"


def defuse(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> defuse("=1+1"), defuse("-3.5"), defuse("plain")
    ("'=1+1", '-3.5', 'plain')
    """
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def write_rejects(path: Path, rejects: Rejects, listed: Iterable[tuple[int, str, str, str]]) -> None:
    """Write the rejects file; formulas are defused."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(COLUMNS)
        for line, column, value, reason in listed:
            text = REASONS[reason].text
            writer.writerow((line, defuse(column), defuse(value), text, rejects.fix(column, reason)))
