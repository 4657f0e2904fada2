"""Findings as four to six slides: the answer, the effect, the checks, the value, the decision asked, the method."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from upshot.report.archive import with_fixed_dates
from upshot.report.beside import Part, capital
from upshot.report.figures import Table
from upshot.report.findings import Findings
from upshot.report.letters import printable, shortened
from upshot.report.page import Fact, Page, page
from upshot.report.slide_deck import BODY_WIDTH, LEFT, Box, add_slide, new_deck
from upshot.report.slide_shapes import badge, chart, fill, rule, table, text_box
from upshot.report.slide_text import Line, fitted
from upshot.report.small_numbers import guarded

__all__ = ["render", "written"]

_TITLE: Box = (LEFT, 0.55, BODY_WIDTH, 0.95)
_TITLE_SIZES = (34.0, 30.0, 28.0, 24.0, 20.0, 16.0, 14.0)
_TEXT_SIZES = (18.0, 16.0, 14.0, 12.0)
_FACT_SIZES = (28.0, 24.0, 22.0, 20.0)
_CHOICES = Table(
    caption="The choices of a review",
    columns=("Choice", "What it means"),
    rows=(
        ("Keep", "Go on as planned, and look again at the next review."),
        ("Fix", "Change the programme where it broke, and measure again."),
        ("Scale", "Offer it to more people, in waves whose order is drawn by lot."),
        ("Stop", "End it, and put the money and the time elsewhere."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deck:
    """What every slide is made from."""

    deck: Any
    page: Page
    parts: dict[str, Part]
    foot: str

    @property
    def lang(self) -> str:
        return self.page.findings.lang


def render(findings: Findings) -> bytes:
    """Write the report of one initiative as PowerPoint slides, 16:9, with speaker's notes.

    Parameters
    ----------
    findings
        Everything the slides say. The same findings give the same bytes.
    """
    return written(page(guarded(findings)))


def written(laid_out: Page) -> bytes:
    """Write a page that is there already as slides; see `render`."""
    facts = laid_out.findings
    deck = new_deck(title=facts.question, author=facts.organisation, day=facts.as_of)
    parts = {part.name: part for part in laid_out.beside}
    held = _Deck(deck=deck, page=laid_out, parts=parts, foot=_foot(laid_out))
    _answer(held)
    if laid_out.refused:
        _knowable(held)
    elif laid_out.event or laid_out.effect:
        _effect(held)
    if laid_out.checks or laid_out.dashboard:
        _checks(held)
    if "value" in parts:
        _value(held)
    _decision(held)
    _method(held)
    held_bytes = io.BytesIO()
    deck.save(held_bytes)
    return with_fixed_dates(held_bytes.getvalue())


def _foot(laid_out: Page) -> str:
    facts = laid_out.findings
    who = shortened(" · ".join(filter(None, (facts.organisation, facts.initiative))), 44)
    said = (shortened(facts.data_notice, 100), who, f"as of {laid_out.as_of}", laid_out.registration[0])
    return " · ".join(filter(None, said))


def _slide(held: _Deck, title: str, notes: Sequence[str], *, box: Box = _TITLE, largest: float = 28.0) -> Any:
    slide = add_slide(held.deck, foot=held.foot)
    sizes = [size for size in _TITLE_SIZES if size <= largest]
    fill(slide.shapes.title, box, (Line(text=title, bold=True),), sizes=sizes, lang=held.lang)
    slide.notes_slide.notes_text_frame.text = "\n".join(printable(note) for note in notes if note)
    return slide


def _body(slide: Any, box: Box, lines: Sequence[Line], lang: str) -> None:
    fill(slide.placeholders[1], box, lines, sizes=_TEXT_SIZES, lang=lang)


def _answer(held: _Deck) -> None:
    laid_out, facts = held.page, held.page.findings
    notes = (
        facts.question,
        laid_out.headline,
        f"Grade {laid_out.letter}. {laid_out.grade_name}. {laid_out.grade_why}",
        f"What {laid_out.letter} means: {laid_out.grade_meaning}",
        ": ".join(laid_out.registration),
        f"Serves the objective: {facts.objective}" if facts.objective else "",
        facts.data_notice,
        *(f"{fact.name}: {fact.value}, {fact.note}. {' '.join(fact.definition)}" for fact in laid_out.facts),
    )
    slide = _slide(held, laid_out.headline, notes, box=(2.35, 1.75, 10.23, 1.75), largest=34.0)
    asked = (Line(text=facts.question, tone="soft"),)
    text_box(
        slide, (LEFT, 0.55, BODY_WIDTH, 0.8), asked, sizes=(20.0, 16.0, 12.0, 10.0), lang=held.lang, name="Question"
    )
    badge(slide, (LEFT, 1.75, 1.25, 1.25), laid_out.letter, lang=held.lang)
    why = Line(
        lead=f"{laid_out.grade_name}.",
        text=laid_out.grade_why,
        tone="soft",
        lead_tone=f"grade-{laid_out.letter.lower()}",
    )
    _body(slide, (2.35, 3.6, 10.23, 1.05), (why,), held.lang)
    _facts(slide, held)


def _facts(slide: Any, held: _Deck) -> None:
    """The numbers in a row under the sentence, all at one size; none stands without its unit."""
    gap, shown = 0.35, held.page.facts[:4]
    width = (BODY_WIDTH - 3 * gap) / 4
    written_out = [_fact_lines(fact) for fact in shown]
    size = min((fitted(lines, width, 1.7, _FACT_SIZES)[1] for lines in written_out), default=_FACT_SIZES[0])
    for order, (fact, lines) in enumerate(zip(shown, written_out, strict=True)):
        left = LEFT + order * (width + gap)
        rule(slide, left, 4.95, width)
        text_box(slide, (left, 5.05, width, 1.7), lines, sizes=(size,), lang=held.lang, name=fact.name)


def _fact_lines(fact: Fact) -> tuple[Line, ...]:
    small = 0.5
    return (
        Line(text=fact.name, tone="soft", scale=small),
        Line(text=fact.value),
        Line(text=fact.note, tone="soft", scale=small),
    )


def _knowable(held: _Deck) -> None:
    laid_out = held.page
    notes = (laid_out.grade_why, laid_out.next_design, laid_out.promise)
    slide = _slide(held, "What would make it knowable", notes)
    lines = (
        Line(text=laid_out.next_design, scale=1.4),
        Line(lead="Why it cannot be told now.", text=laid_out.grade_why, tone="soft"),
        Line(text=laid_out.promise, tone="soft"),
    )
    _body(slide, (LEFT, 1.8, 9.5, 4.6), lines, held.lang)


def _effect(held: _Deck) -> None:
    laid_out, figure = held.page, held.page.event or held.page.effect
    assert figure is not None  # noqa: S101 - the caller looked
    part = held.parts.get("persistence")
    slices = held.parts.get("slices")
    notes = (
        figure.subtitle,
        figure.description,
        laid_out.event_note,
        laid_out.promise,
        *(part.lines if part else ()),
        *_spoken(slices),
        *(": ".join(pair) for pair in laid_out.glossary if pair[0] in ("Interval", "Band", "Baseline")),
    )
    slide = _slide(held, figure.title, notes)
    chart(slide, figure, (LEFT, 1.75, 7.9, 4.9))
    effect = next((fact for fact in laid_out.facts if fact.name == "Effect"), None)
    lines = (
        Line(text=effect.value if effect else "", bold=True, scale=1.7),
        Line(text=effect.note if effect else ""),
        Line(text=laid_out.promise),
        Line(text=part.lines[0] if part and part.lines else ""),
        Line(text=figure.subtitle, tone="soft"),
        Line(text=laid_out.event_note if laid_out.event else "", tone="soft"),
    )
    _body(slide, (9.0, 1.8, 3.58, 4.85), lines, held.lang)


def _spoken(part: Part | None) -> tuple[str, ...]:
    """A part's tables as lines for the notes."""
    if part is None:
        return ()
    rows = ("; ".join(filter(None, row)) for held in part.tables for row in (held.columns, *held.rows))
    return (*part.lines, *rows)


