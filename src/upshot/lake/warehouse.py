"""The moments of a panel as SQL for a warehouse, so that only aggregates of groups ever leave it.

The statement pivots the table to one row per unit, gives each unit a status (used, incomplete,
doubled, changed, unusable), and takes count, means and covariances per cell. With clusters the
units are first summed by cluster and cell, and clusters with people in two cells give the
cross-products of the two.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from upshot.errors import DesignError
from upshot.lake.scan_times import TimeScale
from upshot.lake.warehouse_dialects import Dialect, dialect
from upshot.lake.warehouse_panel import WarehousePanel

__all__ = ["moments_sql"]

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Writer:
    """One statement's share of the work: which entries of the vector, which products."""

    panel: WarehousePanel
    to: Dialect
    means: Sequence[int]
    pairs: Sequence[Pair]

    @property
    def entries(self) -> list[int]:
        """Entries of the vector that this statement needs, rising."""
        return sorted({*self.means, *(entry for pair in self.pairs for entry in pair)})

    @property
    def keys(self) -> list[str]:
        """Names of the columns that make a cell."""
        return ["cohort", *(f"stratum_{index}" for index in range(len(self.panel.roles.strata)))]


def moments_sql(panel: WarehousePanel, dialect_name: str) -> tuple[str, ...]:
    """The statements whose rows `upshot.lake.warehouse_rows.moments_from_rows` reads.

    One, as long as the number of products stays below what the warehouse returns in a row;
    otherwise several, each over the same table, to be run on the same state of it.

    Parameters
    ----------
    panel
        Where the panel is and how it reads.
    dialect_name
        One of ``DIALECTS``.

    Raises
    ------
    DesignError
        If there is no such dialect, a name cannot be written, or there are too many periods.
    """
    to = dialect(dialect_name)
    width, clustered = panel.kind.length, panel.kind.clustered
    pairs = [(i, j) for i in range(width) for j in range(0 if clustered else i, width)]
    room = to.columns - width - 24
    if room < 1:
        raise DesignError(f"{to.name} cannot return that many periods in a row; use longer periods.")
    if len(pairs) <= room:
        return (_statement(_Writer(panel, to, range(width), pairs)),)
    chunks = [pairs[start : start + room] for start in range(0, len(pairs), room)]
    return tuple(_statement(_Writer(panel, to, range(width) if not n else (), part)) for n, part in enumerate(chunks))


def _statement(writer: _Writer) -> str:
    steps = [("source", _source(writer)), ("centres", _centres(writer)), ("wide", _wide(writer))]
    if writer.panel.kind.clustered:
        steps += [("sums", _sums(writer)), ("cells", _cluster_cells(writer))]
    else:
        steps.append(("cells", _cells(writer)))
    steps.append(("counted", _counted(writer)))
    ctes = ",\n".join(f"{name} AS (\n{body}\n)" for name, body in steps)
    return f"WITH {ctes}\n{_final(writer)}"


def _source(writer: _Writer) -> str:
    """Rows of the periods asked for, under names and types of our own."""
    roles, to, scale = writer.panel.roles, writer.to, writer.panel.kind.scale
    assert roles.unit is not None  # noqa: S101 - the panel has been checked
    picks = [
        (to.identifier(roles.unit), "unit_id"),
        (_time(roles.time, scale, to), "period"),
        (_number(roles.outcome, to), "outcome"),
        (_time(roles.first_treated, scale, to), "cohort"),
        *((_category(column, to), f"stratum_{index}") for index, column in enumerate(roles.strata)),
    ]
    optional = (("cluster_id", roles.cluster), ("weight", roles.weights), ("amount", roles.denominator))
    for name, column in optional:
        if column is not None:
            picks.append((_category(column, to) if name == "cluster_id" else _number(column, to), name))
    wanted = ", ".join(_period(label, scale) for label in writer.panel.periods)
    return (
        f"  SELECT {_list(f'{expression} AS {name}' for expression, name in picks)}\n"
        f"  FROM {to.identifier(writer.panel.table)}\n"
        f"  WHERE {to.identifier(roles.outcome)} IS NOT NULL\n"
        f"    AND {_time(roles.time, scale, to)} IN ({wanted})"
    )


def _time(column: str, scale: TimeScale, to: Dialect) -> str:
    kind = {"integer": to.integer, "date": "DATE", "text": to.text}[scale.kind]
    return f"CAST({to.identifier(column)} AS {kind})"


def _number(column: str, to: Dialect) -> str:
    return f"CAST({to.identifier(column)} AS {to.double})"


def _category(column: str, to: Dialect) -> str:
    return f"COALESCE(CAST({to.identifier(column)} AS {to.text}), '(empty)')"


def _period(label: str, scale: TimeScale) -> str:
    """A period as a constant; labels have been read, so they hold no quotes."""
    return {"integer": label, "date": f"DATE '{label}'", "text": f"'{label}'"}[scale.kind]


