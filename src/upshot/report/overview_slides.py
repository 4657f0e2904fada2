"""The overview as slides: all objectives on one, then one slide an objective, and what the letters mean."""

import io
from typing import Any

from upshot.report.archive import with_fixed_dates
from upshot.report.figures import Table
from upshot.report.letters import printable, shortened
from upshot.report.numbers import long_date
from upshot.report.overview import MEANINGS, Overview, OverviewLine, Told
from upshot.report.slide_deck import BODY_WIDTH, LEFT, Box, add_slide, new_deck
from upshot.report.slide_shapes import badge, chart, fill, table, text_box
from upshot.report.slide_text import Line

__all__ = ["render"]

_TITLE: Box = (LEFT, 0.55, BODY_WIDTH, 0.95)
_TITLE_SIZES = (30.0, 28.0, 24.0, 20.0, 16.0)
_TEXT_SIZES = (18.0, 16.0, 14.0, 12.0, 10.0)
_A_SLIDE = 6
"""Objectives on a slide of the summary."""


def render(overview: Overview) -> bytes:
    """Write an overview as PowerPoint slides, 16:9, with speaker's notes; the same overview gives the same bytes."""
    deck = new_deck(title=overview.question, author=overview.organisation, day=overview.as_of)
    foot = " · ".join(
        filter(
            None,
            (shortened(overview.notice, 100), overview.organisation, f"as of {long_date(overview.as_of)}"),
        )
    )
    pages = [overview.lines[at : at + _A_SLIDE] for at in range(0, len(overview.lines), _A_SLIDE)] or [()]
    for number, lines in enumerate(pages):
        _summary(deck, overview, lines, foot, first=number == 0)
    for line in overview.lines:
        _objective(deck, overview, line, foot)
    _meanings(deck, overview, foot)
    held = io.BytesIO()
    deck.save(held)
    return with_fixed_dates(held.getvalue())


def _slide(deck: Any, title: str, notes: str, foot: str, lang: str) -> Any:
    slide = add_slide(deck, foot=foot)
    fill(slide.shapes.title, _TITLE, (Line(text=title, bold=True),), sizes=_TITLE_SIZES, lang=lang)
    slide.notes_slide.notes_text_frame.text = printable(notes)
    return slide


def _without_body(slide: Any) -> None:
    body = slide.placeholders[1]
    body._element.getparent().remove(body._element)


def _summary(deck: Any, overview: Overview, lines: tuple[OverviewLine, ...], foot: str, *, first: bool) -> None:
    """A table of objectives: what it reads, the best-known answer with its letter, money and what is asked."""
    notes = " ".join(filter(None, (overview.lead, overview.orphans)))
    slide = _slide(deck, overview.question, notes, foot, overview.lang)
    top = 1.6
    if first:
        fill(
            slide.placeholders[1],
            (LEFT, top, BODY_WIDTH, 0.7),
            (Line(text=overview.lead, tone="soft"),),
            sizes=_TEXT_SIZES,
            lang=overview.lang,
        )
        top = 2.4
    else:
        _without_body(slide)
    held = Table(
        caption=f"{overview.question} One row an objective.",
        columns=("Objective", "KPI against goal", "Grade", "What we can say", "Net value", "Asked"),
        rows=tuple(_row(line) for line in lines),
    )
    shares = (0.19, 0.2, 0.06, 0.31, 0.13, 0.11)
    table(
        slide, held, (LEFT, top, BODY_WIDTH, 6.7 - top), shares, sizes=(12.0, 11.0, 10.0, 9.0, 8.0), lang=overview.lang
    )


def _row(line: OverviewLine) -> tuple[str, ...]:
    best = line.told[0] if line.told else None
    return (
        line.objective,
        line.readings[0] if line.readings else "no reading",
        (best.grade if best else "") or "none",
        best.sentence if best else "Nothing is done about it yet.",
        (best.money if best else "") or "none stated",
        "; ".join(one.asked for one in line.told if one.asked) or "nothing",
    )


def _objective(deck: Any, overview: Overview, line: OverviewLine, foot: str) -> None:
    notes = "\n".join(
        [
            *line.readings,
            *(f"{figure.title}. {figure.subtitle} {figure.description}" for figure in line.figures),
            *(_spoken(one) for one in line.told),
        ]
    )
    slide = _slide(deck, line.objective, notes, foot, overview.lang)
    _without_body(slide)
    left, width = LEFT, BODY_WIDTH
    if line.figures:
        figure = line.figures[0]
        head = (Line(text=figure.title, bold=True), Line(text=figure.subtitle, tone="soft"))
        text_box(slide, (LEFT, 1.65, 6.3, 0.95), head, sizes=(14.0, 12.0, 10.0), lang=overview.lang, name="Finding")
        chart(slide, figure, (LEFT, 2.65, 6.3, 4.0))
        left, width = LEFT + 6.7, BODY_WIDTH - 6.7
    else:
        said = tuple(Line(text=text, tone="soft") for text in line.readings)
        text_box(slide, (LEFT, 1.65, BODY_WIDTH, 0.6), said, sizes=_TEXT_SIZES, lang=overview.lang, name="KPI")
    _initiatives(slide, overview, line, (left, 1.7 if line.figures else 2.4, width, 5.0 if line.figures else 4.3))


def _initiatives(slide: Any, overview: Overview, line: OverviewLine, box: Box) -> None:
    """The initiatives below one another, each with its letter; the first has the most room."""
    left, top, width, height = box
    shown = line.told[:3] or (Told(title="", sentence="Nothing is done about it yet."),)
    room = height / len(shown)
    for place, one in enumerate(shown):
        at = top + place * room
        if one.grade:
            badge(slide, (left, at, 0.7, 0.7), one.grade, lang=overview.lang)
        lines = (
            Line(text=one.title, tone="soft"),
            Line(text=one.sentence),
            Line(lead="Net value in the first year:", text=one.money)
            if one.money
            else Line(text=one.money_reason, tone="soft"),
            Line(text=one.decided, tone="soft"),
            Line(text=one.asked, bold=True),
        )
        text_box(
            slide,
            (left + 0.9, at, width - 0.9, room - 0.15),
            lines,
            sizes=_TEXT_SIZES,
            lang=overview.lang,
            name=one.title or "Initiative",
        )


def _spoken(one: Told) -> str:
    said = (one.title, one.sentence, f"Grade {one.grade}" if one.grade else "", one.money or one.money_reason)
    return ". ".join(part.rstrip(".") for part in (*said, one.decided, one.asked) if part) + "."


def _meanings(deck: Any, overview: Overview, foot: str) -> None:
    slide = _slide(deck, "What the letters and the money mean", "", foot, overview.lang)
    lines = tuple(Line(lead=f"{word}.", text=text) for word, text in MEANINGS)
    fill(slide.placeholders[1], (LEFT, 1.8, 9.5, 4.6), lines, sizes=_TEXT_SIZES, lang=overview.lang)
