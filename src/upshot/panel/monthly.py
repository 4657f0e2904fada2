"""An initiative's moments kept from month to month: a new import reads only the periods it brings."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

from upshot.errors import PanelError
from upshot.impact.moments import Cell
from upshot.lake import Lake
from upshot.lake.lock import one_writer
from upshot.lake.scan import Connection, ScannedPanel, ScanOptions, scan_sql
from upshot.lake.scan_columns import Columns
from upshot.lake.store import partition_files
from upshot.lake.unit_columns import UnitColumns, read_columns, write_columns
from upshot.lake.unit_moments import as_scanned, first_columns, updated
from upshot.panel.build import audience, build, label_sql, panel_sql, roles_of
from upshot.panel.exposure import expose
from upshot.panel.readings import make_readings
from upshot.panel.units import make_units
from upshot.periods import parse_label, period_start
from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi

__all__ = ["Monthly", "monthly_moments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """Moments of the facts as they are, and what it took.

    Parameters
    ----------
    scanned
        As a full scan would have given them.
    periods
        Labels of the periods whose readings were read; ``None`` if all were.
    cells
        Cells that were summed again; ``None`` if all were.
    """

    scanned: ScannedPanel
    periods: tuple[str, ...] | None
    cells: frozenset[Cell] | None


def monthly_moments(
    lake: Lake, folder: Path, initiative: Initiative, kpi: Kpi, *, on: dt.date, fingerprint: str
) -> Monthly:
    """Moments of an initiative's panel, brought up to date from what ``folder`` keeps of it.

    Callers take turns. The folder holds readings of single people: delete it when somebody is erased. A rewritten file,
    a merged account or a changed plan starts it again. Cautions are those of the scan; those of the
    readings are `panel.build.build`'s to give.

    Raises
    ------
    PanelError
        As `panel.build.build`.
    """
    listed = partition_files(lake.files("kpis"), kpi=kpi.source.kpi or kpi.id)
    others = sorted(Path(file).name for table in ("people", "learning", "accounts") for file in lake.files(table))
    accounts = sorted(Path(file).name for file in lake.files("accounts"))
    names = tuple(sorted(Path(file).name for file in listed))
    key = hashlib.sha256(repr((initiative, kpi, on, accounts)).encode()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    with one_writer(folder), lake.connect() as connection:
        kept = read_columns(folder, key)
        if kept is None or not set(kept.seen) <= {*names, *others} or not set(kept.seen) & set(names):
            return _from_nothing(connection, folder, initiative, kpi, on, key, (*names, *others), fingerprint)
        fresh = [file for file in listed if Path(file).name not in kept.seen]
        if not fresh and set(others) <= set(kept.seen):
            return Monthly(scanned=as_scanned(kept, fingerprint), periods=(), cells=frozenset())
        return _from_before(connection, folder, initiative, kpi, on, kept, fresh, (*names, *others), fingerprint)


def _from_nothing(
    connection: Connection,
    folder: Path,
    initiative: Initiative,
    kpi: Kpi,
    on: dt.date,
    key: str,
    seen: tuple[str, ...],
    fingerprint: str,
) -> Monthly:
    built = build(connection, initiative, kpi, on=on)
    scanned = scan_sql(connection, built.sql, built.roles, fingerprint=fingerprint)
    kept = first_columns(connection, built.sql, built.roles, ScanOptions(), scanned, key=key, seen=seen)
    write_columns(folder, kept)
    return Monthly(scanned=scanned, periods=None, cells=None)


def _from_before(
    connection: Connection,
    folder: Path,
    initiative: Initiative,
    kpi: Kpi,
    on: dt.date,
    kept: UnitColumns,
    fresh: list[str],
    seen: tuple[str, ...],
    fingerprint: str,
) -> Monthly:
    """Read the units again, and of the readings only the periods the fresh files speak of."""
    audience(connection, initiative, on)
    expose(connection, initiative, on=f"DATE '{on}'")
    make_units(connection, initiative, kpi, on=f"DATE '{on}'")
    labels = _periods(connection, initiative, fresh)
    rows = _rows(connection, initiative, kpi, labels)
    periods = _numbers(connection, labels, kept)
    roles = roles_of(initiative, kpi)
    now, cells = updated(
        connection, kept, rows, "SELECT * FROM panel_units", roles, ScanOptions(), periods=periods, seen=seen
    )
    write_columns(folder, now, before=kept)
    return Monthly(scanned=as_scanned(now, fingerprint), periods=labels, cells=cells)


def _periods(connection: Connection, initiative: Initiative, fresh: list[str]) -> tuple[str, ...]:
    if not fresh:
        return ()
    day = label_sql(initiative, "period")
    rows = connection.execute(
        f"SELECT DISTINCT {day} AS label FROM read_parquet($1, hive_partitioning = false) ORDER BY 1", [fresh]
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


def _rows(connection: Connection, initiative: Initiative, kpi: Kpi, labels: tuple[str, ...]) -> str:
    """SELECT of the panel's rows in those periods; other periods' files are passed over by their statistics."""
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW kpis AS SELECT * FROM memory.main.kpis WHERE {_within(initiative, labels)}"
    )
    try:
        make_readings(connection, kpi, initiative.design.period)
    except PanelError as error:
        if {problem.code for problem in error.problems} - {"nobody-read", "no-readings"}:
            raise
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE readings (entity VARCHAR, period DATE, value DOUBLE, "
            "numerator DOUBLE, denominator DOUBLE)"
        )
    finally:
        connection.execute("DROP VIEW temp.main.kpis")
    return panel_sql(initiative, kpi)


def _within(initiative: Initiative, labels: tuple[str, ...]) -> str:
    """SQL that a reading's day lies in one of the periods."""
    grain = initiative.design.period
    spans = []
    for label in labels:
        index = parse_label(label, grain)
        first, following = period_start(index, grain), period_start(index + 1, grain)
        spans.append(f"(period >= DATE '{first}' AND period < DATE '{following}')")
    return " OR ".join(spans) or "false"


def _numbers(connection: Connection, labels: tuple[str, ...], kept: UnitColumns) -> tuple[int, ...]:
    if not labels:
        return ()
    sql = Columns({"label": "VARCHAR"}).period("label", kept.scale)
    rows = connection.execute(f"SELECT {sql} FROM (SELECT unnest($1) AS label)", [list(labels)]).fetchall()
    return tuple(int(row[0]) for row in rows)
