"""What a warehouse returned, from rows or files, back to a panel's moments."""

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Caution
from upshot.impact.moments import Block, Cell, Floats, Moments
from upshot.lake.scan import ScannedPanel
from upshot.lake.warehouse_panel import PanelKind, kind_of, numeric_period

__all__ = ["WarehouseMoments", "moments_from_rows", "read_rows"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseMoments:
    """A warehouse's panel: the moments with their labels, and what they are moments of."""

    scanned: ScannedPanel
    kind: PanelKind


@dataclass(frozen=True, slots=True)
class _Found:
    """All statements' rows of one pair of cells (the same cell twice, without clusters)."""

    left: Cell
    right: Cell
    values: dict[str, Any]

    def count(self, name: str) -> int:
        return int(self.values[name])


def moments_from_rows(rows: Iterable[Row]) -> WarehouseMoments:
    """Moments from the rows of every statement that `moments_sql` gave, in any order.

    Parameters
    ----------
    rows
        One mapping per row, column to value; column names in any case.

    Raises
    ------
    PanelError
        If rows or columns are missing, come from different states of the table, or hold numbers
        that are not finite; all problems at once.
    """
    table = [{str(name).lower(): value for name, value in row.items()} for row in rows]
    if not table:
        raise PanelError(_problem("no-rows", "The warehouse returned no row.", _NOBODY))
    kinds = {str(row.get("panel", "")) for row in table}
    kind = kind_of(sorted(kinds)[0])
    if len(kinds) > 1:
        raise PanelError(_problem("rows-of-two-panels", "The rows come from statements that differ.", _ONE_PRINT))
    found = _joined(table, kind)
    problems = _problems(found, kind)
    if problems:
        raise PanelError(problems)
    return WarehouseMoments(scanned=_scanned(found, kind, table), kind=kind)


_NOBODY = "Either nobody is seen in every period (try --unbalanced), or every group is under the minimum."
_ONE_PRINT = "Run all statements of one 'upshot moments sql', and no other."
_AGAIN = "Run every statement again, on the same state of the table, and keep every column and digit."


def _problem(code: str, text: str, fix: str) -> Problem:
    return Problem(code=code, text=text, fix=fix)


def _joined(table: list[dict[str, Any]], kind: PanelKind) -> list[_Found]:
    """Put the statements' rows of each pair of cells together."""
    found: dict[tuple[Cell, Cell], _Found] = {}
    shared = ("centre", "units", "clusters", "first_clusters")
    for row in table:
        left = _cell(row, kind, "")
        right = _cell(row, kind, "other_") if kind.clustered else left
        entry = found.setdefault((left, right), _Found(left, right, {}))
        for name, value in row.items():
            if name in shared and not math.isclose(float(entry.values.get(name, value)), float(value), rel_tol=1e-9):
                raise PanelError(_problem("table-changed", "The table changed between the statements.", _AGAIN))
            if value is not None and value != "":
                entry.values.setdefault(name, value)
    return [found[key] for key in sorted(found, key=lambda pair: (_order(pair[0]), _order(pair[1])))]


def _order(cell: Cell) -> tuple[bool, int, tuple[str, ...]]:
    return (cell.cohort is None, cell.cohort or 0, cell.stratum)


def _cell(row: Row, kind: PanelKind, prefix: str) -> Cell:
    start = row.get(f"{prefix}cohort")
    empty = start is None or str(start).strip().lower() in ("", "nan", "null", "none")
    stratum = tuple(str(row.get(f"{prefix}stratum_{index}")) for index in range(len(kind.strata)))
    return Cell(None if empty else numeric_period(start, kind.scale), stratum)


def _problems(found: Sequence[_Found], kind: PanelKind) -> list[Problem]:
    width = kind.length
    needed = ["centre", "units", *(f"m_{i}" for i in range(width))]
    needed += [f"c_{i}_{j}" for i in range(width) for j in range(0 if kind.clustered else i, width)]
    needed += ["own", "clusters", "first_clusters", "pairs_withheld"] if kind.clustered else []
    problems = []
    missing = [name for name in needed if any(name not in entry.values for entry in found)]
    if missing:
        text = f"{len(missing):,} columns are missing or empty, the first {missing[0]!r}."
        return [_problem("columns-missing", text, _AGAIN)]
    if not all(math.isfinite(float(entry.values[name])) for entry in found for name in needed):
        text = "Some of the numbers are not finite: the table holds readings that are infinite or not numbers."
        problems.append(_problem("not-finite", text, "Leave such readings empty in the table."))
    first = found[0].values
    for name, text in _REFUSED.items():
        n = int(first.get(name, 0))
        if n:
            problems.append(_problem(name.replace("_", "-"), text.format(n=f"{n:,}"), _FIXES[name]))
    return problems


_REFUSED = {
    "units_doubled": "{n} units have more than one row in a period.",
    "units_changed": "{n} units have more than one start, stratum, cluster or weight.",
    "units_unusable": "{n} units have no name, cluster, weight above zero, or denominator of zero or more.",
    "pairs_withheld": "{n} pairs of groups share clusters with too few people, so their cross-products stay inside.",
}
_FIXES = {
    "units_doubled": "Keep one row per unit and period.",
    "units_changed": "Each unit needs the same ones in every row.",
    "units_unusable": "Fill them in, or leave those units out of the table.",
    "pairs_withheld": "Use fewer strata, or leave --cluster out if people were not assigned by team.",
}


def _scanned(found: list[_Found], kind: PanelKind, table: list[dict[str, Any]]) -> ScannedPanel:
    periods = tuple(numeric_period(label, kind.scale) for label in kind.periods)
    own = [entry for entry in found if entry.left == entry.right]
    cells = tuple(entry.left for entry in own)
    blocks = _clustered(found, cells, kind) if kind.clustered else _plain(own, kind)
    moments = Moments(
        periods=periods,
        cells=cells,
        people=np.array([entry.count("units") for entry in own], dtype=np.int64),
        blocks=blocks,
        sized=kind.sized,
        varying=kind.varying,
        clustered=kind.clustered,
        shift=float(own[0].values["centre"]),
    )
    moments, zero = _never_from_zero(moments)
    return ScannedPanel(
        moments=moments,
        scale=kind.scale,
        fingerprint=_fingerprint(table),
        rows=int(moments.people.sum()) * len(periods),
        cautions=_cautions(own[0].values, kind, zero),
    )


def _plain(own: list[_Found], kind: PanelKind) -> tuple[Block, ...]:
    width = kind.length
    blocks = []
    for index, entry in enumerate(own):
        centred = np.zeros((width, width))
        for i in range(width):
            centred[i, i:] = [float(entry.values[f"c_{i}_{j}"]) for j in range(i, width)]
        centred = (centred + np.triu(centred, 1).T) * entry.count("units")
        blocks.append(Block((index,), entry.count("units"), _means(entry, width), centred))
    return tuple(blocks)


def _means(entry: _Found, width: int) -> Floats:
    return np.array([float(entry.values[f"m_{i}"]) for i in range(width)])


def _clustered(found: list[_Found], cells: tuple[Cell, ...], kind: PanelKind) -> tuple[Block, ...]:
    """Blocks of cells linked by shared clusters; every cluster counts once."""
    width = kind.length
    place = {cell: index for index, cell in enumerate(cells)}
    linked = [entry for entry in found if entry.left in place and entry.right in place]
    blocks = []
    for group in _components(len(cells), [(place[entry.left], place[entry.right]) for entry in linked]):
        at = {cell: n for n, cell in enumerate(group)}
        sums, gram, count = np.zeros(width * len(group)), np.zeros((width * len(group),) * 2), 0
        for entry in linked:
            left, right = place[entry.left], place[entry.right]
            if left not in at:
                continue
            rows, columns = (slice(width * at[n], width * at[n] + width) for n in (left, right))
            product = np.array([[float(entry.values[f"c_{i}_{j}"]) for j in range(width)] for i in range(width)])
            gram[rows, columns] = product
            gram[columns, rows] = product.T
            if left == right:
                sums[rows] = _means(entry, width)
                count += entry.count("first_clusters")
        most = max(entry.count("clusters") for entry in linked if place[entry.left] in at)
        count = max(count, most)
        blocks.append(Block(group, count, sums / count, gram - np.outer(sums, sums) / count))
    return tuple(blocks)


def _components(n: int, links: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    group = list(range(n))
    for left, right in links:
        old, new = group[right], group[left]
        group = [new if at == old else at for at in group]
    return [tuple(i for i in range(n) if group[i] == label) for label in sorted(set(group))]


def _never_from_zero(moments: Moments) -> tuple[Moments, bool]:
    """A start of 0 is how other tools write never, if no period is that early."""
    if moments.periods[0] <= 0 or not any(cell.cohort == 0 for cell in moments.cells):
        return moments, False
    return moments.pooled(Cell(None, cell.stratum) if cell.cohort == 0 else cell for cell in moments.cells), True


def _fingerprint(table: list[dict[str, Any]]) -> str:
    lines = sorted(repr(sorted((name, str(value)) for name, value in row.items())) for row in table)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _cautions(values: Row, kind: PanelKind, zero: bool) -> tuple[Caution, ...]:
    cautions = []
    dropped, withheld = int(values.get("units_incomplete", 0)), int(values.get("cells_withheld", 0))
    if dropped:
        text = f"{dropped:,} people are not seen in every period and are left out; --unbalanced keeps them."
        cautions.append(Caution(code="incomplete-units-dropped", text=text))
    if withheld:
        text = f"{withheld:,} groups of fewer than {kind.minimum} people stayed in the warehouse and are left out."
        cautions.append(Caution(code="cells-withheld", text=text))
    if zero:
        text = "A start of 0 was read as never starting, as other tools write it; leave it empty to be sure."
        cautions.append(Caution(code="zero-is-never", text=text))
    numbers = [numeric_period(label, kind.scale) for label in kind.periods]
    if len(set(np.diff(numbers).tolist())) > 1:
        text = "The periods are not equally spaced; event times are differences of their labels."
        cautions.append(Caution(code="time-gaps", text=text))
    return tuple(cautions)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Rows that a warehouse exported: Parquet, CSV, a JSON list, or one JSON object a line.

    Raises
    ------
    PanelError
        If the file is not there or cannot be read.
    """
    if not path.is_file():
        raise PanelError(Problem(code="no-such-file", text="There is no such file.", file=str(path)))
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return _from_parquet(path)
        text = path.read_text(encoding="utf-8-sig")
        return _from_csv(text) if path.suffix.lower() == ".csv" else _from_json(text)
    except (ValueError, OSError, csv.Error) as error:
        raise PanelError(
            Problem(
                code="unreadable-file",
                text=f"The file cannot be read: {str(error).splitlines()[0]}",
                fix="Export the rows as Parquet, CSV or JSON, one object a row.",
                file=str(path),
            )
        ) from error


def _from_parquet(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def _from_csv(text: str) -> list[dict[str, Any]]:
    csv.field_size_limit(2**24)
    return list(csv.DictReader(text.splitlines()))


def _from_json(text: str) -> list[dict[str, Any]]:
    if not text.lstrip().startswith("["):
        return [dict(json.loads(line)) for line in text.splitlines() if line.strip()]
    rows = json.loads(text)
    return [dict(row) for row in rows]
