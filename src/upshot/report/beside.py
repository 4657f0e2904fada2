"""What stands beside the answer as tables of words: chain, guardrails, value, slices, lasting, dose, sensitivity."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from upshot.report.doses import dose_lines, dose_table
from upshot.report.facts import CostRow, Range, SliceFacts, SliceRow, ValueFacts
from upshot.report.figures import Table
from upshot.report.findings import Findings
from upshot.report.numbers import MINUS, Display, count, event_label, long_date, percent

__all__ = ["Part", "capital", "money", "parts", "value_lines"]

_SURE = 0.99
_VERDICTS = {"held": "held", "got-worse": "got worse", "cannot-tell": "cannot tell"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One subject beside the answer: ``name`` for programs, a heading, sentences, and tables."""

    name: str
    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


def parts(findings: Findings, display: Display) -> tuple[Part, ...]:
    """Everything known beside the answer, in reading order; what is not known is left out."""
    made = (
        _chain(findings, display),
        _guardrails(findings),
        _value(findings, display),
        _slices(findings, display),
        _persistence(findings, display),
        _dose(findings, display),
        _sensitivity(findings, display),
    )
    return tuple(part for part in made if part is not None)


def capital(text: str) -> str:
    """The text with its first letter large, as at the start of a line."""
    return text[:1].upper() + text[1:]


def money(amount: float, currency: str) -> str:
    """An amount in whole units of its currency.

    Examples
    --------
    >>> money(-1200.4, "EUR")
    'EUR −1,200'
    """
    return f"{currency} {MINUS if round(amount) < 0 else ''}{abs(amount):,.0f}"


def _range(value: Range | None, show: Callable[[float], str]) -> str:
    if value is None:
        return "not known"
    if value.low is None or value.high is None:
        return show(value.estimate)
    return f"{show(value.estimate)} ({show(value.low)} to {show(value.high)})"


def _money_range(value: Range, currency: str) -> str:
    """An amount with its interval; the currency stands once."""
    if value.low is None or value.high is None:
        return money(value.estimate, currency)
    low, high = (money(end, currency).removeprefix(currency).strip() for end in (value.low, value.high))
    return f"{money(value.estimate, currency)} ({low} to {high})"


def _number(value: float) -> str:
    return f"{value:,.2f}".replace("-", MINUS)


def _chain(findings: Findings, display: Display) -> Part | None:
    if not findings.chain:
        return None
    rows = []
    for link in findings.chain:
        if link.stage == "kpi":
            value = "no claim" if link.interval is None else _effect(link.interval, display)
        else:
            value = "not known" if link.value is None else count(round(link.value))
            value += "" if link.value is None or link.of is None else f" of {count(round(link.of))}"
        share = "" if link.share is None else percent(link.share)
        note = " ".join(filter(None, ("The chain breaks here." if link.broke else "", link.note, link.definition)))
        rows.append((capital(link.title), value, share, note))
    table = Table(caption="From invitation to KPI", columns=("Stage", "Reached", "Share", "Why"), rows=tuple(rows))
    return Part(name="chain", title="Where does the chain hold?", tables=(table,))


def _effect(value: Range, display: Display) -> str:
    if value.low is None or value.high is None:
        return display.difference(value.estimate)
    return f"{display.difference(value.estimate)} ({display.between(value.low, value.high)})"


def _guardrails(findings: Findings) -> Part | None:
    if not findings.guardrails:
        return None
    rows = tuple((g.label, _VERDICTS[g.verdict], g.grade or "", g.text) for g in findings.guardrails)
    table = Table(caption="KPIs that must not get worse", columns=("KPI", "Verdict", "Grade", "Why"), rows=rows)
    return Part(name="guardrails", title="Did anything else get worse?", tables=(table,))


def _value(findings: Findings, display: Display) -> Part | None:
    value = findings.value
    if value is None:
        return None
    said = tuple(filter(None, (value.text or value.withheld, _worth(value))))
    lines = value_lines(value, findings, display)
    figures = Table(caption="Value over the first year", columns=("Figure", "Amount"), rows=lines)
    made = (figures, *((_costs(value),) if value.costs else ()))
    return Part(
        name="value", title="Was it worth it?", lines=(*said, *value.assumptions), tables=made if lines else made[1:]
    )


def value_lines(value: ValueFacts, findings: Findings, display: Display) -> tuple[tuple[str, str], ...]:
    """Each figure of the value with its interval, in words; only those that are known."""
    known: tuple[tuple[str, Range | None, Callable[[float], str]], ...] = (
        ("Return on investment", value.roi, percent),
        ("Benefit for each unit of cost", value.bcr, _number),
        (f"{findings.grain.capitalize()}s until it is paid back", value.payback_periods, _number),
        ("Effect at which it breaks even", value.break_even, display.difference),
        ("Share of the first year it lasted", value.share, percent),
    )
    amounts = (("Benefit", value.benefit), ("Cost", value.cost), ("Net value", value.net))
    figures = [(name, _money_range(found, value.currency)) for name, found in amounts if found is not None]
    figures += [(name, _range(found, show)) for name, found, show in known if found is not None]
    if value.chance_of_profit is not None:
        figures.append(("Chance that it pays", _chance(value.chance_of_profit)))
    if value.chance_above_hurdle is not None:
        figures.append((f"Chance of a return above {percent(value.hurdle)}", _chance(value.chance_above_hurdle)))
    return tuple(figures)


