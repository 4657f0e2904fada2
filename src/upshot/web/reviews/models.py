"""Reviews that were planned by hand or held, with the pack they were decided on, and the actions that follow."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["Action", "Decision", "Review"]


class Decision(models.TextChoices):
    """What can be decided of an initiative."""

    KEEP = "keep", _("Keep: go on as it is")
    FIX = "fix", _("Fix: change something, then look again")
    SCALE = "scale", _("Scale: bring it to more people")
    STOP = "stop", _("Stop: no further group starts")


class Review(models.Model):
    """A day on which somebody decides on an initiative; those of the plan are stored once they are held.

    Personal data: who decided (a link), and whatever the reason says. Retired: the link goes with the
    account; decision, reason, function and pack stay with the ledger entry they led to.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="reviews")
    initiative = models.CharField(max_length=100)
    due = models.DateField()
    by_hand = models.BooleanField(default=False, help_text=_("Planned here, and not in the plan document."))
    created = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True)
    owner = models.CharField(max_length=200, blank=True, help_text=_("Function that sees to it."))
    function = models.CharField(max_length=60, blank=True, help_text=_("Function in which it was decided."))
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    held = models.DateTimeField(null=True, blank=True)
    run = models.CharField(max_length=64, blank=True, help_text=_("Answer it was decided on."))
    pack = models.JSONField(null=True, blank=True)
    entry = models.PositiveIntegerField(null=True, blank=True, help_text=_("Number of the ledger entry."))

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "initiative"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "initiative", "due"], name="one_review_a_day"),
            models.CheckConstraint(
                condition=models.Q(held=None, entry=None, decision="", pack=None)
                | (models.Q(held__isnull=False, entry__isnull=False) & ~models.Q(decision="") & ~models.Q(reason="")),
                name="a_held_review_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"review of {self.initiative} on {self.due}"


class Action(models.Model):
    """Something a review asks somebody to do by a day.

    Personal data: who does it (a link), and whatever the text says. Retired: the link goes with the account.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    due = models.DateField()
    done = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text=_("What came of it."))

    class Meta:
        ordering: ClassVar[list[str]] = ["due", "pk"]

    def __str__(self) -> str:
        return f"action {self.pk}"
