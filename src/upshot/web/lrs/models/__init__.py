"""What the store keeps: statements and their index, documents, credentials, and the records of how it is run."""

from upshot.web.lrs.models.credentials import Credential, Issuer
from upshot.web.lrs.models.documents import StoredDocument
from upshot.web.lrs.models.governance import AgentLink, Change, Erasure, LakeCursor, Refusal, RetentionRule, Tombstone
from upshot.web.lrs.models.outbox import Delivery, Target
from upshot.web.lrs.models.statements import (
    Activity,
    Agent,
    AttachmentUse,
    Clock,
    Reference,
    Statement,
    StatementActivity,
    StatementAgent,
    StoredAttachment,
    Verb,
)

__all__ = [
    "Activity",
    "Agent",
    "AgentLink",
    "AttachmentUse",
    "Change",
    "Clock",
    "Credential",
    "Delivery",
    "Erasure",
    "Issuer",
    "LakeCursor",
    "Reference",
    "Refusal",
    "RetentionRule",
    "Statement",
    "StatementActivity",
    "StatementAgent",
    "StoredAttachment",
    "StoredDocument",
    "Target",
    "Tombstone",
    "Verb",
]
