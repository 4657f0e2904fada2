"""The chain of an answer, from invitation to KPI: how many got how far, and where it broke."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from upshot.lake.scan import Connection
from upshot.panel.build import audience
from upshot.panel.exposure import expose
from upshot.plan.initiatives import Initiative
from upshot.report.facts import Stage
from upshot.report.findings import ChainLink, Range
from upshot.workspace.answers import Answer
from upshot.workspace.disclosing import FEWER, Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.refusing import answered_day, minimum_of, refused, too_few

__all__ = ["APPLIED", "ENOUGH", "NOT_BEGUN", "chain_of"]

ENOUGH = 0.5
"""Share of those before who must get to a stage; below it the chain is said to break there."""

APPLIED = ("applied", "signed-off", "demonstrated", "observed")
"""Verbs of records of this initiative that say somebody used it at work."""

NOT_BEGUN = ("registered", "enrolled", "assigned", "invited", "waived", "withdrawn", "expired")
"""Verbs of records that do not say that somebody began."""

_ON_THE_JOB = ("challenge", "commitment")
_STAGES: tuple[Stage, ...] = ("reach", "learned", "applied")
_TITLES = {"reach": "Started", "learned": "Completed", "applied": "Used at work"}
_SHORT = {"reach": "started", "learned": "completed it", "applied": "used it at work"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """People at each stage, each inside the one before; ``None`` where no record could say."""

    due: int
    started: int | None
    learned: int | None
    applied: int | None
    dates: tuple[dt.date | None, dt.date | None, dt.date | None]


def chain_of(
    workspace: Workspace,
    answer: Answer,
    *,
    applied_by: Collection[str] = (),
    disclosure: Disclosure | None = None,
) -> tuple[ChainLink, ...]:
    """Reach, learned, applied and KPI of an answer, with definition, date and source of each.

    The first stage to which fewer than half of those before got is where the chain broke; where all
    of them hold, it is the KPI if its interval holds zero. Nothing is said of why. Counts pass the
    gate together: of two that differ by a few people only one is shown.

    Parameters
    ----------
    applied_by
        People whose use at work is on record elsewhere (challenges signed off), by the roster's
        identifier; they are added to what the learning records say.
    disclosure
        The reader's gate; by default the KPI's minimum group.
    """
    minimum = minimum_of(answer)
    gate = (disclosure or Disclosure()).at_least(minimum) if minimum else Disclosure(minimum=0)
    day = answered_day(answer)
    connection = workspace.lake().connect(known_at=answer.as_of)
    try:
        audience(connection, answer.initiative, day)
        expose(connection, answer.initiative, on=f"DATE '{day}'")
        found = _counted(connection, answer, applied_by)
    finally:
        connection.close()
    links = (*_people(answer, found, gate), _kpi(answer))
    return _broken(links, (found.due, found.started, found.learned, found.applied))


def _counted(connection: Connection, answer: Answer, applied_by: Collection[str]) -> _Counted:
    initiative = answer.initiative
    _reached(connection, initiative, applied_by)
    by_wave = initiative.design.first_treated.from_ == "wave"
    due = "start_date <= $newest" if by_wave else "$newest IS NOT NULL"
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE due), count(*) FILTER (WHERE in1), count(*) FILTER (WHERE in2), "
        "count(*) FILTER (WHERE in2 AND (applied IS NOT NULL OR signed)), "
        "max(began), max(learned), max(applied), count(*) FILTER (WHERE signed) FROM ("
        "  SELECT *, due AND began IS NOT NULL AS in1, due AND began IS NOT NULL AND learned IS NOT NULL AS in2 "
        f"  FROM (SELECT *, coalesce({due}, false) AS due FROM reached))",
        {"newest": answer.built.newest},
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    recorded = row[4] is not None
    watched = bool(row[6] is not None or row[7] or applied_by or _at_work(initiative))
    return _Counted(
        due=int(row[0]),
        started=int(row[1]) if recorded else None,
        learned=int(row[2]) if recorded else None,
        applied=int(row[3]) if recorded and watched else None,
        dates=(row[4], row[5], row[6]),
    )


def _reached(connection: Connection, initiative: Initiative, applied_by: Collection[str]) -> None:
    """Make ``reached``: one row a person of the audience with the last day of each stage on record."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE reached AS "
        'WITH about AS (SELECT person, coalesce(date, CAST("at" AS DATE)) AS day, verb IN $counts AS counts, '
        "  (verb IN $applied OR ((activity IN $steps OR title IN $steps) AND verb IN $done)) AS applies "
        "  FROM learning WHERE (activity IN $activities OR title IN $activities OR activity IN $steps "
        "  OR title IN $steps) AND verb NOT IN $not_begun), "
        "each AS (SELECT person, max(day) AS began, max(day) FILTER (WHERE counts AND NOT applies) AS learned, "
        "  max(day) FILTER (WHERE applies) AS applied FROM about GROUP BY person) "
        "SELECT p.person, e.start_date, a.began, a.learned, a.applied, p.person IN $signed AS signed "
        "FROM panel_people p LEFT JOIN exposure e ON e.person = p.person LEFT JOIN each a ON a.person = p.person",
        {
            "counts": list(initiative.records.verbs),
            "applied": list(APPLIED),
            "done": ["completed", "passed", *APPLIED],
            "not_begun": list(NOT_BEGUN),
            "activities": list(initiative.records.activities),
            "steps": _at_work(initiative),
            "signed": sorted(applied_by),
        },
    )


