"""Claim a tier once it was remembered: a row, a statement, and an entry in the evidence log."""

import datetime as dt
from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from upshot.web.accounts.models import Organisation
from upshot.web.practice.content import playable
from upshot.web.practice.models import Attempt, ScenarioVersion
from upshot.web.spacing.models import Card, Claim, Review
from upshot.web.spacing.statements import claimed
from upshot.web.spacing.tiers import DELAY, TIERS, Late, decides_later

__all__ = ["claim_decisions", "claim_task", "days_between"]


def days_between(first: dt.datetime, at: dt.datetime) -> float:
    """Days from one moment to another."""
    return (at - first) / dt.timedelta(days=1)


def claim_decisions(card: Card, at: dt.datetime) -> Claim | None:
    """Tier 5 of a card's scenario, where every decision was remembered; claimed once."""
    cards = list(Card.objects.filter(person=card.person, scenario=card.scenario_id, organisation=card.organisation_id))
    newest: dict[int, Review] = {}
    for review in Review.objects.filter(card__in=cards).order_by("number"):
        newest[review.card_id] = review
    kept = [one for one in cards if one.ended is None or one.pk in newest]
    found = decides_later([_late(newest.get(one.pk)) for one in kept])
    if found is None:
        return None
    days = min(newest[one.pk].days for one in kept)
    return _claim(card.organisation, card.person, card.scenario_id, 5, days=days, right=found[0], of=found[1], at=at)


def _late(review: Review | None) -> Late | None:
    return None if review is None else Late(review.days, review.success)


def claim_task(
    organisation: Organisation, person: str, scenario: int, at: dt.datetime, *, passed: bool | None
) -> Claim | None:
    """Tier 6, where the whole scenario was passed again days later; claimed once."""
    first = Attempt.objects.filter(person=person, scenario=scenario, number=1).exclude(finished=None).first()
    if not passed or first is None or first.finished is None:
        return None
    days = days_between(first.finished, at)
    if days < DELAY:
        return None
    return _claim(organisation, person, scenario, 6, days=days, right=1, of=1, at=at)


def _claim(
    organisation: Organisation, person: str, scenario: int, tier: int, *, days: float, right: int, of: int,
    at: dt.datetime,
) -> Claim | None:  # fmt: skip
    claim, new = Claim.objects.get_or_create(
        organisation=organisation, person=person, scenario_id=scenario, tier=tier,
        defaults={"days": days, "right": right, "of": of, "at": at},
    )  # fmt: skip
    if not new:
        return None
    version = _published(scenario)
    claimed(claim, version.title, at)
    content = playable(version.text).scenario
    _tell(claim, version.title, [one.id for one in content.competencies])
    return claim


def _published(scenario: int) -> ScenarioVersion:
    """What it says now, or said last."""
    return ScenarioVersion.objects.filter(scenario=scenario).exclude(published=None).order_by("-published")[0]


def _tell(claim: Claim, title: str, competencies: Sequence[str]) -> None:
    enter: Callable[..., None] = import_string(settings.REMEMBERED)
    tier = TIERS[claim.tier]
    enter(
        organisation=claim.organisation, person=claim.person, competencies=competencies, title=title, at=claim.at,
        about=claim.scenario.activity, source=f"tier-{claim.tier}:{claim.scenario_id}",
        why=f"LTEM tier {tier.number}, {tier.name}: {claim.right} of {claim.of} right, {claim.days:.0f} days later.",
    )  # fmt: skip
