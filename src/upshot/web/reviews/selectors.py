"""Read the calendar of reviews, one review with its pack, actions, and what waits for the viewer."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import UpshotError
from upshot.plan import Document, Plan
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import GRANTS, Permission, Role
from upshot.web.accounts.viewer import Viewer
from upshot.web.ledger.models import Entry
from upshot.web.measures.codec import restored
from upshot.web.plans.selectors import current_document
from upshot.web.reviews.alerts import Told, alerts_for, checked_answers
from upshot.web.reviews.dates import Calendar, Due, calendar
from upshot.web.reviews.links import address
from upshot.web.reviews.models import Action, Review
from upshot.web.reviews.packs import Pack

__all__ = [
    "Board",
    "Thing",
    "action_of",
    "board_of",
    "calendar_of",
    "due_for",
    "due_of",
    "functions_of",
    "open_actions",
    "owners",
    "pack_kept",
    "plan_of",
    "reviewed",
    "today",
]

SOON = 14
"""Days ahead from which a review or an action of one's own is told."""

MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The reviews page: the calendar and what needs an eye."""

    calendar: Calendar
    alerts: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that waits for the viewer: what, where to do it, and what the button says."""

    text: str
    url: str
    label: str
    note: str = ""


def today() -> dt.date:
    """The day reviews are judged on."""
    return timezone.localdate()


def plan_of(viewer: Viewer) -> Document | None:
    """The plan of today; ``None`` while there is none or it does not load."""
    try:
        return current_document(viewer)
    except UpshotError:
        return None


def reviewed(organisation: Organisation) -> dict[str, dt.date]:
    """Day of the last decision of each initiative, from the ledger."""
    entries = Entry.objects.filter(organisation=organisation, kind=Entry.Kind.DECISION)
    rows = entries.values("subject").annotate(last=Max("at")).values_list("subject", "last")
    return {subject: timezone.localtime(last).date() for subject, last in rows}


def calendar_of(
    organisation: Organisation, plan: Plan, last: dict[str, dt.date] | None = None, *, on: dt.date | None = None
) -> Calendar:
    """Every review, as of a day: by default today."""
    rows = Review.objects.filter(organisation=organisation).defer("pack")
    return calendar(plan, rows, reviewed(organisation) if last is None else last, on or today())


def board_of(viewer: Viewer) -> Board | None:
    """The calendar with every alert; ``None`` while the plan does not load."""
    document = plan_of(viewer)
    if document is None:
        return None
    plan, last = document.plan, reviewed(viewer.organisation)
    found = calendar_of(viewer.organisation, plan, last)
    estimates = checked_answers(viewer.organisation)
    told = alerts_for(viewer, document, estimates=estimates, reviewed=last, calendar=found, today=today())
    return Board(calendar=found, alerts=told)


def due_of(viewer: Viewer, plan: Plan, initiative: str, day: dt.date) -> Due | None:
    """One review by its initiative and day, held or not."""
    found = calendar_of(viewer.organisation, plan)
    own = (due for due in (*found.ahead, *found.held) if (due.initiative, due.day) == (initiative, day))
    return next(own, None)


def pack_kept(viewer: Viewer, row: Review) -> Pack | None:
    """The pack a review was decided on, as it was then."""
    full = Review.objects.filter(organisation=viewer.organisation, pk=row.pk).values_list("pack", flat=True).first()
    return None if full is None else restored(Pack, full)


def open_actions(viewer: Viewer, initiative: str) -> list[Action]:
    """Actions of earlier reviews of an initiative that are not done."""
    rows = Action.objects.filter(review__organisation=viewer.organisation, review__initiative=initiative, done=None)
    return list(rows.select_related("owner", "review").defer("review__pack"))


def action_of(viewer: Viewer, number: int) -> Action | None:
    """One action of the viewer's organisation."""
    rows = Action.objects.filter(review__organisation=viewer.organisation, pk=number)
    return rows.select_related("review", "owner").defer("review__pack").first()


def owners(viewer: Viewer) -> QuerySet[User]:
    """Whom an action may be given to: members who see reviews."""
    roles = [role.value for role, granted in GRANTS.items() if Permission.REVIEW in granted]
    members = Q(memberships__organisation=viewer.organisation, memberships__grants__role__in=roles)
    return User.objects.filter(members, is_active=True).distinct().order_by("name", "email")


def functions_of(viewer: Viewer) -> tuple[Role, ...]:
    """Functions in which the viewer decides: roles for the whole organisation that allow it."""
    held = {role for role, scope in viewer.grants if scope.kind == "everything"}
    return tuple(role for role in Role if role in held and Permission.DECIDE in GRANTS[role])


def due_for(viewer: Viewer) -> tuple[Thing, ...]:
    """What waits for the viewer, at most five: reviews to decide, actions of their own, alerts."""
    if not viewer.everywhere(Permission.REVIEW):
        return ()
    mine = _own_actions(viewer)
    board = board_of(viewer)
    if board is None:
        return tuple(mine[:MOST])
    reviews = _to_decide(viewer, board.calendar) if viewer.everywhere(Permission.DECIDE) else []
    alerts = [
        Thing(text=told.text, url=told.url, label=told.label, note=told.heading)
        for told in board.alerts
        if told.url and told.code != "never-reviewed"
    ]
    return tuple([*reviews, *mine, *alerts][:MOST])


def _to_decide(viewer: Viewer, found: Calendar) -> list[Thing]:
    soon = today() + dt.timedelta(days=SOON)
    return [
        Thing(
            text=_("Decide on %(title)s") % {"title": due.title},
            url=address(viewer, "review", initiative=due.initiative, due=due.day.isoformat()),
            label=_("Open the review"),
            note=(_("was due on %(day)s") if due.day < today() else _("due on %(day)s")) % {"day": _day(due.day)},
        )
        for due in found.ahead
        if due.day <= soon
    ]


def _own_actions(viewer: Viewer) -> list[Thing]:
    soon = today() + dt.timedelta(days=SOON)
    rows = Action.objects.filter(
        review__organisation=viewer.organisation, owner=viewer.user, done=None, due__lte=soon
    ).select_related("review")
    return [
        Thing(
            text=row.what,
            url=address(viewer, "review", initiative=row.review.initiative, due=row.review.due.isoformat()),
            label=_("Open"),
            note=(_("was due on %(day)s") if row.due < today() else _("due on %(day)s")) % {"day": _day(row.due)},
        )
        for row in rows.defer("review__pack")[:MOST]
    ]


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