def _at_work(initiative: Initiative) -> list[str]:
    """Activities whose records say that something was done at work: challenges, commitments, named actions."""
    steps = [step for step in initiative.path if step.kind in _ON_THE_JOB]
    named = [name for step in steps for name in (step.id, f"{initiative.id}/{step.id}", step.title)]
    return list(dict.fromkeys(filter(None, (*named, *(action.id for action in initiative.actions)))))


def _people(answer: Answer, found: _Counted, gate: Disclosure) -> tuple[ChainLink, ...]:
    """The three stages of people, their counts through the gate together."""
    exact = (found.due, found.started, found.learned, found.applied)
    known = [count for count in exact if count is not None]
    shown = (*gate.nested(known), *(None,) * (len(exact) - len(known)))
    return tuple(
        ChainLink(
            stage=stage,
            title=_TITLES[stage],
            value=shown[at + 1],
            of=shown[at],
            share=_share(shown[at + 1], shown[at]),
            people=shown[at + 1],
            definition=_defined(stage, answer.initiative),
            as_of=found.dates[at] or answer.built.newest,
            source="learning records" if stage != "applied" else "learning records and sign-offs",
            note=_note(stage, exact[at], exact[at + 1], shown[at + 1], gate.minimum),
        )
        for at, stage in enumerate(_STAGES)
    )


def _share(value: int | None, of: int | None) -> float | None:
    return value / of if value is not None and of else None


def _note(stage: Stage, before: int | None, exact: int | None, shown: int | None, minimum: int) -> str:
    if exact is None:
        missing = "The plan names no record of use at work" if stage == "applied" else "There is no learning record"
        return f"{missing}, so this is not known."
    if shown is not None:
        return ""
    few = FEWER.format(minimum=minimum)
    if before is not None and 0 < exact < before and exact >= minimum:
        return f"Not shown: it differs by {few} people from a count beside it."
    return f"Not shown: {few} people." if exact < minimum else "Not shown, so that no small count follows from it."


def _defined(stage: Stage, initiative: Initiative) -> str:
    by_wave = initiative.design.first_treated.from_ == "wave"
    if stage == "reach":
        turn = "whose wave has started" if by_wave else "of the audience"
        return f"People {turn} with a record that says they began."
    if stage == "learned":
        return f"People who started and have a record that says {' or '.join(initiative.records.verbs)}."
    return "People who completed it and have a record of using it at work: a challenge, a sign-off, a named action."


def _kpi(answer: Answer) -> ChainLink:
    """The last link: the effect with its grade, or that none may be claimed."""
    found, kpi = answer.estimate, answer.kpi
    letter = found.grade.letter if found.grade else "D"
    said = not (refused(found) or too_few(answer))
    interval = None
    if said and found.estimate is not None:
        interval = Range(estimate=found.estimate, low=found.conf_low, high=found.conf_high)
    return ChainLink(
        stage="kpi",
        title=kpi.label or kpi.id,
        value=interval.estimate if interval else None,
        interval=interval,
        people=None if too_few(answer) else found.n_treated,
        grade=letter,
        definition=f"Difference in {kpi.spoken} of those who started, against the comparison.",
        as_of=answer.built.newest,
        source=f"KPI readings of {kpi.source.kpi or kpi.id}",
        note="" if said else "Cannot tell: no effect is claimed at this grade.",
    )


def _broken(links: tuple[ChainLink, ...], exact: tuple[int | None, ...]) -> tuple[ChainLink, ...]:
    """Mark the first link that fell short."""
    at = next((at for at in range(len(links)) if _fell_short(links[at], at, exact)), None)
    if at is None:
        return links
    link = links[at]
    if link.stage == "kpi":
        text = "The interval holds zero: those who started cannot be told apart from the comparison."
    else:
        text = f"Fewer than half of those before {_SHORT[link.stage]}."
    said = replace(link, broke=True, note=" ".join(filter(None, (text, link.note))))
    return (*links[:at], said, *links[at + 1 :])


def _fell_short(link: ChainLink, at: int, exact: tuple[int | None, ...]) -> bool:
    if link.stage == "kpi":
        span = link.interval
        return span is not None and span.low is not None and span.high is not None and span.low <= 0 <= span.high
    before, here = exact[at], exact[at + 1]
    return bool(before) and here is not None and before is not None and here < ENOUGH * before
