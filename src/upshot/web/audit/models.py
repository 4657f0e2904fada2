"""Two logs: what people did, and whose personal data they looked at."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from upshot.web.accounts.models import Organisation, User

__all__ = ["Access", "Event"]


class Event(models.Model):
    """Somebody did something that matters.

    Personal data: who acted (a link to the user, gone when the user is erased). Retired: kept 6 years.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="events")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.action


class Access(models.Model):
    """Somebody looked at personal data, and for what purpose.

    Personal data: who looked (a link) and whose data (roster identifier). Retired: kept 1 year.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="accesses")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    person = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200)
    people = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.what
