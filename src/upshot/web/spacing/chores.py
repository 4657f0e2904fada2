"""Send questions that are due, no more a week than the plan allows; end cards whose time is over; note who waits."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.web.accounts.models import Organisation
from upshot.web.outbox import links
from upshot.web.outbox.models import Message
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.practice.content import playable
from upshot.web.practice.models import ScenarioVersion
from upshot.web.practice.naming import lineage
from upshot.web.practice.wording import plain
from upshot.web.spacing.messages import KIND, PURPOSE, about_of, later_key
from upshot.web.spacing.models import Card, Review
from upshot.web.spacing.rules import plan_of, rule_at
from upshot.web.spacing.schedule import Rule
from upshot.web.spacing.services.cards import question_of
from upshot.web.spacing.turns import Turns, turns_of
from upshot.workspace.turns import NOT_YET

__all__ = ["WEEK", "due", "send"]

WEEK = dt.timedelta(days=7)
"""Over which a cap counts."""
_AT_ONCE = 2000

logger = logging.getLogger(__name__)

Place = tuple[str, str, str]
_Later = tuple[int, str, int]
"""A card whose person's turn comes later: its number, whose, and of which scenario."""


def due(now: dt.datetime) -> None:
    """One round for every organisation with questions that are due."""
    found = Card.objects.filter(ended=None, due__lte=now).values("organisation").distinct()
    for organisation in Organisation.objects.filter(pk__in=found):
        try:
            send(organisation, now)
        except UpshotError:
            logger.exception("Questions of organisation %s could not be sent.", organisation.pk)


def send(organisation: Organisation, now: dt.datetime) -> int:
    """Propose a message for each question that is due and fits into its week; how many."""
    plan = plan_of(organisation)
    if plan is None:
        return 0
    waiting, over, later = _waiting(plan, organisation, now)
    Card.objects.filter(pk__in=over).update(ended=now)
    _note_later(organisation, later)
    fitting = islice(_within_caps(waiting, _answered(organisation, now - WEEK)), _AT_ONCE)
    chosen = list(Card.objects.filter(pk__in=list(fitting)).select_related("scenario").order_by("due", "pk"))
    versions = _versions({card.scenario_id for card in chosen})
    sent, gone = list[Card](), list[Card]()
    proposals = list[Proposal]()
    for card in chosen:
        found = question_of(card.scenario, versions.get(card.scenario_id, ()), card)
        if found is None:
            gone.append(card)
            continue
        card.asked = card.answered + 1
        sent.append(card)
        proposals.append(_proposal(organisation, card, found, now))
    Card.objects.filter(pk__in=[card.pk for card in gone]).update(ended=now)
    propose_all(organisation, proposals)
    Card.objects.bulk_update(sent, ["asked"], batch_size=500)
    return len(sent)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A card that is due: its number, whose and for which step, the step's cap, and whether its question was sent."""

    card: int
    place: Place
    most: int
    sent: bool


def _waiting(
    plan: Plan, organisation: Organisation, now: dt.datetime
) -> tuple[list[_Waiting], list[int], list[_Later]]:
    """Cards that are due, by their day, and numbers of those whose time is over and of those whose turn comes later."""
    rules: dict[tuple[str, str], Rule | None] = {}
    turns: Turns = turns_of(organisation, plan, timezone.localdate(now))
    waiting, over, later = list[_Waiting](), list[int](), list[_Later]()
    found = Card.objects.filter(organisation=organisation, ended=None, due__lte=now).order_by("due", "pk")
    rows = found.values_list("pk", "scenario", "first", "asked", "answered", "person", "initiative", "path_step")
    for pk, scenario, first, asked, answered, person, *step in rows.iterator():
        at = (step[0], step[1])
        if at not in rules:
            rules[at] = rule_at(plan, *at)
        rule = rules[at]
        if rule is not None and turns.waits(person, step[0]):
            later.append((pk, person, scenario))
        elif rule is not None and rule.is_over(turns.since(first, person, step[0]), now):
            over.append(pk)
        elif rule is not None:
            waiting.append(_Waiting(pk, (person, *at), rule.max_per_week, asked > answered))
    return waiting, over, later


def _note_later(organisation: Organisation, later: Sequence[_Later]) -> None:
    """Write down, once for each person and scenario, that nothing is asked because their turn has not come."""
    held = Message.objects.filter(organisation=organisation, kind=KIND, note=NOT_YET)
    known = set(held.values_list("person", "key")) if later else set()
    new: dict[tuple[str, str], int] = {}
    for pk, person, scenario in later:
        if (at := (person, later_key(scenario))) not in known:
            new.setdefault(at, pk)
    if not new:
        return
    chosen = list(Card.objects.filter(pk__in=list(new.values())[:_AT_ONCE]).select_related("scenario"))
    versions = _versions({card.scenario_id for card in chosen})
    found = [(card, question_of(card.scenario, versions.get(card.scenario_id, ()), card)) for card in chosen]
    propose_all(organisation, [_later(card, *asked) for card, asked in found if asked is not None])


def _within_caps(waiting: Sequence[_Waiting], answered: dict[Place, int]) -> Iterator[int]:
    """Cards to ask now: what was answered within a week, and what was sent and waits, counts against the cap."""
    used: dict[Place, int] = defaultdict(int, answered)
    for one in waiting:
        used[one.place] += one.sent
    for one in waiting:
        if not one.sent and used[one.place] < one.most:
            used[one.place] += 1
            yield one.card


def _answered(organisation: Organisation, since: dt.datetime) -> dict[Place, int]:
    rows = Review.objects.filter(card__organisation=organisation, at__gt=since)
    counted = rows.values_list("card__person", "card__initiative", "card__path_step").annotate(n=Count("pk"))
    return {(person, initiative, step): n for person, initiative, step, n in counted.order_by()}


def _versions(scenarios: set[int]) -> dict[int, list[ScenarioVersion]]:
    found = ScenarioVersion.objects.filter(scenario__in=scenarios).exclude(published=None).select_related("scenario")
    newest = {one.scenario_id: one for one in found.defer("text").order_by("published")}
    return {scenario: lineage(one) for scenario, one in newest.items()}


def _proposal(organisation: Organisation, card: Card, found: tuple[ScenarioVersion, str], now: dt.datetime) -> Proposal:
    version, step = found
    number = card.answered + 1
    token = links.make(
        PURPOSE, organisation=organisation, person=card.person, subject=f"{card.pk}:{number}", days=WEEK.days, now=now
    )
    return Proposal(
        person=card.person,
        kind=KIND,
        key=about_of(card, number),
        about=about_of(card, number),
        why="You played this scenario, and your path asks its decisions again so that they stay.",
        context=_words(version, step),
        link=links.path("again-by-link", token),
        not_before=now,
        expires=now + WEEK,
    )


def _later(card: Card, version: ScenarioVersion, step: str) -> Proposal:
    """What is written down and not sent."""
    key = later_key(card.scenario_id)
    why = "Decisions are asked again of some earlier than of others, so that its effect can be told."
    words = _words(version, step)
    return Proposal(person=card.person, kind=KIND, key=key, about=key, context=words, why=why, held=NOT_YET)


def _words(version: ScenarioVersion, step: str) -> dict[str, str]:
    content = playable(version.text)
    return {"title": content.scenario.title, "step": plain(content.compiled.nodes[step].title)}
