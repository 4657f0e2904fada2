"""Whom and what a statement names, and how closely: what a store keeps so that filters find the statement."""

from collections.abc import Iterator, Mapping
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
    authority = _mapping(statement.get("authority"))
    kind = about.get("objectType", "Activity")
    main = identifier(actor)
    near = set(identifiers(actor)) | (set(identifiers(about)) if kind in ("Agent", "Group") else set())
    far = {key for agent in _far_agents(statement) for key in identifiers(agent)}
    own_authority = identifier(authority)
    far.update(key for key in identifiers(authority) if key != own_authority)
    verb = str(_mapping(statement.get("verb")).get("id"))
    registration = _mapping(statement.get("context")).get("registration")
    return Mentions(
        actor=main,
        verb=verb,
        activity=str(about["id"]) if kind == "Activity" else None,
        authority=own_authority,
        near_agents=frozenset(near - {main}),
        far_agents=frozenset(far - near - {main}),
        far_activities=frozenset(str(one["id"]) for one in _far_activities(statement)),
        registration=str(registration) if registration is not None else None,
        target=str(about["id"]) if kind == "StatementRef" else None,
        voids=verb == VOIDED and kind == "StatementRef",
        agents=tuple(_all_agents(statement)),
        activities=tuple(_all_activities(statement)),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))
    elif isinstance(value, dict):
        yield value


def _around(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    context = _mapping(statement.get("context"))
    yield from _mappings(context.get("instructor"))
    yield from _mappings(context.get("team"))
    for entry in _mappings(context.get("contextAgents")):
        yield from _mappings(entry.get("agent"))
    for entry in _mappings(context.get("contextGroups")):
        yield from _mappings(entry.get("group"))


def _far_agents(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from _around(statement)
    about = _mapping(statement.get("object"))
    if about.get("objectType") == "SubStatement":
        yield from _own_agents(about)


def _own_agents(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from _mappings(statement.get("actor"))
    about = _mapping(statement.get("object"))
    if about.get("objectType") in ("Agent", "Group"):
        yield about
    elif about.get("objectType") == "SubStatement":
        yield from _own_agents(about)
    yield from _around(statement)


def _all_agents(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for one in (*_own_agents(statement), *_mappings(statement.get("authority"))):
        yield one
        yield from _mappings(one.get("member"))


def _context_activities(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    groups = _mapping(_mapping(statement.get("context")).get("contextActivities"))
    for entries in groups.values():
        yield from _mappings(entries)


def _far_activities(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from _context_activities(statement)
    about = _mapping(statement.get("object"))
    if about.get("objectType") == "SubStatement":
        yield from _all_activities(about)


def _all_activities(statement: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    about = _mapping(statement.get("object"))
    kind = about.get("objectType", "Activity")
    if kind == "Activity" and about:
        yield about
    elif kind == "SubStatement":
        yield from _all_activities(about)
    yield from _context_activities(statement)
