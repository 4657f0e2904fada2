"""Statements deleted: with their index, unused attachments, and a mark that keeps a repeat from bringing them back."""

from uuid import UUID

from django.db.models import QuerySet

from upshot.web.accounts.models import Organisation
from upshot.web.lrs.models import (
    Activity,
    Agent,
    AttachmentUse,
    Change,
    Delivery,
    Reference,
    Statement,
    StatementActivity,
    StatementAgent,
    StoredAttachment,
    Tombstone,
)
from upshot.web.lrs.services.lake import record_keys

__all__ = ["delete_statements"]

_AT_ONCE = 500


def delete_statements(
    organisation: Organisation, statements: "QuerySet[Statement]", *, why: str, to_lake: bool = True
) -> int:
    """Delete statements; how many. The caller holds the organisation's turn.

    Parameters
    ----------
    why
        ``erased`` or ``expired``; kept beside the id.
    to_lake
        Whether the lake is to take their records back; an erasure does that by itself.
    """
    deleted = 0
    while True:
        rows = list(statements.values_list("stored", "statement_id", "payload", "offset_minutes")[:_AT_ONCE])
        if not rows:
            return deleted
        stored = [row[0] for row in rows]
        if to_lake:
            _tell_lake(organisation, why, [(row[1], bytes(row[2]), row[3]) for row in rows])
        Tombstone.objects.bulk_create(
            [Tombstone(organisation=organisation, statement_id=row[1], why=why) for row in rows], ignore_conflicts=True
        )
        # An instant is one statement's within an organisation only; another may have used it too.
        agents = Agent.objects.filter(organisation=organisation).values_list("pk", flat=True)
        activities = Activity.objects.filter(organisation=organisation).values_list("pk", flat=True)
        StatementAgent.objects.filter(agent_id__in=agents, stored__in=stored).delete()
        StatementActivity.objects.filter(activity_id__in=activities, stored__in=stored).delete()
        Reference.objects.filter(organisation=organisation, stored__in=stored).delete()
        Delivery.objects.filter(target__organisation=organisation, stored__in=stored).delete()
        _drop_attachments(organisation, stored)
        Statement.objects.filter(organisation=organisation, stored__in=stored).delete()
        deleted += len(rows)


def _tell_lake(organisation: Organisation, why: str, rows: list[tuple[UUID, bytes, int]]) -> None:
    Change.objects.bulk_create(
        Change(
            organisation=organisation,
            statement_id=statement,
            why=why,
            records=[list(key) for key in record_keys(payload, offset)],
        )
        for statement, payload, offset in rows
    )


def _drop_attachments(organisation: Organisation, stored: list[int]) -> None:
    uses = AttachmentUse.objects.filter(organisation=organisation)
    hashes = set(uses.filter(stored__in=stored).values_list("sha2", flat=True))
    uses.filter(stored__in=stored).delete()
    still = set(uses.filter(sha2__in=hashes).values_list("sha2", flat=True))
    StoredAttachment.objects.filter(organisation=organisation, sha2__in=hashes - still).delete()
