"""What is offered to whom: the firm's switch, the programmes somebody belongs to, and the lot that decides when."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.motivation.models import Choice, Element, Firm, Programme
from upshot.web.plans.selectors import current_document
from upshot.workspace.belonging import Member, members
from upshot.workspace.folder import Workspace
from upshot.workspace.turns import has_come, turns

__all__ = ["Given", "Standing", "choosing", "firm_of", "given_to", "is_on", "offered", "standing_of"]

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody is offered on a day, what a lot lets them choose later or never, and what a lot is about at all."""

    offered: frozenset[str] = NOTHING
    later: frozenset[str] = NOTHING
    drawn: frozenset[str] = NOTHING


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
    later, drawn
        Elements whose turn a lot has not let come, and all those that are handed out to them by lot.
    """

    on: bool
    offered: frozenset[str]
    wished: frozenset[str]
    chosen: frozenset[str]
    quiet: frozenset[str]
    later: frozenset[str] = NOTHING
    drawn: frozenset[str] = NOTHING


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
    given = given_to(viewer.organisation, [viewer.person], on=on).get(viewer.person, Given())
    rows = Choice.objects.filter(organisation=viewer.organisation, person=viewer.person)
    mine = {row.element: row.quiet for row in rows}
    chosen = given.offered & set(mine)
    quiet = frozenset(one for one in chosen if mine[one])
    return Standing(
        on=True, offered=given.offered, wished=frozenset(mine), chosen=chosen, quiet=quiet, later=given.later,
        drawn=given.drawn,
    )  # fmt: skip


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
    """What each of some people is offered on a day."""
    return {person: given.offered for person, given in given_to(organisation, people, on=on).items()}


def given_to(organisation: Organisation, people: Iterable[str], *, on: dt.date) -> Mapping[str, Given]:
    """What programmes offer each of some people on a day, and what the plan hands out by lot.

    Where the lot of a programme or of the plan says "not yet", nothing else offers the same element: else waves would
    not differ in what they were drawn for.
    """
    wanted = sorted(set(people))
    plan = _plan(organisation) if wanted else None
    if plan is None:
        return {}
    found = {person: _Offers() for person in wanted}
    workspace = workspace_of(organisation)
    _by_programme(organisation, plan, workspace, found, on)
    for element, days in turns(workspace, plan, "motivation", on=on, people=wanted).items():
        for person, day in days.items():
            found[person].add([element], begun=has_come(day, on), by_lot=True)
    return {person: offers.given for person, offers in found.items()}


class _Offers:
    """What is found for one person, offer by offer."""

    def __init__(self) -> None:
        self.open, self.later, self.drawn = set[str](), set[str](), set[str]()

    def add(self, elements: Iterable[str], *, begun: bool, by_lot: bool) -> None:
        """One more offer: what it holds, whether its day has come, and whether a lot decides the day."""
        known = set(elements) & set(Element.values)
        (self.open if begun else self.later).update(known)
        self.drawn |= known if by_lot else set()

    @property
    def given(self) -> Given:
        return Given(frozenset(self.open - self.later), frozenset(self.later), frozenset(self.drawn))


def _by_programme(
    organisation: Organisation, plan: Plan, workspace: Workspace, found: Mapping[str, _Offers], on: dt.date
) -> None:
    rows = {row.initiative: row for row in Programme.objects.filter(organisation=organisation) if row.elements}
    courses = [item.resolved() for item in plan.initiatives if item.id in rows]
    if not courses:
        return
    with workspace.lake().connect() as connection:
        belong = members(connection, courses, on=on, people=list(found))
    for course, own in zip(courses, belong, strict=True):
        row = rows[course.id]
        waved = row.when == Programme.When.WITH_WAVE
        for member in own:
            found[member.person].add(row.elements, begun=_begun(row, member, on), by_lot=waved)


def _begun(row: Programme, member: Member, on: dt.date) -> bool:
    """Whether it is this person's turn; whoever stands in no wave is in the group that waits."""
    return row.when == Programme.When.AT_ONCE or has_come(member.starts, on)


def _plan(organisation: Organisation) -> Plan | None:
    try:
        return current_document(organisation).plan
    except UpshotError:
        return None
