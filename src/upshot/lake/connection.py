"""What panels are built on: whatever runs the lake's SQL and gives rows back, DuckDB first of all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    from upshot.lake.scan import ScannedPanel
    from upshot.lake.scan_roles import PanelRoles, ScanOptions

__all__ = ["ENGINES", "Connection", "Engine", "Rows", "Scanning"]

Engine = Literal["duckdb", "spark"]
ENGINES: tuple[Engine, ...] = ("duckdb", "spark")


class Rows(Protocol):
    """The rows a statement gave."""

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row, or ``None``."""

    def fetchall(self) -> Sequence[tuple[Any, ...]]:
        """Every row."""

    def to_arrow_table(self) -> Any:
        """Every row, as an Arrow table."""


class Connection(Protocol):
    """Runs SQL over the lake's views; others name it without importing a driver."""

    def execute(self, query: str, parameters: Any = ..., /) -> Any:
        """Run one statement and give its `Rows`; ``$name`` in it stands for a parameter."""

    def register(self, view_name: str, python_object: Any, /) -> Any:
        """Make an Arrow table known under a name."""

    def close(self) -> None:
        """Forget every table made here."""


@runtime_checkable
class Scanning(Connection, Protocol):
    """A connection that scans panels in its own way."""

    def scan(self, sql: str, roles: "PanelRoles", options: "ScanOptions", *, fingerprint: str) -> "ScannedPanel":
        """Scan a panel given as a SELECT."""
