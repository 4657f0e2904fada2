"""Every KPI over everybody, period by period, in one pass over the lake: what freshness, alerts and trends share."""

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from upshot.lake.scan import Connection
from upshot.panel.readings import is_ratio
from upshot.periods import Grain
from upshot.plan.kpis import Kpi
from upshot.plan.units import unit_after
from upshot.report.numbers import percent

__all__ = ["Level", "Levels", "is_share", "level_rows", "level_text", "levels_of", "newest_level"]

_SQL = """
    SELECT kpi, grain, period, count(*) AS readings, count(DISTINCT entity) AS entities,
           avg(value) AS mean, sum(numerator) / nullif(sum(denominator), 0) AS ratio
    FROM kpis GROUP BY kpi, grain, period ORDER BY kpi, period, grain
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One period of a KPI over everybody.

    Parameters
    ----------
    grain, period
        Length of the period and its first day.
    readings, entities
        Current readings, and the people, teams or sites they are of.
    mean, ratio
        Mean of the readings, and the sum above over the sum below; absent where there is nothing to take it of.
    """

    grain: Grain
    period: dt.date
    readings: int
    entities: int
    mean: float | None = None
    ratio: float | None = None

    def read(self, kpi: Kpi) -> float | None:
        """The level as this KPI is read."""
        return self.ratio if is_ratio(kpi) else self.mean


Levels = Mapping[str, tuple[Level, ...]]
"""Levels in order of time, by the KPI's name in the lake."""


def levels_of(connection: Connection) -> Levels:
    """Read every KPI there is; no person's own reading leaves the lake."""
    found: dict[str, list[Level]] = {}
    for kpi, grain, period, readings, entities, mean, ratio in connection.execute(_SQL).fetchall():
        level = Level(grain=grain, period=period, readings=readings, entities=entities, mean=mean, ratio=ratio)
        found.setdefault(kpi, []).append(level)
    return {kpi: tuple(levels) for kpi, levels in found.items()}


def level_rows(levels: Levels, kpi: Kpi) -> tuple[Level, ...]:
    """The levels of a KPI at the grain most of its readings have, without periods that read nothing."""
    own = levels.get(kpi.source.kpi or kpi.id, ())
    sizes: Counter[Grain] = Counter()
    for level in own:
        sizes[level.grain] += level.readings
    usual = max(sizes, key=lambda grain: sizes[grain], default=None)
    return tuple(level for level in own if level.grain == usual and level.read(kpi) is not None)


def newest_level(levels: Levels, kpi: Kpi) -> Level | None:
    """The newest period of a KPI, whatever its grain."""
    return max(levels.get(kpi.source.kpi or kpi.id, ()), key=lambda level: level.period, default=None)


def is_share(kpi: Kpi) -> bool:
    """Whether readings of a KPI are printed per cent."""
    return kpi.unit == "proportion" or kpi.type in ("ratio", "binary")


def level_text(value: float, *, unit: str = "", share: bool = False, width: float | None = None) -> str:
    """A level of a KPI as people write it.

    Parameters
    ----------
    width
        Of the range it is held against: as many decimals are printed as tell the two apart.

    Examples
    --------
    >>> level_text(0.6291, share=True, width=0.02).replace("\u202f", " ")
    '62.9 %'
    >>> level_text(12.3456, unit="minutes"), level_text(12.3456, unit="minutes", width=0.1)
    ('12.35 minutes', '12.346 minutes')
    """
    if share:
        return percent(value, decimals=1 if width is None else max(1, _decimals(100 * width)))
    number = f"{value:,.4g}" if width is None else f"{value:,.{_decimals(width)}f}"
    number = number.replace("-", "\N{MINUS SIGN}")
    return f"{number} {unit_after(number, unit)}" if unit else number


def _decimals(width: float) -> int:
    """Decimals that show half a range with two figures."""
    return min(6, max(0, 1 - math.floor(math.log10(width / 2)))) if width > 0 else 2
