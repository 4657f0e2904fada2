"""Figures: a chart with its finding, its measure, its one-sentence description and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from upshot.impact.estimate import Estimate, Term
from upshot.report import charts
from upshot.report.charts import IntervalRow
from upshot.report.findings import Findings, Wave
from upshot.report.numbers import Display, count, event_label, percent, period_label
from upshot.report.sentences import event_finding, method_name

__all__ = [
    "Figure",
    "Table",
    "audit_table",
    "dashboard_figure",
    "effect_figure",
    "event_figure",
    "second_figure",
    "wave_figure",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A data table: the first cell of every row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One chart; ``title`` states the finding, ``subtitle`` the measure and its unit."""

    name: str
    title: str
    subtitle: str
    description: str
    wide: Markup
    narrow: Markup
    table: Table


def _figure(name: str, draw: charts.Draw, *, title: str, subtitle: str, description: str, table: Table) -> Figure:
    wide, narrow = charts.both_widths(draw, name=name, description=description)
    return Figure(
        name=name, title=title, subtitle=subtitle, description=description, wide=wide, narrow=narrow, table=table
    )


def _measured(label: str, unit: str) -> str:
    """The measure and its unit, without saying the same word twice."""
    if unit.lower().startswith(label.lower()):
        return _capital(unit)
    return f"{_capital(label)}, {unit}" if unit else _capital(label)


def _unit(display: Display, label: str) -> str:
    return _measured(label, display.unit)


def effect_figure(findings: Findings, display: Display) -> Figure | None:
    """The baseline moved by the effect, with its interval, against the baseline."""
    estimate = findings.estimate
    effect = estimate.estimate
    if effect is None:
        return None
    origin = estimate.baseline or 0.0
    known = estimate.baseline is not None
    show = display.level if known else display.difference
    low, high = (None if end is None else origin + end for end in (estimate.conf_low, estimate.conf_high))
    text = (
        show(origin + effect)
        if low is None or high is None
        else f"{display.bare(origin + effect)} ({display.bare(low)} to {display.bare(high)})"
    )
    row = IntervalRow(
        label="baseline and effect" if known else "effect",
        value=display.value(origin + effect),
        text=text,
        low=_value(display, low),
        high=_value(display, high),
        treated=True,
    )
    mark = f"baseline {display.bare(origin)}" if known else "no effect"
    marks = [(display.value(origin), mark)]
    if findings.plan.promised is not None:
        marks.append((display.value(origin + findings.plan.promised), "promised"))
    columns = ("Figure", "Value", "Low end", "High end")
    rows: tuple[tuple[str, ...], ...] = (
        (
            "With the programme" if known else "Effect",
            display.bare(origin + effect),
            _cell(display, low),
            _cell(display, high),
        ),
    )
    rows = (*rows, ("Without it (baseline)", display.bare(origin), "", "")) if known else rows
    label = findings.measure.label
    unit = _measured(label, display.level_unit if known else display.unit)
    return _figure(
        "effect",
        lambda width: charts.intervals([row], marks, width=width, decimals=display.decimals),
        title=_effect_title(estimate),
        subtitle=f"{unit}; the line is the {percent(estimate.level)} interval",
        description=f"A point with its interval: {row.label} {text}, {mark}.",
        table=Table(caption=f"Effect against baseline. {unit}", columns=columns, rows=rows),
    )


def _effect_title(estimate: Estimate) -> str:
    low, high = estimate.conf_low, estimate.conf_high
    if low is None or high is None or estimate.estimate is None:
        return "The effect, without an interval"
    if low <= 0 <= high:
        return "The interval holds no effect at all, and effects either way"
    return f"The whole interval lies {'above' if low > 0 else 'below'} what would have been"


def _value(display: Display, stored: float | None) -> float | None:
    return None if stored is None else display.value(stored)


def _cell(display: Display, stored: float | None, *, signed: bool = False) -> str:
    return "" if stored is None else display.bare(stored, signed=signed)


