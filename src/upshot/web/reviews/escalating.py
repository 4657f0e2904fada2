"""Overdue decisions and actions, told by rule: the owner the next day and after a week, the sponsor after two."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.report.numbers import long_date
from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.roles import Role
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Message
from upshot.web.outbox.recipients import of_member
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.plans.selectors import current_document
from upshot.web.reviews.dates import Due
from upshot.web.reviews.models import Action
from upshot.web.reviews.promises import person_of_owner
from upshot.web.reviews.selectors import calendar_of, reviewed

__all__ = ["KINDS", "STAGES", "answering_for", "done_by_now", "due", "escalate", "members_of"]

STAGES: tuple[tuple[int, str], ...] = ((1, "owner"), (7, "owner"), (14, "sponsor"))
"""After how many days overdue, who is told."""
_OVER = 60
"""Days after which nothing more is said: the page of promises goes on to show it."""

_HERE = "upshot.web.reviews.escalating"

KINDS: tuple[Kind, ...] = (
    Kind(
        name="review-overdue",
        label=gettext_lazy("When a decision is overdue"),
        heading=gettext_lazy("A decision is overdue: %(title)s"),
        text=gettext_lazy("It was due on %(day)s. Deciding to go on as it is, is a decision too."),
        action=gettext_lazy("Open the review"),
        done=f"{_HERE}.done_by_now",
    ),
    Kind(
        name="action-overdue",
        label=gettext_lazy("When an action of a review is overdue"),
        heading=gettext_lazy("An action of a review is overdue"),
        text=gettext_lazy("“%(what)s” was due on %(day)s. Mark it as done, or say at the review what holds it up."),
        action=gettext_lazy("Open the review"),
        done=f"{_HERE}.done_by_now",
    ),
)


def due(now: dt.datetime) -> None:
    """A chore: once a day for each organisation; what was said is not said again."""
    today = timezone.localdate(now)
    for organisation in Organisation.objects.all():
        if cache.add(f"escalated-{organisation.pk}-{today}", True, 24 * 3600):
            escalate(organisation, today)


def escalate(organisation: Organisation, today: dt.date) -> int:
    """Tell whoever the rule names of each overdue decision and action; how many messages were new."""
    try:
        plan = current_document(organisation).plan
    except UpshotError:
        return 0
    members = members_of(organisation)
    said: list[Proposal] = []
    for one in calendar_of(organisation, plan, on=today).overdue:
        said += _of_review(organisation, plan, one, members, (today - one.day).days)
    actions = Action.objects.filter(review__organisation=organisation, done=None, due__lt=today)
    for action in actions.select_related("review").defer("review__pack"):
        said += _of_action(organisation, action, members, (today - action.due).days)
    return propose_all(organisation, said) if said else 0


def members_of(organisation: Organisation) -> list[Membership]:
    """Everybody who can sign in, with their roles."""
    found = Membership.objects.filter(organisation=organisation, user__is_active=True)
    return list(found.prefetch_related("grants").order_by("pk"))


def _reached(days: int) -> Iterable[tuple[int, str]]:
    """Stages that a number of days has reached; none once it is too long ago."""
    return [stage for stage in STAGES if stage[0] <= days] if days <= _OVER else []


def _of_review(
    organisation: Organisation, plan: Plan, one: Due, members: Sequence[Membership], days: int
) -> list[Proposal]:
    item = plan.initiative(one.initiative)
    address = {"org": organisation.slug, "initiative": one.initiative, "due": one.day.isoformat()}
    return [
        Proposal(
            person=of_member(member), kind="review-overdue", why=_why(whom),
            key=f"review-overdue:{one.initiative}:{one.day}:{after}", about=f"review:{one.initiative}:{one.day}",
            context={"title": one.title, "day": long_date(one.day)}, link=reverse("review", kwargs=address),
        )
        for after, whom in _reached(days)
        for member in answering_for(plan, members, whom, item.owner if whom == "owner" else item.sponsor)
    ]  # fmt: skip


def _of_action(organisation: Organisation, action: Action, members: Sequence[Membership], days: int) -> list[Proposal]:
    review = action.review
    address = {"org": organisation.slug, "initiative": review.initiative, "due": review.due.isoformat()}
    own = [member for member in members if member.user_id == action.owner_id]
    return [
        Proposal(
            person=of_member(member), kind="action-overdue", why=_why(whom),
            key=f"action-overdue:{action.pk}:{after}", about=f"action:{action.pk}",
            context={"what": action.what, "day": long_date(action.due)}, link=reverse("review", kwargs=address),
        )
        for after, whom in _reached(days)
        for member in (own if whom == "owner" and own else _holding(members, Role.LEADER))
    ]  # fmt: skip


def answering_for(plan: Plan, members: Sequence[Membership], whom: str, key: str | None) -> list[Membership]:
    """The plan's owner or sponsor, where they are members; otherwise whoever holds the role for everybody."""
    person = person_of_owner(plan, key)
    named = [member for member in members if person and member.person == person]
    return named or _holding(members, Role.LEADER if whom == "owner" else Role.EXECUTIVE)


def _holding(members: Sequence[Membership], role: Role) -> list[Membership]:
    return [
        member
        for member in members
        if any(grant.role == role and grant.scope_kind == "everything" for grant in member.grants.all())
    ]


def _why(whom: str) -> str:
    return _("You answer for it.") if whom == "owner" else _("It is overdue by two weeks, so it comes to you.")


def done_by_now(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """Messages about reviews that were decided since, and actions that are done."""
    decided = reviewed(organisation)
    still_open = set(Action.objects.filter(review__organisation=organisation, done=None).values_list("pk", flat=True))
    return [one.pk for one in messages if _superfluous(one.about, decided, still_open)]


def _superfluous(about: str, decided: Mapping[str, dt.date], still_open: Collection[int]) -> bool:
    kind, _colon, rest = about.partition(":")
    if kind == "action":
        return int(rest) not in still_open
    subject, _colon, day = rest.rpartition(":")
    return subject in decided and decided[subject] >= dt.date.fromisoformat(day)
