"""Intervals drawn as a point on a line, by plain SVG coordinates: slices and the sensitivity slider share one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from upshot.report.facts import Range, SliceFacts
from upshot.report.findings import Findings
from upshot.report.numbers import count, display_for

__all__ = ["Dot", "Strip", "sensitivity_strip", "slice_strip"]

WIDTH = 320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One row: its words, and where point and whisker stand; no position where nothing is shown."""

    label: str
    text: str
    people: str = ""
    at: float | None = None
    low: float | None = None
    high: float | None = None
    withheld: str = ""
    alone: str = ""
    m: float | None = None
    holds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Rows on one scale, with the place of zero on it."""

    title: str
    unit: str
    rows: tuple[Dot, ...]
    zero: float | None
    note: str = ""
    withheld: str = ""


def _scale(ends: Sequence[float]) -> tuple[float, float]:
    """Lowest value and width of the scale: all ends and zero, with a margin."""
    low, high = min(0.0, *ends), max(0.0, *ends)
    margin = (high - low or 1.0) * 0.06
    return low - margin, high - low + 2 * margin


def _ends(ranges: Sequence[Range | None]) -> list[float]:
    found = (end for item in ranges if item for end in (item.low, item.estimate, item.high))
    return [end for end in found if end is not None]


def slice_strip(findings: Findings, facts: SliceFacts) -> Strip:
    """One dimension's slices in order of their label: shrunken effects, or the reason why one is not shown."""
    display = display_for(findings)
    shown = [row.shrunken or row.estimate for row in facts.rows]
    ends = _ends(shown)
    low, width = _scale(ends or [0.0])

    def place(value: float | None) -> float | None:
        return None if value is None else round((value - low) / width * WIDTH, 1)

    def words(item: Range | None) -> str:
        if item is None:
            return ""
        said = display.bare(item.estimate, signed=True)
        return said if item.low is None or item.high is None else f"{said} ({display.between(item.low, item.high)})"

    rows = tuple(
        Dot(
            label=row.label,
            text=words(item),
            people="" if row.people is None else count(row.people),
            at=place(item.estimate) if item else None,
            low=place(item.low) if item else None,
            high=place(item.high) if item else None,
            withheld=row.withheld,
            alone=words(row.estimate) if row.shrunken else "",
        )
        for row, item in zip(facts.rows, shown, strict=True)
    )
    return Strip(
        title=facts.dimension,
        unit=display.unit,
        rows=rows,
        zero=place(0.0) if ends else None,
        note=facts.note,
        withheld=facts.withheld,
    )


def sensitivity_strip(findings: Findings) -> Strip | None:
    """The interval at every step of the slider, all on one scale."""
    curve = findings.sensitivity
    if curve is None or not curve.points:
        return None
    display = display_for(findings)
    low, width = _scale([end for point in curve.points for end in (point.low, point.high) if end is not None] or [0.0])

    def place(value: float | None, otherwise: float) -> float:
        return otherwise if value is None else round((value - low) / width * WIDTH, 1)

    def words(first: float | None, last: float | None) -> str:
        ends = ("no bound" if end is None else display.bare(end, signed=True) for end in (first, last))
        return " to ".join(ends)

    rows = tuple(
        Dot(
            label=f"{point.m:g}",
            text=words(point.low, point.high),
            low=place(point.low, 0.0),
            high=place(point.high, WIDTH),
            m=point.m,
            holds=point.low is not None and point.high is not None and not point.low <= 0 <= point.high,
        )
        for point in curve.points
    )
    return Strip(title=curve.text, unit=display.unit, rows=rows, zero=place(0.0, 0.0))
