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
    """By initiative and person, the last word about their day, where it is ahead or was taken back.

    What the planner refused counts as said: who has left or wants no such messages is not told again every round. A
    word that was withdrawn counts only where there was no other; a first one that was refused is not followed.
    """
    said = Message.objects.filter(organisation=facts.organisation, about__startswith="wave:", invitation__isnull=False)
    found: dict[tuple[str, str], Message] = {}
    for message in said.order_by("pk").defer("context"):
        key = message.about.removeprefix("wave:"), message.person
        if key in found and _withdrawn(message):
            continue
        if key in found or _withdrawn(message) or message.state != Message.State.DROPPED:
            found[key] = message
    return {key: one for key, one in found.items() if (day := _day(one)) is None or day >= facts.today}


def _withdrawn(message: Message) -> bool:
    return message.state == Message.State.DROPPED and message.note == "withdrawn"


def _day(message: Message) -> dt.date | None:
    """The day that stands after a word; none once it was taken back."""
    kept = message.invitation or {}
    return None if kept["cancelled"] or _withdrawn(message) else dt.date.fromisoformat(kept["start"])


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
        before, day = _day(message), starts.get((initiative, person))
        last = before or day
        if last is None or day == before or (before is None and last < facts.today):
            continue
        sequence = next_sequence(facts.organisation, person, (message.invitation or {})["uid"])
        unsent = message.state in (Message.State.WAITING, Message.State.PLANNED) and message.delivery_id is None
        if unsent:
            withdraw(facts.organisation, about=message.about, person=person)
            if day is None:
                continue
        yield _word(facts, message, initiative, last, day, sequence, now, first=unsent or before is None)


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
