"""What differs between SQLite and PostgreSQL: UUIDs, many rows at once, and the clock."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections

__all__ = [
    "Value",
    "insert_rows",
    "keep_once",
    "marks",
    "now_expression",
    "one_index",
    "postgres",
    "rows",
    "uuid_of",
    "uuid_value",
    "uuid_written",
]

Value: TypeAlias = int | float | str | bytes | bool | UUID | None
"""What a parameter may be."""


@cache
def postgres() -> bool:
    """Whether the database is PostgreSQL; asked for every value, so it is looked up once."""
    return connection.vendor == "postgresql"


def rows(command: str, parameters: Sequence[Value]) -> list[tuple[Any, ...]]:
    """Run a command where every microsecond counts, and return what it finds.

    Django's cursor costs as much as the shorter commands, so this is the driver's, on Django's connection, in Django's
    transaction and with Django's errors. Parameters are marked with ``%s`` for both databases; the command may hold no
    other percent sign.
    """
    with _driver() as raw:
        if not postgres():
            return list(raw.execute(_with_question_marks(command), parameters))
        with raw.cursor() as cursor:
            cursor.execute(command, parameters)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def _driver() -> Iterator[Any]:
    """The driver's connection, opened and asked whether it still works as Django would."""
    opened = connections[DEFAULT_DB_ALIAS]
    opened.close_if_health_check_failed()
    opened.ensure_connection()
    with opened.wrap_database_errors:
        yield opened.connection


@lru_cache(maxsize=512)
def _with_question_marks(command: str) -> str:
    return command.replace("%s", "?")


def uuid_value(value: UUID) -> UUID | str:
    """A UUID as a parameter: as it is for PostgreSQL, 32 hexadecimal digits for SQLite."""
    return value if postgres() else value.hex


def uuid_written(text: str) -> UUID | str:
    """As ``uuid_value``, of a UUID in its standard form and lower case."""
    return UUID(text) if postgres() else text.replace("-", "")


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
        _each(f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))})", rows)
        return
    command = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
    with _driver() as raw, raw.cursor() as cursor, cursor.copy(command) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def keep_once(table: str, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    """Store rows unless they are there already."""
    if rows:
        names = ", ".join(columns)
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))}) ON CONFLICT DO NOTHING"
        _each(statement, rows)


def _each(command: str, rows: Sequence[Sequence[Value]]) -> None:
    with _driver() as raw:
        if postgres():
            with raw.cursor() as cursor:
                cursor.executemany(command, rows)
        else:
            raw.executemany(_with_question_marks(command), rows)
