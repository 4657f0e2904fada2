"""Send what is due: claim, compose, hand over, and write down how it ended."""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from upshot.errors import InputError
from upshot.web.accounts.models import Organisation
from upshot.web.outbox.carriers import Carried, Failure
from upshot.web.outbox.claiming import claim, claim_again, done_by_now
from upshot.web.outbox.composing import Letter, absolute, compose
from upshot.web.outbox.mailing import Postbox, mail_of, reference_of
from upshot.web.outbox.models import NO_ADDRESS, Carrier, Delivery, Message
from upshot.web.outbox.planning.hours import next_open
from upshot.web.outbox.recipients import addresses
from upshot.web.outbox.rules import Reader, readers
from upshot.web.outbox.sealing import opened
from upshot.web.outbox.webhooks import Courier, card_of

__all__ = ["ATTEMPTS", "Sent", "Ways", "backoff", "send_round"]

ATTEMPTS = 6
"""Tries before a delivery is set aside for a person to look at: spread over about a day."""
_FIRST_WAIT = dt.timedelta(minutes=5)
_LONGEST_ASKED = dt.timedelta(days=1)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """What became of a round, as counts."""

    sent: int = 0
    again: int = 0
    dead: int = 0
    spared: int = 0


@dataclass(frozen=True, slots=True)
class Ways:
    """What carries the deliveries of one round."""

    postbox: Postbox
    courier: Courier


def backoff(attempts: int, asked: float | None = None) -> dt.timedelta:
    """How long to wait after a number of tries: four times as long each time, or as long as the receiver asked."""
    wait = _FIRST_WAIT * (1 << 2 * min(attempts - 1, 5))
    return max(wait, min(dt.timedelta(seconds=asked or 0), _LONGEST_ASKED))


def send_round(organisation: Organisation, now: dt.datetime, *, people: int = 200) -> Sent:
    """Send what is due to some people, first tries and further ones; what became of it."""
    done = Sent()
    again = claim_again(organisation, now, people=people)
    deliveries = claim(organisation, now, people=people) + _still_wanted(organisation, again, done)
    if not deliveries:
        return done
    known = readers(organisation, {delivery.person for delivery in deliveries}, now)
    mail = addresses(organisation)
    said = _messages(deliveries)
    with Postbox() as postbox:
        ways = Ways(postbox, Courier())
        for delivery in deliveries:
            delivery.organisation = organisation
            reader = known[delivery.person]
            _send(delivery, said[delivery.pk], reader, mail.get(delivery.person, ""), ways, now, done)
    return done


def _still_wanted(organisation: Organisation, deliveries: Sequence[Delivery], done: Sent) -> list[Delivery]:
    """Deliveries to try again that still have something to say; the others are given up, and free their day."""
    said = _messages(deliveries)
    superfluous = done_by_now(organisation, (message for some in said.values() for message in some))
    Message.objects.filter(pk__in=superfluous).update(state=Message.State.DROPPED, note="done", delivery=None)
    left = []
    for delivery in deliveries:
        if all(message.pk in superfluous for message in said[delivery.pk]):
            delivery.delete()
            done.spared += 1
        else:
            left.append(delivery)
    return left


def _messages(deliveries: Sequence[Delivery]) -> dict[int, list[Message]]:
    found: dict[int, list[Message]] = {delivery.pk: [] for delivery in deliveries}
    for message in Message.objects.filter(delivery__in=list(found)).order_by("pk"):
        if message.delivery_id is not None:
            found[message.delivery_id].append(message)
    return found


def _send(
    delivery: Delivery,
    messages: Sequence[Message],
    reader: Reader,
    address: str,
    ways: Ways,
    now: dt.datetime,
    done: Sent,
) -> None:
    delivery.attempts += 1
    try:
        letter = _letter(delivery, messages, reader)
        carried = _carry(delivery, messages, letter, reader, address, ways, now)
    except Failure as failure:
        _failed(delivery, failure, reader, now, done)
    else:
        _arrived(delivery, carried, now, done)


def _letter(delivery: Delivery, messages: Sequence[Message], reader: Reader) -> Letter:
    """The words of a delivery, noted with it; a kind that is gone since it was proposed holds up no other."""
    try:
        letter = compose(delivery.organisation, messages, name=reader.name, cap=reader.rules.cap)
    except LookupError:
        raise Failure(_("its words are no longer known"), lasting=True) from None
    delivery.subject, delivery.text = letter.subject[:300], letter.text
    return letter


def _carry(
    delivery: Delivery,
    messages: Sequence[Message],
    letter: Letter,
    reader: Reader,
    address: str,
    ways: Ways,
    now: dt.datetime,
) -> Carried:
    if delivery.carrier == Carrier.RECORD:
        return Carried()
    invitations = [message.invitation for message in messages if message.invitation]
    if delivery.carrier != Carrier.EMAIL and reader.webhook and not invitations:
        try:
            return ways.courier.post(opened(reader.webhook), card_of(delivery.carrier, letter))
        except InputError as error:
            raise Failure(error.problems[0].text[:300], lasting=True) from None
    if not address:
        raise Failure(NO_ADDRESS, lasting=True)
    preferences = absolute(reverse("my-preferences", kwargs={"org": delivery.organisation.slug}))
    return ways.postbox.send(
        mail_of(
            letter,
            to=address,
            reference=reference_of(delivery.pk),
            preferences=preferences,
            invitations=invitations,
            now=now,
        )
    )


def _arrived(delivery: Delivery, carried: Carried, now: dt.datetime, done: Sent) -> None:
    delivery.state, delivery.sent, delivery.error = Delivery.State.SENT, now, ""
    delivery.reference = carried.reference
    _keep(delivery)
    Message.objects.filter(delivery=delivery).update(state=Message.State.SENT, note="")
    done.sent += 1


def _failed(delivery: Delivery, failure: Failure, reader: Reader, now: dt.datetime, done: Sent) -> None:
    delivery.error = failure.reason[:300]
    at = next_open(reader.rules, now + backoff(delivery.attempts, failure.after))
    if failure.lasting or delivery.attempts >= ATTEMPTS or at is None:
        delivery.state, delivery.next_try = Delivery.State.DEAD, None
        note = NO_ADDRESS if failure.reason == NO_ADDRESS else "undeliverable"
        Message.objects.filter(delivery=delivery).update(state=Message.State.DEAD, note=note)
        done.dead += 1
    else:
        delivery.state, delivery.next_try = Delivery.State.RETRY, at
        done.again += 1
    _keep(delivery)
    logger.info("Delivery %s: %s after %s tries (%s).", delivery.pk, delivery.state, delivery.attempts, delivery.error)


def _keep(delivery: Delivery) -> None:
    """Write down how it ended, if it is still this worker's."""
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(
        state=delivery.state,
        attempts=delivery.attempts,
        next_try=delivery.next_try,
        sent=delivery.sent,
        error=delivery.error,
        subject=delivery.subject,
        text=delivery.text,
        reference=delivery.reference,
    )
