"""Read one's own questions: which are open today, how many this week still holds, and what is remembered."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from upshot.plan import Plan
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.practice.models import ScenarioVersion
from upshot.web.practice.naming import lineage
from upshot.web.spacing.chores import WEEK
from upshot.web.spacing.models import Card, Claim, Review
from upshot.web.spacing.rules import plan_of, rule_at
from upshot.web.spacing.services.cards import question_of
from upshot.web.spacing.turns import turn_of, turns_of

__all__ = ["Overview", "Question", "card_of", "comes_later", "overview", "question_at"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a card: the version it is taken from, and its step."""

    card: Card
    number: int
    version: ScenarioVersion
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the page of questions shows.

    Parameters
    ----------
    open
        Questions that are due and fit into the week.
    waiting
        How many more are due, and wait for another week.
    next
        When the next one is due, where none is open.
    remembered
        How many decisions are asked again, and how many of them were right when last asked.
    later
        How many decisions are not asked yet, because the viewer's turn has not come where asking is tried by lot.
    """

    open: tuple[Question, ...]
    waiting: int
    next: dt.datetime | None
    decisions: int
    right: int
    claims: tuple[Claim, ...]
    later: int = 0


def overview(viewer: Viewer, *, now: dt.datetime | None = None) -> Overview:
    """The viewer's own questions; nobody else's."""
    at = now or timezone.now()
    kept = list(_cards(viewer.organisation, viewer.person).order_by("due", "pk"))
    plan = plan_of(viewer.organisation) if kept else None
    turns = turns_of(viewer.organisation, plan, timezone.localdate(at), people=[viewer.person])
    cards = [card for card in kept if not turns.waits(card.person, card.initiative)]
    due = [card for card in cards if card.due <= at]
    fit = _fitting(viewer, plan, due, at)
    questions = _questions(fit)
    later = [card.due for card in cards if card.due > at]
    newest: dict[int, bool] = {}
    reviews = Review.objects.filter(card__in=cards).order_by("number").values_list("card", "success")
    newest.update(reviews)
    claims = Claim.objects.filter(organisation=viewer.organisation, person=viewer.person).exclude(person="")
    return Overview(
        open=tuple(questions), waiting=len(due) - len(fit), next=min(later, default=None), decisions=len(cards),
        right=sum(newest.values()), claims=tuple(claims.select_related("scenario")), later=len(kept) - len(cards),
    )  # fmt: skip


def _cards(organisation: Organisation, person: str) -> QuerySet[Card]:
    found = Card.objects.filter(organisation=organisation, person=person, ended=None).exclude(person="")
    return found.select_related("scenario", "version")


def _fitting(viewer: Viewer, plan: Plan | None, due: list[Card], at: dt.datetime) -> list[Card]:
    used: dict[tuple[str, str], int] = {}
    answered = Review.objects.filter(card__organisation=viewer.organisation, card__person=viewer.person)
    for place in answered.filter(at__gt=at - WEEK).values_list("card__initiative", "card__path_step"):
        used[place] = used.get(place, 0) + 1
    fit = list[Card]()
    for card in due:
        place = (card.initiative, card.path_step)
        rule = rule_at(plan, *place) if plan is not None else None
        if rule is not None and used.get(place, 0) < rule.max_per_week:
            used[place] = used.get(place, 0) + 1
            fit.append(card)
    return fit


def _questions(cards: list[Card]) -> list[Question]:
    versions: dict[int, list[ScenarioVersion]] = {}
    found = list[Question]()
    for card in cards:
        if card.scenario_id not in versions:
            versions[card.scenario_id] = lineage(card.version)
        asked = question_of(card.scenario, versions[card.scenario_id], card)
        if asked is not None:
            found.append(Question(card, card.answered + 1, *asked))
    return found


def card_of(viewer: Viewer, number: int) -> Card | None:
    """One of the viewer's own cards."""
    found = Card.objects.filter(organisation=viewer.organisation, person=viewer.person, pk=number).exclude(person="")
    return found.select_related("scenario", "version", "organisation").first()


def comes_later(card: Card) -> bool:
    """Whether the card's person is not asked yet, because their turn has not come where asking is tried by lot."""
    return turn_of(card, timezone.localdate()).waits(card.person, card.initiative)


def question_at(card: Card, number: int) -> Question | Review | None:
    """A question of a card: open, or with the answer it got; nothing where it is not asked, or not asked yet."""
    answered = card.reviews.filter(number=number).select_related("version").first()
    if answered is not None:
        return answered
    found = question_of(card.scenario, lineage(card.version), card)
    if found is None or card.ended is not None or number != card.answered + 1 or comes_later(card):
        return None
    return Question(card, number, *found)
