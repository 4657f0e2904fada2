"""Decisions that are asked again, every answer to them, and what was claimed because it was remembered."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation
from upshot.web.practice.models import Scenario, ScenarioVersion

__all__ = ["Card", "Claim", "Review"]


class Card(models.Model):
    """One decision that one person is asked again, and when next.

    Personal data: whose it is and how well it is remembered. Retired: erased with the person; ended when its time is
    over, its step is gone or its scenario is closed.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="spaced_cards")
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="spaced_cards")
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=64)
    initiative = models.CharField(max_length=100)
    path_step = models.CharField(max_length=100, help_text=_("The practice step of the plan that asks for it."))
    registration = models.UUIDField(default=uuid.uuid4, unique=True)
    memory = models.JSONField(help_text=_("How well it is remembered, as fsrs keeps it."))
    first = models.DateTimeField(help_text=_("End of the first attempt; delays are counted from it."))
    due = models.DateTimeField()
    asked = models.PositiveIntegerField(default=0, help_text=_("Number of the newest question sent."))
    answered = models.PositiveIntegerField(default=0)
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "scenario", "step"], name="a_decision_is_asked_by_one_card"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "ended", "due"]),
            models.Index(fields=["organisation", "person"]),
        ]

    def __str__(self) -> str:
        return f"card {self.pk}"


class Review(models.Model):
    """One answer to a card; the record of it is the statement in the store.

    Personal data: an answer of a person, through the card. Retired: erased with the card.
    """

    class Way(models.TextChoices):
        """Where it was answered."""

        PAGE = "page", _("On the page")
        LINK = "link", _("By a link in a message")

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="reviews")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=64)
    choice = models.CharField(max_length=64)
    success = models.BooleanField()
    days = models.FloatField(help_text=_("Since the first attempt ended."))
    way = models.CharField(max_length=10, choices=Way.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["card", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "number"], name="a_question_is_answered_once"),
        ]

    def __str__(self) -> str:
        return f"review {self.number} of card {self.card_id}"


class Claim(models.Model):
    """That somebody still decides well days later: a tier of the Learning-Transfer Evaluation Model, claimed once.

    Personal data: what a person remembered. Retired: erased with the person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tier_claims")
    person = models.CharField(max_length=200)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="tier_claims")
    tier = models.PositiveIntegerField()
    days = models.FloatField(help_text=_("Between the first attempt and the check."))
    right = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["scenario", "tier"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "scenario", "tier"], name="a_tier_is_claimed_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"])]

    def __str__(self) -> str:
        return f"tier {self.tier} of {self.scenario_id}"