def _chance(share: float) -> str:
    """A probability; one that rounds to certainty is never printed as certain."""
    if share > _SURE:
        return f"more than {percent(_SURE)}"
    return f"less than {percent(1 - _SURE)}" if share < 1 - _SURE else percent(share)


def _worth(value: ValueFacts) -> str:
    if value.value_per_unit is None:
        return ""
    who = f", agreed by {value.agreed_by}" if value.agreed_by else ""
    when = f" on {long_date(value.agreed_on)}" if value.agreed_on else ""
    per = f" {value.per}" if value.per else ""
    return f"One unit of the KPI is worth {value.currency} {_amount(value.value_per_unit)}{per}{who}{when}."


def _amount(value: float) -> str:
    return f"{value:,.2f}".removesuffix(".00")


def _costs(value: ValueFacts) -> Table:
    rows = tuple(_cost(row, value.currency) for row in value.costs)
    total = ("Total", *(_money(x, value.currency) for x in (value.planned_total, value.actual_total)), "")
    return Table(caption="What it cost", columns=("Item", "Planned", "Actual", "Why"), rows=(*rows, total))


def _cost(row: CostRow, currency: str) -> tuple[str, ...]:
    return (row.item, _money(row.planned, currency), _money(row.actual, currency), row.note)


def _money(amount: float | None, currency: str) -> str:
    return "not known" if amount is None else money(amount, currency)


def _slices(findings: Findings, display: Display) -> Part | None:
    if not findings.slices:
        return None
    lines = tuple(filter(None, (said for s in findings.slices for said in (s.withheld, s.note))))
    tables = tuple(_slice_table(s, display, findings.people) for s in findings.slices if s.rows)
    return Part(name="slices", title="For whom does it work?", lines=lines, tables=tables)


def _slice_table(facts: SliceFacts, display: Display, people: str) -> Table:
    columns = (facts.dimension.capitalize(), people.capitalize(), "Effect and interval", "Alone")
    rows = tuple(_slice(row, display) for row in facts.rows)
    return Table(caption=f"The effect by {facts.dimension}, {display.unit}".rstrip(", "), columns=columns, rows=rows)


def _slice(row: SliceRow, display: Display) -> tuple[str, ...]:
    if row.withheld:
        return (row.label, "", row.withheld, "")
    people = "" if row.people is None else count(row.people)
    both = ("" if x is None else _bare(x, display) for x in (row.shrunken, row.estimate))
    return (row.label, people, *both)


def _bare(value: Range, display: Display) -> str:
    return _range(value, partial(display.bare, signed=True))


def _persistence(findings: Findings, display: Display) -> Part | None:
    found = findings.persistence
    if found is None or not (found.text or found.points):
        return None
    rows = tuple(
        (event_label(point.event_time, findings.grain).capitalize(), _bare(point.effect, display))
        for point in found.points[: found.periods_counted or None]
    )
    table = Table(
        caption=f"The effect after the start, {display.unit}".rstrip(", "),
        columns=("When", "Effect and interval"),
        rows=rows,
    )
    return Part(
        name="persistence",
        title="Does the effect last?",
        lines=tuple(filter(None, (found.text,))),
        tables=(table,) if rows else (),
    )


def _dose(findings: Findings, display: Display) -> Part | None:
    found = findings.dose
    if found is None:
        return None
    tables = (dose_table(found, display, findings.people),) if found.rows else ()
    return Part(name="dose", title="Does more of it do more?", lines=dose_lines(found, display), tables=tables)


def _sensitivity(findings: Findings, display: Display) -> Part | None:
    curve = findings.sensitivity
    if curve is None or not (curve.text or curve.points):
        return None
    rows = tuple((_number(point.m), _ends(point.low, point.high, display)) for point in curve.points)
    columns = ("Times the largest difference before", f"{percent(curve.level)} interval")
    table = Table(caption="The interval if trends differed after the start", columns=columns, rows=rows)
    return Part(
        name="sensitivity",
        title="How wrong may the comparison be?",
        lines=tuple(filter(None, (curve.text,))),
        tables=(table,) if rows else (),
    )


def _ends(low: float | None, high: float | None, display: Display) -> str:
    first, last = ("no bound" if end is None else display.bare(end, signed=True) for end in (low, high))
    return f"{first} to {last}"
