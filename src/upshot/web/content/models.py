"""Courses, who takes them, and every time one of their units was opened."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User

__all__ = ["Course", "Registration", "Session"]


class Course(models.Model):
    """An imported package; its files lie in the workspace, in ``content/`` under the course's identifier.

    Personal data: a link to who imported it. Retired: the link is cleared with the account; deleted by a designer.
    """

    class Kind(models.TextChoices):
        """The standard a package follows."""

        CMI5 = "cmi5", "cmi5"
        SCORM_12 = "scorm-1.2", "SCORM 1.2"
        SCORM_2004 = "scorm-2004", "SCORM 2004"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="courses")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    title = models.CharField(max_length=300)
    structure = models.JSONField()
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    imported_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    imported = models.DateTimeField(default=timezone.now)
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "imported"]

    def __str__(self) -> str:
        return self.title


class Registration(models.Model):
    """One learner's way through one course: what is completed, passed, waived and satisfied, and SCORM's own memory.

    Personal data: a roster identifier, the agent that statements name, and progress. Retired: deleted when the person
    is erased, or with the course.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="registrations")
    person = models.CharField(max_length=200)
    actor = models.JSONField()
    progress = models.JSONField(default=dict)
    memory = models.JSONField(default=dict, help_text=_("SCORM data model of each unit, by its place."))
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["course", "person"])]

    def __str__(self) -> str:
        return f"registration {self.pk}"


class Session(models.Model):
    """A unit opened once: its address ends with a key that nobody else knows, and its token opens the store for it.

    Keys and tokens are 256 random bits; only their digests are kept.

    Personal data: when a person opened which unit. Retired: deleted with the registration.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="sessions")
    place = models.PositiveIntegerField()
    mode = models.CharField(max_length=10)
    key_digest = models.CharField(max_length=64, unique=True)
    token_digest = models.CharField(max_length=64, blank=True)
    verbs = models.JSONField(default=list)
    read = models.JSONField(default=list, help_text=_("What of its preparation the unit has read."))
    opened = models.DateTimeField(default=timezone.now)
    heard = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, blank=True)
    abandoned = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["opened"]

    def __str__(self) -> str:
        return f"session {self.pk}"
