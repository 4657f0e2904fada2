"""Whose turn has not come where support is tried wave by wave: who is not written to yet, and by which initiative."""

import datetime as dt
from collections.abc import Collection, Mapping

from upshot.plan import Plan
from upshot.workspace.belonging import members
from upshot.workspace.folder import Workspace

__all__ = ["NOT_YET", "has_come", "turns", "waiting"]

NOT_YET = "turn"
"""The outbox's word for what is not sent because its reader's turn has not come."""


def turns(
    workspace: Workspace, plan: Plan, kind: str, *, on: dt.date, people: Collection[str] | None = None
) -> Mapping[str, Mapping[str, dt.date | None]]:
    """The day on which each person of a trial gets a kind of support, by what is handed out; ``None`` for never.

    Whoever is not named gets the support as if nothing were tried. Where nothing is tried nothing is read.

    Parameters
    ----------
    kind
        As the plan's `support` names it.
    on
        The day whose roster says who is in the audience.
    people
        Roster identifiers; nobody else is read. By default everybody.
    """
    trials = [item.resolved() for item in plan.initiatives if item.support and item.support.kind == kind]
    if not trials:
        return {}
    with workspace.lake().connect() as connection:
        belong = members(connection, trials, on=on, people=people)
    return {
        name: {one.person: one.starts for one in own}
        for trial, own in zip(trials, belong, strict=True)
        if trial.support
        for name in trial.support.about
    }


def has_come(turn: dt.date | None, on: dt.date) -> bool:
    """Whether a turn has come by a day; it never does for those in no wave."""
    return turn is not None and turn <= on


def waiting(workspace: Workspace, plan: Plan, kind: str, *, on: dt.date) -> Mapping[str, frozenset[str]]:
    """Who does not get a kind of support yet, by what is handed out.

    People in the audience of the trial wait until their wave starts, and for good in no wave; everybody else gets
    the support as if nothing were tried.
    """
    return {
        name: frozenset(person for person, turn in found.items() if not has_come(turn, on))
        for name, found in turns(workspace, plan, kind, on=on).items()
    }
