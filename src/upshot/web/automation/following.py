"""Calendar entries that rules sent follow the plan: a day that moved is sent anew, a day that is gone is taken back."""

import datetime as dt
from collections.abc import Iterator, Mapping

from upshot.report.numbers import long_date
from upshot.web.automation.facts import Facts
from upshot.web.outbox.invitations import entry, next_sequence
from upshot.web.outbox.models import Message
from upshot.web.outbox.services import Proposal, propose_all, withdraw
from upshot.workspace.belonging import members

__all__ = ["follow_waves"]


def follow_waves(facts: Facts, now: dt.datetime) -> int:
    """Say what changed about days that are ahead; how many messages. Run again at once, it does nothing."""
    newest = _newest(facts)
    if not newest:
        return 0
    starts = _starts(facts, {initiative for initiative, _person in newest})
    proposals = list(_changes(facts, newest, starts, now))
    return propose_all(facts.organisation, proposals) if proposals else 0


def _newest(facts: Facts) -> dict[tuple[str, str], Message]:
    """By initiative and person, the last word about their day, where that day is ahead."""
    said = Message.objects.filter(
        organisation=facts.organisation, about__startswith="wave:", invitation__isnull=False
    ).exclude(state=Message.State.DROPPED, delivery=None)
    found: dict[tuple[str, str], Message] = {}
    for message in said.order_by("pk").defer("context"):
        found[message.about.removeprefix("wave:"), message.person] = message
    today = facts.today.isoformat()
    return {
        key: one
        for key, one in found.items()
        if one.invitation and not one.invitation["cancelled"] and one.invitation["start"] >= today
    }


def _starts(facts: Facts, initiatives: set[str]) -> dict[tuple[str, str], dt.date]:
    wanted = [item for item in facts.plan.initiatives if item.id in initiatives and item.waves]
    if not wanted:
        return {}
    with facts.workspace.lake().connect() as connection:
        belong = members(connection, wanted, on=facts.today)
    return {
        (item.id, member.person): member.starts
        for item, own in zip(wanted, belong, strict=True)
        for member in own
        if member.starts is not None
    }


def _changes(
    facts: Facts,
    newest: Mapping[tuple[str, str], Message],
    starts: Mapping[tuple[str, str], dt.date],
    now: dt.datetime,
) -> Iterator[Proposal]:
    for (initiative, person), message in newest.items():
        before = dt.date.fromisoformat((message.invitation or {})["start"])
        day = starts.get((initiative, person))
        if day == before:
            continue
        sequence = next_sequence(facts.organisation, person, (message.invitation or {})["uid"])
        unsent = message.state in (Message.State.WAITING, Message.State.PLANNED) and message.delivery_id is None
        if unsent:
            withdraw(facts.organisation, about=message.about, person=person)
            if day is None:
                continue
        yield _word(facts, message, initiative, before, day, sequence, now, first=unsent)


def _word(
    facts: Facts,
    message: Message,
    initiative: str,
    before: dt.date,
    day: dt.date | None,
    sequence: int,
    now: dt.datetime,
    *,
    first: bool,
) -> Proposal:
    title, kept = facts.title(initiative), message.invitation or {}
    context = {"initiative": title, "day": long_date(day or before), "before": long_date(before), "reason": ""}
    moved = "wave-starts" if first else "wave-moved"
    return Proposal(
        person=message.person,
        kind=moved if day is not None else "wave-off",
        key=f"wave:{initiative}:{sequence}",
        why=message.why if message.why else title,
        about=message.about,
        context=context,
        link=message.link,
        not_before=now,
        invitation=entry(uid=kept["uid"], title=title, start=day or before, sequence=sequence, cancelled=day is None),
    )
