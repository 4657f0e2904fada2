"""The overview as one tagged PDF (PDF/UA-1): the summary as a table, then each objective with its picture."""

from typing import Any

from upshot.report.letters import shortened
from upshot.report.numbers import long_date
from upshot.report.overview import MEANINGS, Overview, OverviewLine, Told
from upshot.report.palette import light_colours, standalone_svg
from upshot.report.pdf import typeset
from upshot.report.pdf_document import FONT, drawable

__all__ = ["render"]


def render(overview: Overview) -> bytes:
    """Write an overview as PDF for paper and for screen readers; the same overview gives the same bytes."""
    content = drawable(_content(overview))
    return typeset({**content, "colours": light_colours()}, "overview.typ")


def _content(overview: Overview) -> dict[str, Any]:
    day = overview.as_of
    return {
        "lang": overview.lang.partition("-")[0],
        "title": shortened(f"{overview.question} {overview.organisation}", 400),
        "author": shortened(overview.organisation, 200),
        "date": [day.year, day.month, day.day],
        "organisation": shortened(overview.organisation, 60),
        "as_of": f"as of {long_date(day)}",
        "notice": overview.notice,
        "question": overview.question,
        "lead": overview.lead,
        "lines": [_line(line) for line in overview.lines],
        "orphans": overview.orphans,
        "meanings": [list(pair) for pair in MEANINGS],
    }


def _line(line: OverviewLine) -> dict[str, Any]:
    return {
        "objective": line.objective,
        "readings": list(line.readings),
        "figures": [
            {
                "title": figure.title,
                "subtitle": figure.subtitle,
                "alt": figure.description,
                "svg": standalone_svg(figure.wide, font=FONT),
            }
            for figure in line.figures
        ],
        "told": [_told(one) for one in line.told],
    }


def _told(one: Told) -> dict[str, str]:
    return {
        "title": one.title,
        "sentence": one.sentence,
        "letter": one.grade,
        "money": one.money,
        "money_reason": "" if one.money else one.money_reason,
        "asked": one.asked,
        "decided": one.decided,
    }
