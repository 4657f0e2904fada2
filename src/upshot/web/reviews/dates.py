"""When each initiative is reviewed: dates of the plan, the plan's rhythm, dates set by hand, and what was held."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.web.reviews.models import Review
from upshot.workspace.reconciling import days_of

__all__ = ["Calendar", "Due", "calendar"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One review: which initiative, on which day, who decides by the plan, and the row once there is one."""

    initiative: str
    title: str
    day: dt.date
    by: tuple[str, ...] = ()
    row: Review | None = None

    @property
    def held(self) -> bool:
        """Whether it was decided."""
        return self.row is not None and self.row.held is not None

    @property
    def removable(self) -> bool:
        """Whether it was set by hand and nothing was decided on it."""
        return self.row is not None and self.row.by_hand and not self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Reviews by when they are: each in order of its day, those held with the newest first."""

    overdue: tuple[Due, ...] = ()
    this_month: tuple[Due, ...] = ()
    later: tuple[Due, ...] = ()
    held: tuple[Due, ...] = ()

    @property
    def ahead(self) -> tuple[Due, ...]:
        """Everything that waits for a decision."""
        return (*self.overdue, *self.this_month, *self.later)


def calendar(plan: Plan, rows: Iterable[Review], reviewed: Mapping[str, dt.date], today: dt.date) -> Calendar:
    """Lay out all reviews as of a day.

    A date of the plan that has passed counts once: a later date, or a decision since, takes its place.

    Parameters
    ----------
    rows
        Every stored review.
    reviewed
        Day of the last decision of each initiative, from the ledger.
    """
    stored: dict[str, list[Review]] = {}
    for row in rows:
        stored.setdefault(row.initiative, []).append(row)
    names = {item.id: item.title or item.id for item in plan.initiatives}
    held = [_due(row, names) for own in stored.values() for row in own if row.held]
    ahead = [
        due
        for item in plan.initiatives
        for due in _ahead(plan, item, stored.get(item.id, ()), reviewed.get(item.id), today)
    ]
    ahead.sort(key=lambda due: (due.day, due.initiative))
    month = (today.year, today.month)
    return Calendar(
        overdue=tuple(due for due in ahead if due.day < today),
        this_month=tuple(due for due in ahead if due.day >= today and (due.day.year, due.day.month) == month),
        later=tuple(due for due in ahead if due.day >= today and (due.day.year, due.day.month) != month),
        held=tuple(sorted(held, key=lambda due: due.row.held if due.row and due.row.held else due.day, reverse=True)),
    )


def _due(row: Review, names: Mapping[str, str]) -> Due:
    return Due(initiative=row.initiative, title=names.get(row.initiative, row.initiative), day=row.due, row=row)


def _ahead(plan: Plan, item: Initiative, rows: Sequence[Review], last: dt.date | None, today: dt.date) -> list[Due]:
    """What waits: the newest date that passed without a decision since, and every date to come."""
    title = item.title or item.id
    over = {row.due for row in rows if row.held}
    planned = {review.date: tuple(_role(plan, key) for key in review.by) for review in item.reviews}
    by_hand = {row.due: row for row in rows if row.by_hand and not row.held}
    days = {day for day in (*planned, *by_hand) if day not in over}
    passed = {day for day in days if day < today}
    missed = {max(passed)} if passed and (last is None or last < max(passed)) else set()
    wanted = missed | (days - passed)
    if not wanted and item.is_training:
        wanted = _rhythm(plan, last) - over
    return [
        Due(initiative=item.id, title=title, day=day, by=planned.get(day, ()), row=by_hand.get(day)) for day in wanted
    ]


def _rhythm(plan: Plan, last: dt.date | None) -> set[dt.date]:
    """The next day by the plan's rhythm, where it has one and it is known since when."""
    since = last or plan.period.start
    if plan.period.review_every is None or since is None:
        return set()
    return {since + dt.timedelta(days=round(days_of(plan.period.review_every)))}


def _role(plan: Plan, key: str) -> str:
    owner = plan.owners.get(key)
    return owner.role if owner is not None and owner.role else key
