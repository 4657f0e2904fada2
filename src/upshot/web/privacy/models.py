"""What was answered to whom, so that no two answers together give a small group away; and erasures done."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from upshot.web.accounts.models import Organisation, User

__all__ = ["AnsweredFilter", "Erasure"]


class AnsweredFilter(models.Model):
    """A selection of groups that a reader was shown an answer for.

    Personal data: who read (a link), and labels of groups of at least the minimum size. Retired: with the user.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    subject = models.CharField(max_length=200)
    groups = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "user", "subject", "fingerprint"])]

    def __str__(self) -> str:
        return f"filter {self.pk}"


class Erasure(models.Model):
    """Proof that a person was erased: when, by whose order, and how many rows of each store; not who.

    Personal data: none; ``digest`` is a keyed hash that confirms an identifier to whoever has it, and tells nothing
    else. Retired: kept 3 years as proof.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ordered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    rows = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
