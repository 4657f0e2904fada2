"""The chain of impact as four numbers, each with its share, its definition and where it comes from."""

import datetime as dt
from dataclasses import dataclass

from upshot.report.facts import ChainLink
from upshot.report.findings import Findings
from upshot.report.numbers import count, display_for, percent

__all__ = ["Link", "chain_rows"]


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


def chain_rows(findings: Findings) -> list[Link]:
    """The stages in order."""
    return [_link(findings, link) for link in findings.chain]


def _link(findings: Findings, link: ChainLink) -> Link:
    figure, note = _effect(findings, link) if link.stage == "kpi" else _people(findings, link)
    return Link(
        title=link.title[:1].upper() + link.title[1:],
        figure=figure,
        note=note,
        broke=link.broke,
        why=link.note,
        definition=link.definition,
        source=link.source,
        as_of=link.as_of,
        people="" if link.people is None else count(link.people, findings.people),
        stage=link.stage,
        grade=link.grade or "",
    )


def _people(findings: Findings, link: ChainLink) -> tuple[str, str]:
    if link.value is None:
        return "–", link.note
    of = "" if link.of is None else f" of {count(round(link.of))}"
    share = "" if link.share is None else f" · {percent(link.share)}"
    return count(round(link.value)), f"{findings.people}{of}{share}"


def _effect(findings: Findings, link: ChainLink) -> tuple[str, str]:
    display, span = display_for(findings), link.interval
    if span is None:
        return "–", link.note
    if span.low is None or span.high is None:
        return display.bare(span.estimate, signed=True), display.unit
    return display.bare(span.estimate, signed=True), f"{display.between(span.low, span.high)} {display.unit}".rstrip()
