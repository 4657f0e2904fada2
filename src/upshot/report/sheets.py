"""The page as sheets of a workbook: rows of words and numbers, each column with its width and its kind of number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from upshot.impact.estimate import Term
from upshot.report import sentences as say
from upshot.report.facts import Range
from upshot.report.findings import Findings
from upshot.report.numbers import Display, display_for, event_label
from upshot.report.page import Page
from upshot.report.sheet_data import DATA_COLUMNS, data_rows

__all__ = ["Cell", "Column", "Kind", "Sheet", "sheets"]

Kind: TypeAlias = Literal["words", "wide", "number", "signed", "count", "share", "money", "exact"]
Cell: TypeAlias = str | float | int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's heading, what it holds, and its width in characters."""

    head: str
    kind: Kind = "words"
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a header row and rows under it; ``empty`` is what it says where it has none.

    ``kinds`` names the kind of number of a row where it is not its column's.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    kinds: tuple[Kind | None, ...] = ()


def sheets(page: Page) -> tuple[Sheet, ...]:
    """Answer, Terms, Checks, Value, Slices, Data and Definitions, always all of them and in this order."""
    facts, display = page.findings, display_for(page.findings)
    return (
        _answer(page, display),
        _terms(page, display),
        _checks(page),
        _value(facts, display),
        _slices(facts, display),
        Sheet(name="Data", columns=_data_columns(), rows=tuple(data_rows(facts)), empty="Nothing was read."),
        _definitions(page),
    )


def _data_columns() -> tuple[Column, ...]:
    kinds: dict[str, Kind] = {"words": "words", "exact": "exact", "count": "count"}
    return tuple(Column(head=name, kind=kinds[kind], width=width) for name, kind, width in DATA_COLUMNS)


def _answer(page: Page, display: Display) -> Sheet:
    columns = (
        Column(head="What", width=28),
        Column(head="In words", kind="wide", width=84),
        Column(head="Value", kind="signed"),
        Column(head="Low end", kind="signed"),
        Column(head="High end", kind="signed"),
        Column(head="Unit", width=36),
    )
    found = (*_said(page), *_numbers(page, display), *_chain(page.findings, display), *_source(page))
    rows = tuple((name, text, *values) for name, text, values, _ in found if text or any(v is not None for v in values))
    kinds = tuple(kind for _, text, values, kind in found if text or any(v is not None for v in values))
    return Sheet(name="Answer", columns=columns, rows=rows, kinds=kinds)


_Row: TypeAlias = tuple[str, str, tuple[Cell, Cell, Cell, Cell], Kind | None]
_NONE: tuple[Cell, Cell, Cell, Cell] = (None, None, None, None)


def _said(page: Page) -> Iterator[_Row]:
    facts = page.findings
    words = (
        ("Question", facts.question),
        ("Answer", page.headline),
        ("Grade", page.letter),
        (page.grade_name, page.grade_why),
        (f"What {page.letter} means", page.grade_meaning),
        (page.registration[0], page.registration[1]),
        ("What would make it knowable", page.next_design),
        ("What was promised", page.promise),
        ("As of", page.as_of),
        ("Organisation", facts.organisation),
        ("Initiative", facts.initiative),
        ("Objective", facts.objective),
        ("About the data", facts.data_notice),
        ("Does the effect last?", facts.persistence.text if facts.persistence else ""),
        ("How wrong may the comparison be?", facts.sensitivity.text if facts.sensitivity else ""),
    )
    for name, text in words:
        yield name, text, _NONE, None


def _numbers(page: Page, display: Display) -> Iterator[_Row]:
    """The facts of the page as numbers, in printed units, beside the words the page prints."""
    facts, estimate, unit = page.findings, page.findings.estimate, display.unit or page.findings.measure.label
    level = display.level_unit or facts.measure.label
    values: dict[str, tuple[tuple[float | None, float | None, float | None], str, Kind]] = {
        "Effect": ((estimate.estimate, estimate.conf_low, estimate.conf_high), unit, "signed"),
        "Baseline": ((estimate.baseline, None, None), level, "number"),
        "Promised": ((facts.plan.promised, None, None), unit, "signed"),
    }
    for fact in page.facts:
        words = f"{fact.value} ({fact.note})"
        if fact.name in values:
            stored, what, kind = values[fact.name]
            low, middle, high = (None if x is None else display.value(x) for x in (stored[1], stored[0], stored[2]))
            yield fact.name, words, (middle, low, high, what), kind
        else:
            yield fact.name, words, (estimate.n_units, None, None, facts.people), "count"
    yield from _weak(page, display, unit)


