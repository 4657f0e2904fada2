"""Take what is due, so that one worker and no other sends it; spare people what is done by now."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.kinds import DoneCheck, kinds
from upshot.web.outbox.models import Delivery, Message
from upshot.web.outbox.planning.hours import Rules, is_open, next_open, week_of
from upshot.web.outbox.rules import Reader, readers

__all__ = ["LOST", "claim", "claim_again", "done_by_now", "lose_killed"]

LOST = dt.timedelta(minutes=15)
"""A delivery that is being sent for so long was in the hands of a worker that was killed."""


_A_WHILE = dt.timedelta(hours=6)
"""How long a delivery waits that finds its person's day or week full."""


def claim(organisation: Organisation, now: dt.datetime, *, people: int = 200) -> list[Delivery]:
    """Deliveries for people with something due, made and held by this caller alone.

    That a person gets one a day and no more than their cap a week are constraints of the table: of two workers
    that come to the same person at once one is refused, and what it held waits for the next round.
    """
    token = uuid.uuid4()
    with transaction.atomic():
        due = _due(organisation, now, people)
        if not due:
            return []
        known = readers(organisation, due, now)
        late = [person for person in due if not is_open(known[person].rules, now)]
        _to_wait([message.pk for person in late for message in due.pop(person)])
        wanted = _wanted(organisation, known, due, now)
        _make(organisation, wanted, known, now, token)
        made = Delivery.objects.filter(organisation=organisation, claim=token)
        held = {delivery.person: delivery for delivery in made}
        for person, messages in wanted.items():
            numbers = [message.pk for message in messages]
            if person in held:
                Message.objects.filter(pk__in=numbers).update(delivery=held[person])
            else:
                _to_wait(numbers)
    return list(held.values())


def claim_again(organisation: Organisation, now: dt.datetime, *, people: int = 200) -> list[Delivery]:
    """Deliveries to try once more, held by this caller alone; they count for the day on which they are tried."""
    token = uuid.uuid4()
    with transaction.atomic():
        due = list(
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(organisation=organisation, state=Delivery.State.RETRY, next_try__lte=now)
            .order_by("next_try")[:people]
        )
        known = readers(organisation, {delivery.person for delivery in due}, now)
        ready = [delivery for delivery in due if _moved(delivery, known[delivery.person].rules, now)]
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in ready]).update(
            state=Delivery.State.SENDING, claim=token, claimed=now
        )
    return list(Delivery.objects.filter(claim=token))


def _moved(delivery: Delivery, rules: Rules, now: dt.datetime) -> bool:
    """Whether a delivery may be tried now: on another day than its own it takes that day's place, if there is one."""
    today = rules.today(now)
    mine = Delivery.objects.filter(pk=delivery.pk)
    if is_open(rules, now):
        if delivery.day == today:
            return True
        number = delivery.number
        if delivery.week != week_of(today):
            number = _free(delivery.organisation, {delivery.person: today})[delivery.person]
        try:
            with transaction.atomic():
                if number <= rules.cap and mine.update(day=today, week=week_of(today), number=number):
                    return True
        except IntegrityError:
            pass
    mine.update(next_try=next_open(rules, now + _A_WHILE) or now + _A_WHILE)
    return False


def lose_killed(organisation: Organisation, now: dt.datetime) -> int:
    """Set aside deliveries whose worker was killed while it sent: nobody can tell whether they went out."""
    lost = Delivery.objects.filter(
        organisation=organisation, state=Delivery.State.SENDING, claimed__lt=now - LOST
    ).values_list("pk", flat=True)
    numbers = list(lost)
    Message.objects.filter(delivery__in=numbers).update(state=Message.State.DEAD, note="interrupted")
    return Delivery.objects.filter(pk__in=numbers, state=Delivery.State.SENDING).update(
        state=Delivery.State.DEAD, error="interrupted"
    )


def done_by_now(organisation: Organisation, messages: Iterable[Message]) -> set[int]:
    """Numbers of messages that need not be said any more, one question a kind."""
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    found: set[int] = set()
    for name, some in by_kind.items():
        kind = kinds().get(name)
        if kind is not None and kind.done:
            check: DoneCheck = import_string(kind.done)
            found |= set(check(organisation, some))
    return found


def _due(organisation: Organisation, now: dt.datetime, people: int) -> dict[str, list[Message]]:
    """Due messages by person, locked; all of a person's, or none. People whom another worker holds are passed over."""
    rows = Message.objects.filter(organisation=organisation, state=Message.State.PLANNED, delivery=None, at__lte=now)
    found: dict[str, list[Message]] = defaultdict(list)
    passed: list[str] = []
    free = rows.order_by("person").values_list("person", flat=True).distinct()
    while not found and (some := list(free.exclude(person__in=passed)[:people])):
        for message in rows.select_for_update(skip_locked=True).filter(person__in=some).order_by("pk"):
            found[message.person].append(message)
        passed += some
    return found


def _wanted(
    organisation: Organisation, known: Mapping[str, Reader], due: Mapping[str, Sequence[Message]], now: dt.datetime
) -> dict[str, list[Message]]:
    """What is still to be said; the rest is dropped, with why."""
    done = done_by_now(organisation, (message for messages in due.values() for message in messages))
    dropped: dict[str, list[int]] = defaultdict(list)
    wanted: dict[str, list[Message]] = defaultdict(list)
    for person, messages in due.items():
        for message in messages:
            if known[person].left:
                dropped["left"].append(message.pk)
            elif message.pk in done:
                dropped["done"].append(message.pk)
            elif message.expires is not None and message.expires <= now and not message.binding:
                dropped["expired"].append(message.pk)
            else:
                wanted[person].append(message)
    for reason, numbers in dropped.items():
        Message.objects.filter(pk__in=numbers).update(state=Message.State.DROPPED, note=reason)
    return wanted


def _make(
    organisation: Organisation,
    people: Iterable[str],
    known: Mapping[str, Reader],
    now: dt.datetime,
    token: uuid.UUID,
) -> None:
    """A delivery for each person who may still get one today and this week."""
    days = {person: known[person].rules.today(now) for person in people}
    free = _free(organisation, days)
    rows = [
        Delivery(
            organisation=organisation,
            person=person,
            day=day,
            week=week_of(day),
            number=free[person],
            carrier=known[person].carrier,
            claim=token,
            claimed=now,
        )
        for person, day in days.items()
        if free[person] <= known[person].rules.cap
    ]
    Delivery.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _free(organisation: Organisation, days: Mapping[str, dt.date]) -> dict[str, int]:
    """The lowest number that each person's week has free: a delivery that was given up leaves its own to another."""
    rows = Delivery.objects.filter(
        organisation=organisation, person__in=list(days), week__in={week_of(day) for day in days.values()}
    )
    taken: dict[tuple[str, str], set[int]] = defaultdict(set)
    for person, week, number in rows.values_list("person", "week", "number"):
        taken[person, week].add(number)
    return {
        person: next(number for number in count(1) if number not in taken[person, week_of(day)])
        for person, day in days.items()
    }


def _to_wait(numbers: Sequence[int]) -> None:
    Message.objects.filter(pk__in=numbers, delivery=None).update(state=Message.State.WAITING, at=None)
