"""Who may send and read: keys with their secret's hash, and issuers of bearer tokens."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from upshot.web.accounts.models import Organisation

__all__ = ["Credential", "Issuer"]


class Credential(models.Model):
    """A key for HTTP Basic, with the scopes it opens and the authority its statements carry.

    The secret is 256 random bits, so one SHA-256 of it is as hard to guess as the secret itself. While a secret is
    rotated, the one before it works until ``previous_until``.

    Personal data: none; a key belongs to a system. Retired: revoked, and deleted with the organisation.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="credentials")
    name = models.CharField(max_length=100)
    key = models.CharField(max_length=40, unique=True)
    secret_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    previous_until = models.DateTimeField(null=True, blank=True)
    scopes = models.JSONField(default=list)
    trusted = models.BooleanField(default=False, help_text="Statements keep the authority they name.")
    per_minute = models.PositiveIntegerField(null=True, blank=True)
    origins = models.JSONField(default=list, db_default=[], help_text="Origins whose pages may use it in a browser.")
    created = models.DateTimeField(default=timezone.now)
    last_used = models.DateTimeField(null=True, blank=True, help_text="To the minute.")
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "lrs_credential"
        ordering: ClassVar[list[str]] = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Issuer(models.Model):
    """An OpenID Connect or OAuth 2 issuer whose access tokens open the store, with its public keys.

    Personal data: none. Retired: deleted when the organisation no longer uses it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="issuers")
    issuer = models.CharField(max_length=500)
    audience = models.CharField(max_length=500)
    keys = models.JSONField(help_text="JSON Web Key Set with the issuer's public keys.")
    keys_url = models.URLField(
        max_length=500, blank=True, help_text="Where they are fetched; empty where given by hand."
    )
    fetched = models.DateTimeField(null=True, blank=True)
    scope_claim = models.CharField(max_length=100, default="scope")
    per_minute = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        db_table = "lrs_issuer"
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "audience"], name="lrs_issuer_once")]

    def __str__(self) -> str:
        return self.issuer
