"""A sponsor's page: what was promised to them, what came of it, what they sign and decide."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.selectors import AnswerSummary, newest_answers
from upshot.web.plans.models import Function
from upshot.web.plans.promising import may_sign_as
from upshot.web.reviews.executive import decisions_of
from upshot.web.reviews.promises import Change, Promise, changes_of, promises_of, since_of

__all__ = ["SEEN", "Sponsored", "Sponsorship", "sponsorship_of"]

SEEN = "sponsor-page-seen"
"""The audit's word for a look at this page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sponsored:
    """One promise with what it was worth so far, and what was decided last."""

    promise: Promise
    money: str = ""
    money_reason: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sponsorship:
    """The page.

    Parameters
    ----------
    named
        Whether the plan names the viewer; where it does not, every promise is shown.
    to_sign
        Promises that lack the sponsor's signature, where the viewer signs as one.
    """

    rows: tuple[Sponsored, ...]
    named: bool
    to_sign: tuple[Promise, ...]
    changes: tuple[Change, ...]
    since: dt.date

    @property
    def due(self) -> tuple[Sponsored, ...]:
        """Those whose decision is overdue."""
        return tuple(one for one in self.rows if one.promise.late)


def sponsorship_of(viewer: Viewer) -> Sponsorship | None:
    """Everything the page shows; ``None`` while the plan does not load."""
    board = promises_of(viewer)
    if board is None:
        return None
    mine = tuple(one for one in board.promises if one.mine)
    answers, decided = newest_answers(viewer), decisions_of(viewer)
    money = viewer.everywhere(Permission.MONEY)
    signs = Function.SPONSOR in may_sign_as(viewer)
    label, since = str(Function.SPONSOR.label), since_of(viewer, SEEN)
    shown = mine or board.promises
    titles = {one.initiative: one.title for one in board.promises}
    own = {one.initiative for one in shown}
    return Sponsorship(
        rows=tuple(_row(one, answers, decided, money=money) for one in shown),
        named=bool(mine),
        to_sign=tuple(one for one in shown if signs and label in one.asked),
        changes=tuple(one for one in changes_of(viewer, titles, since) if one.about in own),
        since=since,
    )


def _row(one: Promise, answers: Mapping[str, AnswerSummary], decided: Mapping[str, str], *, money: bool) -> Sponsored:
    found = answers.get(one.initiative)
    proven = found is not None and found.proven
    return Sponsored(
        promise=one,
        money=found.money if found is not None and proven and money else "",
        money_reason=found.money_reason if found is not None and money else "",
        decided=decided.get(one.initiative, ""),
    )