def event_figure(findings: Findings, display: Display) -> Figure | None:
    """The effect by time since start, before and after; the table holds every event time."""
    event = findings.event_study
    if event is None or not charts.event_window(event.terms, charts.WIDE_WIDTH):
        return None
    terms = sorted((t for t in event.terms if t.event_time is not None), key=_time)
    shown = charts.event_window(terms, charts.WIDE_WIDTH)
    few = "" if len(shown) == len(terms) else f"; {_times(shown)} of {_times(terms)}, all in the table"
    finding = event_finding(findings)
    unit = _unit(display, findings.measure.label)
    return _figure(
        "event",
        partial(_draw_event, terms, display, findings.grain),
        title=finding,
        subtitle=f"{unit}; whiskers for each {findings.grain} alone, the band for all ({percent(event.level)}){few}",
        description=f"Effects by {findings.grain} since the start with whiskers and a band. {finding}.",
        table=_event_table(terms, findings, display, unit),
    )


def _draw_event(terms: Sequence[Term], display: Display, grain: str, width: int) -> charts.Drawing:
    return charts.event_study(terms, display, grain, width=width)


def _time(term: Term) -> int:
    return term.event_time or 0


def _times(terms: Sequence[Term]) -> str:
    first, last = _time(terms[0]), _time(terms[-1])
    return f"{first:+d} to {last:+d}".replace("-", "−")


def _event_table(terms: Sequence[Term], findings: Findings, display: Display, unit: str) -> Table:
    columns = ("Time since start", "Effect", "Low end", "High end", "Band, low", "Band, high")
    counted = any(t.n_units is not None for t in terms)
    rows = tuple((*_event_cells(t, findings, display), *((_n(t, findings),) if counted else ())) for t in terms)
    heads = (*columns, findings.people.capitalize()) if counted else columns
    return Table(caption=f"Effect by time since start. {unit}", columns=heads, rows=rows)


def _event_cells(term: Term, findings: Findings, display: Display) -> tuple[str, ...]:
    ends = (term.conf_low, term.conf_high, term.band_low, term.band_high)
    effect = "withheld" if term.estimate is None else _cell(display, term.estimate, signed=True)
    return (
        event_label(_time(term), findings.grain).capitalize(),
        effect,
        *(_cell(display, end, signed=True) for end in ends),
    )


def _n(term: Term, findings: Findings) -> str:
    if term.n_units is not None:
        return count(term.n_units)
    return f"fewer than {findings.minimum_group}" if term.estimate is None else "withheld"


