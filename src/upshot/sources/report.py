"""What an import took, refused and why, as one frozen record."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa

from upshot.errors import Problem
from upshot.sources.profile import Feed

__all__ = ["ImportReport"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do.

    ``rows_in = rows_taken + rows_already_there + rows_left_out + rows_rejected`` always holds. A row is a
    record: a line of a people or learning file, one reading of a KPI file (a line with three KPI columns
    has three).

    Parameters
    ----------
    feed, profile, file, fingerprint, as_of
        What was imported, by which profile, and the SHA-256 of the file.
    dry_run
        Whether nothing was written.
    import_id
        The name of the import in the lake's log; ``None`` when nothing was written.
    lines
        Data lines of the file.
    rows_in, rows_taken, rows_already_there, rows_left_out, rows_rejected
        The account of all records.
    problems
        One for each column and reason, with the first lines.
    notes
        What was found out and used: delimiter, date formats, time zone.
    rejects_path
        Where the rows that were not taken are listed; ``None`` when there are none, or on a dry run.
    preview
        The first rows as they would be stored, on a dry run.
    """

    feed: Feed
    profile: str
    file: str
    fingerprint: str
    as_of: dt.datetime
    dry_run: bool
    import_id: str | None = None
    lines: int
    rows_in: int
    rows_taken: int
    rows_already_there: int
    rows_left_out: int
    rows_rejected: int
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    rejects_path: Path | None = None
    preview: pa.Table | None = None

    def to_json(self) -> dict[str, Any]:
        """The report as plain values, ``upshot-import/1``; absent parts are left out."""
        names = [
            f.name for f in dataclasses.fields(self) if f.name not in ("problems", "preview", "rejects_path", "as_of")
        ]
        body: dict[str, Any] = {"schema": "upshot-import/1", **{n: getattr(self, n) for n in names}}
        body["as_of"] = self.as_of.isoformat()
        body["problems"] = [
            {k: v for k, v in dataclasses.asdict(problem).items() if v not in (None, "")} for problem in self.problems
        ]
        if self.rejects_path is not None:
            body["rejects_path"] = str(self.rejects_path)
        if self.preview is not None:
            body["preview"] = [
                {k: _text(v) for k, v in row.items() if v is not None} for row in self.preview.to_pylist()
            ]
        return {name: value for name, value in body.items() if value is not None}


def _text(value: object) -> object:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, list) else value
