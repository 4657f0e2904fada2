"""A KPI against its goal as a picture: what it read, and what it would have read without the initiatives."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import altair as alt

from upshot.report.charts import NARROW_WIDTH, Drawing, both_widths
from upshot.report.figures import Figure, Table
from upshot.report.theme import COLOURS

__all__ = ["GoalPicture", "GoalPoint", "goal_figure"]

_PLACE: dict[str, Any] = {"x": alt.XValue, "x2": alt.X2Value, "y": alt.YValue}
_FIT = alt.AutoSizeParams(type="fit-x", contains="padding")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPoint:
    """One period, in printed units.

    Parameters
    ----------
    period
        Written out.
    value, text
        What it read.
    low, high, without
        Ends of what it would have read without the initiatives, and both as printed; absent where nothing is known.
    """

    period: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    without: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPicture:
    """Everything the picture shows.

    Parameters
    ----------
    name
        Unique on the page.
    finding
        The title: what is to be seen.
    measure
        The KPI and its unit.
    goal, goal_text
        The target in printed units, and in words with its day; absent where none is set.
    decimals
        Of the axis.
    """

    name: str
    finding: str
    measure: str
    points: tuple[GoalPoint, ...]
    goal: float | None = None
    goal_text: str = ""
    decimals: int = 0

    @property
    def explained(self) -> bool:
        """Whether any part is shown to be the initiatives'."""
        return any(point.low is not None for point in self.points)


def goal_figure(picture: GoalPicture) -> Figure:
    """Draw a picture at both widths, with its description and its table."""
    described = _description(picture)
    wide, narrow = both_widths(partial(_drawn, picture), name=picture.name, description=described)
    said = " The band is what it would have read without them." if picture.explained else ""
    return Figure(
        name=picture.name,
        title=picture.finding,
        subtitle=f"{picture.measure}.{said}",
        description=described,
        wide=wide,
        narrow=narrow,
        table=_table(picture),
    )


def _description(picture: GoalPicture) -> str:
    first, last = picture.points[0], picture.points[-1]
    text = f"A line from {first.text} in {first.period} to {last.text} in {last.period}"
    without = f", beside a band that ends at {last.without}" if last.without else ""
    return f"{text}{without}{f'; {picture.goal_text}' if picture.goal_text else ''}."


def _table(picture: GoalPicture) -> Table:
    columns = ("Period", "Reading", *(["Without the initiatives"] if picture.explained else []))
    rows = tuple(
        (point.period, point.text, *([point.without or "not known"] if picture.explained else []))
        for point in reversed(picture.points)
    )
    goal = f" ({picture.goal_text})" if picture.goal_text else ""
    return Table(caption=f"{picture.measure}{goal}", columns=columns, rows=rows)


def _drawn(picture: GoalPicture, width: int) -> Drawing:
    wide = width > NARROW_WIDTH
    values = [
        {"at": at, "value": point.value, "low": point.low, "high": point.high}
        for at, point in enumerate(picture.points)
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(x=_time(picture.points, wide))
    y = alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(format=f",.{picture.decimals}~f", tickCount=5),
    )
    band = base.transform_filter("isValid(datum.low)").mark_area(color=COLOURS["comparison"], opacity=0.35)
    edge = base.transform_filter("isValid(datum.low)").mark_rule(color=COLOURS["comparison"], strokeWidth=3)
    line = base.mark_line(color=COLOURS["treated"], strokeWidth=2, interpolate="linear")
    last = base.transform_filter(f"datum.at == {len(values) - 1}")
    words = last.mark_text(align="right", dx=-10, baseline="bottom", dy=-6, fill=COLOURS["treated"])
    return alt.layer(
        band.encode(y=alt.Y("low:Q", title=None), y2=alt.Y2("high:Q")),
        edge.transform_filter(f"datum.at == {len(values) - 1}").encode(
            y=alt.Y("low:Q", title=None), y2=alt.Y2("high:Q")
        ),
        *_goal(picture),
        line.encode(y=y),
        words.encode(y=y, text=alt.TextValue(picture.points[-1].text)),
        last.mark_point(filled=True, size=70, opacity=1, color=COLOURS["treated"]).encode(y=y),
    ).properties(width=width, height=240 if wide else 200, autosize=_FIT)


def _time(points: Sequence[GoalPoint], wide: bool) -> alt.X:
    step = max(1, -(-len(points) // (5 if wide else 2)))
    words = ", ".join("'" + point.period.replace("\\", "").replace("'", "") + "'" for point in points)
    axis = alt.Axis(
        values=list(range(0, len(points), step)),
        labelExpr=f"[{words}][datum.value]",
        labelAngle=0,
        labelAlign="left",
        labelOverlap=True,
        labelLimit=140,
    )
    scale = alt.Scale(domain=[-0.2, len(points) - 0.6], nice=False)
    return alt.X("at:Q", title=None, axis=axis, scale=scale)


def _goal(picture: GoalPicture) -> list[alt.Chart]:
    if picture.goal is None:
        return []
    base = alt.Chart(alt.InlineData(values=[{"goal": picture.goal, "text": picture.goal_text}]))
    y = alt.Y("goal:Q", title=None)
    rule = base.mark_rule(strokeDash=[3, 4], color=COLOURS["soft"], strokeWidth=1)
    word = base.mark_text(align="left", baseline="bottom", dy=-4, fill=COLOURS["soft"])
    return [
        rule.encode(y=y, x=_PLACE["x"](0), x2=_PLACE["x2"]("width")),
        word.encode(y=y, x=_PLACE["x"](4), text=alt.Text("text:N")),
    ]
