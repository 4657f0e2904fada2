"""Which statements a filter finds, by the book: conditions, statements that refer to a match, voided ones left out."""

from collections.abc import Iterable, Mapping

from upshot.xapi.mentions import Mentions, mentions
from upshot.xapi.query import Filters

__all__ = ["matches", "matching", "voided_ids"]


def matches(found: Mentions, filters: Filters) -> bool:
    """Whether a statement meets every condition by itself, references aside."""
    if filters.verb is not None and found.verb != filters.verb:
        return False
    if filters.registration is not None and found.registration != filters.registration:
        return False
    return _about(found, filters) and _by(found, filters)


def _about(found: Mentions, filters: Filters) -> bool:
    if filters.activity is None or found.activity == filters.activity:
        return True
    return filters.related_activities and filters.activity in found.far_activities


def _by(found: Mentions, filters: Filters) -> bool:
    agent = filters.agent
    if agent is None or agent == found.actor or agent in found.near_agents:
        return True
    return filters.related_agents and (agent == found.authority or agent in found.far_agents)


def voided_ids(statements: Iterable[Mapping[str, object]]) -> frozenset[str]:
    """Ids of the statements that a voiding statement among them voids; a voiding statement is never voided."""
    found = {str(one["id"]): mentions(one) for one in statements}
    targets = {one.target for one in found.values() if one.voids}
    return frozenset(key for key, one in found.items() if key in targets and not one.voids)


def matching(statements: Iterable[Mapping[str, object]], filters: Filters) -> list[str]:
    """Ids of the statements a store must return for ``filters``, in the order given.

    A statement is found when it meets the conditions, or when the statement its object refers to is found by them,
    however long the chain; a voided statement is not returned, yet those that refer to it still are
    (xAPI 1.0.3 Communication 2.1.4; IEEE 9274.1.1 4.1.6.1).
    """
    kept = list(statements)
    named = {str(one["id"]): mentions(one) for one in kept}
    voided = voided_ids(kept)
    return [key for key in named if key not in voided and _found(key, named, filters)]


def _found(key: str, named: Mapping[str, Mentions], filters: Filters) -> bool:
    seen: set[str] = set()
    at: str | None = key
    while at is not None and at in named and at not in seen:
        if matches(named[at], filters):
            return True
        seen.add(at)
        at = named[at].target
    return False
