"""The chain of impact as four numbers, each with its share, its definition and where it comes from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from upshot.report.facts import ChainLink
from upshot.report.findings import Findings
from upshot.report.numbers import count, display_for, percent

__all__ = ["Link", "chain_rows", "people_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One stage as printed."""

    title: str
    figure: str
    note: str
    broke: bool
    why: str
    definition: str
    source: str
    as_of: dt.date | None
    people: str
    stage: str
    grade: str


def chain_rows(findings: Findings, today: Sequence[ChainLink] = ()) -> list[Link]:
    """The stages in order; those about people as of today, where they are given."""
    people = list(today) or [link for link in findings.chain if link.stage != "kpi"]
    effect = [link for link in findings.chain if link.stage == "kpi"]
    if any(link.broke for link in people):
        effect = [replace(link, broke=False) for link in effect]
    return [
        *(_link(link, *_people(findings.people, link), findings.people) for link in people),
        *(_link(link, *_effect(findings, link), findings.people) for link in effect),
    ]


def people_rows(today: Sequence[ChainLink]) -> list[Link]:
    """The stages about people, before there is an answer."""
    return [_link(link, *_people(_("people"), link), _("people")) for link in today]


def _link(link: ChainLink, figure: str, note: str, who: str) -> Link:
    return Link(
        title=link.title[:1].upper() + link.title[1:],
        figure=figure,
        note=note,
        broke=link.broke,
        why=link.note,
        definition=link.definition,
        source=link.source,
        as_of=link.as_of,
        people="" if link.people is None else count(link.people, who),
        stage=link.stage,
        grade=link.grade or "",
    )


def _people(who: str, link: ChainLink) -> tuple[str, str]:
    if link.value is None:
        return "–", link.note
    of = "" if link.of is None else f" of {count(round(link.of))}"
    share = "" if link.share is None else f" · {percent(link.share)}"
    return count(round(link.value)), f"{who}{of}{share}"


def _effect(findings: Findings, link: ChainLink) -> tuple[str, str]:
    display, span = display_for(findings), link.interval
    if span is None:
        return "–", link.note
    if span.low is None or span.high is None:
        return display.bare(span.estimate, signed=True), display.unit
    return display.bare(span.estimate, signed=True), f"{display.between(span.low, span.high)} {display.unit}".rstrip()