def _centres(writer: _Writer) -> str:
    if writer.panel.centre is not None:
        return f"  SELECT CAST({writer.panel.centre!r} AS {writer.to.double}) AS centre"
    mean = "SUM(outcome) / NULLIF(SUM(amount), 0)" if writer.panel.roles.denominator else "AVG(outcome)"
    return f"  SELECT COALESCE({mean}, 0) AS centre FROM source"


def _wide(writer: _Writer) -> str:
    """One row per unit: its status, cell and vector."""
    keys = [f"MIN({key}) AS {key}" for key in writer.keys]
    keys += ["MIN(cluster_id) AS cluster_id"] if writer.panel.kind.clustered else []
    vector = (f"{_entry(writer, index)} AS v_{index}" for index in writer.entries)
    return (
        f"  SELECT {_status(writer)} AS status,\n    {_list(keys)},\n    MIN(centre) AS centre,\n"
        f"    {_list(vector)}\n  FROM source CROSS JOIN centres\n  GROUP BY unit_id"
    )


def _entry(writer: _Writer, index: int) -> str:
    """SQL of one entry of a unit's vector: size, denominators, outcomes less the centre."""
    panel, length = writer.panel, len(writer.panel.periods)
    place = index - int(panel.kind.sized)
    if place < 0:
        return "MIN(weight)" if panel.roles.weights else f"CAST(1 AS {writer.to.double})"
    weight = "weight * " if panel.roles.weights else ""
    amount = "amount" if panel.roles.denominator else f"CAST(1 AS {writer.to.double})"
    value = f"{weight}(outcome - centre{' * amount' if panel.roles.denominator else ''})"
    if panel.kind.varying and place < length:
        value = f"{weight}{amount}"
    label = _period(panel.periods[place % length], panel.kind.scale)
    return f"SUM(CASE WHEN period = {label} THEN {value} ELSE 0 END)"


def _status(writer: _Writer) -> str:
    """Why a unit is used or not; the same rules as the scan of a file."""
    panel, roles = writer.panel, writer.panel.roles
    same = [*writer.keys[1:], *(["cluster_id"] if roles.cluster else []), *(["weight"] if roles.weights else [])]
    changed = [f"MIN({name}) <> MAX({name})" for name in ("cohort", *same)] + ["COUNT(cohort) NOT IN (0, COUNT(*))"]
    unusable = ["MAX(CASE WHEN cluster_id = '(empty)' THEN 1 ELSE 0 END) = 1"] if roles.cluster else []
    unusable += ["COUNT(weight) < COUNT(*)", "MIN(weight) <= 0"] if roles.weights else []
    unusable += ["COUNT(amount) < COUNT(*)", "MIN(amount) < 0"] if roles.denominator else []
    lines = ["CASE", "    WHEN unit_id IS NULL THEN 'unusable'"]
    lines += [f"    WHEN {' OR '.join(unusable)} THEN 'unusable'"] if unusable else []
    lines.append(f"    WHEN {_doubled(writer)} THEN 'doubled'")
    lines.append(f"    WHEN {' OR '.join(changed)} THEN 'changed'")
    if not panel.kind.varying:
        lines.append(f"    WHEN COUNT(*) < {len(panel.periods)} THEN 'incomplete'")
    return "\n".join([*lines, "    ELSE 'used' END"])


def _doubled(writer: _Writer) -> str:
    """Whether a unit has two rows in a period; ``COUNT(DISTINCT)`` would take most of the time.

    Of a complete unit the powers of two of its T rows add up to all ones only if they differ:
    fewer powers never do. Units with fewer than T rows are incomplete either way.
    """
    panel, scale, chunk = writer.panel, writer.panel.kind.scale, 50
    labels = [_period(label, scale) for label in panel.periods]
    if panel.kind.varying:
        one = f"CAST(1 AS {writer.to.double})"
        return " OR ".join(f"SUM(CASE WHEN period = {label} THEN {one} ELSE 0 END) > 1" for label in labels)
    wrong = [f"COUNT(*) > {len(labels)}"]
    for start in range(0, len(labels), chunk):
        part = labels[start : start + chunk]
        cases = " ".join(f"WHEN {label} THEN {2**place}" for place, label in enumerate(part))
        wrong.append(f"COUNT(*) = {len(labels)} AND SUM(CASE period {cases} ELSE 0 END) <> {2 ** len(part) - 1}")
    return " OR ".join(wrong)


def _cells(writer: _Writer) -> str:
    keys = ["status", *writer.keys]
    moments = [f"AVG(v_{i}) AS m_{i}" for i in writer.means]
    moments += [f"{writer.to.covariance.format(a=f'v_{i}', b=f'v_{j}')} AS c_{i}_{j}" for i, j in writer.pairs]
    return (
        f"  SELECT {_list(keys)}, MIN(centre) AS centre, COUNT(*) AS units, 1 AS enough,\n    {_list(moments)}\n"
        f"  FROM wide\n  GROUP BY {', '.join(keys)}"
    )


