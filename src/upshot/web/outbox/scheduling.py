"""One round of the planner over the database: who has something new, when it goes out, written in few statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Min, Q

from upshot.web.accounts.models import Organisation
from upshot.web.outbox.models import NO_ADDRESS, OPEN, Carrier, Delivery, Message
from upshot.web.outbox.planning.hours import week_of
from upshot.web.outbox.planning.planner import Wish, plan
from upshot.web.outbox.recipients import addresses
from upshot.web.outbox.rules import CHUNK, Reader, readers

__all__ = ["LOOK_AGAIN", "Round", "plan_round", "reopen_addressed", "replan"]

LOOK_AGAIN = dt.timedelta(days=7)
"""When a message for which no moment is in sight is looked at again."""

_PEOPLE = 4_000


@dataclass(slots=True)
class Round:
    """What one round decided, by what is to be written: moments to messages, and reasons to messages not sent."""

    at: dict[dt.datetime, list[int]] = field(default_factory=lambda: defaultdict(list))
    dropped: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    unreachable: list[int] = field(default_factory=list)
    people: int = 0


def plan_round(organisation: Organisation, now: dt.datetime, *, people: int = _PEOPLE) -> int:
    """Plan for some people with something new; for how many. Zero: nothing is left to plan.

    Two at once do different people on PostgreSQL and take turns on SQLite; what both did would be the same. A person
    belongs to whoever holds the first of their open messages: with messages held one by one, two rounds could each
    hold one of a person's and wait for the other's.
    """
    with transaction.atomic():
        held = _held(organisation, people)
        if not held:
            return 0
        decided = _decide(organisation, held, now)
        _write(decided)
    return decided.people


def _held(organisation: Organisation, people: int) -> set[str]:
    """People with something waiting whom nobody else plans for, held until the transaction ends.

    Between the moment for which they were looked up and the moment they are held another round may have planned for
    them: PostgreSQL checks that they are there still, not that something waits still. So it is asked once more.
    """
    while found := _looked_up(organisation, people):
        waiting = Message.objects.filter(organisation=organisation, person__in=found, delivery=None)
        still = set(waiting.filter(state=Message.State.WAITING).values_list("person", flat=True))
        if still:
            return still
    return set()


def _looked_up(organisation: Organisation, people: int) -> set[str]:
    open_ones = Message.objects.filter(organisation=organisation, state__in=OPEN, delivery=None)
    new = Count("pk", filter=Q(state=Message.State.WAITING))
    first = open_ones.values("person").annotate(first=Min("pk"), new=new).filter(new__gt=0).values("first")
    rows = Message.objects.select_for_update(skip_locked=True).filter(pk__in=first).order_by("person")
    return set(rows.values_list("person", flat=True)[:people])


def replan(organisation: Organisation, people: Collection[str]) -> int:
    """Look again at the open messages of some people, since what they wish has changed; how many messages."""
    planned = Message.objects.filter(organisation=organisation, state=Message.State.PLANNED, delivery=None)
    return planned.filter(person__in=people).update(state=Message.State.WAITING, at=None)


def reopen_addressed(organisation: Organisation) -> int:
    """Messages to people who had no e-mail address and have one now wait again; how many."""
    lost = Message.objects.filter(organisation=organisation, state=Message.State.DEAD, note=NO_ADDRESS)
    people = set(lost.values_list("person", flat=True).distinct())
    reached = people & set(addresses(organisation)) if people else set()
    return lost.filter(person__in=reached).update(state=Message.State.WAITING, note="", delivery=None) if reached else 0


def _decide(organisation: Organisation, people: Collection[str], now: dt.datetime) -> Round:
    known = readers(organisation, people, now)
    mail = addresses(organisation)
    taken, used = _gone_out(organisation, people, now)
    decided = Round(people=len(people))
    for person, messages in _open_messages(organisation, people).items():
        reader = known[person]
        if not _reachable(reader, person in mail):
            decided.unreachable += [message.pk for message in messages]
            continue
        wanted = list(_wanted(reader, messages, decided))
        planned = plan(
            reader.rules, map(_wish, wanted), now=now, taken=taken.get(person, set()), used=used.get(person, {})
        )
        for bundle in planned.bundles:
            decided.at[bundle.at] += bundle.messages
        decided.at[now + LOOK_AGAIN] += planned.never
        decided.dropped["expired"] += planned.expired
    return decided


def _reachable(reader: Reader, has_mail: bool) -> bool:
    if reader.carrier == Carrier.RECORD or reader.left:
        return True
    return has_mail if reader.carrier == Carrier.EMAIL or not reader.webhook else True


def _wanted(reader: Reader, messages: Iterable[Message], decided: Round) -> Iterable[Message]:
    """Messages the person is still to get; the others are dropped with the reason."""
    for message in messages:
        if reader.left:
            decided.dropped["left"].append(message.pk)
        elif message.kind in reader.stopped and not message.binding:
            decided.dropped["stopped"].append(message.pk)
        else:
            yield message


def _wish(message: Message) -> Wish:
    return Wish(id=message.pk, not_before=message.not_before, expires=message.expires, binding=message.binding)


def _chunks(people: Collection[str]) -> Iterable[Sequence[str]]:
    ordered = sorted(people)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _open_messages(organisation: Organisation, people: Collection[str]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for some in _chunks(people):
        rows = Message.objects.filter(organisation=organisation, person__in=some, state__in=OPEN, delivery=None).only(
            "person", "kind", "binding", "not_before", "expires"
        )
        for message in rows.order_by("pk"):
            found[message.person].append(message)
    return found


def _gone_out(
    organisation: Organisation, people: Collection[str], now: dt.datetime
) -> tuple[dict[str, set[dt.date]], dict[str, dict[str, int]]]:
    """By person the days, and by week how often, something went out from the running week on."""
    taken: dict[str, set[dt.date]] = defaultdict(set)
    used: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    since = now.date() - dt.timedelta(days=now.weekday() + 1)
    for some in _chunks(people):
        rows = Delivery.objects.filter(organisation=organisation, person__in=some, day__gte=since)
        for person, day in rows.values_list("person", "day"):
            taken[person].add(day)
            used[person][week_of(day)] += 1
    return taken, used


def _write(decided: Round) -> None:
    for at, numbers in decided.at.items():
        _update(numbers, state=Message.State.PLANNED, at=at)
    for reason, numbers in decided.dropped.items():
        _update(numbers, state=Message.State.DROPPED, at=None, note=reason)
    _update(decided.unreachable, state=Message.State.DEAD, at=None, note=NO_ADDRESS)


def _update(numbers: Sequence[int], **values: object) -> None:
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        Message.objects.filter(pk__in=some, state__in=OPEN, delivery=None).update(**values)
