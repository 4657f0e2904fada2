"""The engines that scan a panel file, by name: DuckDB in this process, or Spark."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from upshot.lake.connection import Engine
from upshot.lake.scan import ScannedPanel, scan_file
from upshot.lake.scan_roles import PanelRoles, ScanOptions

__all__ = ["FileScan", "file_scan"]

FileScan = Callable[[Path, PanelRoles, ScanOptions | None], ScannedPanel]
"""Scans a panel file, as `lake.scan.scan_file` does."""


@contextmanager
def file_scan(engine: Engine) -> Iterator[FileScan]:
    """The scan of an engine; what it starts for that ends with the context.

    Raises
    ------
    PanelError
        If the engine is not installed.
    """
    if engine == "duckdb":
        yield scan_file
        return
    from upshot.lake.spark.session import spark_session

    with spark_session() as session:
        from upshot.lake.spark.source import scan_path

        yield partial(scan_path, session)
