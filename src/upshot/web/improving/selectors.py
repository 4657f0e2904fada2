"""Read the work list: open things by activity, what was closed with what changed, and who can own one."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from upshot.web.accounts.models import User
from upshot.web.accounts.roles import GRANTS, Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.improving.models import WorkItem

__all__ = ["Listed", "closed", "item_of", "open_by_activity", "owners"]


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity with what is open about it."""

    activity: str
    scenario: str
    title: str
    items: tuple[WorkItem, ...]

    @property
    def late(self) -> int:
        """How many are past their day."""
        today = timezone.localdate()
        return sum(one.due is not None and one.due < today for one in self.items)


def _all(viewer: Viewer) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(organisation=viewer.organisation).select_related("owner", "closed_by", "before")


def open_by_activity(viewer: Viewer) -> list[Listed]:
    """What is open, activity by activity."""
    rows = list(_all(viewer).filter(closed=None).order_by("title", "activity", "found", "pk"))
    made = list[Listed]()
    for (title, activity), group in groupby(rows, key=lambda one: (one.title, one.activity)):
        items = tuple(group)
        made.append(Listed(activity, items[0].scenario, title, items))
    return made


def closed(viewer: Viewer) -> QuerySet[WorkItem]:
    """What was closed, newest first."""
    return _all(viewer).exclude(closed=None).order_by("-closed")


def item_of(viewer: Viewer, number: int) -> WorkItem | None:
    """One of them."""
    return _all(viewer).filter(pk=number).first()


def owners(viewer: Viewer) -> QuerySet[User]:
    """Members who design learning here, by name."""
    roles = [role.value for role, granted in GRANTS.items() if Permission.DESIGN in granted]
    found = User.objects.filter(
        memberships__organisation=viewer.organisation, memberships__grants__role__in=roles, is_active=True
    )
    return found.distinct().order_by("name", "pk")
