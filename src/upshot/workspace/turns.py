"""Whose turn has not come where support is tried wave by wave: who is not written to yet, and by which initiative."""

import datetime as dt
from collections.abc import Mapping

from upshot.plan import Plan
from upshot.workspace.belonging import members
from upshot.workspace.folder import Workspace

__all__ = ["NOT_YET", "waiting"]

NOT_YET = "turn"
"""The outbox's word for what is not sent because its reader's turn has not come."""


def waiting(workspace: Workspace, plan: Plan, kind: str, *, on: dt.date) -> Mapping[str, frozenset[str]]:
    """Who does not get a kind of support yet, by the id of the initiative it supports.

    People in the audience of the trial wait until their wave starts, and for good in no wave; everybody else gets
    the support as if nothing were tried. Where nothing is tried nothing is read.

    Parameters
    ----------
    kind
        ``digest``, ``nudge`` or ``debrief``.
    on
        The day it is told for.
    """
    trials = [item.resolved() for item in plan.initiatives if item.support and item.support.kind == kind]
    if not trials:
        return {}
    with workspace.lake().connect() as connection:
        belong = members(connection, trials, on=on)
    return {
        trial.support.of: frozenset(one.person for one in own if one.starts is None or one.starts > on)
        for trial, own in zip(trials, belong, strict=True)
        if trial.support
    }
