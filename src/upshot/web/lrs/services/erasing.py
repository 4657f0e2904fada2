"""Erasure: everything about a person goes, by any of their identifiers, and what remains is the proof that it did."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from upshot.lake.schema import TABLES
from upshot.lake.store import delete_rows
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.lrs.models import Agent, AgentLink, Erasure, Statement, StatementAgent, StoredDocument
from upshot.web.lrs.selectors.things import linked_identifiers
from upshot.web.lrs.services.deleting import delete_statements
from upshot.web.lrs.services.identities import lake_account
from upshot.web.lrs.store.names import digest
from upshot.web.lrs.store.transactions import Turn, in_turn
from upshot.xapi.decode import as_object, encoded
from upshot.xapi.identity import also_known_as, identifier

__all__ = ["erase_agent", "holds", "seal_of"]

_NOBODY = {"objectType": "Agent", "account": {"homePage": "https://upshot.invalid/erased", "name": "erased"}}


@dataclass(slots=True)
class _Found:
    """Instants of the statements that a person acts in, and of those that only name them."""

    acted: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)


def erase_agent(organisation: Organisation, key: str, *, reason: str) -> Erasure:
    """Erase a person: statements they act in, their mention in others, documents, names, and records in the lake.

    Parameters
    ----------
    organisation
        Where.
    key
        One of the person's identifiers; linked ones and the digest of a mailbox go too.
    reason
        Why, without naming anybody.

    Returns
    -------
    Erasure
        The proof: counts, and a keyed digest of each identifier, sealed.
    """
    keys = tuple(
        dict.fromkeys(known for one in linked_identifiers(organisation.pk, key) for known in also_known_as(one))
    )

    def work(turn: Turn) -> dict[str, int]:
        return _erase(organisation, keys)

    counts = in_turn(organisation.pk, 0, work)
    lake = workspace_of(organisation).lake()
    with lake.writing():
        names = [lake_account(one) for one in keys]
        counts["learning records"] = delete_rows(lake.folder, TABLES["learning"], "account", names)
        delete_rows(lake.folder, TABLES["accounts"], "account", names)
    return _proof(organisation, keys, counts, reason)


def _erase(organisation: Organisation, keys: tuple[str, ...]) -> dict[str, int]:
    agents = Agent.objects.filter(organisation=organisation, key__in=[digest(one) for one in keys])
    numbers = list(agents.values_list("pk", flat=True))
    found = _statements(organisation, numbers)
    kept = Statement.objects.filter(organisation=organisation)
    acted = kept.filter(stored__in=found.acted)
    deleted = delete_statements(organisation, acted, why="erased", to_lake=False)
    redacted = sum(_redact(statement, frozenset(keys)) for statement in kept.filter(stored__in=found.named))
    StatementAgent.objects.filter(agent_id__in=numbers).delete()
    documents, _ = StoredDocument.objects.filter(organisation=organisation, agent__in=keys).delete()
    AgentLink.objects.filter(organisation=organisation, identifier__in=keys).delete()
    AgentLink.objects.filter(organisation=organisation, same_as__in=keys).delete()
    agents.delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lrs_clock SET names = names + 1 WHERE organisation_id = %s", [organisation.pk])
    return {"statements": deleted, "mentions": redacted, "documents": documents}


def _statements(organisation: Organisation, numbers: list[int]) -> _Found:
    kept = Statement.objects.filter(organisation=organisation)
    acted = set(kept.filter(actor_id__in=numbers).values_list("stored", flat=True))
    others = StatementAgent.objects.filter(agent_id__in=numbers).values_list("stored", flat=True)
    vouched = kept.filter(authority_id__in=numbers).values_list("stored", flat=True)
    return _Found(acted, (set(others) | set(vouched)) - acted)


def _redact(statement: Statement, keys: frozenset[str]) -> int:
    """Put nobody in the place of the person in a statement of somebody else."""
    value = as_object(bytes(statement.payload), "The statement stored")
    Statement.objects.filter(organisation_id=statement.organisation_id, stored=statement.stored).update(
        payload=encoded(_without(value, keys))
    )
    return 1


def _without(value: object, keys: frozenset[str]) -> object:
    if isinstance(value, list):
        return [_without(part, keys) for part in value]
    if not isinstance(value, Mapping):
        return value
    if identifier(value) in keys:
        return dict(_NOBODY)
    return {name: part if name == "extensions" else _without(part, keys) for name, part in value.items()}


def _proof(organisation: Organisation, keys: Iterable[str], counts: Mapping[str, int], reason: str) -> Erasure:
    digests = sorted(_keyed(one) for one in keys)
    proof = Erasure(organisation=organisation, reason=reason[:200], digests=digests, counts=dict(counts))
    proof.seal = seal_of(proof)
    proof.save()
    return proof


def _keyed(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def seal_of(proof: Erasure) -> str:
    """The seal of a proof; one that was changed afterwards has another."""
    said = encoded({"at": proof.at.isoformat(), "digests": proof.digests, "counts": proof.counts}, ordered=True)
    return _keyed(said.decode())


def holds(proof: Erasure, key: str) -> bool:
    """Whether a proof is of this person's erasure, unchanged, and the store still knows nothing of them."""
    known = Agent.objects.filter(organisation=proof.organisation, key=digest(key)).exists()
    return not known and _keyed(key) in proof.digests and hmac.compare_digest(proof.seal, seal_of(proof))
