"""What differs between SQLite and PostgreSQL: UUIDs, many rows at once, and the clock."""

import time
from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection

__all__ = [
    "Value",
    "insert_rows",
    "keep_once",
    "marks",
    "now_expression",
    "one_index",
    "postgres",
    "uuid_of",
    "uuid_value",
]

Value: TypeAlias = int | float | str | bytes | bool | UUID | None
"""What a parameter may be."""


def postgres() -> bool:
    """Whether the database is PostgreSQL."""
    return connection.vendor == "postgresql"


def uuid_value(value: UUID) -> UUID | str:
    """A UUID as a parameter: as it is for PostgreSQL, 32 hexadecimal digits for SQLite."""
    return value if postgres() else value.hex


def uuid_of(value: object) -> UUID:
    """A UUID from a result."""
    return value if isinstance(value, UUID) else UUID(hex=str(value))


def marks(count: int) -> str:
    """As many parameter marks, separated by commas."""
    return ", ".join(["%s"] * count)


def now_expression() -> tuple[str, list[int]]:
    """Microseconds since 1970, with its parameters: the database's clock where several machines may share it."""
    if postgres():
        return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", []
    return "%s", [time.time_ns() // 1000]


def one_index(column: str, *, use: bool) -> str:
    """A column in a condition; SQLite, which knows no frequencies, is kept from the index unless ``use``."""
    return column if use or postgres() else f"+{column}"


def insert_rows(table: str, columns: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    """Store rows of known types: COPY in binary on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return
    names = ", ".join(columns)
    if not postgres():
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))})", rows)
        return
    connection.ensure_connection()
    raw: Any = connection.connection
    command = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
    with connection.wrap_database_errors, raw.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def keep_once(table: str, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    """Store rows unless they are there already."""
    if rows:
        names = ", ".join(columns)
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))}) ON CONFLICT DO NOTHING"
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
