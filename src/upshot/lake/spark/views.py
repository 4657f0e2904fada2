"""The lake's tables as Spark sees them: the files that Delta lists, read as Parquet, under the lake's own views."""

from functools import reduce
from typing import TYPE_CHECKING

from upshot.lake.schema import TABLES, Table
from upshot.lake.spark.connection import SparkConnection
from upshot.lake.views import attach_current

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from upshot.lake.lake import Lake

__all__ = ["lake_connection"]

_TYPES = {
    "string": "STRING",
    "bool": "BOOLEAN",
    "double": "DOUBLE",
    "int64": "BIGINT",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMP",
    "map<string, string>": "MAP<STRING, STRING>",
}


def lake_connection(session: "SparkSession", lake: "Lake") -> SparkConnection:
    """The lake's views in a session: people, learning, kpis, kpi_readings, accounts and imports.

    Every executor must see the lake's folder under the same path.
    """
    files = {name: lake.files(name) for name in TABLES}
    connection = SparkConnection(session)
    for name, table in TABLES.items():
        connection.view(f"stored_{name}", _stored(session, table, files[name]))
    attach_current(connection, files)
    return connection


def _stored(session: "SparkSession", table: Table, files: list[str]) -> "DataFrame":
    """A table's rows with its documented types; partition columns come from the files' paths."""
    from pyspark.sql import DataFrame, functions

    kept = [column for column in table.columns if column.name not in table.partition_by]
    schema = ", ".join(f"`{column.name}` {_type(column.type)}" for column in kept)
    groups: dict[tuple[str, ...], list[str]] = {}
    for file in files:
        groups.setdefault(tuple(_partition(file, name) for name in table.partition_by), []).append(file)
    if not groups:
        whole = ", ".join(f"`{column.name}` {_type(column.type)}" for column in table.columns)
        return session.createDataFrame([], whole)
    frames = []
    for values, group in groups.items():
        frame = session.read.schema(schema).parquet(*group)
        for name, value in zip(table.partition_by, values, strict=True):
            frame = frame.withColumn(name, functions.lit(value).cast(_type(table.schema.field(name).type)))
        frames.append(frame.select(*(f"`{name}`" for name in table.schema.names)))
    return reduce(DataFrame.unionAll, frames)


def _partition(file: str, name: str) -> str:
    return next(part.partition("=")[2] for part in file.split("/") if part.startswith(f"{name}="))


def _type(kind: object) -> str:
    return _TYPES[str(kind).split(" ('")[0]]
