"""An answer as one tidy Arrow table: headline, terms, second opinions and dashboards' figures."""

from typing import Any

import pyarrow as pa

from upshot.impact.estimate import Estimate

__all__ = ["table_of"]

_NUMBERS = (
    "estimate",
    "std_error",
    "statistic",
    "p_value",
    "conf_low",
    "conf_high",
    "band_low",
    "band_high",
)
_NAIVE = ("before_after", "treated_vs_rest")


def table_of(estimate: Estimate) -> pa.Table:
    """Lay an answer out, one row a number; what was not computed is null.

    Returns
    -------
    pyarrow.Table
        ``part`` (headline, term, other, naive), ``term``, ``event_time``, ``group``, ``period``,
        the numbers, ``n_units``.
    """
    rows = [
        _row("headline", estimate.estimand, estimate),
        *(_row("term", term.term, term) for term in estimate.terms),
        *(_row("other", other.method, other) for other in estimate.other_estimates),
        *_naive(estimate),
    ]
    columns = {
        "part": pa.array([row["part"] for row in rows], pa.string()),
        "term": pa.array([row["term"] for row in rows], pa.string()),
        "event_time": pa.array([row.get("event_time") for row in rows], pa.int64()),
        "group": _labels([row.get("group") for row in rows]),
        "period": _labels([row.get("period") for row in rows]),
    }
    columns |= {name: pa.array([row.get(name) for row in rows], pa.float64()) for name in _NUMBERS}
    columns["n_units"] = pa.array([row.get("n_units") for row in rows], pa.int64())
    return pa.table(columns)


def _row(part: str, term: str, source: object) -> dict[str, Any]:
    names = ("event_time", "group", "period", *_NUMBERS, "n_units")
    return {"part": part, "term": term, **{name: getattr(source, name, None) for name in names}}


def _naive(estimate: Estimate) -> list[dict[str, Any]]:
    found = [(name, getattr(estimate.naive, name, None)) for name in _NAIVE]
    return [{"part": "naive", "term": name, "estimate": value} for name, value in found if value is not None]


def _labels(values: list[Any]) -> pa.Array:
    """Whole numbers where all are, else text: a column has one type."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int) for value in known):
        return pa.array(values, pa.int64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())
