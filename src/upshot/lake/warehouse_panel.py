"""A long panel inside a warehouse: where it is, which column plays which part, and its periods."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from upshot.errors import DesignError, PanelError, Problem
from upshot.impact.moments import Integers
from upshot.lake.scan_roles import PanelRoles
from upshot.lake.scan_times import TimeScale, time_scale
from upshot.periods import parse_label, period_index

__all__ = ["SCHEMA", "PanelKind", "WarehousePanel", "kind_of", "numeric_period", "periods_between"]

SCHEMA = "upshot-warehouse-moments/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelKind:
    """What the numbers that come back are moments of; travels with every row.

    Parameters
    ----------
    outcome, strata
        Names, as the answer prints them.
    periods
        The panel's own labels, in order, length T.
    sized, varying, clustered
        As in `upshot.impact.moments.Moments`.
    minimum
        Cells of fewer people stay in the warehouse.
    """

    outcome: str
    periods: tuple[str, ...]
    strata: tuple[str, ...] = ()
    sized: bool = False
    varying: bool = False
    clustered: bool = False
    minimum: int = 10

    @property
    def scale(self) -> TimeScale:
        """How the labels read."""
        return time_scale(list(self.periods), column="periods", file=None)

    @property
    def length(self) -> int:
        """Length V of a unit's vector."""
        return int(self.sized) + (2 if self.varying else 1) * len(self.periods)

    def to_json(self) -> str:
        """One line of JSON; `kind_of` reads it."""
        found: dict[str, Any] = {"schema": SCHEMA, "outcome": self.outcome, "periods": self.periods}
        found |= {name: getattr(self, name) for name in ("strata", "sized", "varying", "clustered", "minimum")}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehousePanel:
    """A long panel inside a warehouse.

    Parameters
    ----------
    table
        Its name, with schema or project if needed.
    roles
        Which column plays which part; ``unit`` is required.
    periods
        Labels of the periods to use, in order: integers, dates (the first day of each), or
        written periods such as ``2026-01``, as the time column holds them.
    unbalanced
        Keep units that are not seen in every period.
    minimum
        Cells of fewer people stay in the warehouse.
    centre
        A constant near the outcome's mean, taken off for precision; ``None`` lets the warehouse
        compute the mean, at the price of reading the table twice.

    Raises
    ------
    DesignError
        If the options contradict each other.
    """

    table: str
    roles: PanelRoles
    periods: tuple[str, ...]
    unbalanced: bool = False
    minimum: int = 10
    centre: float | None = None

    def __post_init__(self) -> None:
        problems = [text for text, wrong in _rules(self) if wrong]
        if problems:
            raise DesignError("\n".join(problems))

    @property
    def kind(self) -> PanelKind:
        """What its moments are moments of."""
        return PanelKind(
            outcome=self.roles.outcome,
            periods=self.periods,
            strata=self.roles.strata,
            sized=self.roles.weights is not None or self.roles.cluster is not None,
            varying=self.unbalanced or self.roles.denominator is not None,
            clustered=self.roles.cluster is not None,
            minimum=self.minimum,
        )


def _rules(panel: WarehousePanel) -> list[tuple[str, bool]]:
    numbers = [] if len(panel.periods) < 2 else _numbers(panel.periods)
    return [
        ("The statement needs a unit column.", panel.roles.unit is None),
        ("The statement needs two periods or more.", len(panel.periods) < 2),
        ("Periods must be different and in order.", numbers != sorted(set(numbers))),
        (f"The minimum must be 1 or more. Got {panel.minimum}.", panel.minimum < 1),
        ("The centre must be a finite number.", panel.centre is not None and not np.isfinite(panel.centre)),
    ]


def _numbers(periods: Sequence[str]) -> list[int]:
    scale = time_scale(list(periods), column="periods", file=None)
    return [numeric_period(label, scale) for label in periods]


def kind_of(text: str) -> PanelKind:
    """Read what `PanelKind.to_json` wrote.

    Raises
    ------
    PanelError
        If it is not that.
    """
    try:
        found = json.loads(text)
        if found.pop("schema") != SCHEMA:
            raise ValueError(text)
        return PanelKind(**found | {name: tuple(found[name]) for name in ("periods", "strata")})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PanelError(
            Problem(
                code="not-warehouse-moments",
                text="These rows were not returned by a statement of 'upshot moments sql'.",
                fix="Run the statement as it is printed, and keep every column.",
                value=text[:80],
            )
        ) from error


def numeric_period(value: object, scale: TimeScale) -> int:
    """The number of a period or start, as drivers and files give it back.

    Raises
    ------
    PanelError
        If it cannot be read on the scale of the periods.
    """
    text = str(value).strip()
    try:
        if scale.kind == "integer":
            number = float(text)
            if number != int(number):
                raise ValueError(text)
            return int(number)
        assert scale.grain is not None  # noqa: S101 - dates and text always have a grain
        if scale.kind == "text":
            return parse_label(text, scale.grain)
        found: Integers = period_index(np.datetime64(text[:10], "D"), scale.grain)
        if str(scale.label(int(found))) != text[:10]:
            raise ValueError(text)
        return int(found)
    except (ValueError, OverflowError) as error:
        raise PanelError(
            Problem(
                code="bad-starts",
                text="A start or period cannot be read as one of the panel's periods.",
                fix="Write starts like the times, rounded to a period by a rule you choose.",
                value=text,
            )
        ) from error


def periods_between(first: str, last: str) -> tuple[str, ...]:
    """Every label from first to last: 1 to 20, 2025-01 to 2026-06, or 2026-W01 to 2026-W52.

    Raises
    ------
    DesignError
        If the two are not of one kind, or are dates (which do not say how far apart periods are).

    Examples
    --------
    >>> periods_between("2025-11", "2026-02")
    ('2025-11', '2025-12', '2026-01', '2026-02')
    """
    scale = time_scale([first, last], column="periods", file=None)
    if scale.kind == "date":
        raise DesignError("Give every date, separated by commas: a range of dates does not say how long a period is.")
    low, high = numeric_period(first, scale), numeric_period(last, scale)
    if low >= high:
        raise DesignError(f"The periods must rise. Got {first} to {last}.")
    return tuple(str(scale.label(number)) for number in range(low, high + 1))
