"""A panel file, or a folder of Parquet files, as a Spark frame."""

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from upshot.errors import PanelError, Problem
from upshot.lake.scan import ScannedPanel, digest_of
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.lake.spark.scan import scan_frame

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["scan_path"]


def scan_path(
    session: "SparkSession", path: Path, roles: PanelRoles, options: ScanOptions | None = None
) -> ScannedPanel:
    """Scan a panel kept in one CSV (also gzip) or Parquet file, or in a folder of Parquet files.

    Every executor must see it under the same path.

    Raises
    ------
    PanelError
        If it cannot be read or its columns cannot form a panel; all problems at once.
    """
    from pyspark.errors import PySparkException

    if not path.exists():
        raise PanelError(Problem(code="no-such-file", text="There is no such file.", file=str(path)))
    try:
        frame = _frame(session, path)
        return scan_frame(frame, roles, options, fingerprint=digest_of(path), file=str(path))
    except PySparkException as error:
        raise _unreadable(path, error) from error


def _frame(session: "SparkSession", path: Path) -> "DataFrame":
    place = path.resolve().as_uri()
    if path.is_dir() or path.suffix.lower() in (".parquet", ".pq"):
        return session.read.parquet(place)
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT Delimiter, Quote FROM sniff_csv($1, all_varchar = true, header = true)", [str(path)]
        ).fetchone()
    delimiter, quote = row or (",", '"')
    return session.read.csv(place, header=True, sep=delimiter, quote=quote or '"', escape=quote or '"')


def _unreadable(path: Path, error: Exception) -> PanelError:
    text = f"Spark cannot read the panel: {str(error).splitlines()[0]}"
    fix = "Every executor must see the file under this path; times of nanoseconds must be written as microseconds."
    return PanelError(Problem(code="unreadable-file", text=text, fix=fix, file=str(path)))
