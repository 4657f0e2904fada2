"""Versions of a firm's rules, how each stands, what each has acted on, and when the last round was."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["Occurrence", "Round", "RuleState", "RuleVersion"]


class RuleVersion(models.Model):
    """The rules of a firm as they were written at one time; never changed.

    Personal data: a link to who wrote it. Retired: the link goes with the account.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rule_versions")
    number = models.PositiveIntegerField()
    text = models.TextField(help_text=_("The document, upshot-rules/1."))
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="rule_versions_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"rules {self.number}"


class RuleState(models.Model):
    """How one rule stands: since when it acts as it is written, and whether it stopped to ask.

    Personal data: none. Retired: deleted with its rule.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, help_text=_("Of the rule as written; another one begins anew."))
    since = models.DateField(help_text=_("Nothing that happened before is acted on."))
    held = models.PositiveIntegerField(null=True, blank=True, help_text=_("How many people it stopped before."))
    allowed = models.PositiveIntegerField(null=True, blank=True, help_text=_("How many it was let go on with, once."))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "rule"], name="a_rule_stands_once"),
        ]

    def __str__(self) -> str:
        return self.rule


class Occurrence(models.Model):
    """Something that happened and that a rule acted on, once.

    Personal data: whom it happened to, and when. Retired: erased with the person; deleted after 400 days.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    person = models.CharField(max_length=200, blank=True)
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    messages = models.PositiveSmallIntegerField(default=0)
    enrolments = models.PositiveSmallIntegerField(default=0)
    left_out = models.BooleanField(default=False, help_text=_("A person decided that nothing be done."))

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "rule", "key"], name="a_rule_acts_on_a_thing_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "rule", "day"], name="automation_occurrence_day")]

    def __str__(self) -> str:
        return f"{self.rule} on {self.day}"


class Round(models.Model):
    """When a firm's rules were last run.

    Personal data: none. Retired: deleted with the organisation.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"round of {self.at:%Y-%m-%d %H:%M}"
