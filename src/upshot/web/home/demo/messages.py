"""Harbour's rules, and a month of the messages they would have sent: written down, not sent."""

import datetime as dt
from dataclasses import replace

from django.db.models import Min

from upshot.web.accounts.models import Organisation, User
from upshot.web.automation.acting import Doing, doing_of
from upshot.web.automation.facts import Facts, directory_of
from upshot.web.automation.language.reading import parse
from upshot.web.automation.language.words import Ruleset
from upshot.web.automation.models import Occurrence, RuleState, RuleVersion
from upshot.web.automation.running import digest_of, fitting
from upshot.web.automation.selectors import facts_of, known_of
from upshot.web.outbox.models import House, Message
from upshot.web.outbox.scheduling import plan_round
from upshot.web.outbox.sending import send_round
from upshot.web.outbox.services import Proposal, propose_all
from upshot.workspace.harbour.calendar import TODAY

__all__ = ["HARBOUR_RULES", "doings_between", "make_messages"]

MONTH = dt.timedelta(days=30)
_MORNING = dt.time(8, 30, tzinfo=dt.UTC)

HARBOUR_RULES = """\
# What runs by itself at Harbour. Simulated, like everything here.
format: upshot-rules/1
rules:
  - id: greet
    title: Greet whoever joins
    when: {event: joiner, after: 1d}
    then:
      - message: {heading: Good that you are here, text: Your first steps are ready.}
      - task: {to: manager, heading: Name a companion, text: Somebody joined your team.}
    at_most: 60

  - id: moved
    title: Help people into a new team
    when: {event: mover}
    then:
      - task: {to: manager, heading: Somebody is new in your team, text: Ask what they need.}
    at_most: 60

  - id: waves
    title: Tell people when their training starts
    when: {event: wave-starts, before: 14d}
    then:
      - invite: wave
    at_most: 250

  - id: wrap-up-behind
    title: Remind people who fell behind, once
    when: {event: overdue, initiative: faster-wrap-up, after: 3d}
    then:
      - message: {heading: "{step}: still open", text: Your lead can free an hour for it.}
    at_most: 250

  - id: customer-files
    title: Nobody's certificate runs out unnoticed
    when: {event: certificate-expiring, initiative: know-your-customer, before: 30d}
    then:
      - task: {heading: Renew “Know your customer”, text: "It runs out on {day}. Renewing takes 45 minutes."}
    at_most: 250

  - id: late-data
    title: See to data that are late
    when: {event: data-late}
    then:
      - task: {to: analysts, heading: "{kpi} is late", text: "{what}"}

  - id: unusual
    title: Look at a KPI that reads unusually
    when: {event: kpi-drifts}
    then:
      - message: {to: leaders, heading: "{kpi} reads unusually", text: "{what}"}

  - id: reviews
    title: Remember reviews
    when: {event: review-due, before: 7d}
    then:
      - message: {to: executives, heading: "Review of {initiative} on {day}", text: The pack is ready to read.}
"""


def make_messages(harbour: Organisation, by: User) -> int:
    """Keep Harbour's rules, and write down what they would have sent in the last month; how many messages."""
    if RuleVersion.objects.filter(organisation=harbour).exists():
        return 0
    facts = facts_of(harbour, TODAY)
    if facts is None:
        return 0
    House.objects.get_or_create(
        organisation=harbour, defaults={"record_only": True, "zone": "Europe/London", "country": "GB", "part": "ENG"}
    )
    RuleVersion.objects.create(organisation=harbour, number=1, text=HARBOUR_RULES, author=by, note="The first rules")
    rules = parse(HARBOUR_RULES, known_of(harbour, facts.plan))
    first = TODAY - MONTH
    doings = doings_between(facts, rules, first, TODAY)
    _remember(facts, rules, doings, first)
    made = propose_all(harbour, [proposal for own in doings.values() for one in own for proposal in _dated(one)])
    _send_all(harbour, dt.datetime.combine(TODAY, _MORNING))
    return made


def doings_between(facts: Facts, rules: Ruleset, first: dt.date, last: dt.date) -> dict[str, list[Doing]]:
    """What each rule would have done between two days."""
    directory = directory_of(facts.organisation)
    return {
        rule.id: [doing_of(facts, rule, one, directory) for one in fitting(facts, rule, first, last)]
        for rule in rules.rules
    }


def _remember(facts: Facts, rules: Ruleset, doings: dict[str, list[Doing]], first: dt.date) -> None:
    """What happened counts as acted on, so that the worker does not say it again."""
    RuleState.objects.bulk_create(
        RuleState(organisation=facts.organisation, rule=rule.id, digest=digest_of(rule), since=first)
        for rule in rules.rules
    )
    Occurrence.objects.bulk_create(
        Occurrence(
            organisation=facts.organisation,
            rule=rule,
            key=one.happening.key,
            person=one.happening.person,
            day=one.happening.day,
            messages=len(one.proposals),
        )
        for rule, own in doings.items()
        for one in own
    )


def _dated(doing: Doing) -> list[Proposal]:
    """The messages of the day on which it happened."""
    return [replace(one, not_before=dt.datetime.combine(doing.happening.day, _MORNING)) for one in doing.proposals]


def _send_all(harbour: Organisation, now: dt.datetime) -> None:
    """Let the month pass: everything at the moment it was planned for."""
    first = Message.objects.filter(organisation=harbour, state=Message.State.WAITING).aggregate(at=Min("not_before"))
    start = first["at"]
    while start is not None and plan_round(harbour, start):
        continue
    while True:
        due = Message.objects.filter(
            organisation=harbour, state=Message.State.PLANNED, delivery=None, at__lte=now
        ).aggregate(at=Min("at"))
        if due["at"] is None or not send_round(harbour, due["at"], people=1000).sent:
            return
