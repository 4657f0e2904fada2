"""SQL of each role over a panel's columns; typed columns are read as they are, text is parsed."""

from collections.abc import Mapping
from dataclasses import dataclass

from upshot.lake.scan_roles import PanelRoles
from upshot.lake.scan_times import TimeScale

__all__ = ["Columns", "Expressions", "is_integer", "quoted"]

_INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"})
_FLOATS = frozenset({"FLOAT", "DOUBLE"})
_WHOLE = frozenset({"BOOLEAN", "DATE", "TIMESTAMP", "HUGEINT", "UHUGEINT"})


def quoted(name: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def is_integer(kind: str) -> bool:
    """Whether a column of this type holds integers of up to 64 bits."""
    return kind in _INTEGERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Expressions:
    """SQL of each role over the source's columns."""

    unit: str
    time: str
    outcome: str
    first_treated: str
    cluster: str | None
    strata: tuple[str, ...]
    weights: str | None
    denominator: str | None


@dataclass(frozen=True, slots=True)
class Columns:
    """The source's columns and their types, as DuckDB names them."""

    types: Mapping[str, str]

    def is_number(self, column: str) -> bool:
        """Whether the column holds numbers rather than text that may be some."""
        return self.types[column] in _INTEGERS | _FLOATS

    def filled(self, column: str) -> str:
        """SQL for: the column has a value; text can say in several ways that it has none."""
        name, kind = quoted(column), self.types[column]
        if kind in _INTEGERS | _WHOLE or kind.startswith("DECIMAL"):
            return f"({name} IS NOT NULL)"
        if kind in _FLOATS:
            return f"({name} IS NOT NULL AND NOT isnan({name}))"
        return f"({name} IS NOT NULL AND trim(CAST({name} AS VARCHAR)) NOT IN ('', 'NaN', 'nan', 'NA', 'NULL', 'null'))"

    def number(self, column: str) -> str:
        """SQL for the column as a number, null where it has none or is no number."""
        name, kind = quoted(column), self.types[column]
        if kind in _INTEGERS or kind.startswith("DECIMAL"):
            return f"CAST({name} AS DOUBLE)"
        if kind in _FLOATS:
            return f"(CASE WHEN NOT isnan({name}) THEN CAST({name} AS DOUBLE) END)"
        return f"(CASE WHEN {self.filled(column)} THEN TRY_CAST({name} AS DOUBLE) END)"

    def period(self, column: str, scale: TimeScale) -> str:
        """SQL for the numeric period of a column, null where it is empty or cannot be read."""
        name, kind = quoted(column), self.types[column]
        if kind in _INTEGERS and scale.kind == "integer":
            return f"CAST({name} AS BIGINT)"
        return f"(CASE WHEN {self.filled(column)} THEN {scale.expression(name)} END)"

    def expressions(self, roles: PanelRoles, scale: TimeScale) -> Expressions:
        """SQL of every role."""
        return Expressions(
            unit="0" if roles.unit is None else quoted(roles.unit),
            time=self.period(roles.time, scale),
            outcome=self.number(roles.outcome),
            first_treated=self.period(roles.first_treated, scale),
            cluster=None if roles.cluster is None else quoted(roles.cluster),
            strata=tuple(f"coalesce(CAST({quoted(column)} AS VARCHAR), '(empty)')" for column in roles.strata),
            weights=None if roles.weights is None else self.number(roles.weights),
            denominator=None if roles.denominator is None else self.number(roles.denominator),
        )
