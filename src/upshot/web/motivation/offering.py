"""What is offered to whom: the firm's switch, the programmes somebody belongs to, and the lot that decides when."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from upshot.errors import UpshotError
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.motivation.models import Choice, Element, Firm, Programme
from upshot.web.plans.selectors import current_document
from upshot.workspace.belonging import Member, members

__all__ = ["Standing", "choosing", "firm_of", "is_on", "offered", "standing_of"]

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one person is offered and chose.

    Parameters
    ----------
    on
        Whether the firm has switched it on at all.
    offered
        Elements that their programmes offer them today.
    wished
        Elements they chose, offered today or not.
    chosen
        Those that are offered and chosen; nothing else is computed or shown.
    quiet
        Chosen ones that are shown only when asked for.
    """

    on: bool
    offered: frozenset[str]
    wished: frozenset[str]
    chosen: frozenset[str]
    quiet: frozenset[str]


def firm_of(organisation: Organisation) -> Firm:
    """The firm's switch; off where nobody turned it on."""
    return Firm.objects.filter(organisation=organisation).first() or Firm(organisation=organisation)


def is_on(organisation: Organisation) -> bool:
    """Whether the firm has switched it on."""
    return Firm.objects.filter(organisation=organisation, on=True).exists()


def standing_of(viewer: Viewer, *, on: dt.date) -> Standing:
    """What the viewer is offered and chose; nobody else's."""
    switched = is_on(viewer.organisation)
    if not switched or not viewer.person:
        return Standing(on=switched, offered=NOTHING, wished=NOTHING, chosen=NOTHING, quiet=NOTHING)
    given = offered(viewer.organisation, [viewer.person], on=on).get(viewer.person, NOTHING)
    rows = Choice.objects.filter(organisation=viewer.organisation, person=viewer.person)
    mine = {row.element: row.quiet for row in rows}
    chosen = given & set(mine)
    quiet = frozenset(one for one in chosen if mine[one])
    return Standing(on=True, offered=given, wished=frozenset(mine), chosen=chosen, quiet=quiet)


def choosing(
    organisation: Organisation, element: Element, *, on: dt.date, among: Collection[str] | None = None
) -> set[str]:
    """Who chose an element and is offered it today: everybody, or among some people."""
    if not is_on(organisation):
        return set()
    rows = Choice.objects.filter(organisation=organisation, element=element)
    people = set(rows.values_list("person", flat=True))
    people = people if among is None else people & set(among)
    given = offered(organisation, people, on=on) if people else {}
    return {person for person in people if element in given.get(person, NOTHING)}


def offered(organisation: Organisation, people: Iterable[str], *, on: dt.date) -> Mapping[str, frozenset[str]]:
    """What programmes offer each of some people on a day.

    Where the lot of one programme says "not yet", no other programme offers the same element: else waves would not
    differ in what they were drawn for.
    """
    rows = {row.initiative: row for row in Programme.objects.filter(organisation=organisation) if row.elements}
    courses = _courses(organisation, rows)
    wanted = sorted(set(people))
    if not courses or not wanted:
        return {}
    with workspace_of(organisation).lake().connect() as connection:
        belong = members(connection, courses, on=on, people=wanted)
    open_now: dict[str, set[str]] = {person: set() for person in wanted}
    waiting: dict[str, set[str]] = {person: set() for person in wanted}
    for course, found in zip(courses, belong, strict=True):
        row = rows[course.id]
        for member in found:
            (open_now if _begun(row, member, on) else waiting)[member.person] |= set(row.elements)
    return {person: frozenset(open_now[person] - waiting[person]) & frozenset(Element.values) for person in wanted}


def _begun(row: Programme, member: Member, on: dt.date) -> bool:
    """Whether it is this person's turn; whoever stands in no wave is in the group that waits."""
    if row.when == Programme.When.AT_ONCE:
        return True
    return member.starts is not None and member.starts <= on


def _courses(organisation: Organisation, rows: Mapping[str, Programme]) -> list[Initiative]:
    if not rows:
        return []
    try:
        plan = current_document(organisation).plan
    except UpshotError:
        return []
    return [item.resolved() for item in plan.initiatives if item.id in rows]
