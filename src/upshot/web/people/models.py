"""The roster's present state, mirrored from the lake for scoping and speed; the lake's history is the truth."""

from typing import ClassVar

from django.db import models

from upshot.web.accounts.models import Organisation

__all__ = ["Person"]


class Person(models.Model):
    """Somebody on the roster as they stand today.

    Personal data: identifier, display name, job, team, manager, place, dates of employment. Retired: erased with
    the person; rewritten from the lake after every import.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="people")
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    team = models.CharField(max_length=200, blank=True)
    manager = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=200, blank=True)
    hired = models.DateField(null=True)
    left = models.DateField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "key"], name="a_person_stands_on_a_roster_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "team"]),
            models.Index(fields=["organisation", "manager"]),
            models.Index(fields=["organisation", "site"]),
        ]

    def __str__(self) -> str:
        return self.name or self.key
