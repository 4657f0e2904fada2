"""Simulated answers to questions asked again, for the demonstration; one decision is planted to be forgotten."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence

from upshot.scenario import Choice
from upshot.web.practice.content import playable
from upshot.web.practice.ended import Ended
from upshot.web.practice.models import ScenarioVersion
from upshot.web.spacing.models import Card, Review
from upshot.web.spacing.rules import plan_of, rule_for
from upshot.web.spacing.schedule import Rule, after
from upshot.web.spacing.services.cards import keep_cards
from upshot.web.spacing.services.claiming import days_between

__all__ = ["FORGOTTEN", "seed"]

FORGOTTEN = {"needs-first": "compare"}
"""Planted: a decision that is right on the day and mostly wrong after a week."""
_MOST = 3
"""Answers to a card."""


def seed(ended: Iterable[Ended], *, now: dt.datetime, number: int = 7) -> int:
    """Cards for the first attempts whose path has spaced practice, and answers up to today; how many answers.

    They leave no statements, as the simulated attempts leave none.
    """
    first = [one for one in ended if one.number == 1]
    versions = _versions(first)
    draw = random.Random(f"{number} again")  # noqa: S311
    made = 0
    for scenario in {one.scenario for one in first}:
        mine = [one for one in first if one.scenario == scenario]
        plan, version = plan_of(mine[0].organisation), versions[scenario]
        rule = rule_for(plan, version.scenario) if plan is not None else None
        if rule is not None:
            made += _answers(mine, version, rule, now, draw)
    return made


def _versions(first: Sequence[Ended]) -> dict[int, ScenarioVersion]:
    wanted = {one.scenario for one in first}
    found = ScenarioVersion.objects.filter(scenario__in=wanted, state=ScenarioVersion.State.PUBLISHED)
    return {one.scenario_id: one for one in found.select_related("scenario")}


def _answers(mine: Sequence[Ended], version: ScenarioVersion, rule: Rule, now: dt.datetime, draw: random.Random) -> int:
    for one in mine:
        keep_cards(one, version, rule)
    nodes = playable(version.text).compiled.nodes
    cards = list(Card.objects.filter(scenario=version.scenario, answered=0).order_by("pk"))
    reviews = [row for card in cards for row in _of(card, version, nodes[card.step].choices, rule, now, draw)]
    Review.objects.bulk_create(reviews, batch_size=300)
    Card.objects.bulk_update(cards, ["memory", "due", "answered", "asked"], batch_size=100)
    return len(reviews)


def _of(
    card: Card, version: ScenarioVersion, choices: Sequence[Choice], rule: Rule, now: dt.datetime, draw: random.Random
) -> Iterable[Review]:
    planted = FORGOTTEN.get(version.scenario.slug) == card.step
    while card.answered < _MOST and card.due < now:
        at = card.due + dt.timedelta(days=draw.uniform(0, 9))
        if at > now:
            return
        right = draw.random() < (0.3 if planted else 0.8)
        card.answered += 1
        card.asked = card.answered
        card.memory = after(rule, card.memory, right=right, at=at, number=card.pk)
        card.due = dt.datetime.fromisoformat(str(card.memory["due"]))
        choice = draw.choice([one for one in choices if one.best == right] or list(choices))
        yield Review(
            card=card, number=card.answered, version=version, step=card.step, choice=choice.id, success=choice.best,
            days=days_between(card.first, at), way=Review.Way.LINK, at=at,
        )  # fmt: skip
