"""The engines by name: what scans a panel file, and what runs a panel's SQL over the lake."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from upshot.lake.connection import Connection, Engine
from upshot.lake.scan import ScannedPanel, scan_file
from upshot.lake.scan_roles import PanelRoles, ScanOptions

if TYPE_CHECKING:
    from upshot.lake.lake import Lake

__all__ = ["Engine", "FileScan", "connected", "file_scan"]

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


@contextmanager
def connected(lake: "Lake", engine: Engine = "duckdb") -> Iterator[Connection]:
    """The lake's views in an engine, for panels to be built on.

    Raises
    ------
    PanelError
        If the engine is not installed.
    """
    if engine == "duckdb":
        with closing(lake.connect()) as connection:
            yield connection
        return
    from upshot.lake.spark.session import spark_session

    with spark_session() as session:
        from upshot.lake.spark.views import lake_connection

        with closing(lake_connection(session, lake)) as views:
            yield views
