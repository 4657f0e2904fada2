"""Badges: what can be achieved, who was offered and took one, and the keys they are signed with."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upshot.web.accounts.models import Organisation, User
from upshot.web.paths.models import Certificate

__all__ = ["Achievement", "Badge", "SigningKey"]


class SigningKey(models.Model):
    """A key that signs an organisation's badges. One is in use; retired ones stay published, so that badges hold.

    Personal data: none. Retired: deleted with the organisation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="badge_keys")
    public = models.JSONField(help_text=_("The public half as a JSON Web Key."))
    private = models.TextField(help_text=_("The private half, encrypted."))
    made = models.DateTimeField(default=timezone.now)
    retired = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], condition=Q(retired=None), name="one_key_signs_badges"),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"


class Achievement(models.Model):
    """What a badge is given for: the certificate of a path, or a level that somebody saw at work.

    Personal data: none. Retired: closed by a designer; badges that were taken keep their words.
    """

    class Kind(models.TextChoices):
        """What earns it."""

        PATH = "path", _("The certificate of a path")
        LEVEL = "level", _("A level seen at work")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="achievements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    about = models.CharField(max_length=100, help_text=_("The initiative or the competency."))
    level = models.PositiveSmallIntegerField(default=0, help_text=_("For a level: its place in the scale, from 0."))
    name = models.CharField(max_length=150)
    description = models.CharField(max_length=500)
    criteria = models.TextField(max_length=1000, help_text=_("What somebody has done who holds it."))
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("For a level: how long it holds. A certificate has its own end.")
    )
    made = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "about", "level"],
                condition=Q(closed=None),
                name="an_achievement_is_offered_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Badge(models.Model):
    """A badge offered to somebody, who takes it or leaves it; its number is its unguessable public address.

    Personal data: who achieved what; the signed text holds a salted hash of their address, and their name where they
    chose so. Retired: erased with the person; not shown to anybody while they do not choose badges.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="badges")
    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="badges")
    person = models.CharField(max_length=200, help_text=_("Identifier on the roster."))
    certificate = models.ForeignKey(Certificate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=100, help_text=_("What earned it, so that it is offered once."))
    earned = models.DateField()
    until = models.DateField(null=True, blank=True)
    offered = models.DateTimeField(default=timezone.now)
    declined = models.DateTimeField(null=True, blank=True)
    accepted = models.DateTimeField(null=True, blank=True)
    named = models.BooleanField(default=False, help_text=_("Whether the signed text says their name."))
    key = models.ForeignKey(SigningKey, on_delete=models.RESTRICT, null=True, blank=True, related_name="badges")
    token = models.TextField(blank=True, help_text=_("The credential as it was signed."))
    revoked = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why it was revoked; its holder reads it."))

    class Meta:
        ordering: ClassVar[list[str]] = ["-offered"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["achievement", "person", "source"], name="a_badge_is_offered_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "person"], name="motivation_badges_of_a_person")]

    def __str__(self) -> str:
        return f"badge {self.pk}"
