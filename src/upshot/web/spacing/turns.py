"""Whose questions wait where asking again is tried by lot: each person's day, and since when their time counts."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.spacing.models import Card
from upshot.web.spacing.rules import plan_of
from upshot.workspace.turns import has_come, turns

__all__ = ["Turns", "turn_of", "turns_of"]


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of people on a day, by initiative; whoever is in no trial is asked as if nothing were tried."""

    on: dt.date
    days: Mapping[str, Mapping[str, dt.date | None]]

    def waits(self, person: str, initiative: str) -> bool:
        """Whether nothing of an initiative is asked of somebody again, because their turn has not come."""
        own = self.days.get(initiative, {})
        return person in own and not has_come(own[person], self.on)

    def since(self, first: dt.datetime, person: str, initiative: str) -> dt.datetime:
        """From when the time of a card counts: the first attempt, or the person's turn where it came after."""
        turn = self.days.get(initiative, {}).get(person)
        return first if turn is None else max(first, dt.datetime.combine(turn, dt.time(), tzinfo=first.tzinfo))


def turns_of(
    organisation: Organisation, plan: Plan | None, on: dt.date, *, people: Collection[str] | None = None
) -> Turns:
    """Turns as the plan draws them; where the roster cannot be read nobody is kept from anything."""
    if plan is None:
        return Turns(on, {})
    try:
        return Turns(on, turns(workspace_of(organisation), plan, "spacing", on=on, people=people))
    except UpshotError:
        return Turns(on, {})


def turn_of(card: Card, on: dt.date) -> Turns:
    """The turns that concern one card's person."""
    return turns_of(card.organisation, plan_of(card.organisation), on, people=[card.person])
