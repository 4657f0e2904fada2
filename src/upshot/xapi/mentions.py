"""Whom and what a statement names, and how closely: what a store keeps so that filters find the statement."""

from collections.abc import Mapping
from dataclasses import dataclass

from upshot.xapi.identity import identifier, identifiers
from upshot.xapi.statements import VOIDED

__all__ = ["Mentions", "mentions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """What a statement names.

    Parameters
    ----------
    actor
        Key of the actor; None for an anonymous group.
    verb
        The verb's IRI.
    activity
        The object's IRI, when the object is an activity.
    authority
        Key of the authority; None for the pair of three-legged OAuth.
    near_agents
        Keys that the ``agent`` filter finds beside the actor: the object, and members of either.
    far_agents
        Keys that only ``related_agents`` finds: instructor, team, context agents and groups, members of the authority,
        and the same of a sub-statement.
    far_activities
        IRIs that only ``related_activities`` finds: context activities, and the same of a sub-statement.
    registration
        The registration's UUID.
    target
        Id of the statement that the object refers to.
    voids
        Whether the statement voids its target.
    agents, activities
        Every agent and group, and every activity, as the statement describes it.
    """

    actor: str | None
    verb: str
    activity: str | None
    authority: str | None
    near_agents: frozenset[str]
    far_agents: frozenset[str]
    far_activities: frozenset[str]
    registration: str | None
    target: str | None
    voids: bool
    agents: tuple[Mapping[str, object], ...]
    activities: tuple[Mapping[str, object], ...]


def mentions(statement: Mapping[str, object]) -> Mentions:
    """What a valid, normalised statement names.

    Examples
    --------
    >>> found = mentions({
    ...     "actor": {"mbox": "mailto:a@example.com"},
    ...     "verb": {"id": "http://example.com/did"},
    ...     "object": {"id": "http://example.com/course"},
    ... })
    >>> found.actor, found.activity, sorted(found.near_agents)
    ('mailto:a@example.com', 'http://example.com/course', [])
    """
    actor, about = _mapping(statement.get("actor")), _mapping(statement.get("object"))
    authority, context = _mapping(statement.get("authority")), _mapping(statement.get("context"))
    kind = about.get("objectType", "Activity")
    main, own_authority = identifier(actor), identifier(authority)
    near = set(identifiers(actor)) | (set(identifiers(about)) if kind in ("Agent", "Group") else set())
    inner = about if kind == "SubStatement" else None
    around = _around(context)
    beyond = around if inner is None else [*around, *_own_agents(inner)]
    far = {key for agent in beyond for key in identifiers(agent)}
    far.update(key for key in identifiers(authority) if key != own_authority)
    verb = str(_mapping(statement.get("verb")).get("id"))
    registration = context.get("registration")
    related = _context_activities(context)
    far_activities = related if inner is None else [*related, *_all_activities(inner)]
    return Mentions(
        actor=main,
        verb=verb,
        activity=str(about["id"]) if kind == "Activity" else None,
        authority=own_authority,
        near_agents=frozenset(near - {main}),
        far_agents=frozenset(far - near - {main}),
        far_activities=frozenset([str(one["id"]) for one in far_activities]),
        registration=str(registration) if registration is not None else None,
        target=str(about["id"]) if kind == "StatementRef" else None,
        voids=verb == VOIDED and kind == "StatementRef",
        agents=tuple(_with_members([*_own_agents(statement), *_mappings(statement.get("authority"))])),
        activities=tuple(_all_activities(statement)),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> list[Mapping[str, object]]:
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _around(context: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The agents and groups of a context."""
    found = [*_mappings(context.get("instructor")), *_mappings(context.get("team"))]
    for entry in _mappings(context.get("contextAgents")):
        found += _mappings(entry.get("agent"))
    for entry in _mappings(context.get("contextGroups")):
        found += _mappings(entry.get("group"))
    return found


def _own_agents(statement: Mapping[str, object]) -> list[Mapping[str, object]]:
    found = _mappings(statement.get("actor"))
    about = _mapping(statement.get("object"))
    kind = about.get("objectType")
    if kind in ("Agent", "Group"):
        found.append(about)
    elif kind == "SubStatement":
        found += _own_agents(about)
    return found + _around(_mapping(statement.get("context")))


def _with_members(agents: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    return [agent for one in agents for agent in (one, *_mappings(one.get("member")))]


def _context_activities(context: Mapping[str, object]) -> list[Mapping[str, object]]:
    groups = _mapping(context.get("contextActivities"))
    return [one for entries in groups.values() for one in _mappings(entries)]


def _all_activities(statement: Mapping[str, object]) -> list[Mapping[str, object]]:
    about = _mapping(statement.get("object"))
    kind = about.get("objectType", "Activity")
    related = _context_activities(_mapping(statement.get("context")))
    if kind == "Activity" and about:
        return [about, *related]
    return [*_all_activities(about), *related] if kind == "SubStatement" else related
