"""Ledger entries: never changed, never removed, each sealed with the one before; triggers hold the database to it."""

import json
from typing import Any, ClassVar, NoReturn

from django.db import models

from upshot.web.accounts.models import Organisation

__all__ = ["Entry"]


class Entry(models.Model):
    """One line of the ledger.

    Personal data: none; whoever acted stands here by the role or function they acted in, never by name or address.
    Retired: never.
    """

    class Kind(models.TextChoices):
        """What an entry records."""

        PROMISE = "promise"
        AMENDMENT = "amendment"
        RESULT = "result"
        DECISION = "decision"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ledger")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=200, help_text="Initiative or plan the entry is about.")
    said = models.TextField(
        help_text="What the entry says: canonical JSON, kept as text so that no database rounds it."
    )
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["organisation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "number"], name="ledger_numbers_are_unique"),
            models.UniqueConstraint(fields=["organisation", "previous"], name="ledger_does_not_fork"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.subject}"

    @property
    def body(self) -> dict[str, Any]:
        """What the entry says."""
        found: dict[str, Any] = json.loads(self.said)
        return found

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new entry.

        Raises
        ------
        RuntimeError
            If the entry is there already: the ledger only grows.
        """
        if self.pk is not None:
            raise RuntimeError("A ledger entry cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        Raises
        ------
        RuntimeError
            Always.
        """
        raise RuntimeError("A ledger entry cannot be removed.")
