"""The chain of an answer, from invitation to KPI: how many got how far, and where it broke."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from upshot.errors import PanelError
from upshot.panel.build import audience
from upshot.panel.exposure import expose
from upshot.plan.initiatives import Initiative
from upshot.report.findings import ChainLink, Range
from upshot.workspace.answers import Answer
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.reaching import SHORT, counted, links
from upshot.workspace.refusing import answered_day, minimum_of, refused, too_few

__all__ = ["ENOUGH", "chain_of", "people_today"]

ENOUGH = 0.5
"""Share of those before who must get to a stage; below it the chain is said to break there."""


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
        found = counted(connection, answer.initiative, answer.built.newest, applied_by)
    finally:
        connection.close()
    made = (*links(answer.initiative, found, gate, answer.built.newest), _kpi(answer))
    return _broken(made, (found.due, found.started, found.learned, found.applied))


def people_today(
    workspace: Workspace,
    initiative: Initiative,
    *,
    on: dt.date,
    minimum: int,
    applied_by: Collection[str] = (),
    disclosure: Disclosure | None = None,
) -> tuple[ChainLink, ...]:
    """Reach, learned and applied as of a day, before and between answers; empty while nobody is in the audience.

    Parameters
    ----------
    minimum
        The KPI's smallest group; 0 where its units are firms.
    """
    gate = (disclosure or Disclosure()).at_least(minimum) if minimum else Disclosure(minimum=0)
    course = initiative.resolved()
    with workspace.lake().connect() as connection:
        try:
            audience(connection, course, on)
            expose(connection, course, on=f"DATE '{on}'")
        except PanelError:
            return ()
        found = counted(connection, course, on, applied_by)
    return _broken(links(course, found, gate, on), (found.due, found.started, found.learned, found.applied))


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


def _broken(made: tuple[ChainLink, ...], exact: tuple[int | None, ...]) -> tuple[ChainLink, ...]:
    """Mark the first link that fell short."""
    at = next((at for at in range(len(made)) if _fell_short(made[at], at, exact)), None)
    if at is None:
        return made
    link = made[at]
    if link.stage == "kpi":
        text = "The interval holds zero: those who started cannot be told apart from the comparison."
    else:
        text = f"Fewer than half of those before {SHORT[link.stage]}."
    said = replace(link, broke=True, note=" ".join(filter(None, (text, link.note))))
    return (*made[:at], said, *made[at + 1 :])


def _fell_short(link: ChainLink, at: int, exact: tuple[int | None, ...]) -> bool:
    if link.stage == "kpi":
        span = link.interval
        return span is not None and span.low is not None and span.high is not None and span.low <= 0 <= span.high
    before, here = exact[at], exact[at + 1]
    return bool(before) and here is not None and before is not None and here < ENOUGH * before
