"""Forwarding to other stores: where to, and what has not arrived yet."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from upshot.web.accounts.models import Organisation

__all__ = ["Delivery", "Target"]


class Target(models.Model):
    """Another store that receives a copy of every statement, from ``since`` on.

    Personal data: none; the secret is a system's. Retired: deleted by an administrator.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="targets")
    name = models.CharField(max_length=100)
    endpoint = models.URLField(max_length=500)
    key = models.CharField(max_length=200)
    secret = models.CharField(max_length=200)
    version = models.CharField(max_length=5, default="1.0.3")
    active = models.BooleanField(default=True)
    position = models.BigIntegerField(default=0, help_text="Statements stored up to here were handed over.")
    failures = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "lrs_target"
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """A statement that a target refused for good; set aside so that the others go on, and sent again on demand.

    Personal data: points to a statement. Retired: deleted with the statement, or once it was delivered.
    """

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="set_aside")
    stored = models.BigIntegerField()
    status = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "lrs_delivery"
        constraints: ClassVar = [models.UniqueConstraint(fields=["target", "stored"], name="lrs_delivery_once")]

    def __str__(self) -> str:
        return f"{self.stored} to target {self.target_id}"
