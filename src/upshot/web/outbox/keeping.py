"""Keep what people and administrators say about messages: wishes, leave, the firm's ways, channels, another try."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record
from upshot.web.outbox.carriers import Failure
from upshot.web.outbox.composing import Item, Letter
from upshot.web.outbox.kinds import choosable
from upshot.web.outbox.models import Carrier, Channel, Delivery, House, Leave, Message, Preference
from upshot.web.outbox.recipients import of_viewer
from upshot.web.outbox.scheduling import replan
from upshot.web.outbox.sealing import opened, sealed
from upshot.web.outbox.webhooks import card_of, post, recognise

__all__ = [
    "add_channel",
    "add_leave",
    "drop_leave",
    "keep_house",
    "keep_wishes",
    "remove_channel",
    "retry",
    "try_channel",
]


@transaction.atomic
def keep_wishes(*, viewer: Viewer, wishes: Mapping[str, Any]) -> None:
    """Keep how somebody wants to be written to; what is planned for them is planned anew.

    Raises
    ------
    InputError
        If the address they gave is none of Slack's or Teams'.
    """
    person = of_viewer(viewer)
    kept = Preference.objects.filter(organisation=viewer.organisation, person=person).first()
    webhook = kept.webhook if kept else ""
    if wishes["carrier"] == Carrier.EMAIL:
        webhook = ""
    elif wishes["webhook"]:
        webhook = sealed(recognise(wishes["carrier"], wishes["webhook"]))
    wanted, asked = set(wishes["wanted"]), {kind.name for kind in choosable(viewer)}
    before = set(kept.stopped) if kept else set()
    Preference.objects.update_or_create(
        organisation=viewer.organisation,
        person=person,
        defaults={
            **{name: wishes[name] for name in ("carrier", "zone", "quiet_from", "quiet_until", "cap")},
            "webhook": webhook,
            "stopped": sorted((before - asked) | (asked - wanted)),
        },
    )
    replan(viewer.organisation, [person])
    record(viewer, "message-preferences-changed")


@transaction.atomic
def add_leave(*, viewer: Viewer, first: dt.date, last: dt.date) -> None:
    """Note that somebody is away; what is planned for them is planned anew."""
    person = of_viewer(viewer)
    Leave.objects.get_or_create(organisation=viewer.organisation, person=person, first=first, last=last)
    replan(viewer.organisation, [person])


@transaction.atomic
def drop_leave(*, viewer: Viewer, number: int) -> None:
    """Take leave back; one that is gone already stays gone."""
    person = of_viewer(viewer)
    Leave.objects.filter(organisation=viewer.organisation, person=person, pk=number).delete()
    replan(viewer.organisation, [person])


@transaction.atomic
def keep_house(*, viewer: Viewer, house: House, sites: Mapping[str, Any]) -> None:
    """Keep how the firm writes to its people; all that is planned is planned anew."""
    house.organisation, house.sites = viewer.organisation, dict(sites)
    house.save()
    Message.objects.filter(organisation=viewer.organisation, state=Message.State.PLANNED, delivery=None).update(
        state=Message.State.WAITING, at=None
    )
    record(viewer, "messages-house-changed", cap=house.cap, record_only=house.record_only)


def add_channel(*, viewer: Viewer, name: str, carrier: str, webhook: str) -> Channel:
    """Add a shared channel; its address is kept encrypted.

    Raises
    ------
    InputError
        If the address is none of Slack's or Teams', or the name is taken.
    """
    address = sealed(recognise(carrier, webhook))
    try:
        with transaction.atomic():
            channel = Channel.objects.create(
                organisation=viewer.organisation, name=name, carrier=carrier, webhook=address, added_by=viewer.user
            )
            record(viewer, "channel-added", f"channel {channel.pk}", carrier=carrier)
    except IntegrityError:
        text = _("There is a channel of this name already.")
        raise InputError(Problem(code="name-taken", text=text, fix=_("Choose another name."), column="name")) from None
    return channel


@transaction.atomic
def remove_channel(*, viewer: Viewer, channel: Channel) -> None:
    """Take a shared channel away."""
    record(viewer, "channel-removed", f"channel {channel.pk}")
    channel.delete()


def try_channel(*, viewer: Viewer, channel: Channel) -> str:
    """Write a word into a channel now; what went wrong, or nothing."""
    heading, text = (
        _("Upshot can write here"),
        _("Notices of %(firm)s come to this channel.") % {"firm": viewer.organisation},
    )
    item = Item(heading=heading, text=text, why=_("Somebody pressed Try."), action="", url="")
    try:
        post(
            opened(channel.webhook),
            card_of(channel.carrier, Letter(subject=heading, text=text, html="", items=(item,))),
        )
        error = ""
    except Failure as failure:
        error = failure.reason
    except InputError as failure:
        error = failure.problems[0].text
    Channel.objects.filter(pk=channel.pk).update(tried=timezone.now(), error=error[:300])
    record(viewer, "channel-tried", f"channel {channel.pk}", worked=not error)
    return error


@transaction.atomic
def retry(*, viewer: Viewer, number: int | None = None) -> int:
    """Try what could not be delivered once more: one delivery, or all of them; how many deliveries and messages."""
    dead = Delivery.objects.filter(organisation=viewer.organisation, state=Delivery.State.DEAD)
    lost = Message.objects.filter(organisation=viewer.organisation, state=Message.State.DEAD, delivery=None)
    if number is not None:
        dead, lost = dead.filter(pk=number), lost.none()
    Message.objects.filter(delivery__in=dead).update(state=Message.State.PLANNED, note="")
    again = dead.update(state=Delivery.State.RETRY, attempts=0, next_try=timezone.now(), claim=None)
    again += lost.update(state=Message.State.WAITING, note="")
    if again:
        record(viewer, "messages-tried-again", messages=again)
    return again
