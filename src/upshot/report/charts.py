"""The charts: intervals in rows, the event study, and the waves; each at two widths."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import altair as alt
from markupsafe import Markup

from upshot.impact.estimate import Term
from upshot.report.findings import Wave
from upshot.report.numbers import Display, period_label
from upshot.report.theme import COLOURS, svg

__all__ = [
    "NARROW_WIDTH",
    "WIDE_WIDTH",
    "IntervalRow",
    "both_widths",
    "event_study",
    "event_window",
    "intervals",
    "waves",
]

WIDE_WIDTH, NARROW_WIDTH = 680, 312
_ROW, _NARROW_ROW = 60, 84
_INK, _SOFT, _RULE = COLOURS["ink"], COLOURS["soft"], COLOURS["rule"]

_AT: dict[str, Any] = {"x": alt.XValue, "y": alt.YValue, "x2": alt.X2Value, "y2": alt.Y2Value}
"""A place in pixels, by channel: named outright, since altair takes long to find out what a bare value is for."""

_FIT = alt.AutoSizeParams(type="fit-x", contains="padding")

Drawing: TypeAlias = alt.LayerChart | alt.FacetChart
Draw: TypeAlias = Callable[[int], Drawing]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRow:
    """One line of an interval chart, in printed units; ``low`` and ``high`` may be unknown."""

    label: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    treated: bool = False


def both_widths(draw: Draw, *, name: str, description: str) -> tuple[Markup, Markup]:
    """The chart for a wide page and for a phone; the page's style shows one of them."""
    widths = (("wide", WIDE_WIDTH), ("narrow", NARROW_WIDTH))
    wide, narrow = (
        svg(draw(width).to_dict(validate=False), name=f"{name}-{css}", description=description, css=f"chart {css}")
        for css, width in widths
    )
    return wide, narrow


def _data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=list(rows))


def intervals(rows: Sequence[IntervalRow], marks: Sequence[tuple[float, str]], *, width: int, decimals: int) -> Drawing:
    """Points with whiskers in rows, each labelled above; ``marks`` are named vertical rules.

    The first mark is the one to compare with (no effect, or the baseline); the others are drawn
    dashed. On a phone the label and its figures stand on two lines.
    """
    narrow = width <= NARROW_WIDTH
    values = [_interval_row(place, row) for place, row in enumerate(rows)]
    height = (_NARROW_ROW if narrow else _ROW) * len(rows)
    x = alt.X("value:Q", title=None, scale=_domain(values, marks), axis=_value_axis(width, decimals))
    tone = alt.Color("tone:N", legend=None, scale=_tones())
    base = alt.Chart(_data(values)).encode(y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0)))
    below = 20 if narrow else 10
    return alt.layer(
        *_mark_rules(marks, height),
        base.mark_rule(strokeWidth=2, yOffset=below).encode(
            x=alt.X("low:Q", title=None), x2=alt.X2("high:Q"), color=tone
        ),
        base.mark_point(filled=True, size=110, opacity=1, yOffset=below).encode(x=x, color=tone),
        *_interval_words(base, width, narrow),
    ).properties(width=width, height=height)


def _interval_row(place: int, row: IntervalRow) -> dict[str, Any]:
    return {
        "row": place,
        "label": _cut(row.label, 44),
        "text": row.text,
        "value": row.value,
        "low": row.value if row.low is None else row.low,
        "high": row.value if row.high is None else row.high,
        "tone": "treated" if row.treated else "comparison",
    }


def _interval_words(base: alt.Chart, width: int, narrow: bool) -> list[alt.Chart]:
    label = base.mark_text(align="left", yOffset=-26 if narrow else -12, fill=_INK)
    figures = base.mark_text(align="left" if narrow else "right", yOffset=-6 if narrow else -12, fill=_INK)
    return [
        label.encode(x=_AT["x"](0), text=alt.Text("label:N")),
        figures.encode(x=_AT["x"](0 if narrow else width), text=alt.Text("text:N")),
    ]


