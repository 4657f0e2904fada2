"""Read messages: one person's own with why they came; for administrators counts, and what was not delivered."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from upshot.web.accounts.viewer import Viewer
from upshot.web.outbox.kinds import Words, kinds, words_of
from upshot.web.outbox.models import Channel, Delivery, Leave, Message, Preference
from upshot.web.outbox.planning.hours import week_of
from upshot.web.outbox.recipients import of_viewer

__all__ = [
    "Sample",
    "Week",
    "by_kind",
    "channels",
    "leave_of",
    "my_deliveries",
    "my_open",
    "preference_of",
    "samples",
    "undelivered",
    "unreachable",
    "weeks",
]


@dataclass(frozen=True, slots=True)
class Week:
    """One week's deliveries: to how many people, and how many people got how many."""

    week: str
    deliveries: int
    people: int
    most: int
    mean: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A kind of message with its words, its gaps named."""

    name: str
    label: str
    binding: bool
    words: Words


class _Gaps(dict[str, str]):
    """Names every value that a kind's words ask for."""

    def __missing__(self, name: str) -> str:
        return f"[{name}]"


def my_deliveries(viewer: Viewer) -> QuerySet[Delivery]:
    """What went out to whoever is looking, newest first, with the messages in it."""
    own = Delivery.objects.filter(organisation=viewer.organisation, person=of_viewer(viewer))
    return own.prefetch_related(Prefetch("messages", Message.objects.order_by("pk")))


def my_open(viewer: Viewer) -> QuerySet[Message]:
    """What is to be said to whoever is looking, and what was not said, with the reason; the newest fifty."""
    own = Message.objects.filter(organisation=viewer.organisation, person=of_viewer(viewer), delivery=None)
    return own.exclude(state=Message.State.SENT).order_by("-proposed")[:50]


def preference_of(viewer: Viewer) -> Preference:
    """How whoever is looking wants to be written to; as shipped where they never said."""
    own = {"organisation": viewer.organisation, "person": of_viewer(viewer)}
    return Preference.objects.filter(**own).first() or Preference(**own)


def leave_of(viewer: Viewer, today: dt.date) -> QuerySet[Leave]:
    """Leave of whoever is looking that is not over."""
    return Leave.objects.filter(organisation=viewer.organisation, person=of_viewer(viewer), last__gte=today)


def channels(viewer: Viewer) -> QuerySet[Channel]:
    """Shared channels."""
    return Channel.objects.filter(organisation=viewer.organisation)


def undelivered(viewer: Viewer) -> QuerySet[Delivery]:
    """Deliveries that need somebody's help, newest first."""
    return Delivery.objects.filter(organisation=viewer.organisation, state=Delivery.State.DEAD)


def unreachable(viewer: Viewer) -> list[tuple[str, int]]:
    """People whom messages wait for and who have no e-mail address, with how many messages."""
    lost = Message.objects.filter(organisation=viewer.organisation, state=Message.State.DEAD, delivery=None)
    rows = lost.values("person").annotate(messages=Count("pk")).order_by("person")
    return [(row["person"], row["messages"]) for row in rows[:200]]


def by_kind(viewer: Viewer, since: dt.datetime) -> list[tuple[str, dict[str, int]]]:
    """How many messages of each kind ended how, since a moment."""
    rows = (
        Message.objects.filter(organisation=viewer.organisation, proposed__gte=since)
        .values("kind", "state")
        .annotate(messages=Count("pk"))
        .order_by("kind")
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["kind"], {})[row["state"]] = row["messages"]
    labels = {kind.name: str(kind.label) for kind in kinds().values()}
    return [(labels.get(name, name), states) for name, states in found.items()]


def weeks(viewer: Viewer, today: dt.date, *, last: int = 8) -> list[Week]:
    """The last weeks: deliveries, people reached, most and mean to one person. Nobody is named."""
    names = [week_of(today - dt.timedelta(weeks=back)) for back in range(last)]
    rows = (
        Delivery.objects.filter(organisation=viewer.organisation, week__in=names)
        .values("week", "person")
        .annotate(got=Count("pk"))
        .order_by()
    )
    found: dict[str, Counter[int]] = {}
    for row in rows:
        found.setdefault(row["week"], Counter())[row["got"]] += 1
    return [_week(name, found[name]) for name in names if name in found]


def _week(name: str, people_by_count: Counter[int]) -> Week:
    deliveries = sum(got * people for got, people in people_by_count.items())
    people = sum(people_by_count.values())
    return Week(name, deliveries, people, max(people_by_count), deliveries / people)


def samples() -> list[Sample]:
    """Every kind with its words."""
    return [
        Sample(kind.name, str(kind.label), kind.binding, words_of(kind, _Gaps(kind.sample)))
        for kind in kinds().values()
    ]
