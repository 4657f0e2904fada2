"""Reads the pre-period of a panel file (CSV or Parquet) for `power` and `waves`."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from upshot.errors import PanelError, Problem
from upshot.panel.pre_period import PrePeriod, pre_period_of

__all__ = ["PrePeriod", "read_pre_period"]


def read_pre_period(
    path: Path,
    *,
    unit: str,
    time: str,
    outcome: str,
    denominator: str | None = None,
    team: str | None = None,
    blocks: tuple[str, ...] = (),
    launch: str | None = None,
) -> PrePeriod:
    """Read a panel and keep the periods before launch (all of them without one).

    Raises
    ------
    PanelError
        With every problem: missing columns or values, words where numbers belong, the same unit
        twice in a period, no period before launch.
    """
    columns = [name for name in (unit, time, outcome, denominator, team, *blocks) if name]
    return pre_period_of(
        _read(path, columns),
        path.name,
        unit=unit,
        time=time,
        outcome=outcome,
        denominator=denominator,
        team=team,
        blocks=blocks,
        launch=launch,
    )


def _read(path: Path, columns: list[str]) -> pa.Table:
    if not path.exists():
        raise PanelError(Problem(code="no-file", text="There is no such file.", file=str(path)))
    try:
        table = pq.read_table(path) if path.suffix == ".parquet" else pyarrow.csv.read_csv(path)
    except pa.ArrowInvalid as error:
        text = f"The file cannot be read as {'Parquet' if path.suffix == '.parquet' else 'CSV'}: {error}."
        raise PanelError(Problem(code="unreadable", text=text, file=path.name)) from error
    missing = [name for name in columns if name not in table.column_names]
    if missing:
        fix = f"The columns are: {', '.join(table.column_names)}."
        raise PanelError(
            [
                Problem(code="no-column", text="There is no such column.", fix=fix, file=path.name, column=name)
                for name in missing
            ]
        )
    if table.num_rows == 0:
        raise PanelError(Problem(code="empty-panel", text="The panel has no rows.", file=path.name))
    return table.select(columns)
