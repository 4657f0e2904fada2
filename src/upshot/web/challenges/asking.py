"""Who is asked to sign: roster, absences, stand-ins and observers joined to the rules, kept with the challenge."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.challenges.models import Asked, Challenge, Observer, StandIn
from upshot.web.challenges.rules import ESCALATE_AFTER, Signer, signers
from upshot.web.outbox.models import Leave
from upshot.web.people.models import Person

__all__ = ["Firm", "ask", "firm_of", "signers_for"]

_LEVELS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """What decides who signs, on a day.

    Parameters
    ----------
    managers
        Everybody who works here, and their manager.
    away
        Who is on leave.
    delegates
        Who stands in for whom.
    named
        Observers by initiative, and whether each is an expert.
    """

    managers: Mapping[str, str]
    away: Collection[str]
    delegates: Mapping[str, str]
    named: Mapping[str, Mapping[str, bool]]

    def above(self, person: str) -> tuple[str, ...]:
        """The person's manager, that one's manager, and so on."""
        found: list[str] = []
        while len(found) < _LEVELS and (person := self.managers.get(person, "")) and person not in found:
            found.append(person)
        return tuple(found)

    def missing(self, people: Iterable[str]) -> set[str]:
        """Who of them cannot be asked: on leave, or not here any more."""
        return {one for one in people if one in self.away or one not in self.managers}


def firm_of(organisation: Organisation, on: dt.date | None = None) -> Firm:
    """The firm on a day, in four queries however large it is."""
    day = on or timezone.localdate()
    people = Person.objects.filter(organisation=organisation)
    gone = dict(people.filter(left__lte=day).values_list("key", "manager"))
    managers = dict(people.exclude(left__lte=day).values_list("key", "manager"))
    absent = StandIn.objects.filter(organisation=organisation, first__lte=day, last__gte=day)
    delegates = dict(absent.values_list("person", "delegate"))
    leave = Leave.objects.filter(organisation=organisation, first__lte=day, last__gte=day)
    named: dict[str, dict[str, bool]] = {}
    for initiative, person, expert in Observer.objects.filter(organisation=organisation).values_list(
        "initiative", "person", "expert"
    ):
        named.setdefault(initiative, {})[person] = expert
    return Firm(
        managers=_past_the_gone(managers, gone),
        away={*delegates, *leave.values_list("person", flat=True)},
        delegates={person: delegate for person, delegate in delegates.items() if delegate},
        named=named,
    )


def _past_the_gone(managers: Mapping[str, str], gone: Mapping[str, str]) -> dict[str, str]:
    """Where a manager has left, theirs takes the place, until somebody is named."""
    found = {}
    for person, named in managers.items():
        manager, seen = named, set[str]()
        while manager in gone and manager not in seen:
            seen.add(manager)
            manager = gone[manager]
        found[person] = manager
    return found


def signers_for(firm: Firm, challenge: Challenge, now: dt.datetime) -> tuple[Signer, ...]:
    """Who may sign a challenge now."""
    above, named = firm.above(challenge.person), firm.named.get(challenge.initiative, {})
    concerned = {*above, *named, challenge.shared_with, *(firm.delegates.get(one, "") for one in above)}
    return signers(
        challenge.by,
        subject=challenge.person,
        managers=above,
        away=firm.missing(concerned),
        delegates=firm.delegates,
        named=named,
        peer=challenge.shared_with,
        overdue=challenge.submitted is not None and now - challenge.submitted >= ESCALATE_AFTER,
    )


def ask(firm: Firm, challenge: Challenge, now: dt.datetime) -> list[Signer]:
    """Keep who may sign a challenge now; who of them was not asked before. Runs in the caller's transaction."""
    wanted = signers_for(firm, challenge, now) if challenge.state == Challenge.State.SUBMITTED else ()
    kept = {one.person: one for one in challenge.asked.all()}
    same = [(one.person, one.relationship) for one in kept.values()]
    if same == [(one.person, one.relationship.value) for one in wanted]:
        return []
    challenge.asked.all().delete()
    Asked.objects.bulk_create(
        Asked(challenge=challenge, person=one.person, relationship=one.relationship, place=place)
        for place, one in enumerate(wanted)
    )
    return [one for one in wanted if one.person not in kept]