def _sums(writer: _Writer) -> str:
    """Vectors summed by cluster and cell; cells are numbered so that pairs can be told apart."""
    keys = ["status", "cluster_id", *writer.keys]
    vector = [f"SUM(v_{index}) AS v_{index}" for index in writer.entries]
    order = ", ".join(["status", *writer.keys])
    grouped = (
        f"SELECT {_list(keys)}, MIN(centre) AS centre, COUNT(*) AS people,\n      {_list(vector)}\n"
        f"    FROM wide GROUP BY {', '.join(keys)}"
    )
    numbered = f"SELECT grouped.*, DENSE_RANK() OVER (ORDER BY {order}) AS cell FROM ({grouped}) grouped"
    first = "MIN(cell) OVER (PARTITION BY status, cluster_id)"
    return f"  SELECT numbered.*, {first} AS first_cell FROM (\n    {numbered}) numbered"


def _cluster_cells(writer: _Writer) -> str:
    """Sums and products by pair of cells that share clusters.

    A group may leave if it has enough people, and enough clusters that none can be solved for,
    or clusters that are large enough one by one.
    """
    k = writer.panel.minimum
    left, right = ([f"{side}.{key}" for key in writer.keys] for side in "ab")
    picks = ["a.status AS status", *(f"{at} AS {key}" for at, key in zip(left, writer.keys, strict=True))]
    picks += [f"{at} AS other_{key}" for at, key in zip(right, writer.keys, strict=True)]
    picks += ["MIN(CASE WHEN a.cell = b.cell THEN 1 ELSE 0 END) AS own", "MIN(a.centre) AS centre"]
    picks += [f"CAST(SUM(a.people) AS {writer.to.integer}) AS units", "COUNT(*) AS clusters"]
    picks.append("SUM(CASE WHEN a.first_cell = a.cell AND a.cell = b.cell THEN 1 ELSE 0 END) AS first_clusters")
    enough = f"SUM(a.people) >= {k} AND SUM(b.people) >= {k}"
    solved = f"COUNT(*) >= {k} OR (MIN(a.people) >= {k} AND MIN(b.people) >= {k})"
    picks.append(f"CASE WHEN {enough} AND ({solved}) THEN 1 ELSE 0 END AS enough")
    moments = [f"SUM(a.v_{i}) AS m_{i}" for i in writer.means]
    moments += [f"SUM(a.v_{i} * b.v_{j}) AS c_{i}_{j}" for i, j in writer.pairs]
    return (
        f"  SELECT {_list(picks)},\n    {_list(moments)}\n  FROM sums a\n"
        "  JOIN sums b ON a.cluster_id = b.cluster_id AND a.status = b.status AND a.cell <= b.cell\n"
        f"  GROUP BY a.status, {', '.join([*left, *right])}"
    )


def _counted(writer: _Writer) -> str:
    """Next to each cell, how much of the panel is not in any."""
    k, own = writer.panel.minimum, " AND own = 1" if writer.panel.kind.clustered else ""
    counted = {
        f"units_{status}": f"CASE WHEN status = '{status}'{own} THEN units ELSE 0 END"
        for status in ("incomplete", "doubled", "changed", "unusable")
    }
    withheld = f"status = 'used' AND (units < {k} OR enough = 0)"
    counted["cells_withheld"] = f"CASE WHEN {withheld}{own} THEN 1 ELSE 0 END"
    if own:
        counted["pairs_withheld"] = "CASE WHEN status = 'used' AND enough = 0 AND own = 0 THEN 1 ELSE 0 END"
    sums = (f"CAST(SUM({what}) OVER () AS {writer.to.integer}) AS {name}" for name, what in counted.items())
    return f"  SELECT cells.*,\n    {_list(sums)}\n  FROM cells"


def _final(writer: _Writer) -> str:
    panel, to = writer.panel, writer.to
    picks = list(_returned(writer))
    return (
        f"SELECT {to.literal(panel.kind.to_json())} AS panel,\n  {_list(picks)}\n"
        f"FROM counted\nWHERE status = 'used' AND units >= {panel.minimum} AND enough = 1"
    )


def _returned(writer: _Writer) -> Iterator[str]:
    clustered = writer.panel.kind.clustered
    yield from writer.keys
    if clustered:
        yield from (f"other_{key}" for key in writer.keys)
        yield from ("own", "clusters", "first_clusters", "pairs_withheld")
    yield from ("centre", "units", "units_incomplete", "units_doubled", "units_changed", "units_unusable")
    yield "cells_withheld"
    yield from (f"m_{i}" for i in writer.means)
    yield from (f"c_{i}_{j}" for i, j in writer.pairs)


def _list(items: Iterable[str], width: int = 112) -> str:
    """Comma-separated, broken into lines."""
    lines, line = [], ""
    for item in items:
        line = f"{line}, {item}" if line else item
        if len(line) > width:
            lines.append(line)
            line = ""
    return ",\n    ".join([*lines, *([line] if line else [])])