def dashboard_figure(findings: Findings, display: Display) -> Figure | None:
    """The two weak figures, beside the honest interval where there is one."""
    naive, estimate = findings.estimate.naive, findings.estimate
    if naive is None:
        return None
    pairs = (
        ("before and after", naive.before_after, naive.before_after_relative),
        ("those who started, against the rest", naive.treated_vs_rest, naive.treated_vs_rest_relative),
    )
    rows = [_weak_row(label, value, share, display) for label, value, share in pairs if value is not None]
    if not rows:
        return None
    if not findings.refused and estimate.estimate is not None:
        rows.append(_honest_row(estimate, display))
    unit = _unit(display, findings.measure.label)
    return _figure(
        "dashboard",
        lambda width: charts.intervals(rows, [(0.0, "no effect")], width=width, decimals=display.decimals),
        title=_dashboard_title(findings, rows[0]),
        subtitle=f"{unit}; in grey the weak figures, which have no interval that means anything",
        description="; ".join(f"{row.label}: {row.text}" for row in rows) + ".",
        table=Table(
            caption=f"What a dashboard would say. {unit}",
            columns=("Way of reading", "Difference"),
            rows=tuple((_capital(r.label), r.text) for r in rows),
        ),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _weak_row(label: str, value: float, share: float | None, display: Display) -> IntervalRow:
    text = display.bare(value, signed=True) + (f" ({percent(share, signed=True)})" if share is not None else "")
    return IntervalRow(label=label, value=display.value(value), text=text)


def _honest_row(estimate: Estimate, display: Display, label: str = "like with like: this report") -> IntervalRow:
    effect, low, high = estimate.estimate or 0.0, estimate.conf_low, estimate.conf_high
    text = display.bare(effect, signed=True)
    text += f" ({display.between(low, high)})" if low is not None and high is not None else ""
    return IntervalRow(
        label=label,
        value=display.value(effect),
        text=text,
        low=_value(display, low),
        high=_value(display, high),
        treated=True,
    )


def _dashboard_title(findings: Findings, first: IntervalRow) -> str:
    shown = first.text.partition("(")[2].rstrip(")") or first.text
    return f"A dashboard would say {shown}" + ("; that is no answer" if findings.refused else "")


def second_figure(findings: Findings, display: Display) -> Figure | None:
    """Other methods on the same question, under the headline's own."""
    estimate = findings.estimate
    if findings.refused or estimate.estimate is None or not estimate.other_estimates:
        return None
    rows = [_honest_row(estimate, display, f"{method_name(estimate.method)}: this report")]
    for other in estimate.other_estimates:
        low, high = other.conf_low, other.conf_high
        text = display.bare(other.estimate, signed=True) + (
            f" ({display.between(low, high)})" if low is not None and high is not None else ""
        )
        rows.append(
            IntervalRow(
                label=method_name(other.method),
                value=display.value(other.estimate),
                text=text,
                low=_value(display, low),
                high=_value(display, high),
            )
        )
    agree = _agree(estimate)
    unit = _unit(display, findings.measure.label)
    table_rows = tuple((_capital(row.label), row.text) for row in rows)
    return _figure(
        "second",
        lambda width: charts.intervals(rows, [(0.0, "no effect")], width=width, decimals=display.decimals),
        title="Another method says much the same" if agree else "Another method disagrees",
        subtitle=f"{unit}; lines are {percent(estimate.level)} intervals",
        description="; ".join(f"{row.label}: {row.text}" for row in rows) + ".",
        table=Table(
            caption=f"The same question by other methods. {unit}",
            columns=("Method", "Effect and interval"),
            rows=table_rows,
        ),
    )


def _agree(estimate: Estimate) -> bool:
    """Every other estimate lies in the headline's interval, or its interval holds the headline."""
    low, high, effect = estimate.conf_low, estimate.conf_high, estimate.estimate or 0.0
    return all(
        (low is not None and high is not None and low <= other.estimate <= high)
        or (other.conf_low is not None and other.conf_high is not None and other.conf_low <= effect <= other.conf_high)
        for other in estimate.other_estimates
    )


def wave_figure(findings: Findings) -> Figure | None:
    """Who started when, against the plan."""
    held = findings.waves
    if not any(wave.people is not None for wave in held):
        return None
    first, last = (period_label(held[place].start, findings.grain) for place in (0, -1))
    title = f"{len(held)} waves, from {first} to {last}" if len(held) > 1 else f"One wave, in {first}"
    planned = any(wave.planned is not None for wave in held)
    columns = ("Start", "Planned", "Started") if planned else ("Start", "Started")
    rows = tuple(_wave_cells(wave, findings, planned) for wave in held)
    return _figure(
        "waves",
        lambda width: charts.waves(held, findings.grain, width=width),
        title=title,
        subtitle=f"Number of {findings.people} who started" + ("; the tick is the plan" if planned else ""),
        description=f"Bars: number of {findings.people} who started in each wave. {title}.",
        table=Table(caption=f"{_capital(findings.people)} by wave", columns=columns, rows=rows),
    )


def _wave_cells(wave: Wave, findings: Findings, planned: bool) -> tuple[str, ...]:
    held = count(wave.people) if wave.people is not None else wave.note
    meant = count(wave.planned) if wave.planned is not None else wave.note
    start = _capital(period_label(wave.start, findings.grain))
    return (start, meant, held) if planned else (start, held)


def audit_table(findings: Findings) -> Table | None:
    """What came in, what was kept, and why the rest was lost."""
    lines = findings.audit
    if not lines:
        return None
    counted = any(line.people is not None for line in lines)
    heads = (
        "Step",
        "Rows in",
        "Rows kept",
        "Lost",
        *((f"{_capital(findings.people)} left",) if counted else ()),
        "Why",
    )
    rows = tuple(
        (
            line.step,
            count(line.rows_in),
            count(line.rows_kept),
            count(line.rows_in - line.rows_kept),
            *((count(line.people) if line.people is not None else "withheld",) if counted else ()),
            line.reason,
        )
        for line in lines
    )
    return Table(caption="From the rows that came in to the rows the answer rests on", columns=heads, rows=rows)
