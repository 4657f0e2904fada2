"""Read frameworks and the map; a learner's own levels with their evidence; and who asks a manager to look."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.competencies.known import Known, known, plan_of
from upshot.web.competencies.levels import HOUSE, Entry, Level, Standing, standing
from upshot.web.competencies.mapping import Map, drawn, practised
from upshot.web.competencies.models import ActionLink, Ask, Evidence, Framework, Item
from upshot.web.people.models import Person

__all__ = ["Asked", "Mine", "asks_of", "entry_of", "frameworks", "item_of", "items", "logs_of", "map_of", "mine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """One competency of the viewer: where they stand, the log newest first, and whether a look was asked for."""

    key: str
    label: str
    statement: str
    level: Level
    place: int
    of: int
    recommended: Level | None
    recommended_place: int | None
    seen: bool
    ladder: tuple[Level, ...]
    log: tuple[Evidence, ...]
    rests_on: frozenset[int]
    asked: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who asks their manager whether a level was seen: no score, only what is asked."""

    number: int
    person: str
    competency: str
    level: Level


def frameworks(viewer: Viewer) -> QuerySet[Framework]:
    """Every framework with how many items it has, and how many of them are in use."""
    found = Framework.objects.filter(organisation=viewer.organisation).defer("body", "rest")
    live = Q(items__in_file=True, items__retired=None)
    return found.annotate(
        entries=Count("items", filter=Q(items__in_file=True)), used=Count("items", filter=live & Q(items__used=True))
    )


def items(viewer: Viewer, framework: Framework, words: str = "") -> QuerySet[Item]:
    """A framework's items in their order, those of them that hold some words."""
    found = Item.objects.filter(organisation=viewer.organisation, framework=framework)
    return found.filter(Q(label__icontains=words) | Q(key__icontains=words)) if words else found


def item_of(viewer: Viewer, number: int) -> Item | None:
    """One item."""
    return Item.objects.filter(organisation=viewer.organisation, pk=number).select_related("framework").first()


def map_of(viewer: Viewer) -> Map | None:
    """The map; nothing where no plan loads."""
    plan = plan_of(viewer.organisation)
    if plan is None:
        return None
    links = ActionLink.objects.filter(organisation=viewer.organisation)
    lines = links.values_list("initiative", "action", "competency")
    return drawn(plan, lines, known(viewer.organisation), practised(viewer.organisation))


def entry_of(row: Evidence) -> Entry:
    """A row of the log as the rules need it."""
    return Entry(
        number=row.pk, kind=row.kind, at=row.at, about=row.about, share=row.share, level=row.level,
        sets_aside=row.sets_aside_id,
    )  # fmt: skip


def logs_of(
    organisation: Organisation, competencies: Collection[str], people: Collection[str]
) -> Mapping[tuple[str, str], list[Evidence]]:
    """The log of each of some people in each of some competencies, oldest first; no entry where nothing stands.

    Many people are picked here and not in the query, which takes a limited number of names.
    """
    rows = Evidence.objects.filter(organisation=organisation, competency__in=competencies)
    if len(people) == 1:
        rows = rows.filter(person__in=people)
    wanted, found = set(people), dict[tuple[str, str], list[Evidence]]()
    for row in rows.order_by("at", "pk"):
        if row.person in wanted:
            found.setdefault((row.person, row.competency), []).append(row)
    return found


def mine(viewer: Viewer) -> list[Mine]:
    """The viewer's competencies with evidence, by name; nobody else's."""
    if not viewer.person:
        return []
    logs: dict[str, list[Evidence]] = {}
    rows = Evidence.objects.filter(organisation=viewer.organisation, person=viewer.person)
    for row in rows.select_related("by").order_by("at", "pk"):
        logs.setdefault(row.competency, []).append(row)
    asked = _open(viewer.organisation, viewer.person)
    names = _named(viewer.organisation, set(logs))
    made = [_mine(names[key], log, key in asked) for key, log in logs.items() if key in names]
    return sorted(made, key=lambda one: one.label.casefold())


def _named(organisation: Organisation, keys: set[str]) -> dict[str, Known]:
    """What they are called; one that was retired, or only a scenario names, keeps its log and the house's levels."""
    found = {key: one for key, one in known(organisation).items() if key in keys}
    for item in Item.objects.filter(organisation=organisation, key__in=keys - set(found)).select_related("framework"):
        found[item.key] = _bare(item.key, item.label, item.framework.title)
    for key in keys - set(found):
        found[key] = _bare(key, key.replace("-", " ").capitalize(), "")
    return found


def _bare(key: str, label: str, origin: str) -> Known:
    return Known(key=key, label=label, statement="", origin=origin, item=None, ladder=HOUSE)


def _open(organisation: Organisation, person: str) -> frozenset[str]:
    """What their manager of today is asked; a request to somebody who no longer is waits for nobody."""
    managers = Person.objects.filter(organisation=organisation, key=person).exclude(manager="").values("manager")
    found = Ask.objects.filter(organisation=organisation, person=person, answered=None, manager__in=managers)
    return frozenset(found.values_list("competency", flat=True))


def _mine(one: Known, log: list[Evidence], asked: bool) -> Mine:
    where: Standing = standing([entry_of(row) for row in log], one.ladder)
    levels = one.ladder.levels
    return Mine(
        key=one.key, label=one.label, statement=one.statement, level=levels[where.level], place=where.level + 1,
        of=len(levels), recommended=levels[where.recommended] if where.recommended is not None else None,
        recommended_place=where.recommended, seen=where.seen, ladder=levels, log=tuple(reversed(log)),
        rests_on=frozenset(where.rests_on), asked=asked,
    )  # fmt: skip


def asks_of(viewer: Viewer) -> list[Asked]:
    """Who of the viewer's people of today asks them to say whether a level was seen at work."""
    if not viewer.person:
        return []
    people = Person.objects.filter(organisation=viewer.organisation, manager=viewer.person)
    called = {one.key: str(one) for one in people}
    asked = Ask.objects.filter(organisation=viewer.organisation, manager=viewer.person, answered=None)
    rows = list(asked.filter(person__in=called))
    names = _named(viewer.organisation, {row.competency for row in rows})
    return [
        Asked(row.pk, called[row.person], names[row.competency].label, _level(names[row.competency], row))
        for row in rows
    ]


def _level(one: Known, row: Ask) -> Level:
    return one.ladder.levels[min(row.level, len(one.ladder.levels) - 1)]
