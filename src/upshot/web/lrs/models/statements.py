"""Statements as they were received, and the index that filters read: who, did what, about what, when."""

from typing import ClassVar

from django.db import models

from upshot.web.accounts.models import Organisation

__all__ = [
    "Activity",
    "Agent",
    "AttachmentUse",
    "Clock",
    "Reference",
    "Statement",
    "StatementActivity",
    "StatementAgent",
    "StoredAttachment",
    "Verb",
]


class Clock(models.Model):
    """The last instant given out to an organisation's statements; writers take turns on this row.

    Personal data: none. Retired: deleted with the organisation.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    last = models.BigIntegerField(default=0)
    names = models.BigIntegerField(default=0)
    definitions = models.BigIntegerField(default=0)

    class Meta:
        db_table = "lrs_clock"

    def __str__(self) -> str:
        return f"clock of organisation {self.organisation_id}"


class Verb(models.Model):
    """A verb by its IRI. ``key`` is a digest of the IRI, since IRIs have no greatest length.

    Personal data: none. Retired: kept; it is a word.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=32)
    iri = models.TextField()

    class Meta:
        db_table = "lrs_verb"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "key"], name="lrs_verb_key")]

    def __str__(self) -> str:
        return self.iri


class Activity(models.Model):
    """An activity by its IRI, with the definition merged from every statement that described it.

    Personal data: none by design; definitions are written by course authors. Retired: kept with the organisation.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=32)
    iri = models.TextField()
    definition = models.BinaryField(null=True)

    class Meta:
        db_table = "lrs_activity"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "key"], name="lrs_activity_key")]

    def __str__(self) -> str:
        return self.iri


class Agent(models.Model):
    """An agent or identified group by its one identifier, with the names it was given.

    Personal data: an identifier of a person and their names. Retired: deleted when the person is erased.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=32)
    identifier = models.TextField()
    described = models.BinaryField()

    class Meta:
        db_table = "lrs_agent"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "key"], name="lrs_agent_key")]

    def __str__(self) -> str:
        return f"agent {self.pk}"


class Statement(models.Model):
    """A statement: the bytes that are returned, and the columns that filters read.

    ``stored`` is microseconds since 1970 and increases strictly within an organisation; it is also the order of pages.

    Personal data: what a person did, in ``payload``; the columns point to agents. Retired: deleted when the actor is
    erased or a retention rule says so.
    """

    pk = models.CompositePrimaryKey("organisation_id", "stored")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    stored = models.BigIntegerField()
    statement_id = models.UUIDField()
    actor_id = models.BigIntegerField(null=True)
    verb_id = models.BigIntegerField()
    activity_id = models.BigIntegerField(null=True)
    authority_id = models.BigIntegerField(null=True)
    registration = models.UUIDField(null=True)
    voided = models.BooleanField(default=False)
    voids = models.BooleanField(default=False)
    offset_minutes = models.SmallIntegerField(default=0)
    payload = models.BinaryField()

    class Meta:
        db_table = "lrs_statement"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "statement_id"], name="lrs_statement_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["actor_id", "stored"], name="lrs_statement_by_actor"),
            models.Index(fields=["verb_id", "stored"], name="lrs_statement_by_verb"),
            models.Index(fields=["activity_id", "stored"], name="lrs_statement_by_activity"),
            models.Index(fields=["authority_id", "stored"], name="lrs_statement_by_authority"),
            models.Index(
                fields=["organisation", "registration", "stored"],
                name="lrs_statement_by_registration",
                condition=models.Q(registration__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.statement_id)


class StatementAgent(models.Model):
    """An agent that a statement names beside its actor and authority; ``near`` when the plain agent filter finds it.

    Personal data: points to an agent. Retired: deleted with the statement or the agent.
    """

    pk = models.CompositePrimaryKey("agent_id", "stored")
    agent_id = models.BigIntegerField()
    stored = models.BigIntegerField()
    near = models.BooleanField()

    class Meta:
        db_table = "lrs_statement_agent"

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.stored}"


class StatementActivity(models.Model):
    """An activity that a statement names beside its object.

    Personal data: none by itself. Retired: deleted with the statement.
    """

    pk = models.CompositePrimaryKey("activity_id", "stored")
    activity_id = models.BigIntegerField()
    stored = models.BigIntegerField()

    class Meta:
        db_table = "lrs_statement_activity"

    def __str__(self) -> str:
        return f"{self.activity_id} in {self.stored}"


class Reference(models.Model):
    """A statement that refers to another, directly or through others; the target may not have arrived.

    Personal data: none. Retired: deleted with the statement that refers.
    """

    pk = models.CompositePrimaryKey("organisation_id", "target", "stored")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    target = models.UUIDField()
    stored = models.BigIntegerField()
    direct = models.BooleanField()
    voids = models.BooleanField()

    class Meta:
        db_table = "lrs_reference"
        indexes: ClassVar = [models.Index(fields=["organisation", "stored"], name="lrs_reference_source")]

    def __str__(self) -> str:
        return f"{self.stored} refers to {self.target}"


class StoredAttachment(models.Model):
    """The bytes of an attachment, kept once for all statements that describe it.

    Personal data: whatever the file holds. Retired: deleted with the last statement that uses it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    sha2 = models.CharField(max_length=128)
    content_type = models.CharField(max_length=255)
    content = models.BinaryField()

    class Meta:
        db_table = "lrs_attachment"
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "sha2"], name="lrs_attachment_once")]

    def __str__(self) -> str:
        return self.sha2


class AttachmentUse(models.Model):
    """Which statement uses which attachment.

    Personal data: none. Retired: deleted with the statement.
    """

    pk = models.CompositePrimaryKey("organisation_id", "stored", "sha2")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    stored = models.BigIntegerField()
    sha2 = models.CharField(max_length=128)

    class Meta:
        db_table = "lrs_attachment_use"
        indexes: ClassVar = [models.Index(fields=["organisation", "sha2"], name="lrs_attachment_use_hash")]

    def __str__(self) -> str:
        return f"{self.sha2} in {self.stored}"
