"""Questions about an initiative or its answer: told to its owner, and their answers to whoever asked."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.web.accounts.models import Membership, Organisation
from upshot.web.outbox.kinds import Kind
from upshot.web.outbox.models import Message
from upshot.web.outbox.recipients import of_member
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.plans.models import Comment
from upshot.web.plans.selectors import current_document
from upshot.web.plans.services import initiative_of
from upshot.web.reviews.escalating import answering_for, members_of

__all__ = ["KINDS", "answered_by_now", "due", "tell"]

_LOOK_BACK = dt.timedelta(days=7)
"""How long after it was said something is still told: a worker that was off for a week misses nothing."""

KINDS: tuple[Kind, ...] = (
    Kind(
        name="question-asked",
        label=gettext_lazy("Questions about an initiative of yours"),
        heading=gettext_lazy("Somebody asks about %(title)s"),
        text=gettext_lazy("Read it and answer there: the answer stays beside the question for everybody who reads it."),
        action=gettext_lazy("Read and answer"),
        done="upshot.web.reviews.asking.answered_by_now",
    ),
    Kind(
        name="question-answered",
        label=gettext_lazy("Answers to what you asked or said"),
        heading=gettext_lazy("There is an answer to what you asked about %(title)s"),
        text=gettext_lazy("It stands beside your question."),
        action=gettext_lazy("Read it"),
    ),
)


def due(now: dt.datetime) -> None:
    """A chore: what was said lately, once each; safe under two workers."""
    lately = Comment.objects.filter(at__gte=now - _LOOK_BACK, anchor__startswith="initiatives[")
    for organisation in Organisation.objects.filter(pk__in=lately.values("version__organisation")):
        tell(organisation, now)


def tell(organisation: Organisation, now: dt.datetime) -> int:
    """Tell owners what is asked, and whoever asked what is answered; how many messages were new."""
    try:
        plan = current_document(organisation).plan
    except UpshotError:
        return 0
    found = Comment.objects.filter(
        version__organisation=organisation, at__gte=now - _LOOK_BACK, anchor__startswith="initiatives["
    )
    members = members_of(organisation)
    said: list[Proposal] = []
    for one in found.select_related("to").defer("version__text"):
        about = (_answered if one.to is not None else _asked)(organisation, plan, members, one)
        said += about
    return propose_all(organisation, said) if said else 0


def _asked(organisation: Organisation, plan: Plan, members: Sequence[Membership], said: Comment) -> Iterable[Proposal]:
    """To the owner, but not of their own words."""
    item = next((one for one in plan.initiatives if one.id == initiative_of(said.anchor)), None)
    if item is None or said.settled is not None:
        return
    for member in answering_for(plan, members, "owner", item.owner):
        if member.user_id != said.author_id:
            why = _("You answer for this initiative.")
            yield _proposal(organisation, member, "question-asked", said, item.title or item.id, why)


def _answered(
    organisation: Organisation, plan: Plan, members: Sequence[Membership], said: Comment
) -> Iterable[Proposal]:
    """To whoever asked, but not of their own words."""
    key = initiative_of(said.anchor)
    title = next((one.title for one in plan.initiatives if one.id == key), None) or key
    for member in members:
        if said.to is not None and member.user_id == said.to.author_id and member.user_id != said.author_id:
            yield _proposal(organisation, member, "question-answered", said, title, _("You asked."))


def _proposal(
    organisation: Organisation, member: Membership, kind: str, said: Comment, title: str, why: str
) -> Proposal:
    address = {"org": organisation.slug, "key": initiative_of(said.anchor)}
    return Proposal(
        person=of_member(member),
        kind=kind,
        key=f"{kind}:{said.pk}",
        why=why,
        about=f"comment:{said.pk}",
        context={"title": title},
        link=f"{reverse('promise', kwargs=address)}#comments",
    )


def answered_by_now(organisation: Organisation, messages: Sequence[Message]) -> Iterable[int]:
    """Messages about questions that were answered or settled since."""
    numbers = {one.pk: int(one.about.partition(":")[2]) for one in messages}
    asked = Comment.objects.filter(version__organisation=organisation, pk__in=numbers.values())
    open_ = set(asked.filter(settled=None, replies=None).values_list("pk", flat=True))
    return [message for message, number in numbers.items() if number not in open_]
