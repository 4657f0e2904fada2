"""What the learning record store holds of a person, and how it forgets them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.lrs.models import Agent, Statement, StatementAgent, StoredDocument
from upshot.web.lrs.selectors.things import linked_identifiers
from upshot.web.lrs.services.erasing import erase_agent
from upshot.web.lrs.store.names import digest
from upshot.xapi.decode import as_object
from upshot.xapi.identity import also_known_as

__all__ = ["StatementStore", "identifiers_of"]

_PLAIN = ("mailto:", "sha1:", "openid:")


def identifiers_of(organisation: Organisation, person: str) -> tuple[str, ...]:
    """Every identifier under which statements may know a person of the roster."""
    lake = workspace_of(organisation).lake()
    merged = lake.query("SELECT account FROM accounts WHERE person = $1", [person])["account"].to_pylist()
    own = [f"account:{settings.ENVIRONMENT.url}|{person}", *(_identifier(str(account)) for account in merged)]
    linked = [other for one in own for other in linked_identifiers(organisation.pk, one)]
    return tuple(dict.fromkeys(known for one in linked for known in also_known_as(one)))


def _identifier(account: str) -> str:
    """The identifier that the lake calls ``account``."""
    if account.startswith(_PLAIN):
        return account
    home, _, name = account.rpartition(":")
    return f"account:{home}|{name}"


class StatementStore:
    """Statements, documents and names of the learning record store."""

    name = "statements"
    models = ("lrs.Agent", "lrs.Statement", "lrs.StatementAgent", "lrs.StoredDocument", "lrs.AgentLink")

    def export(self, organisation: Organisation, person: str) -> Sequence[Mapping[str, Any]]:
        """Every statement that names the person, and every document kept about them."""
        keys = identifiers_of(organisation, person)
        agents = Agent.objects.filter(organisation=organisation, key__in=[digest(key) for key in keys])
        numbers = list(agents.values_list("pk", flat=True))
        named = StatementAgent.objects.filter(agent_id__in=numbers).values_list("stored", flat=True)
        kept = Statement.objects.filter(organisation=organisation)
        payloads = [
            *kept.filter(actor_id__in=numbers).values_list("payload", flat=True),
            *kept.filter(stored__in=list(named)).values_list("payload", flat=True),
        ]
        documents = StoredDocument.objects.filter(organisation=organisation, agent__in=keys)
        return [
            *(as_object(bytes(payload), "The statement stored") for payload in payloads),
            *({"kind": one.kind, "name": one.name, "content_type": one.content_type} for one in documents),
        ]

    def erase(self, organisation: Organisation, person: str) -> int:
        """Forget every identifier of the person; how many statements and documents went."""
        proofs = [
            erase_agent(organisation, key, reason="erased from the roster")
            for key in identifiers_of(organisation, person)
            if self._knows(organisation, key)
        ]
        return sum(int(count) for proof in proofs for count in proof.counts.values())

    @staticmethod
    def _knows(organisation: Organisation, key: str) -> bool:
        documents = StoredDocument.objects.filter(organisation=organisation, agent=key)
        return documents.exists() or Agent.objects.filter(organisation=organisation, key=digest(key)).exists()
