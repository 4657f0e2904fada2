"""What the worker does for the outbox every minute: plan, send, look for what was lost, forget what is old."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from upshot.web.accounts.models import Membership, Organisation
from upshot.web.accounts.roles import GRANTS, Permission
from upshot.web.outbox.bounce_mailbox import poll
from upshot.web.outbox.claiming import lose_killed
from upshot.web.outbox.links import forget_expired
from upshot.web.outbox.models import OPEN, Delivery, Leave, Message
from upshot.web.outbox.planning.hours import week_of
from upshot.web.outbox.recipients import of_member
from upshot.web.outbox.scheduling import plan_round, reopen_addressed
from upshot.web.outbox.sending import send_round
from upshot.web.outbox.services import Proposal, propose_all

__all__ = ["due", "forget", "tell_administrators"]

KEPT = dt.timedelta(days=400)
"""How long it is kept what was sent to whom, and why."""
_LEAVE_KEPT = dt.timedelta(days=30)
HOURLY = 3
"""What is done once an hour is done in its first minutes: a round may take longer than one."""
_ROUNDS = 50
"""Rounds of sending in a minute; the rest follows in the next."""


def due(now: dt.datetime) -> None:
    """One round for every organisation in which something is open."""
    for organisation in _busy():
        lose_killed(organisation, now)
        while plan_round(organisation, now):
            continue
        _send(organisation, now)
    poll(now)
    if now.minute < HOURLY:
        for organisation in Organisation.objects.filter(outbox__state=Message.State.DEAD).distinct():
            reopen_addressed(organisation)
            tell_administrators(organisation, now)
        forget(now)


def _busy() -> QuerySet[Organisation]:
    """Organisations in which something is open; asked table by table, since a join of both pairs every row of each."""
    messages = Message.objects.filter(state__in=OPEN)
    deliveries = Delivery.objects.filter(state__in=(Delivery.State.SENDING, Delivery.State.RETRY))
    return Organisation.objects.filter(
        Q(pk__in=messages.values("organisation")) | Q(pk__in=deliveries.values("organisation"))
    )


def _send(organisation: Organisation, now: dt.datetime) -> None:
    for _turn in range(_ROUNDS):
        done = send_round(organisation, now)
        if not (done.sent or done.again or done.dead or done.spared):
            return


def tell_administrators(organisation: Organisation, now: dt.datetime) -> int:
    """Say, once a week, that messages wait for somebody's help; how many were told."""
    lost = Message.objects.filter(organisation=organisation, state=Message.State.DEAD)
    count = lost.count()
    if not count:
        return 0
    people = lost.values("person").distinct().count()
    roles = [role for role, may in GRANTS.items() if Permission.ACCESS in may]
    members = Membership.objects.filter(organisation=organisation, grants__role__in=roles).distinct()
    said = {"messages": count, "people": people}
    return propose_all(
        organisation,
        [
            Proposal(
                person=of_member(member),
                kind="dead-letters",
                key=f"dead-letters:{week_of(now.date())}",
                why=_("You look after access and messages."),
                about="dead-letters",
                context=said,
                not_before=now,
                link=f"/o/{organisation.slug}/messages/undelivered/",
            )
            for member in members
        ],
    )


def forget(now: dt.datetime) -> None:
    """Delete what is older than it is kept for."""
    Message.objects.filter(proposed__lt=now - KEPT).delete()
    Delivery.objects.filter(day__lt=(now - KEPT).date()).delete()
    Leave.objects.filter(last__lt=(now - _LEAVE_KEPT).date()).delete()
    forget_expired(now=now)
