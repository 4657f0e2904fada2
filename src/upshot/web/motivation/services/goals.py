"""Goals of one's own: set, say that one is reached, drop."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.motivation.models import Element, Goal
from upshot.web.motivation.offering import standing_of

__all__ = ["MOST", "drop_goal", "reach_goal", "set_goal"]

MOST = 3
"""Goals that are open at once: few enough to mean something."""


@transaction.atomic
def set_goal(
    *, viewer: Viewer, kind: str, text: str, about: str = "", level: int | None = None, by: dt.date | None = None
) -> Goal:
    """Set a goal; the same goal set twice is one.

    Raises
    ------
    InputError
        If the viewer did not choose goals, as many as there may be are open, or its day is over.
    """
    today = timezone.localdate()
    if Element.GOALS not in standing_of(viewer, on=today).chosen:
        raise InputError(Problem(code="not-chosen", text=_("You did not choose goals."), fix=_("Turn them on first.")))
    viewer.organisation.hold()
    mine = Goal.objects.filter(organisation=viewer.organisation, person=viewer.person, reached=None)
    same = mine.filter(kind=kind, about=about, level=level, text=text.strip()).first()
    if same is not None:
        return same
    if by is not None and by < today:
        raise InputError(
            Problem(code="day-over", text=_("This day is over."), fix=_("Choose a later one."), column="by")
        )
    if mine.count() >= MOST:
        said = _("Three goals are open. Reach or drop one first.")
        raise InputError(Problem(code="too-many-goals", text=said, fix=""))
    return Goal.objects.create(
        organisation=viewer.organisation, person=viewer.person, kind=kind, about=about, level=level,
        text=text.strip()[:200], by=by,
    )  # fmt: skip


def reach_goal(*, viewer: Viewer, number: UUID) -> int:
    """Say that a goal in one's own words is reached; how many goals that was."""
    found = _mine(viewer, number).filter(kind=Goal.Kind.OWN, reached=None)
    return found.update(reached=timezone.localdate())


def drop_goal(*, viewer: Viewer, number: UUID) -> int:
    """Drop a goal; nothing of it is kept."""
    return _mine(viewer, number).delete()[0]


def _mine(viewer: Viewer, number: UUID) -> QuerySet[Goal]:
    return Goal.objects.filter(organisation=viewer.organisation, person=viewer.person, pk=number).exclude(person="")
