"""Who switched what on: the firm, the programme, and the person, whose every change is recorded with its day."""

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation

__all__ = ["Choice", "ChoiceChange", "Element", "Firm", "Programme"]


class Element(models.TextChoices):
    """What somebody can choose to see; everything is off until they do."""

    GOALS = "goals", _("Goals of my own, and how far I am")
    LEVELS = "levels", _("Levels that somebody assessed")
    MISSIONS = "missions", _("Missions: the challenges of my paths")
    BESTS = "bests", _("My personal bests, for me alone")
    RECOGNITION = "recognition", _("A sentence from a colleague")
    BADGES = "badges", _("Badges I can take along")
    TEAM = "team", _("A goal of my team, as one number")


class Firm(models.Model):
    """One organisation's switch, off until somebody turns it on, and the number under which it issues badges.

    Personal data: none. Retired: deleted with the organisation.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="motivation")
    on = models.BooleanField(default=False)
    sentences = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("Sentences of recognition that one person may write in seven days."),
    )
    beside = models.BooleanField(
        default=False, help_text=_("Shows teams with a goal where half of the others lie, without names.")
    )
    issuer = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    offered = models.DateField(null=True, blank=True, help_text=_("Day of the last round of offering badges."))

    def __str__(self) -> str:
        return f"motivation of organisation {self.organisation_id}"


class Programme(models.Model):
    """What one initiative offers its audience, and whether at once or with each person's wave; nothing without a row.

    Personal data: none. Retired: deleted with the organisation.
    """

    class When(models.TextChoices):
        """From when somebody is offered it."""

        AT_ONCE = "at-once", _("Everybody in the audience, at once")
        WITH_WAVE = "with-wave", _("Each person when their wave starts")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="motivation_programmes")
    initiative = models.CharField(max_length=100)
    elements = models.JSONField(default=list, help_text=_("Names of elements."))
    when = models.CharField(max_length=10, choices=When.choices, default=When.AT_ONCE)

    class Meta:
        ordering: ClassVar[list[str]] = ["initiative"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "initiative"], name="an_initiative_offers_once"),
        ]

    def __str__(self) -> str:
        return self.initiative


class Choice(models.Model):
    """That somebody chose to see an element; withdrawn, the row is gone.

    Personal data: what somebody wants to see. Retired: with the withdrawal, and with the person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    element = models.CharField(max_length=20, choices=Element.choices)
    since = models.DateField(default=timezone.localdate)
    quiet = models.BooleanField(default=False, help_text=_("Shown only when asked for, each time."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "person", "element"], name="a_choice_stands_once"),
        ]

    def __str__(self) -> str:
        return f"choice {self.pk}"


class ChoiceChange(models.Model):
    """One change of somebody's choices; added, never rewritten.

    Personal data: what somebody chose and withdrew, and when. Retired: erased with the person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=200)
    element = models.CharField(max_length=20, choices=Element.choices)
    on = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"], name="motivation_changes_of_a_person")]

    def __str__(self) -> str:
        return f"change {self.pk}"
