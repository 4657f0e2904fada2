"""What people set themselves and what colleagues wrote to them."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation

__all__ = ["Goal", "Recognition"]


class Goal(models.Model):
    """A goal somebody set themselves; how far they are is read from their path or their assessed level, never kept.

    Personal data: the goal, for its owner alone. Retired: dropped by them at any time, and erased with the person.
    """

    class Kind(models.TextChoices):
        """What it is measured by."""

        PATH = "path", _("Finish a path")
        LEVEL = "level", _("Reach a level")
        OWN = "own", _("In my own words")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    kind = models.CharField(max_length=10, choices=Kind.choices)
    about = models.CharField(max_length=100, blank=True, help_text=_("The initiative or the competency."))
    level = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Place in the scale, from 0."))
    text = models.CharField(max_length=200)
    by = models.DateField(null=True, blank=True)
    set = models.DateTimeField(default=timezone.now)
    reached = models.DateField(null=True, blank=True, help_text=_("By the person's own word."))

    class Meta:
        ordering: ClassVar[list[str]] = ["set"]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"], name="motivation_goals_of_a_person")]

    def __str__(self) -> str:
        return f"goal {self.pk}"


class Recognition(models.Model):
    """A sentence from one person to another about something concrete; nobody else reads it and nobody counts it.

    Personal data: who wrote what to whom. Retired: removed by the receiver at any time; erased with the receiver,
    cleared of the writer when the writer is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.CharField(max_length=200, help_text=_("Who receives it, as on the roster."))
    writer = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=300)
    at = models.DateTimeField(default=timezone.now)
    hidden = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "person"], name="motivation_received"),
            models.Index(fields=["organisation", "writer", "at"], name="motivation_written"),
        ]

    def __str__(self) -> str:
        return f"recognition {self.pk}"