def _checks(held: _Deck) -> None:
    laid_out = held.page
    title = laid_out.dashboard.title if laid_out.dashboard else "Does the comparison hold?"
    notes = (
        *(f"{check.title} {check.word}. {check.text}" for check in laid_out.checks),
        *laid_out.cautions,
        *laid_out.dashboard_error,
    )
    slide = _slide(held, title, notes)
    half = laid_out.dashboard is not None and bool(laid_out.checks)
    if laid_out.checks:
        rows = tuple((check.title, check.word) for check in laid_out.checks)
        shown = Table(caption="What was checked", columns=("Check", "Result"), rows=rows)
        box = (LEFT + 7.3 if half else LEFT, 1.75, 4.53 if half else BODY_WIDTH, 4.9)
        table(slide, shown, box, (0.7, 0.3), sizes=(14.0, 13.0, 12.0, 11.0, 10.0), lang=held.lang)
    if laid_out.dashboard:
        chart(slide, laid_out.dashboard, (LEFT, 1.75, 6.9, 3.1))
        line = Line(lead="Weak evidence, shown for comparison only.", text=laid_out.dashboard_error[-1])
        _body(slide, (LEFT, 5.05, 6.9, 1.6), (line,), held.lang)
    else:
        _drop_body(slide)


def _drop_body(slide: Any) -> None:
    """Take an empty placeholder away: it would invite to click on it."""
    shape = slide.placeholders[1]
    shape._element.getparent().remove(shape._element)


