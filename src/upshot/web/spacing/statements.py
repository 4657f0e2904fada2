"""Spaced answers and remembered tiers as xAPI statements into the organisation's record store."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings

from upshot.scenario import Answered, Choice
from upshot.web.practice.content import Playable
from upshot.web.practice.recording import store
from upshot.web.practice.statements import Writer
from upshot.web.spacing.models import Card, Claim, Review
from upshot.web.spacing.tiers import TIERS

__all__ = ["claimed", "reviewed"]

SPACED = "urn:upshot:spaced:"
"""Extensions of a spaced answer: number, days since the first attempt, way."""
LTEM = "urn:upshot:ltem:"
"""Extensions of a claim: tier, days, right, of."""
_MASTERED = "http://adlnet.gov/expapi/verbs/mastered"


def reviewed(
    card: Card, review: Review, content: Playable, offered: tuple[Choice, ...], points: tuple[Any, ...]
) -> None:
    """Record one answer; its id is made from the card and its number, so that it is recorded once."""
    scenario = content.scenario
    node = content.compiled.nodes[review.step]
    facts = Answered(
        scenario=scenario.id, version=scenario.version, fingerprint=review.version.fingerprint, lang=scenario.lang,
        step=review.step, title=node.title, choices=tuple((one.id, one.text) for one in offered),
        response=review.choice, right=tuple(one.id for one in offered if one.best), success=review.success,
        points=points, critical=False, turn=False, number=review.number, visit=1, duration_seconds=None,
    )  # fmt: skip
    writer = Writer(
        home=settings.ENVIRONMENT.url, person=card.person, registration=card.registration, attempt=review.number,
        activity=card.scenario.activity, title=scenario.title, lang=scenario.lang,
        revision=f"{review.version.number} {review.version.fingerprint}",
        competencies=tuple(one.id for one in scenario.competencies),
    )  # fmt: skip
    statement: Any = writer.answered(facts, review.at)
    statement["context"]["extensions"] = {
        f"{SPACED}number": review.number, f"{SPACED}days": round(review.days, 2), f"{SPACED}way": review.way,
    }  # fmt: skip
    store(card.organisation, [statement])


def claimed(claim: Claim, title: str, at: dt.datetime) -> None:
    """Record that a tier was reached, about an activity of its own, so that no path counts it as the scenario."""
    tier = TIERS[claim.tier]
    about = f"{claim.scenario.activity}#remembered-{claim.tier}"
    store(claim.organisation, [{
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.ENVIRONMENT.url} {claim.pk} {claim.person} {about}")),
        "actor": {
            "objectType": "Agent", "account": {"homePage": settings.ENVIRONMENT.url, "name": claim.person},
        },
        "verb": {"id": _MASTERED, "display": {"en": "mastered"}},
        "object": {
            "objectType": "Activity", "id": about,
            "definition": {
                "name": {"en": f"{title}: {tier.name}"},
                "description": {"en": f"LTEM tier {tier.number}, {tier.name}. {tier.definition} {tier.here}"},
            },
        },
        "result": {"success": True, "score": {"scaled": round(claim.right / claim.of, 6)}},
        "context": {
            "platform": "Upshot",
            "contextActivities": {"parent": [{"id": claim.scenario.activity}]},
            "extensions": {
                f"{LTEM}tier": claim.tier, f"{LTEM}days": round(claim.days, 2), f"{LTEM}right": claim.right,
                f"{LTEM}of": claim.of,
            },
        },
        "timestamp": at.isoformat(),
    }])  # fmt: skip
