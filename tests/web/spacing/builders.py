"""A learner who played the scenario of a path that asks its decisions again."""

import datetime as dt

from tests.web.cast import Cast
from tests.web.competencies.builders import PLAN, a_plan
from tests.web.practice.builders import BEST, a_published, played

from upshot.web.practice.models import ScenarioVersion
from upshot.web.spacing.models import Card

__all__ = ["LATER", "PLAN", "a_card", "cards_of", "moved_back", "practised"]

LATER = dt.timedelta(days=40)


def practised(cast: Cast, choices: tuple[str, ...] = BEST, *, plan: str = PLAN) -> ScenarioVersion:
    """The scenario published and played once by the cast's learner, whose path asks one question a week."""
    a_plan(cast, plan)
    version = a_published(cast)
    played(cast.viewer("learner"), version, choices)
    return version


def cards_of(cast: Cast) -> list[Card]:
    """The learner's cards, by step."""
    return list(Card.objects.filter(organisation=cast.organisation, person="p-1").order_by("step"))


def a_card(cast: Cast, step: str = "call") -> Card:
    """One of them."""
    return Card.objects.get(organisation=cast.organisation, person="p-1", step=step)


def moved_back(days: float) -> None:
    """Let some days go by since the first attempt."""
    for card in Card.objects.all():
        card.first -= dt.timedelta(days=days)
        card.due -= dt.timedelta(days=days)
        card.memory = {**card.memory, "due": card.due.isoformat()} | (
            {
                "last_review": (
                    dt.datetime.fromisoformat(card.memory["last_review"]) - dt.timedelta(days=days)
                ).isoformat()
            }
            if "last_review" in card.memory
            else {}
        )
        card.save()
