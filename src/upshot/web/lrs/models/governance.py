"""How the store is run: refusals, erasures with their proof, identities, retention, and what the lake must hear of."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from upshot.web.accounts.models import Organisation

__all__ = ["AgentLink", "Change", "Erasure", "LakeCursor", "Refusal", "RetentionRule", "Tombstone"]


class Refusal(models.Model):
    """A request that was refused, and why: the rule, the property, the section; never what was in it.

    Personal data: none; values are left out. Retired: deleted after 30 days.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    credential = models.CharField(max_length=100)
    resource = models.CharField(max_length=40)
    method = models.CharField(max_length=10)
    status = models.PositiveSmallIntegerField()
    statement_id = models.UUIDField(null=True)
    problems = models.JSONField(default=list)

    class Meta:
        db_table = "lrs_refusal"
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "at"], name="lrs_refusal_at")]

    def __str__(self) -> str:
        return f"{self.status} at {self.at:%Y-%m-%d %H:%M}"


class Erasure(models.Model):
    """Proof that a person was erased: when, why, how much, and a keyed digest by which the claim can be checked.

    Personal data: none; the digest cannot be turned back, and its key is this installation's. Retired: kept 6 years.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="erasures")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=200)
    digests = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        db_table = "lrs_erasure"
        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class Tombstone(models.Model):
    """The id of a statement that was deleted, so that a sender's repeat does not bring it back.

    Personal data: none; the id is random. Retired: kept with the organisation.
    """

    pk = models.CompositePrimaryKey("organisation_id", "statement_id")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    statement_id = models.UUIDField()
    why = models.CharField(max_length=20)

    class Meta:
        db_table = "lrs_tombstone"

    def __str__(self) -> str:
        return str(self.statement_id)


class AgentLink(models.Model):
    """Two identifiers are the same person: a new e-mail address, another account. Undone by deleting the link.

    Personal data: two identifiers of a person. Retired: deleted when the person is erased.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    identifier = models.TextField()
    same_as = models.TextField()
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "lrs_agent_link"

    def __str__(self) -> str:
        return f"link {self.pk}"


class RetentionRule(models.Model):
    """How long statements of a class are kept: those with a verb, about an activity, or all others.

    Personal data: none. Retired: deleted by an administrator.
    """

    class Kind(models.TextChoices):
        """What makes a class."""

        VERB = "verb", "with this verb"
        ACTIVITY_TYPE = "activity-type", "about activities of this type"
        EVERYTHING = "everything", "every other statement"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="retention_rules")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    value = models.TextField(blank=True)
    days = models.PositiveIntegerField()

    class Meta:
        db_table = "lrs_retention_rule"
        ordering: ClassVar[list[str]] = ["kind", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.days} days"


class Change(models.Model):
    """A stored statement was voided or deleted after the lake may have taken it.

    Personal data: the keys of the lake's row, for deletions. Retired: deleted once the lake has followed.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    statement_id = models.UUIDField()
    why = models.CharField(max_length=20)
    records = models.JSONField(default=list, db_default=[])

    class Meta:
        db_table = "lrs_change"

    def __str__(self) -> str:
        return f"{self.statement_id} {self.why}"


class LakeCursor(models.Model):
    """How far the lake has followed an organisation's statements.

    Personal data: none. Retired: deleted with the organisation.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    stored = models.BigIntegerField(default=0)

    class Meta:
        db_table = "lrs_lake_cursor"

    def __str__(self) -> str:
        return f"{self.organisation_id} at {self.stored}"
