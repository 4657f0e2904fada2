"""The lake's tables, column by column: type, meaning, personal data held, and how it is retired."""

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["SCHEMA_VERSION", "TABLES", "Column", "Table"]

SCHEMA_VERSION = 1

_ERASED = "Erasing the person deletes the row; old files go with it."
_KEPT = "Holds no personal data; kept with its row."
_LOG = "Holds no personal data; kept as the record of what came in."

_TEXT = pa.string()
_DATE = pa.date32()
_INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One stored column.

    Parameters
    ----------
    name, type
        As stored.
    text
        What it means, with its unit.
    personal
        What personal data it holds, ``none`` when it holds none.
    retired
        How it leaves the lake.
    required
        Whether a row without it is refused.
    """

    name: str
    type: pa.DataType
    text: str
    personal: str
    retired: str
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One stored table; ``person_columns`` are what erasure matches on."""

    name: str
    text: str
    columns: tuple[Column, ...]
    partition_by: tuple[str, ...] = ()
    person_columns: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema of a row, partition columns included."""
        return pa.schema([(column.name, column.type) for column in self.columns])

    @property
    def file_schema(self) -> pa.Schema:
        """Arrow schema of a stored file: the partition columns live in its path."""
        return pa.schema([(c.name, c.type) for c in self.columns if c.name not in self.partition_by])


def _personal(name: str, kind: pa.DataType, text: str, personal: str, *, required: bool = False) -> Column:
    return Column(name=name, type=kind, text=text, personal=personal, retired=_ERASED, required=required)


def _plain(name: str, kind: pa.DataType, text: str, *, required: bool = False, retired: str = _KEPT) -> Column:
    return Column(name=name, type=kind, text=text, personal="none", retired=retired, required=required)


_ORIGIN = (
    _plain("source", _TEXT, "Mapping profile or caller the row came through.", required=True),
    _plain("import_id", _TEXT, "The import that brought the row; see imports.", required=True),
)

_PEOPLE = Table(
    name="people",
    text="Who works here, effective-dated: each row holds from valid_from until the person's next row.",
    person_columns=("person", "manager"),
    columns=(
        _personal("person", _TEXT, "The firm's identifier of the person.", "Direct identifier.", required=True),
        _personal("team", _TEXT, "Team, the usual unit of assignment.", "Where a person works."),
        _personal("manager", _TEXT, "Identifier of the manager.", "Direct identifier of a second person."),
        _personal("role", _TEXT, "Role or job title.", "What a person does."),
        _personal("site", _TEXT, "Place of work.", "Where a person works."),
        _personal("region", _TEXT, "Region or market.", "Where a person works."),
        _personal("hired", _DATE, "First day of employment.", "Employment history."),
        _personal("left", _DATE, "Last day of employment; null while employed.", "Employment history."),
        _personal("valid_from", _DATE, "First day the row holds.", "Employment history.", required=True),
        _personal(
            "attributes",
            pa.map_(_TEXT, _TEXT),
            "Further columns the profile asked for, by name.",
            "Whatever the profile maps; map nothing that no question needs.",
        ),
        _plain("recorded_at", _INSTANT, "When the row was stored; of two rows for a day the later holds."),
        *_ORIGIN,
    ),
)

_LEARNING = Table(
    name="learning",
    text="What people learned: one row a record, at an instant in UTC and on a calendar date at its place.",
    person_columns=("account",),
    columns=(
        _personal(
            "account",
            _TEXT,
            "Whose record it is: a person, or system:name to be resolved through accounts.",
            "Direct identifier.",
            required=True,
        ),
        _personal(
            "activity", _TEXT, "Identifier of the course, item or module.", "What a person studied.", required=True
        ),
        _personal("title", _TEXT, "Title of the activity as exported.", "What a person studied."),
        _personal(
            "verb", _TEXT, "What happened: completed, passed, failed and the like.", "Study history.", required=True
        ),
        _personal("at", _INSTANT, "When it happened, UTC.", "Study history.", required=True),
        _personal("date", _DATE, "Calendar date at the place of record; use it for periods.", "Study history."),
        _personal("success", pa.bool_(), "Whether it was passed.", "Test result."),
        _personal("score", pa.float64(), "Score as a share, 0 to 1 when the profile scales it.", "Test result."),
        _personal("duration", pa.float64(), "Time spent, seconds.", "Study history."),
        *_ORIGIN,
    ),
)

_KPIS = Table(
    name="kpis",
    text="What the KPIs read: every reading ever stated, one row per KPI, entity, period and as_of.",
    partition_by=("kpi", "restates"),
    person_columns=("entity",),
    columns=(
        _plain("kpi", _TEXT, "Identifier of the KPI, as the plan names it.", required=True),
        _plain("restates", pa.bool_(), "Whether an earlier reading for the same entity and period exists."),
        _personal("entity", _TEXT, "Person, team or site the reading is about.", "Direct identifier.", required=True),
        _personal("period", _DATE, "First day of the period.", "Work result.", required=True),
        _plain("grain", _TEXT, "Length of the period: day, week, month, quarter or year.", required=True),
        _personal("value", pa.float64(), "The reading; null when numerator and denominator are given.", "Work result."),
        _personal("numerator", pa.float64(), "Numerator of a ratio.", "Work result."),
        _personal("denominator", pa.float64(), "Denominator of a ratio.", "Work result."),
        _plain("as_of", _INSTANT, "When this reading was stated; the latest is current.", required=True),
        *_ORIGIN,
    ),
)

_ACCOUNTS = Table(
    name="accounts",
    text="Which accounts are one person: merge and unmerge events, never overwritten.",
    person_columns=("account", "person"),
    columns=(
        _plain("seq", pa.int64(), "Order of the events.", required=True),
        _personal("account", _TEXT, "system:name of an account, or a person.", "Direct identifier.", required=True),
        _personal("person", _TEXT, "The person it belongs to.", "Direct identifier.", required=True),
        _plain("event", _TEXT, "merge or unmerge.", required=True),
        _plain("at", _INSTANT, "When it was recorded.", required=True),
        _personal("reason", _TEXT, "Why, in the words of who did it.", "May name people."),
        *_ORIGIN,
    ),
)

_IMPORTS = Table(
    name="imports",
    text="What came in: one row an import, for freshness and reconciliation.",
    columns=(
        _plain("import_id", _TEXT, "Identifier carried by the rows it brought.", required=True, retired=_LOG),
        _plain("feed", _TEXT, "people, learning or kpis.", required=True, retired=_LOG),
        _plain("at", _INSTANT, "When it was stored.", required=True, retired=_LOG),
        _plain("source", _TEXT, "Name of the mapping profile or caller.", required=True, retired=_LOG),
        _plain("file", _TEXT, "Name of the file, without its folder.", retired=_LOG),
        _plain("fingerprint", _TEXT, "SHA-256 of the file's bytes.", retired=_LOG),
        _plain("profile_fingerprint", _TEXT, "SHA-256 of the profile.", retired=_LOG),
        _plain("as_of", _INSTANT, "The as_of given to its rows.", retired=_LOG),
        _plain("rows_in", pa.int64(), "Records found in the file.", retired=_LOG),
        _plain("rows_taken", pa.int64(), "Records stored.", retired=_LOG),
        _plain("rows_already_there", pa.int64(), "Records that were stored before, or repeated.", retired=_LOG),
        _plain("rows_left_out", pa.int64(), "Records the profile leaves out, blank values among them.", retired=_LOG),
        _plain("rows_rejected", pa.int64(), "Records refused, each in the rejects file.", retired=_LOG),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (_PEOPLE, _LEARNING, _KPIS, _ACCOUNTS, _IMPORTS)}
