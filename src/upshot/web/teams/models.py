"""What managers say on their page: no capacity this week, what is in the way, and the support they gave."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation

__all__ = ["Barrier", "NoCapacity", "Round", "Support"]


class NoCapacity(models.Model):
    """That a manager has no room for this in a week: they are left alone in it, and it is counted.

    Personal data: who said so, and of which week. Retired: deleted after 400 days and with the person.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    manager = models.CharField(max_length=200)
    week = models.DateField(help_text=_("Its Monday."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "manager", "week"], name="no_capacity_is_said_once_a_week"),
        ]

    def __str__(self) -> str:
        return f"no capacity {self.pk}"


class Barrier(models.Model):
    """What a manager says is in the way of an initiative; shown to others as counts only.

    Personal data: who said it, so that nobody is counted twice. Retired: the manager is cleared with the person.
    """

    class Kind(models.TextChoices):
        """What is in the way."""

        TIME = "time", _("No time beside the daily work")
        OCCASION = "occasion", _("No occasion to use it")
        TOOLS = "tools", _("A system or a form stands against it")
        GOALS = "goals", _("Other targets pull the other way")
        CLEAR = "clear", _("It is not clear what is wanted")
        FIT = "fit", _("What is taught does not fit our work")
        STAFF = "staff", _("Too few people on the team")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    initiative = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    manager = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar = [models.Index(fields=["organisation", "initiative"], name="teams_barrier_of")]

    def __str__(self) -> str:
        return f"barrier {self.pk}"


class Support(models.Model):
    """One thing a manager did so that somebody uses what they learn, with its minutes.

    Personal data: who supported whom, when, and how long. Retired: deleted with either person.
    """

    class Kind(models.TextChoices):
        """What was done."""

        BEFORE = "before", _("Talk before: one case agreed")
        OPPORTUNITY = "opportunity", _("An opportunity to use it, made")
        OBSERVATION = "observation", _("Watched it at work")
        DEBRIEF = "debrief", _("Talk after: how it went")
        PEERS = "peers", _("Debrief among colleagues")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    initiative = models.CharField(max_length=100)
    person = models.CharField(max_length=200)
    manager = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    token = models.UUIDField(default=uuid.uuid4, help_text=_("Of the form it came from: sent twice, it is kept once."))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "token"], name="support_is_kept_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "manager"], name="teams_support_by"),
            models.Index(fields=["organisation", "initiative"], name="teams_support_of"),
        ]

    def __str__(self) -> str:
        return f"support {self.pk}"


class Round(models.Model):
    """That the weekly messages of an organisation were proposed.

    Personal data: none. Retired: deleted after 400 days.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(help_text=_("Its Monday."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "week"], name="a_weekly_round_is_done_once"),
        ]

    def __str__(self) -> str:
        return f"round of {self.week}"
