"""A Spark session where panels expect a DuckDB connection: the same SQL, in Spark's words, as Spark jobs."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from upshot.lake.scan import ScannedPanel
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.lake.spark.words import FUNCTIONS, in_spark

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["SparkConnection", "SparkRows"]

_ZONE = "spark.sql.session.timeZone"
_MAKES = re.compile(r"\s*CREATE OR REPLACE (?:TEMP )?(TABLE|VIEW) (\w+) AS (.*)", re.DOTALL)


class SparkRows:
    """The rows a statement gives; nothing runs until they are asked for."""

    __slots__ = ("_frame",)

    def __init__(self, frame: "DataFrame") -> None:
        self._frame = frame

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row, or ``None``."""
        rows = self._frame.take(1)
        return tuple(rows[0]) if rows else None

    def fetchall(self) -> Sequence[tuple[Any, ...]]:
        """Every row, on the driver."""
        return [tuple(row) for row in self._frame.collect()]

    def to_arrow_table(self) -> "pa.Table":
        """Every row, on the driver, as an Arrow table."""
        return self._frame.toArrow()


class SparkConnection:
    """Runs a panel's statements in a session.

    What a statement makes as a temporary table is kept by the executors, in memory and on their
    disks; parts that are lost with an executor are computed again.
    """

    __slots__ = ("_kept", "_names", "_zone", "session")

    def __init__(self, session: "SparkSession") -> None:
        self.session = session
        self._kept: list[DataFrame] = []
        self._names: set[str] = set()
        self._zone = session.conf.get(_ZONE)
        session.conf.set(_ZONE, "UTC")
        for statement in FUNCTIONS:
            session.sql(statement)

    def execute(self, query: str, parameters: Any = None, /) -> SparkRows:
        """Run one statement."""
        made = _MAKES.fullmatch(query)
        if made is None:
            return SparkRows(self.session.sql(in_spark(query), self._literals(parameters)))
        kind, name, select = made.groups()
        frame = self.session.sql(in_spark(select), self._literals(parameters))
        if kind == "TABLE":
            frame = frame.persist()
            self._kept.append(frame)
        self.view(name, frame)
        return SparkRows(frame)

    def register(self, view_name: str, python_object: Any, /) -> None:
        """Make an Arrow table known under a name."""
        self.view(view_name, self.session.createDataFrame(python_object))

    def view(self, name: str, frame: "DataFrame") -> None:
        """Make a frame known under a name."""
        frame.createOrReplaceTempView(name)
        self._names.add(name)

    def scan(self, sql: str, roles: PanelRoles, options: ScanOptions, *, fingerprint: str) -> ScannedPanel:
        """Scan a panel given as a SELECT."""
        from upshot.lake.spark.scan import scan_frame

        return scan_frame(self.session.sql(in_spark(sql)), roles, options, fingerprint=fingerprint)

    def close(self) -> None:
        """Let go of what was kept and of its names, and leave the session's time zone as it was."""
        for frame in self._kept:
            frame.unpersist()
        for name in self._names:
            self.session.catalog.dropTempView(name)
        self._kept, self._names = [], set()
        if self._zone is not None:
            self.session.conf.set(_ZONE, self._zone)

    @staticmethod
    def _literals(parameters: Any) -> dict[str, Any] | None:
        from pyspark.sql import functions

        if parameters is None:
            return None
        return {
            name: functions.array(*map(functions.lit, value)) if isinstance(value, list) else value
            for name, value in parameters.items()
        }