def _tones() -> alt.Scale:
    return alt.Scale(domain=["treated", "comparison"], range=[COLOURS["treated"], COLOURS["comparison"]])


def _domain(values: Sequence[dict[str, Any]], marks: Sequence[tuple[float, str]]) -> alt.Scale:
    ends = [v[key] for v in values for key in ("low", "value", "high")] + [at for at, _ in marks]
    room = 0.08 * (max(ends) - min(ends)) or abs(max(ends)) or 1.0
    return alt.Scale(domain=[min(ends) - room, max(ends) + room], nice=False, zero=False)


def _value_axis(width: int, decimals: int) -> alt.Axis:
    return alt.Axis(format=f",.{decimals}~f", tickCount=5 if width > NARROW_WIDTH else 3, labelOverlap=True)


def _mark_rules(marks: Sequence[tuple[float, str]], height: int) -> list[alt.Chart]:
    """Vertical rules named above the plot; only the first is drawn whole."""
    drawn = []
    for place, (at, text) in enumerate(marks):
        chart = alt.Chart(_data([{"at": at, "text": text}])).encode(x=alt.X("at:Q", title=None))
        dash = [1, 0] if place == 0 else [3, 4]
        lift = -10 - 18 * place
        drawn.append(
            chart.mark_rule(strokeWidth=1, strokeDash=dash, color=_SOFT).encode(y=_AT["y"](0), y2=_AT["y2"](height))
        )
        drawn.append(chart.mark_text(fill=_SOFT, align="center").encode(y=_AT["y"](lift), text=alt.Text("text:N")))
    return drawn


def event_window(terms: Sequence[Term], width: int) -> list[Term]:
    """The event times worth drawing: all of them, or a year before and two after where there are many."""
    known = [t for t in terms if t.event_time is not None and t.estimate is not None]
    most, first, last = (40, -12, 24) if width > NARROW_WIDTH else (20, -6, 12)
    if len(known) <= most:
        return known
    return [t for t in known if t.event_time is not None and first <= t.event_time <= last]


def event_study(terms: Sequence[Term], display: Display, grain: str, *, width: int) -> Drawing:
    """Effects by time since start: points, whiskers for each alone, a band for all at once."""
    values = [_event_row(term, display) for term in event_window(terms, width)]
    wide, first = width > NARROW_WIDTH, min(v["time"] for v in values)
    x, y = _time_axis(first, max(v["time"] for v in values), grain, wide), _effect_axis(display)
    base = alt.Chart(_data(values)).encode(x=x)
    whiskers = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=1.5)
    band = base.transform_filter("isValid(datum.band_low)").mark_area(color=COLOURS["band"], opacity=1)
    side = alt.condition("datum.time >= 0", alt.value(COLOURS["treated"]), alt.value(COLOURS["comparison"]))
    return alt.layer(
        band.encode(y=alt.Y("band_low:Q", title=None), y2=alt.Y2("band_high:Q")),
        _zero_line(),
        _start_rule(),
        whiskers.encode(y=alt.Y("low:Q", title=None), y2=alt.Y2("high:Q"), color=side),
        base.mark_point(filled=True, size=46 if wide else 32, opacity=1).encode(y=y, color=side),
        *_event_words(first),
    ).properties(width=width, height=300 if wide else 240, autosize=_FIT)


def _time_axis(first: int, last: int, grain: str, wide: bool) -> alt.X:
    axis = alt.Axis(
        format="+d",
        tickMinStep=1,
        tickCount=8 if wide else 5,
        labelExpr="datum.value == 0 ? 'start' : datum.label",
    )
    scale = alt.Scale(domain=[first - 0.6, last + 0.6], nice=False)
    return alt.X("time:Q", title=f"{grain}s since the start", scale=scale, axis=axis)


