"""Read what is known of an agent's person and of an activity."""

from collections.abc import Mapping

from upshot.web.lrs.models import Activity, Agent, AgentLink
from upshot.web.lrs.store.names import digest
from upshot.xapi.decode import as_object
from upshot.xapi.identity import identifier, person

__all__ = ["activity_of", "linked_identifiers", "person_of"]


def activity_of(organisation: int, iri: str) -> dict[str, object]:
    """An activity with the definition the store knows; one that nobody named yet is known by its id alone."""
    known = Activity.objects.filter(organisation_id=organisation, key=digest(iri)).first()
    plain: dict[str, object] = {"objectType": "Activity", "id": iri}
    if known is not None and known.definition is not None:
        plain["definition"] = as_object(bytes(known.definition), "The definition")
    return plain


def linked_identifiers(organisation: int, key: str) -> tuple[str, ...]:
    """Every identifier that was said to be the same person as ``key``, itself first."""
    pairs = list(AgentLink.objects.filter(organisation_id=organisation).values_list("identifier", "same_as"))
    neighbours: dict[str, list[str]] = {}
    for left, right in pairs:
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    found, ahead = [key], [key]
    while ahead:
        for other in neighbours.get(ahead.pop(), ()):
            if other not in found:
                found.append(other)
                ahead.append(other)
    return tuple(found)


def person_of(organisation: int, agent: Mapping[str, object]) -> dict[str, object]:
    """The person behind an agent: every name and identifier that is known to be theirs."""
    keys = linked_identifiers(organisation, identifier(agent) or "")
    rows = Agent.objects.filter(organisation_id=organisation, key__in=[digest(key) for key in keys])
    known = {row.identifier: as_object(bytes(row.described), "The agent") for row in rows}
    described: list[Mapping[str, object]] = [{key: part for key, part in agent.items() if key != "name"}]
    for key in keys:
        found = known.get(key, {})
        names = found.get("names", [found["name"]] if "name" in found else [])
        described.append({name: part for name, part in found.items() if name not in ("name", "names", "objectType")})
        if isinstance(names, list):
            described += [{"name": name} for name in names]
    return person(described)
