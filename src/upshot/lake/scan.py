"""One scan of a panel: rows in any order to mergeable moments, partition by partition."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb

from upshot.errors import PanelError, Problem
from upshot.impact.estimate import Caution
from upshot.impact.moments import Moments, merge
from upshot.lake.connection import Connection, Scanning
from upshot.lake.scan_contradictions import contradictions
from upshot.lake.scan_footer import footer_profile, parquet_files
from upshot.lake.scan_layout import layout
from upshot.lake.scan_matrix import ContradictionError
from upshot.lake.scan_profile import PanelProfile, profile
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.lake.scan_rows import matrices
from upshot.lake.scan_strata import derived_strata
from upshot.lake.scan_times import TimeScale

__all__ = [
    "Connection",
    "PanelRoles",
    "ScanOptions",
    "ScannedPanel",
    "accumulated",
    "cautions_of",
    "digest_of",
    "nobody_complete",
    "panel_cautions",
    "scan_file",
    "scan_sql",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPanel:
    """Moments of a panel with what is needed to label and trust them.

    Parameters
    ----------
    moments
        The panel's moments.
    scale
        From numeric periods to the panel's own labels.
    fingerprint
        SHA-256 of the data.
    rows
        Rows used.
    cautions
        Rows and units left out, and how zeros and gaps were read.
    """

    moments: Moments
    scale: TimeScale
    fingerprint: str
    rows: int
    cautions: tuple[Caution, ...]


def scan_file(path: Path, roles: PanelRoles, options: ScanOptions | None = None) -> ScannedPanel:
    """Scan a panel kept in one CSV (also gzip) or Parquet file, or in a folder of Parquet files.

    Raises
    ------
    PanelError
        If the file cannot be read or its columns cannot form a panel; all problems at once.
    """
    if not path.exists():
        raise PanelError(Problem(code="no-such-file", text="There is no such file.", file=str(path)))
    with duckdb.connect() as connection, ThreadPoolExecutor(1) as pool:
        digest = pool.submit(digest_of, path)
        return _scan(connection, _source(path), roles, options or ScanOptions(), str(path), digest.result)


def scan_sql(
    connection: Connection,
    sql: str,
    roles: PanelRoles,
    options: ScanOptions | None = None,
    *,
    fingerprint: str,
) -> ScannedPanel:
    """Scan a panel given as a SELECT over an open connection."""
    if isinstance(connection, Scanning):
        return connection.scan(sql, roles, options or ScanOptions(), fingerprint=fingerprint)
    assert isinstance(connection, duckdb.DuckDBPyConnection)  # noqa: S101 - the other connection there is
    return _scan(connection, sql, roles, options or ScanOptions(), None, lambda: fingerprint)


def _scan(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    roles: PanelRoles,
    options: ScanOptions,
    file: str | None,
    fingerprint: Callable[[], str],
) -> ScannedPanel:
    try:
        found, moments, dropped = _read_once(connection, sql, roles, options, file) or _read_twice(
            connection, derived_strata(connection, sql, roles, file=file), roles, options, file
        )
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as error:
        text = str(error).splitlines()[0]
        raise PanelError(
            Problem(code="unreadable-file", text=f"The file cannot be read: {text}", fix=_UNREADABLE, file=file)
        ) from error
    return ScannedPanel(
        moments=moments,
        scale=found.scale,
        fingerprint=fingerprint(),
        rows=found.rows,
        cautions=cautions_of(found, dropped),
    )


_UNREADABLE = "Give CSV (also .gz) or Parquet with one header row; a cut-off download must be fetched again."


def _source(path: Path) -> str:
    if path.is_dir() or path.suffix.lower() in (".parquet", ".pq"):
        return f"SELECT * FROM read_parquet({parquet_files(path)})"
    name = "'" + str(path).replace("'", "''") + "'"
    return f"SELECT * FROM read_csv({name}, all_varchar = true, header = true, sample_size = 20000)"


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, or of the names and digests of a folder's Parquet files."""
    if path.is_dir():
        named = [(one.relative_to(path).as_posix(), digest_of(one)) for one in sorted(path.rglob("*.parquet"))]
        return hashlib.sha256(repr(named).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_once(
    connection: duckdb.DuckDBPyConnection, sql: str, roles: PanelRoles, options: ScanOptions, file: str | None
) -> tuple[PanelProfile, Moments, int] | None:
    """Trust the file's footer; ``None`` where there is none, or the rows are not as it presumes."""
    found = None if file is None else footer_profile(connection, sql, Path(file), roles, options)
    if found is None:
        return None
    try:
        return found, *_somebody(connection, found, roles, options, file)
    except (ContradictionError, duckdb.ConversionException, duckdb.OutOfRangeException):
        return None


def _read_twice(
    connection: duckdb.DuckDBPyConnection, sql: str, roles: PanelRoles, options: ScanOptions, file: str | None
) -> tuple[PanelProfile, Moments, int]:
    """Look at every row before reading them, which also finds and names whatever is wrong."""
    found = profile(connection, sql, roles, options, file=file)
    try:
        return found, *_somebody(connection, found, roles, options, file)
    except ContradictionError as error:
        listed = contradictions(connection, found, roles, file=file)
        if not listed:
            raise
        raise PanelError(listed) from error


def _somebody(
    connection: duckdb.DuckDBPyConnection,
    found: PanelProfile,
    roles: PanelRoles,
    options: ScanOptions,
    file: str | None,
) -> tuple[Moments, int]:
    moments, dropped = accumulated(connection, found, roles, options)
    if moments is None:
        raise PanelError(nobody_complete(file))
    return moments, dropped


def nobody_complete(file: str | None) -> Problem:
    """That no unit is left once those are left out who are not seen in every period."""
    fix = "Use --unbalanced to compare those who are present."
    return Problem(code="nobody-complete", text="Nobody is seen in every period.", fix=fix, file=file)


def accumulated(
    connection: duckdb.DuckDBPyConnection, found: PanelProfile, roles: PanelRoles, options: ScanOptions
) -> tuple[Moments | None, int]:
    """Moments of all partitions, one in memory at a time, and the number of units left out.

    Raises
    ------
    ContradictionError
        If rows contradict each other, or the profile.
    """
    pooled: Moments | None = None
    dropped = 0
    keep_all = options.unbalanced or options.repeated_cross_section or roles.denominator is not None
    with layout(connection, found, roles, options) as coded:
        for matrix in matrices(connection, found, coded, roles, options):
            moments, incomplete = matrix.moments(found, coded, keep_all=keep_all)
            dropped += incomplete
            if moments is not None:
                pooled = moments if pooled is None else merge([pooled, moments])
    return pooled, dropped


def cautions_of(found: PanelProfile, dropped: int) -> tuple[Caution, ...]:
    """Rows and units left out, and how zeros and gaps were read."""
    return panel_cautions(found.periods, dropped, empty=found.empty_outcomes, zero_is_never=found.zero_is_never)


def panel_cautions(
    periods: tuple[int, ...], dropped: int, *, empty: int = 0, zero_is_never: bool = False
) -> tuple[Caution, ...]:
    """What the reader must know of how a panel of these periods was read."""
    cautions = []
    if empty:
        text = f"{empty:,} rows have no reading of the outcome and are left out."
        cautions.append(Caution(code="empty-outcomes", text=text))
    if dropped:
        text = f"{dropped:,} people are not seen in every period and are left out; --unbalanced keeps them."
        cautions.append(Caution(code="incomplete-units-dropped", text=text))
    if zero_is_never:
        text = "A start of 0 was read as never starting, as other tools write it; leave it empty to be sure."
        cautions.append(Caution(code="zero-is-never", text=text))
    steps = {later - earlier for earlier, later in pairwise(periods)}
    if len(steps) > 1:
        text = "The periods are not equally spaced; event times are differences of their labels."
        cautions.append(Caution(code="time-gaps", text=text))
    return tuple(cautions)