def _effect_axis(display: Display) -> alt.Y:
    axis = alt.Axis(format=f"+,.{display.decimals}~f", tickCount=5, labelExpr="datum.value == 0 ? '0' : datum.label")
    return alt.Y("value:Q", title=None, axis=axis, scale=alt.Scale(zero=True))


def _zero_line() -> alt.Chart:
    chart: alt.Chart = alt.Chart(_data([{"at": 0}])).mark_rule(color=_SOFT, strokeWidth=1)
    drawn: alt.Chart = chart.encode(y=alt.Y("at:Q", title=None), x=_AT["x"](0), x2=_AT["x2"]("width"))
    return drawn


def _event_row(term: Term, display: Display) -> dict[str, Any]:
    parts = {"low": term.conf_low, "high": term.conf_high, "band_low": term.band_low, "band_high": term.band_high}
    known = {name: display.value(value) for name, value in parts.items() if value is not None}
    return {"time": term.event_time, "value": display.value(term.estimate or 0.0), **known}


def _start_rule() -> alt.Chart:
    chart: alt.Chart = alt.Chart(_data([{"at": -0.5}])).mark_rule(strokeDash=[3, 4], color=_SOFT)
    drawn: alt.Chart = chart.encode(x=alt.X("at:Q", title=None), y=_AT["y"](0), y2=_AT["y2"]("height"))
    return drawn


def _event_words(first: int) -> list[alt.Chart]:
    words: list[tuple[str, Literal["left", "right"], int]] = [("after the start", "left", 6)]
    if first < -2:
        words.append(("before", "right", -6))
    return [
        alt.Chart(_data([{"at": -0.5, "text": text}]))
        .mark_text(align=side, dx=dx, fill=_SOFT)
        .encode(x=alt.X("at:Q", title=None), y=_AT["y"](-8), text=alt.Text("text:N"))
        for text, side, dx in words
    ]


def waves(held: Sequence[Wave], grain: Any, *, width: int) -> Drawing:
    """How many people started in each wave; a tick marks the plan, withheld waves carry a sign only."""
    values = [
        {
            "order": place,
            "label": period_label(wave.start, grain),
            "people": wave.people,
            "planned": wave.planned,
        }
        for place, wave in enumerate(held)
    ]
    names = [str(v["label"]) for v in values]
    x = alt.X(
        "order:O", title=None, axis=_wave_axis(names, width), scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1)
    )
    y = alt.Y("people:Q", title=None, axis=alt.Axis(format=",d", tickCount=4, tickMinStep=1))
    size = min(64.0, 0.75 * (width - 40) / len(values))
    base = alt.Chart(_data(values)).encode(x=x)
    bars = base.transform_filter("isValid(datum.people)").mark_bar(color=COLOURS["treated"], size=size)
    ticks = base.transform_filter("isValid(datum.planned)").mark_tick(color=_INK, thickness=2, size=size + 12)
    signs = base.transform_filter("!isValid(datum.people)").mark_text(text="·", fontSize=20, fill=_SOFT, dy=-6)
    return alt.layer(
        bars.encode(y=y), ticks.encode(y=alt.Y("planned:Q", title=None)), signs.encode(y=alt.datum(0))
    ).properties(width=width, height=160, autosize=_FIT)


def _wave_axis(names: Sequence[str], width: int) -> alt.Axis:
    room = 5 if width > NARROW_WIDTH else 2
    step = max(1, -(-len(names) // room))
    words = ", ".join(f"'{_quoted(name)}'" for name in names)
    return alt.Axis(
        values=list(range(0, len(names), step)),
        labelExpr=f"[{words}][datum.value]",
        labelAngle=0,
        labelAlign="center" if step == 1 else "left",
        labelLimit=140,
        labelOverlap=True,
    )


def _quoted(name: str) -> str:
    return _cut(name, 24).replace("\\", "\\\\").replace("'", "\\'").replace("\n", " ")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
