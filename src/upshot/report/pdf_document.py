"""The page as the printed report's template reads it: sections of blocks, in plain JSON types."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from upshot.report.beside import Part
from upshot.report.figures import Figure, Table
from upshot.report.letters import shortened, without_marks
from upshot.report.page import Page
from upshot.report.palette import light_colours, standalone_svg

__all__ = ["FONT", "document", "drawable"]

FONT = "Libertinus Serif"
"""The text face; it ships inside typst, so a report needs no font of the machine it is made on."""

Block: TypeAlias = dict[str, Any]

_WORDY = frozenset({"Why", "Step", "Stage", "KPI", "Item", "Way of reading", "Effect and interval", "Verdict"})
_LONG_HEADLINE, _LONG_QUESTION, _LONG_VALUE = 220, 100, 12
_FULL_WIDTH = 680.0


def document(page: Page) -> dict[str, Any]:
    """Everything the template prints, without control characters.

    Parameters
    ----------
    page
        The page of guarded findings, as `upshot.report.page.page` writes it.
    """
    made: dict[str, Any] = drawable({**_frame(page), **_top(page), "sections": list(_sections(page))})
    return {**made, "colours": light_colours()}


def drawable(value: Any) -> Any:
    """Plain content without the control characters that no font draws."""
    match value:
        case str():
            return without_marks(value)
        case dict():
            return {key: drawable(item) for key, item in value.items()}
        case list() | tuple():
            return [drawable(item) for item in value]
        case _:
            return value


def _frame(page: Page) -> dict[str, Any]:
    """What holds the pages: language, title, date, and the lines above and below."""
    facts = page.findings
    lang, _, region = facts.lang.partition("-")
    day = facts.as_of
    return {
        "lang": lang.lower() if len(lang) in (2, 3) and lang.isalpha() else "en",
        "region": region.upper() if len(region) == 2 and region.isalpha() else None,
        "title": shortened(
            " · ".join(filter(None, (_heading(facts.question, facts.initiative), facts.organisation))), 400
        ),
        "author": shortened(facts.organisation, 200),
        "date": [day.year, day.month, day.day],
        "running": {
            "left": shortened(facts.organisation, 40),
            "middle": shortened(facts.initiative, 56),
            "right": f"as of {page.as_of} · {page.registration[0]}",
            "foot": "Written by Upshot. It estimates effects of programmes on groups; it scores no person.",
        },
        "notice_line": shortened(facts.data_notice, 110),
    }


def _top(page: Page) -> dict[str, Any]:
    facts = page.findings
    return {
        "notice": facts.data_notice if len(facts.data_notice) > 110 else "",
        "question": _heading(facts.question, facts.initiative),
        "question_is_long": len(facts.question) > _LONG_QUESTION,
        "objective": f"Serves the objective: {facts.objective}" if facts.objective else "",
        "letter": page.letter,
        "headline": page.headline,
        "headline_is_long": len(page.headline) > _LONG_HEADLINE,
        "grade_name": f"{page.grade_name}.",
        "grade_why": page.grade_why,
        "grade_meaning": [f"What {page.letter} means: {page.grade_meaning}", ": ".join(page.registration)],
        "facts": [
            {"name": f.name, "value": f.value, "note": f.note, "value_is_long": len(f.value) > _LONG_VALUE}
            for f in page.facts
        ],
    }


def _heading(*names: str) -> str:
    """The first name that has letters; an accessible document must have a title."""
    return next((name for name in names if without_marks(name).strip()), "Report")


def _sections(page: Page) -> Iterator[dict[str, Any]]:
    """The page's sections in its order, and the figures' tables last."""
    writers: dict[str, Callable[[Page], list[Block]]] = {
        "next-step": lambda p: [{"kind": "next", "text": p.next_design}],
        "effect-section": _effect,
        "event-section": _event,
        "dashboard-section": _dashboard,
        "checks-section": _checks,
        "second-section": _second,
        "method-section": _method,
        "audit-section": lambda p: [_table(p.audit)] if p.audit else [],
        "provenance-section": _provenance,
        "words-section": _words,
    }
    held = {f"{part.name}-section": part for part in page.beside}
    for section in page.sections:
        if section.name in held:
            yield {"title": section.title, "blocks": _beside(held[section.name])}
        elif section.name in writers:
            yield {"title": section.title, "blocks": writers[section.name](page)}
    tables = [_table(figure.table) for figure in _figures(page)]
    if tables:
        yield {"title": "The figures as tables", "blocks": tables}


def _figures(page: Page) -> tuple[Figure, ...]:
    held = (page.effect, page.event, page.dashboard, page.second, page.waves)
    return tuple(figure for figure in held if figure is not None)


def _figure(figure: Figure | None) -> list[Block]:
    if figure is None:
        return []
    drawn = standalone_svg(figure.wide, font=FONT)
    return [
        {"kind": "figure", "title": figure.title, "subtitle": figure.subtitle, "alt": figure.description, "svg": drawn}
    ]


def _text(*lines: str, leads: bool = False) -> list[Block]:
    """Paragraphs; those that lead to what follows stay on its page."""
    return [{"kind": "text", "text": line, "leads": leads} for line in lines if line]


def _table(table: Table) -> Block:
    wordy = [
        place == 0 or name in _WORDY or max((len(row[place]) for row in table.rows), default=0) > 40
        for place, name in enumerate(table.columns)
    ]
    longest = [max((len(row[place]) for row in table.rows), default=0) for place in range(len(table.columns))]
    widths = [max(1, min(6, length // 16)) if longest[place] > 24 else 0 for place, length in enumerate(longest)]
    if not any(widths):
        widths = [0] * len(widths)
    return {
        "kind": "table",
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
        "wordy": wordy,
        "widths": widths,
    }


def _effect(page: Page) -> list[Block]:
    return [*_text(page.promise, leads=True), *_figure(page.effect)]


def _event(page: Page) -> list[Block]:
    if page.refused:
        return [
            *_text("This was computed, and it is not an answer: see the reason above.", leads=True),
            *_figure(page.event),
        ]
    return [*_text(page.event_note, leads=True), *_figure(page.event)]


def _dashboard(page: Page) -> list[Block]:
    weak = {"kind": "weak", "text": "Weak evidence, shown for comparison only"}
    return [weak, *_figure(page.dashboard), *_text(*page.dashboard_error)]


def _checks(page: Page) -> list[Block]:
    items = [
        {"sign": c.sign, "status": c.status, "word": c.word, "title": c.title, "text": c.text} for c in page.checks
    ]
    blocks: list[Block] = [{"kind": "checks", "items": items}] if items else []
    if page.cautions:
        blocks += [{"kind": "heading", "text": "To read the number rightly"}]
        blocks += [{"kind": "list", "items": list(page.cautions)}]
    return blocks


def _second(page: Page) -> list[Block]:
    return [*_text("Chosen before the result was known, and never the headline.", leads=True), *_figure(page.second)]


def _beside(part: Part) -> list[Block]:
    return [*_text(*part.lines), *map(_table, part.tables)]


def _method(page: Page) -> list[Block]:
    return [*_text(*page.method), *_figure(page.waves)]


def _provenance(page: Page) -> list[Block]:
    said = _text("The same data, design and version give the same answer.")
    facts: Block = {"kind": "terms", "items": [list(pair) for pair in page.provenance]}
    return [*said, facts, *([_table(page.exact)] if page.exact else [])]


def _words(page: Page) -> list[Block]:
    numbers = [[fact.name, " ".join(filter(None, fact.definition))] for fact in page.facts]
    known = {name for name, _ in numbers}
    words = [list(pair) for pair in page.glossary if pair[0] not in known]
    return [{"kind": "terms", "items": numbers + words}]