def _value(held: _Deck) -> None:
    part, facts = held.parts["value"], held.page.findings
    value = facts.value
    assert value is not None  # noqa: S101 - the part was made from it
    slide = _slide(held, value.text or "No return is claimed", _spoken(part))
    figures = next((held_table for held_table in part.tables if len(held_table.columns) == 2), None)
    lines = tuple(Line(text=line, tone="soft") for line in part.lines if line != value.text)
    if figures is None:
        _body(slide, (LEFT, 1.8, BODY_WIDTH, 4.6), lines, held.lang)
        return
    table(slide, figures, (LEFT, 1.75, 6.6, 4.75), (0.45, 0.55), sizes=(16.0, 14.0, 12.0, 11.0), lang=held.lang)
    _body(slide, (LEFT + 7.1, 1.8, 4.73, 4.7), lines[:6], held.lang)


def _decision(held: _Deck) -> None:
    laid_out = held.page
    rails = [g for g in laid_out.findings.guardrails if g.verdict != "held"]
    broke = next((link for link in laid_out.findings.chain if link.broke), None)
    value = laid_out.findings.value
    lines = (
        Line(lead=f"{laid_out.letter}.", text=laid_out.headline, lead_tone=f"grade-{laid_out.letter.lower()}"),
        Line(text=laid_out.promise),
        Line(text=(value.text or value.withheld) if value else ""),
        *(Line(lead=f"{capital(rail.label)}:", text=rail.text, lead_tone="worse") for rail in rails[:2]),
        Line(lead=f"{capital(broke.title)}:", text=broke.note or "The chain breaks here.") if broke else Line(text=""),
        Line(lead="Next best design.", text=laid_out.next_design) if laid_out.refused else Line(text=""),
    )
    notes = (
        "Whoever owns the initiative decides; the choice, its reason and its date belong in the ledger.",
        *(" ".join(filter(None, (line.lead, line.text))) for line in lines if line.text),
        *_spoken(held.parts.get("guardrails")),
        *_spoken(held.parts.get("chain")),
    )
    slide = _slide(held, "Decision asked: keep, fix, scale or stop?", notes)
    _body(slide, (LEFT, 1.8, 5.6, 4.6), lines, held.lang)
    table(slide, _CHOICES, (LEFT + 6.1, 1.75, 5.73, 4.7), (0.2, 0.8), sizes=(16.0, 14.0), lang=held.lang)


def _method(held: _Deck) -> None:
    laid_out = held.page
    notes = (
        *laid_out.method,
        *(f"{name}: {value}" for name, value in laid_out.provenance),
        *(f"{word}: {meaning}" for word, meaning in laid_out.glossary),
    )
    slide = _slide(held, "How was this done?", notes)
    _body(slide, (LEFT, 1.8, 5.9, 4.6), tuple(Line(text=line) for line in laid_out.method), held.lang)
    people = next((fact for fact in laid_out.facts if fact.name == "Compared"), None)
    counted = (("Compared", f"{people.value} {people.note}"),) if people else ()
    kept = tuple((name, shortened(value, 64 if " " in value else 17)) for name, value in laid_out.provenance)
    shown = Table(caption="Where it comes from", columns=("Record", "Value"), rows=(*counted, *kept))
    table(slide, shown, (LEFT + 6.4, 1.75, 5.43, 4.7), (0.34, 0.66), sizes=(12.0, 11.0, 10.0), lang=held.lang)
