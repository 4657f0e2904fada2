"""How many people of an initiative began, completed it and used it at work: from records, through the gate."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from upshot.lake.scan import Connection
from upshot.plan.initiatives import Initiative
from upshot.plan.rolepath import APPLIED, NOT_BEGUN, at_work, recorded_as
from upshot.report.facts import Stage
from upshot.report.findings import ChainLink
from upshot.workspace.disclosing import FEWER, Disclosure

__all__ = ["SHORT", "Reached", "counted", "links"]

_STAGES: tuple[Stage, ...] = ("reach", "learned", "applied")
_TITLES = {"reach": "Started", "learned": "Completed", "applied": "Used at work"}
SHORT = {"reach": "started", "learned": "completed it", "applied": "used it at work"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """People at each stage, each inside the one before; ``None`` where no record could say."""

    due: int
    started: int | None
    learned: int | None
    applied: int | None
    dates: tuple[dt.date | None, dt.date | None, dt.date | None]


def counted(
    connection: Connection, initiative: Initiative, newest: dt.date | None, applied_by: Collection[str] = ()
) -> Reached:
    """Count the people at each stage; the audience and its exposure are made in the connection already.

    Parameters
    ----------
    newest
        The day as of which people are due: those whose wave starts later are left out.
    applied_by
        People whose use at work is on record elsewhere, by the roster's identifier.
    """
    _reached(connection, initiative, applied_by)
    by_wave = initiative.design.first_treated.from_ == "wave"
    due = "start_date <= $newest" if by_wave else "$newest IS NOT NULL"
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE due), count(*) FILTER (WHERE in1), count(*) FILTER (WHERE in2), "
        "count(*) FILTER (WHERE in2 AND (applied IS NOT NULL OR signed)), "
        "max(began), max(learned), max(applied), count(*) FILTER (WHERE signed) FROM ("
        "  SELECT *, due AND began IS NOT NULL AS in1, due AND began IS NOT NULL AND learned IS NOT NULL AS in2 "
        f"  FROM (SELECT *, coalesce({due}, false) AS due FROM reached))",
        {"newest": newest},
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    recorded = row[4] is not None
    watched = bool(row[6] is not None or row[7] or applied_by or at_work(initiative))
    return Reached(
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
        "  (verb IN $applied OR ((activity IN $steps OR coalesce(title, '') IN $steps) AND verb IN $done)) AS applies "
        "  FROM learning WHERE (activity IN $activities OR coalesce(title, '') IN $activities OR activity IN $steps "
        "  OR coalesce(title, '') IN $steps) AND verb NOT IN $not_begun), "
        "each AS (SELECT person, max(day) AS began, max(day) FILTER (WHERE counts AND NOT applies) AS learned, "
        "  max(day) FILTER (WHERE applies) AS applied FROM about GROUP BY person) "
        "SELECT p.person, e.start_date, a.began, a.learned, a.applied, p.person IN $signed AS signed "
        "FROM panel_people p LEFT JOIN exposure e ON e.person = p.person LEFT JOIN each a ON a.person = p.person",
        {
            "counts": list(initiative.records.verbs),
            "applied": list(APPLIED),
            "done": ["completed", "passed", *APPLIED],
            "not_begun": list(NOT_BEGUN),
            "activities": list(recorded_as(initiative)),
            "steps": list(at_work(initiative)),
            "signed": sorted(applied_by),
        },
    )


def links(initiative: Initiative, found: Reached, gate: Disclosure, newest: dt.date | None) -> tuple[ChainLink, ...]:
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
            definition=_defined(stage, initiative),
            as_of=found.dates[at] or newest,
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