def _weak(page: Page, display: Display, unit: str) -> Iterator[_Row]:
    naive = page.findings.estimate.naive
    pairs = (
        (("before and after", naive.before_after), ("trained against the rest", naive.treated_vs_rest)) if naive else ()
    )
    for name, value in pairs:
        if value is not None:
            text = f"What a dashboard would say: {display.bare(value, signed=True)}. Weak evidence, no answer."
            yield f"Dashboard, {name}", text, (display.value(value), None, None, unit), "signed"


def _chain(facts: Findings, display: Display) -> Iterator[_Row]:
    for link in facts.chain:
        note = " ".join(filter(None, ("The chain breaks here." if link.broke else "", link.note, link.definition)))
        if link.stage == "kpi":
            middle, low, high = _ends(link.interval, display)
            yield f"Chain: {link.title.lower()}", note, (middle, low, high, display.unit), "signed"
        else:
            of = "" if link.of is None else f"of {link.of:,.0f} {facts.people}"
            yield f"Chain: {link.title.lower()}", note, (link.value, None, None, of or facts.people), "count"


def _source(page: Page) -> Iterator[_Row]:
    for name, value in page.provenance:
        yield name, value, _NONE, None


def _ends(value: Range | None, display: Display) -> tuple[float | None, float | None, float | None]:
    if value is None:
        return None, None, None
    low, high = (None if end is None else display.value(end) for end in (value.low, value.high))
    return display.value(value.estimate), low, high


def _terms(page: Page, display: Display) -> Sheet:
    facts, unit = page.findings, display.unit or page.findings.measure.label
    effect = f"Computed, no answer ({unit})" if page.refused else f"Effect ({unit})"
    columns = (
        Column(head="Time since start", width=26),
        Column(head=f"{facts.grain.capitalize()}s", kind="count", width=10),
        Column(head=effect, kind="signed", width=24),
        *(Column(head=head, kind="signed") for head in ("Low end", "High end", "Band, low", "Band, high")),
        Column(head=facts.people.capitalize(), kind="count"),
    )
    terms = facts.event_study.terms if facts.event_study else ()
    timed = sorted((t for t in terms if t.event_time is not None), key=lambda t: t.event_time or 0)
    rows = tuple(_term(term, facts, display) for term in timed)
    return Sheet(name="Terms", columns=columns, rows=rows, empty="No effects by time since start were computed.")


def _term(term: Term, facts: Findings, display: Display) -> tuple[Cell, ...]:
    numbers = (term.estimate, term.conf_low, term.conf_high, term.band_low, term.band_high)
    time = term.event_time or 0
    label = event_label(time, facts.grain).capitalize() + (" (withheld)" if term.estimate is None else "")
    return (label, time, *(None if x is None else display.value(x) for x in numbers), term.n_units)


def _checks(page: Page) -> Sheet:
    columns = (
        Column(head="Check", width=48),
        Column(head="Result", width=16),
        Column(head="What it says", kind="wide", width=84),
        Column(head="Statistic", kind="exact"),
        Column(head="p-value", kind="exact"),
    )
    checked = zip(page.checks, page.findings.estimate.checks, strict=True)
    rows: list[tuple[Cell, ...]] = [(c.title, c.word, c.text, found.statistic, found.p_value) for c, found in checked]
    rows += [
        (f"Guardrail: {rail.label}", rail.verdict.replace("-", " "), rail.text, None, None)
        for rail in page.findings.guardrails
    ]
    rows += [("To read the number rightly", "", caution, None, None) for caution in page.cautions]
    return Sheet(name="Checks", columns=columns, rows=tuple(rows), empty="No check was run.")


