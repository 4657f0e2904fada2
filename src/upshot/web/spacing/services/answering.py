"""Answer a question that is asked again: each once, with its record, its next day, and what may be claimed by it."""

import datetime as dt

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.lrs.store.transactions import repeated
from upshot.web.practice.content import playable
from upshot.web.practice.models import ScenarioVersion
from upshot.web.spacing.models import Card, Review
from upshot.web.spacing.rules import plan_of, rule_at
from upshot.web.spacing.schedule import Rule, after
from upshot.web.spacing.services.cards import question_of, versions_of
from upshot.web.spacing.services.claiming import claim_decisions, days_between
from upshot.web.spacing.statements import reviewed
from upshot.web.spacing.turns import Turns, turn_of

__all__ = ["answer", "is_open"]


def is_open(card: Card, number: int) -> bool:
    """Whether a question of a card waits for its answer."""
    return card.ended is None and number == card.answered + 1


def answer(
    *, card: Card, number: int, choice: str, way: Review.Way, at: dt.datetime | None = None
) -> tuple[Review, bool]:
    """Answer a question; the answer that stands, and whether it is this one.

    Parameters
    ----------
    number
        Which question of the card it is. One that was answered already stays as it was answered.

    Raises
    ------
    InputError
        If the choice is none of the step's, or the question is no longer asked, or not yet.
    """
    now = at or timezone.now()

    def work() -> tuple[Review, bool]:
        kept = Card.objects.select_for_update(of=("self",)).select_related("organisation", "scenario", "version")
        return _answered(kept.get(pk=card.pk), number, choice, way, now)

    try:
        return repeated(work)
    except IntegrityError:
        return repeated(work)


def _answered(card: Card, number: int, choice: str, way: Review.Way, at: dt.datetime) -> tuple[Review, bool]:
    before = card.reviews.filter(number=number).select_related("version").first()
    if before is not None:
        return before, False
    found = question_of(card.scenario, versions_of(card.version), card)
    if found is None or not is_open(card, number):
        text, fix = _("This question is no longer asked."), _("Open the list of questions.")
        raise InputError(Problem(code="not-asked", text=text, fix=fix))
    turns = turn_of(card, timezone.localdate(at))
    if turns.waits(card.person, card.initiative):
        text, fix = _("Your turn to be asked comes later."), _("Play the scenario again whenever you like.")
        raise InputError(Problem(code="not-asked-yet", text=text, fix=fix))
    return _take(card, number, choice, way, at, *found, turns), True


def _take(
    card: Card, number: int, choice: str, way: Review.Way, at: dt.datetime, version: ScenarioVersion, step: str,
    turns: Turns,
) -> Review:  # fmt: skip
    content = playable(version.text)
    offered = content.compiled.nodes[step].choices
    chosen = next((one for one in offered if one.id == choice), None)
    if chosen is None:
        text = _("That is none of the answers.")
        raise InputError(Problem(code="no-choice", text=text, fix=_("Choose one of them.")))
    review = Review.objects.create(
        card=card, number=number, version=version, step=step, choice=choice, success=chosen.best,
        days=max(0.0, days_between(card.first, at)), way=way, at=at,
    )  # fmt: skip
    rule = _rule(card)
    card.memory = after(rule, card.memory, right=chosen.best, at=at, number=card.pk)
    card.due, card.answered = dt.datetime.fromisoformat(str(card.memory["due"])), number
    if rule.is_over(turns.since(card.first, card.person, card.initiative), card.due):
        card.ended = at
    card.save(update_fields=["memory", "due", "answered", "ended"])
    reviewed(card, review, content, offered, chosen.points)
    claim_decisions(card, at)
    return review


def _rule(card: Card) -> Rule:
    """As the plan says today; where it no longer does, by what holds where nothing is said."""
    plan = plan_of(card.organisation)
    found = rule_at(plan, card.initiative, card.path_step) if plan is not None else None
    return found or Rule(initiative=card.initiative, step=card.path_step)
