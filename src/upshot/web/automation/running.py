"""Run the rules: once for everything that happened since a rule is in force, never over its limit without asking."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from upshot.report.numbers import count
from upshot.web.accounts.models import Organisation
from upshot.web.automation.acting import Doing, doing_of, enrol, in_turn
from upshot.web.automation.facts import Directory, Facts, directory_of, matching
from upshot.web.automation.happening import Happening
from upshot.web.automation.happenings import between
from upshot.web.automation.language.words import Rule, Ruleset
from upshot.web.automation.language.writing import written_rule
from upshot.web.automation.models import Occurrence, RuleState
from upshot.web.outbox.services import Proposal, propose_all

__all__ = ["CATCH_UP", "Ran", "digest_of", "fitting", "new_happenings", "run_rule", "run_rules"]

CATCH_UP = dt.timedelta(days=7)
"""How far back a round looks: a server that was off for a weekend misses nothing."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one rule did in one round, or before how many people it stopped."""

    rule: str
    happenings: int = 0
    messages: int = 0
    enrolments: int = 0
    held: int = 0


def digest_of(rule: Rule) -> str:
    """A hash of what a rule says; one that is rewritten is another rule."""
    return hashlib.sha256(written_rule(rule).encode()).hexdigest()


def run_rules(facts: Facts, rules: Ruleset, now: dt.datetime) -> list[Ran]:
    """Run every active rule for the days up to today. Run again at once, it does nothing."""
    directory = directory_of(facts.organisation)
    return [run_rule(facts, rule, directory, now) for rule in rules.rules if rule.active]


def run_rule(facts: Facts, rule: Rule, directory: Directory, now: dt.datetime) -> Ran:
    """Run one rule: act on what is new, or stop before more people than it may reach in a day."""
    state = state_of(facts.organisation, rule, facts.today)
    new = new_happenings(facts, rule, state)
    doings = in_turn(facts, [doing_of(facts, rule, happening, directory) for happening in new])
    reached = len(_reached(doings))
    if reached > max(rule.at_most, state.allowed or 0):
        _hold(facts, rule, state, reached, directory, now)
        return Ran(rule.id, held=reached)
    return _act(facts, rule, state, doings, now)


def state_of(organisation: Organisation, rule: Rule, today: dt.date) -> RuleState:
    """How a rule stands; one that is new, or reads otherwise than before, begins today."""
    digest = digest_of(rule)
    state, _new = RuleState.objects.get_or_create(
        organisation=organisation, rule=rule.id, defaults={"digest": digest, "since": today}
    )
    if state.digest != digest:
        state.digest, state.since, state.held, state.allowed = digest, today, None, None
        state.save()
    return state


def new_happenings(facts: Facts, rule: Rule, state: RuleState) -> list[Happening]:
    """What the rule is to act on: since it is in force, at most a week ago, and not acted on yet."""
    first = max(state.since, facts.today - CATCH_UP)
    found = fitting(facts, rule, first, facts.today)
    known = set(
        Occurrence.objects.filter(organisation=facts.organisation, rule=rule.id, day__gte=first - CATCH_UP).values_list(
            "key", flat=True
        )
    )
    return [one for one in found if one.key not in known]


def fitting(facts: Facts, rule: Rule, first: dt.date, last: dt.date) -> list[Happening]:
    """What happened between two days for those whom a rule's condition holds for, by the roster of that day."""
    found = between(facts, rule.when, first, last)
    days = {one.day for one in found if one.person}
    held = {
        day: matching(facts, rule.if_, {one.person for one in found if one.day == day}, min(day, facts.today))
        for day in days
    }
    return [one for one in found if not one.person or one.person in held[one.day]]


def _reached(doings: Sequence[Doing]) -> set[str]:
    """Everybody who would be written to or enrolled."""
    written = {proposal.person for doing in doings for proposal in doing.proposals if not proposal.held}
    return written | {doing.happening.person for doing in doings if doing.enrols}


def _act(facts: Facts, rule: Rule, state: RuleState, doings: Sequence[Doing], now: dt.datetime) -> Ran:
    """Everything of one round in one transaction: what happened is noted with what was done about it."""
    with transaction.atomic():
        RuleState.objects.select_for_update().get(pk=state.pk)
        fresh = _note(facts.organisation, rule, doings)
        proposals = [_from_now(proposal, now) for doing in fresh for proposal in doing.proposals]
        messages = propose_all(facts.organisation, proposals) if proposals else 0
        enrolments = enrol(facts, fresh)
        if fresh and (state.held is not None or state.allowed is not None):
            RuleState.objects.filter(pk=state.pk).update(held=None, allowed=None)
    return Ran(rule.id, len(fresh), messages, enrolments)


def _note(organisation: Organisation, rule: Rule, doings: Sequence[Doing]) -> list[Doing]:
    """Note what happened; the ones that another worker noted in the meantime are left to it."""
    there = Occurrence.objects.filter(
        organisation=organisation, rule=rule.id, key__in=[doing.happening.key for doing in doings]
    )
    known = set(there.values_list("key", flat=True)) if doings else set()
    fresh = [doing for doing in doings if doing.happening.key not in known]
    rows = [
        Occurrence(
            organisation=organisation,
            rule=rule.id,
            key=doing.happening.key,
            person=doing.happening.person,
            day=doing.happening.day,
            messages=len(doing.proposals),
            enrolments=len(doing.enrols),
        )
        for doing in fresh
    ]
    Occurrence.objects.bulk_create(rows, batch_size=500)
    return fresh


def _from_now(proposal: Proposal, now: dt.datetime) -> Proposal:
    return replace(proposal, not_before=now)


def _hold(facts: Facts, rule: Rule, state: RuleState, people: int, directory: Directory, now: dt.datetime) -> None:
    """Stop, and ask those who write rules, once for this many people."""
    if state.held == people:
        return
    RuleState.objects.filter(pk=state.pk).update(held=people)
    said = {"people": count(people), "rule": rule.title, "at_most": count(rule.at_most)}
    link = reverse("rule", kwargs={"org": facts.organisation.slug, "name": rule.id})
    propose_all(
        facts.organisation,
        [
            Proposal(
                person=person,
                kind="rule-held",
                key=f"held:{rule.id}:{facts.today}",
                why=_("You write the rules of your firm."),
                about=f"rule:{rule.id}",
                context=said,
                link=link,
                not_before=now,
            )
            for person in directory.roles.get("leaders", ())
        ],
    )
