"""A panel held as an Arrow table to moments, without a copy; and the fingerprint of such a table."""

import hashlib

import duckdb
import pyarrow as pa

from upshot.lake.scan import ScannedPanel, scan_sql
from upshot.lake.scan_roles import PanelRoles, ScanOptions, missing_columns

__all__ = ["fingerprint_of", "scan_arrow"]


def scan_arrow(table: pa.Table, roles: PanelRoles, options: ScanOptions | None = None) -> ScannedPanel:
    """Scan a panel held in memory; DuckDB reads Arrow's buffers where they lie.

    Raises
    ------
    PanelError
        If columns are missing or cannot form a panel; all problems at once.
    """
    missing_columns(roles, table.column_names, None)
    used = table.select(list(dict.fromkeys(roles.named().values())))
    with duckdb.connect() as connection:
        connection.register("panel", used)
        return scan_sql(connection, "SELECT * FROM panel", roles, options, fingerprint=fingerprint_of(used))


def fingerprint_of(table: pa.Table) -> str:
    """SHA-256 over the Arrow IPC stream of the table: names, types and values, in row order.

    Chunks are joined and metadata left out first, so that neither how the rows were batched nor
    what a library noted beside them moves the fingerprint.

    Examples
    --------
    >>> whole = pa.table({"y": [1.0, 2.0]})
    >>> parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1)])
    >>> fingerprint_of(whole) == fingerprint_of(parts)
    True
    """
    bare = pa.schema([field.remove_metadata() for field in table.schema])
    joined = pa.Table.from_arrays([column.combine_chunks() for column in table.columns], schema=bare)
    digest = _Digest()
    with pa.PythonFile(digest, mode="w") as sink, pa.ipc.new_stream(sink, bare) as writer:
        writer.write_table(joined)
    return digest.sha.hexdigest()


class _Digest:
    """A file that keeps nothing but the hash of what is written to it."""

    closed = False

    def __init__(self) -> None:
        self.sha = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""
