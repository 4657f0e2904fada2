"""The scan as Spark jobs: one look at every row, then units dealt to tasks, whose moments are merged in two steps."""

import json
from dataclasses import replace
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import duckdb

from upshot.errors import PanelError, Problem
from upshot.lake.scan import ScannedPanel, cautions_of, nobody_complete
from upshot.lake.scan_columns import Columns
from upshot.lake.scan_contradictions import Contradictions
from upshot.lake.scan_faults import fault_columns
from upshot.lake.scan_matrix import ContradictionError
from upshot.lake.scan_profile import MOST_PERIODS, Look, PanelProfile, scale_of, summed
from upshot.lake.scan_roles import PanelRoles, ScanOptions, missing_columns
from upshot.lake.scan_strata import columns_under, derived_strata
from upshot.lake.spark.connection import SparkConnection
from upshot.lake.spark.tasks import LOOKED, PART, SCANNED, Part, look_at, merge_parts, scan_part

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["ROWS_A_TASK", "scan_frame"]

ROWS_A_TASK = 1_000_000
"""About 50 MB of a task's memory, held once as Arrow and once as the matrix."""
_FEW_PARTS = 16
_NOTHING = ("", "NaN", "nan", "NA", "NULL", "null")


def scan_frame(
    frame: "DataFrame",
    roles: PanelRoles,
    options: ScanOptions | None = None,
    *,
    fingerprint: str,
    file: str | None = None,
) -> ScannedPanel:
    """Scan a panel held as a Spark frame, wherever its rows come from.

    Parameters
    ----------
    frame
        One row per unit and period, in any order.
    roles, options
        As for `lake.scan.scan_file`.
    fingerprint
        What names the data in the answer's provenance.
    file
        What messages call the data.

    Raises
    ------
    PanelError
        If columns are missing or cannot form a panel; all problems at once.
    """
    chosen = options or ScanOptions()
    if roles.unit is None and not chosen.repeated_cross_section:
        raise PanelError(Problem(code="no-unit", text="A panel needs a unit column.", fix="Name it with --unit."))
    used = frame.select(*map(_ticked, _needed(roles, frame.columns)))
    found = _profile(used, roles, frame.columns, file)
    whole = _moments(used, found, roles, chosen, file)
    if whole.moments is None:
        raise PanelError(nobody_complete(file))
    return ScannedPanel(
        moments=whole.moments,
        scale=found.scale,
        fingerprint=fingerprint,
        rows=found.rows,
        cautions=cautions_of(found, whole.dropped),
    )


def _needed(roles: PanelRoles, columns: list[str]) -> list[str]:
    """Columns that play a part, and nothing else, so that nothing else travels."""
    single = [column for role, column in roles.named().items() if not role.startswith("strata")]
    wanted = (*single, *roles.strata, *columns_under(roles.strata))
    return [column for column in dict.fromkeys(wanted) if column in columns]


def _profile(used: "DataFrame", roles: PanelRoles, known: list[str], file: str | None) -> PanelProfile:
    """The first look: every row once, keeping nothing."""
    source = _with_derived(used, roles, file)
    columns = _types(used, source)
    missing_columns(roles, list({**columns.types, **dict.fromkeys(known)}), file)
    times = used.select(used[_ticked(roles.time)].cast("string")).distinct().limit(MOST_PERIODS + len(_NOTHING) + 1)
    values = [row[0] for row in times.collect() if row[0] is not None and row[0].strip() not in _NOTHING]
    look = Look.of(f"SELECT * FROM {PART}", columns, roles, scale_of(values, roles, file))
    rows = used.mapInArrow(partial(look_at, look, fault_columns(roles)), LOOKED).collect()
    groups: list[dict[str, Any]] = [json.loads(row[0]) for row in rows]

    def first(kind: str, _: str) -> tuple[int | None, str | None]:
        return None, min(
            (group[f"first {kind}"] for group in groups if group[f"first {kind}"] is not None), default=None
        )

    return replace(summed(look, groups, roles, file, first), sql=source)


def _with_derived(used: "DataFrame", roles: PanelRoles, file: str | None) -> str:
    """The executors' rows as a SELECT, with the strata that are worked out."""
    plain = f"SELECT * FROM {PART}"
    if set(roles.strata) <= set(used.columns):
        return plain
    connection = SparkConnection(used.sparkSession)
    connection.view(PART, used)
    try:
        return derived_strata(connection, plain, roles, file=file)
    finally:
        connection.close()


def _types(used: "DataFrame", source: str) -> Columns:
    """Types as DuckDB names them when the rows reach an executor."""
    with duckdb.connect() as connection:
        connection.register(PART, used.limit(0).toArrow())
        return Columns({row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {source}").fetchall()})


def _moments(used: "DataFrame", found: PanelProfile, roles: PanelRoles, options: ScanOptions, file: str | None) -> Part:
    """Deal whole sampling units to tasks, scan each, merge."""
    key = roles.cluster or (None if options.repeated_cross_section else roles.unit)
    tasks = max(used.sparkSession.sparkContext.defaultParallelism, -(-found.rows // ROWS_A_TASK))
    dealt = used if key is None else used.repartition(tasks, used[_ticked(key)])
    parts = dealt.mapInArrow(partial(scan_part, found, roles, options), SCANNED)
    if tasks > _FEW_PARTS:
        parts = parts.repartition(_FEW_PARTS).mapInArrow(merge_parts, SCANNED)
    whole = reduce(Part.plus, (Part.of(*row) for row in parts.collect()), Part(None))
    straddling = _straddling(used, roles, options)
    if whole.contradictions is None and not straddling:
        return whole
    wrong = whole.contradictions or Contradictions(0, None, {})
    wrong = replace(wrong, changes=wrong.changes | ({"cluster": straddling} if straddling else {}))
    listed = wrong.problems(found, roles, file=file)
    if not listed:
        raise ContradictionError
    raise PanelError(listed)


def _straddling(used: "DataFrame", roles: PanelRoles, options: ScanOptions) -> int:
    """Units in more than one cluster: dealt by cluster, no task could see them."""
    if roles.cluster is None or roles.unit is None or options.repeated_cross_section:
        return 0
    unit, cluster = used[_ticked(roles.unit)], used[_ticked(roles.cluster)]
    from pyspark.sql import functions

    read = functions.expr(f"try_cast({_ticked(roles.outcome)} AS DOUBLE)")
    seen = used.where(read.isNotNull() & ~functions.isnan(read)).groupBy(unit.alias("unit"))
    ends = seen.agg(functions.min(cluster).alias("low"), functions.max(cluster).alias("high"))
    return ends.where("low <> high").count()


def _ticked(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
