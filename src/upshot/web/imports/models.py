"""An uploaded file on its way into the lake."""

import uuid
from pathlib import Path
from typing import ClassVar, cast

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.sources import Feed
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import workspace_of

__all__ = ["Upload"]


class Upload(models.Model):
    """One uploaded file, its mapping, and what its import did.

    Personal data: the file itself (in the workspace's ``uploads`` folder) may hold rows of people. Retired: the file
    is deleted when its import is done or thrown away, and after 30 days at the latest; this row names nobody.
    """

    class FeedChoice(models.TextChoices):
        """What a file tells about."""

        PEOPLE = "people", _("People: who works where, and since when")
        LEARNING = "learning", _("Learning: who did what, and when")
        KPIS = "kpis", _("KPIs: what was read, for whom, in which period")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="uploads")
    uploaded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    feed = models.CharField(max_length=10, choices=FeedChoice.choices)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    profile = models.TextField(blank=True, help_text=_("The mapping profile as YAML; empty until it is chosen."))
    created = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    thrown_away = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kind(self) -> Feed:
        """The feed as the importer names it."""
        return cast("Feed", self.feed)

    @property
    def folder(self) -> Path:
        """Where this upload keeps its files."""
        return workspace_of(self.organisation).root / "uploads" / str(self.id)

    @property
    def path(self) -> Path:
        """The uploaded file, under its own name."""
        return self.folder / self.file_name

    @property
    def rejects(self) -> Path:
        """The list of rows that were not taken."""
        return self.folder / "rejects.csv"