def _value(facts: Findings, display: Display) -> Sheet:
    columns = (
        Column(head="Figure", width=36),
        Column(head="Amount", kind="money"),
        Column(head="Low end", kind="money"),
        Column(head="High end", kind="money"),
        Column(head="Planned", kind="money"),
        Column(head="Unit", width=24),
        Column(head="In words", kind="wide", width=84),
    )
    rows, kinds = _value_rows(facts, display)
    return Sheet(name="Value", columns=columns, rows=rows, kinds=kinds, empty="No value was computed.")


def _value_rows(facts: Findings, display: Display) -> tuple[tuple[tuple[Cell, ...], ...], tuple[Kind | None, ...]]:
    value = facts.value
    if value is None:
        return (), ()
    coin = value.currency
    figures: tuple[tuple[str, Range | None, str, Kind], ...] = (
        ("Benefit", value.benefit, coin, "money"),
        ("Cost", value.cost, coin, "money"),
        ("Net value", value.net, coin, "money"),
        ("Return on investment", value.roi, "share of cost", "share"),
        ("Benefit for each unit of cost", value.bcr, "", "exact"),
        ("Time until it is paid back", value.payback_periods, f"{facts.grain}s", "exact"),
        ("Effect at which it breaks even", value.break_even, display.unit, "signed"),
        ("Share of the first year it lasted", value.share, "share", "share"),
    )
    rows: list[tuple[Cell, ...]] = []
    kinds: list[Kind | None] = []
    for name, found, unit, kind in figures:
        if found is not None:
            shown = _ends(found, display) if kind == "signed" else (found.estimate, found.low, found.high)
            rows.append((name, *shown, None, unit, ""))
            kinds.append(kind)
    for item in value.costs:
        rows.append((f"Cost: {item.item}", item.actual, None, None, item.planned, coin, item.note))
        kinds.append("money")
    for name, chance in (
        ("Chance that it pays", value.chance_of_profit),
        ("Chance of beating the hurdle", value.chance_above_hurdle),
    ):
        if chance is not None:
            rows.append((name, chance, None, None, None, "probability", ""))
            kinds.append("share")
    for line in (value.text or value.withheld, *value.assumptions):
        if line:
            rows.append(("What it rests on", None, None, None, None, "", line))
            kinds.append(None)
    return tuple(rows), tuple(kinds)


def _slices(facts: Findings, display: Display) -> Sheet:
    unit = display.unit or facts.measure.label
    columns = (
        Column(head="Sliced by", width=18),
        Column(head="Group", width=32),
        Column(head=facts.people.capitalize(), kind="count"),
        Column(head=f"Effect ({unit})", kind="signed", width=24),
        *(Column(head=head, kind="signed") for head in ("Low end", "High end", "Alone", "Alone, low", "Alone, high")),
        Column(head="Why withheld", kind="wide", width=60),
    )
    rows: list[tuple[Cell, ...]] = []
    for held in facts.slices:
        rows += [
            (
                held.dimension,
                row.label,
                row.people,
                *_ends(row.shrunken, display),
                *_ends(row.estimate, display),
                row.withheld,
            )
            for row in held.rows
        ]
        rows += [(held.dimension, "", *(None for _ in range(7)), note) for note in (held.withheld, held.note) if note]
    return Sheet(name="Slices", columns=columns, rows=tuple(rows), empty="The answer was not sliced.")


def _definitions(page: Page) -> Sheet:
    columns = (Column(head="Word", width=32), Column(head="Meaning", kind="wide", width=110))
    rows: list[tuple[Cell, ...]] = [(fact.name, " ".join(filter(None, fact.definition))) for fact in page.facts]
    rows += [(word, meaning) for word, meaning in page.glossary if word not in {fact.name for fact in page.facts}]
    rows += [(f"Grade {letter}", meaning) for letter, meaning in say.GRADE_MEANINGS.items()]
    rows += [("Method", line) for line in page.method]
    rows += [("Sheet Data", "Unrounded figures in stored units, one row a number; part says what the row is.")]
    return Sheet(name="Definitions", columns=columns, rows=tuple(rows))
