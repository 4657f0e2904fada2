"""Send questions that are due, no more a week than the plan allows, and end cards whose time is over."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, F

from upshot.errors import UpshotError
from upshot.plan import Plan
from upshot.web.accounts.models import Organisation
from upshot.web.outbox import links
from upshot.web.outbox.services import Proposal, propose_all
from upshot.web.practice.content import playable
from upshot.web.practice.models import ScenarioVersion
from upshot.web.practice.naming import lineage
from upshot.web.practice.wording import plain
from upshot.web.spacing.messages import PURPOSE, about_of
from upshot.web.spacing.models import Card, Review
from upshot.web.spacing.rules import plan_of, rule_at
from upshot.web.spacing.schedule import Rule
from upshot.web.spacing.services.cards import question_of

__all__ = ["WEEK", "due", "send"]

WEEK = dt.timedelta(days=7)
"""Over which a cap counts."""
_AT_ONCE = 2000

logger = logging.getLogger(__name__)

Place = tuple[str, str, str]


def due(now: dt.datetime) -> None:
    """One round for every organisation with questions that are due."""
    found = Card.objects.filter(ended=None, due__lte=now, asked__lte=F("answered")).values("organisation").distinct()
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
    waiting = Card.objects.filter(organisation=organisation, ended=None, due__lte=now).select_related("scenario")
    chosen = list(_within_caps(plan, organisation, waiting.order_by("due", "pk")[:_AT_ONCE], now))
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


def _within_caps(plan: Plan, organisation: Organisation, waiting: Iterable[Card], now: dt.datetime) -> Iterable[Card]:
    """Cards to ask now: what was answered within a week, and what was sent and waits, counts against the cap."""
    rules: dict[tuple[str, str], Rule | None] = {}
    used: dict[Place, int] = defaultdict(int, _answered(organisation, now - WEEK))
    for card in waiting:
        place = (card.person, card.initiative, card.path_step)
        rule = rules.setdefault(place[1:], rule_at(plan, *place[1:]))
        if rule is None or used[place] >= rule.max_per_week:
            continue
        used[place] += 1
        if card.asked <= card.answered:
            yield card


def _answered(organisation: Organisation, since: dt.datetime) -> dict[Place, int]:
    rows = Review.objects.filter(card__organisation=organisation, at__gt=since)
    counted = rows.values_list("card__person", "card__initiative", "card__path_step").annotate(n=Count("pk"))
    return {(person, initiative, step): n for person, initiative, step, n in counted.order_by()}


def _versions(scenarios: set[int]) -> dict[int, list[ScenarioVersion]]:
    newest = ScenarioVersion.objects.filter(scenario__in=scenarios).exclude(published=None).select_related("scenario")
    return {one.scenario_id: lineage(one) for one in newest.order_by("scenario", "published")}


def _proposal(organisation: Organisation, card: Card, found: tuple[ScenarioVersion, str], now: dt.datetime) -> Proposal:
    version, step = found
    content = playable(version.text)
    number = card.answered + 1
    token = links.make(
        PURPOSE, organisation=organisation, person=card.person, subject=f"{card.pk}:{number}", days=WEEK.days, now=now
    )
    return Proposal(
        person=card.person,
        kind="spaced-question",
        key=about_of(card, number),
        about=about_of(card, number),
        why="You played this scenario, and your path asks its decisions again so that they stay.",
        context={"title": content.scenario.title, "step": plain(content.compiled.nodes[step].title)},
        link=links.path("again-by-link", token),
        not_before=now,
        expires=now + WEEK,
    )
