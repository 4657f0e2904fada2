"""State and profile documents."""

from typing import ClassVar

from django.db import models

from upshot.web.accounts.models import Organisation

__all__ = ["StoredDocument"]


class StoredDocument(models.Model):
    """A document of the state, agent profile or activity profile resource.

    ``place`` is a digest of what identifies it: kind, activity, agent, registration and its own id.

    Personal data: for states and agent profiles, what an application remembers about a person. Retired: deleted when
    the person is erased.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=32)
    kind = models.CharField(max_length=20)
    activity = models.TextField(blank=True)
    agent = models.TextField(blank=True)
    registration = models.CharField(max_length=36, blank=True)
    name = models.TextField()
    content_type = models.CharField(max_length=255)
    content = models.BinaryField()
    etag = models.CharField(max_length=42)
    updated = models.BigIntegerField()
    within = models.CharField(max_length=32)

    class Meta:
        db_table = "lrs_document"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "place"], name="lrs_document_once")]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "within", "updated"], name="lrs_document_within"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
