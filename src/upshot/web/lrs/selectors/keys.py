"""Keys of an organisation, and rules of retention with what they would let go now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from upshot.web.accounts.viewer import Viewer
from upshot.web.lrs.models import Credential, RetentionRule
from upshot.web.lrs.services.retention import expired

__all__ = ["RuleNow", "key_of", "keys_of", "rules_now"]


@dataclass(frozen=True, slots=True)
class RuleNow:
    """A rule, and how many statements it would let go now."""

    rule: RetentionRule
    statements: int


def keys_of(viewer: Viewer) -> QuerySet[Credential]:
    """Every key; those that work first."""
    found = Credential.objects.filter(organisation=viewer.organisation)
    return found.order_by(F("revoked").desc(nulls_first=True), "name", "pk")


def key_of(viewer: Viewer, *, number: int = 0, key: str = "") -> Credential | None:
    """One key, by its number or its public half."""
    found = Credential.objects.filter(organisation=viewer.organisation)
    return (found.filter(key=key) if key else found.filter(pk=number)).first()


def rules_now(viewer: Viewer) -> Sequence[RuleNow]:
    """Every rule, from the most particular to the one for all others."""
    return [RuleNow(one.rule, one.statements.count()) for one in expired(viewer.organisation)]
