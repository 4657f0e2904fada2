"""An answer as one Vega-Lite chart that a notebook shows without the network."""

import json
import math
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from upshot.errors import DesignError
from upshot.impact.estimate import Estimate, Term
from upshot.impact.evidence.claim import number
from upshot.report.charts import WIDE_WIDTH, Drawing, IntervalRow, event_study, event_window, intervals
from upshot.report.numbers import Display
from upshot.report.theme import COLOURS, CONFIG

__all__ = ["LIGHT", "Chart", "chart_of"]

LIGHT = {
    "ink": "#1c1917",
    "soft": "#57534e",
    "rule": "#e0dcd5",
    "treated": "#24478f",
    "comparison": "#857d75",
    "band": "#dfe6f4",
    "page": "#fcfbf9",
    "mark": "#1c1917",
}
"""The page's light colours: a notebook has no style sheet to take them from."""

_MIME = "application/vnd.vegalite.v6+json"
_MOST_ROWS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A finished chart.

    Parameters
    ----------
    spec
        The Vega-Lite specification (version 6), with its data and colours in it.
    description
        One sentence for those who cannot see it.
    """

    spec: dict[str, Any]
    description: str

    @property
    def altair(self) -> Any:
        """The same as an Altair chart, to change."""
        return alt.Chart.from_dict(self.spec)

    def svg(self) -> str:
        """The picture as SVG."""
        drawn: str = vl_convert.vegalite_to_svg(json.dumps(self.spec))
        return drawn

    def save(self, path: str | Path) -> None:
        """Write .svg, .png (two pixels a point) or .json, as the name ends.

        Raises
        ------
        DesignError
            If the name ends otherwise.
        """
        target = Path(path)
        match target.suffix.lower():
            case ".svg":
                target.write_text(self.svg(), encoding="utf-8")
            case ".png":
                target.write_bytes(vl_convert.vegalite_to_png(json.dumps(self.spec), scale=2))
            case ".json":
                target.write_text(json.dumps(self.spec, indent=2) + "\n", encoding="utf-8")
            case _:
                raise DesignError(f"A chart is saved as .svg, .png or .json. Got {target.name!r} instead.")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {_MIME: self.spec, "image/svg+xml": self.svg(), "text/plain": self.description}


def chart_of(estimate: Estimate) -> Chart:
    """Draw the terms an answer has, or its headline beside what a dashboard would say."""
    names = {term.term for term in estimate.terms}
    if "counterfactual" in names:
        return _finished(_series(estimate), estimate, f"{estimate.outcome}: as seen, and as the line carried on.")
    if "survival" in names:
        return _finished(_survival(estimate), estimate, f"Share not ended by {estimate.outcome}, in both arms.")
    if estimate.aggregation == "event" or estimate.method.startswith(("synthetic", "demeaned")):
        shown = event_window(estimate.terms, WIDE_WIDTH)
        if shown:
            drawn = event_study(shown, _display(shown), "period", width=WIDE_WIDTH)
            words = f"Effect on {estimate.outcome} by time since the start"
            times = [term.event_time for term in shown if term.event_time is not None]
            return _finished(drawn, estimate, f"{words}, {min(times)} to {max(times)}, with intervals.")
    if estimate.aggregation in ("group", "calendar") or estimate.estimand == "itt":
        rows = [_term_row(term) for term in estimate.terms if term.estimate is not None]
        if rows:
            return _rows(rows, estimate, f"Effect on {estimate.outcome}, {len(rows)} rows with intervals.")
    return _rows(_beside(estimate), estimate, f"Effect on {estimate.outcome}, beside what a dashboard would say.")


def _finished(drawn: Drawing, estimate: Estimate, description: str) -> Chart:
    reason = [] if estimate.grade is None else textwrap.wrap(estimate.grade.text, 96)
    title = alt.TitleParams(text=_title(estimate), subtitle=reason, anchor="start", offset=24)
    spec = {**drawn.properties(title=title).to_dict(), "config": CONFIG}
    text = json.dumps(spec, default=str)
    for name, placeholder in COLOURS.items():
        text = text.replace(placeholder, LIGHT[name])
    whole = json.loads(text)
    whole["config"] |= {"background": LIGHT["page"], "padding": 16}
    return Chart(spec={**whole, "description": description}, description=description)


def _title(estimate: Estimate) -> str:
    if estimate.estimate is None or not estimate.claimable:
        return f"No effect on {estimate.outcome} can be claimed"
    return f"Effect on {estimate.outcome}: {number(estimate.estimate)}" + (
        f" ({100 * estimate.level:g} % from {number(estimate.conf_low)} to {number(estimate.conf_high)})"
        if estimate.conf_low is not None and estimate.conf_high is not None
        else ""
    )


def _display(terms: list[Term]) -> Display:
    widest = max((abs(term.estimate or 0.0) for term in terms), default=0.0)
    return Display(factor=1.0, decimals=_decimals(widest / 5), unit="", level_unit="")


def _decimals(step: float) -> int:
    return min(6, max(0, 1 - math.floor(math.log10(step)))) if step > 0 else 1


def _rows(rows: list[IntervalRow], estimate: Estimate, description: str) -> Chart:
    shown = rows[:_MOST_ROWS]
    if not shown:
        blank = alt.layer(alt.Chart(alt.InlineData(values=[{}])).mark_point(opacity=0)).properties(width=WIDE_WIDTH)
        return _finished(blank, estimate, f"No figure for {estimate.outcome} could be computed.")
    decimals = _decimals(max(abs(row.value) for row in shown) / 5)
    return _finished(intervals(shown, [(0.0, "no effect")], width=WIDE_WIDTH, decimals=decimals), estimate, description)


def _term_row(term: Term) -> IntervalRow:
    assert term.estimate is not None  # noqa: S101 - the caller has checked
    return _row(term.term, term.estimate, term.conf_low, term.conf_high, treated=True)


def _row(name: str, value: float, low: float | None, high: float | None, *, treated: bool) -> IntervalRow:
    span = "" if low is None or high is None else f" ({number(low)} to {number(high)})"
    return IntervalRow(label=name, value=value, text=f"{number(value)}{span}", low=low, high=high, treated=treated)


def _beside(estimate: Estimate) -> list[IntervalRow]:
    """The headline, second opinions, and last the two figures that compare the wrong people."""
    rows = []
    if estimate.estimate is not None:
        name = f"{estimate.method} ({estimate.estimand})"
        rows.append(_row(name, estimate.estimate, estimate.conf_low, estimate.conf_high, treated=True))
    others = [other for other in estimate.other_estimates if other.method != "twfe"]
    rows += [_row(f"{o.method}, second opinion", o.estimate, o.conf_low, o.conf_high, treated=True) for o in others]
    naive = estimate.naive
    if naive is None:
        return rows
    weak = {"after against before": naive.before_after, "trained against the rest": naive.treated_vs_rest}
    known = {name: value for name, value in weak.items() if value is not None}
    return rows + [_row(f"dashboard: {name}", value, None, None, treated=False) for name, value in known.items()]


def _series(estimate: Estimate) -> Drawing:
    values = [
        {"line": term.term, "period": term.period, "value": term.estimate}
        for term in estimate.terms
        if term.term in ("observed", "counterfactual")
    ]
    x = alt.X("period:O", title=None, sort=None, axis=alt.Axis(labelOverlap=True, labelAngle=0))
    return _lines(values, x, ("observed", "counterfactual"), estimate.outcome, "linear")


def _survival(estimate: Estimate) -> Drawing:
    values = [
        {"line": term.group, "period": term.period, "value": term.estimate}
        for term in estimate.terms
        if term.term == "survival"
    ]
    x = alt.X("period:Q", title=estimate.outcome)
    return _lines(values, x, ("treated", "comparison"), "share not yet ended", "step-after")


def _lines(values: list[dict[str, Any]], x: alt.X, names: tuple[str, str], title: str, shape: Any) -> Drawing:
    colours = alt.Scale(domain=list(names), range=[COLOURS["treated"], COLOURS["comparison"]])
    base = alt.Chart(alt.InlineData(values=values)).mark_line(interpolate=shape, strokeWidth=2)
    drawn = base.encode(
        x=x,
        y=alt.Y("value:Q", title=title, scale=alt.Scale(zero=False)),
        color=alt.Color("line:N", title=None, scale=colours, legend=alt.Legend(orient="top")),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=list(names), range=[[1, 0], [4, 4]]), legend=None),
    )
    return alt.layer(drawn).properties(width=WIDE_WIDTH, height=300)
