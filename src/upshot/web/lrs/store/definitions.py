"""What is known of activities and agents beyond their identifier, merged as statements describe them."""

from collections.abc import Iterator, Mapping, Sequence

from upshot.web.lrs.store.dialect import rows
from upshot.web.lrs.store.names import remember_definition, remembered_definition
from upshot.web.lrs.store.prepared import Prepared
from upshot.web.lrs.store.transactions import Turn
from upshot.xapi.decode import as_object, encoded
from upshot.xapi.formats import merged_definition
from upshot.xapi.identity import identifier

__all__ = ["described", "keep_descriptions", "named", "with_names"]


def keep_descriptions(
    turn: Turn,
    fresh: Sequence[Prepared],
    activities: Mapping[str, int],
    agents: Mapping[str, int],
) -> None:
    """Merge the activity definitions and agents' names of new statements into what is kept."""
    changed = False
    done: set[tuple[int, bytes]] = set()
    for iri, definition, sent in described(fresh):
        new = (activities[iri], sent)
        if new not in done and not remembered_definition(turn, *new):
            changed |= _define(turn, *new, definition)
        done.add(new)
    for key, name, sent in dict.fromkeys(named(fresh)):
        if not remembered_definition(turn, -agents[key], sent):
            _name(turn, agents[key], name, sent)
    if changed:
        rows("UPDATE lrs_clock SET definitions = definitions + 1 WHERE organisation_id = %s", [turn.organisation])


def described(fresh: Sequence[Prepared]) -> Iterator[tuple[str, Mapping[str, object], bytes]]:
    """Every activity that a statement describes: its IRI, and its definition, also as JSON."""
    for one in fresh:
        for activity in one.mentions.activities:
            definition = activity.get("definition")
            if isinstance(definition, Mapping):
                yield str(activity["id"]), definition, encoded(definition)


def named(fresh: Sequence[Prepared]) -> Iterator[tuple[str, str, bytes]]:
    """Every agent that a statement gives a name to: its key, the name, and its description as JSON."""
    for one in fresh:
        for agent in one.mentions.agents:
            key = identifier(agent) if "name" in agent else None
            if key is not None:
                sent = encoded({part: value for part, value in agent.items() if part != "member"})
                yield key, str(agent["name"]), sent


def with_names(sent: bytes, name: str) -> bytes:
    """A description as it is kept of an agent that nobody named before."""
    return encoded({**as_object(sent, "The agent"), "names": [name]})


def _define(turn: Turn, number: int, sent: bytes, definition: Mapping[str, object]) -> bool:
    stored = [
        row[0] for row in rows("SELECT definition FROM lrs_activity WHERE id = %s", [number]) if row[0] is not None
    ]
    before = bytes(stored[0]) if stored else None
    known = None if before is None else as_object(before, "The definition stored")
    after = encoded(merged_definition(known, definition))
    if after != before:
        rows("UPDATE lrs_activity SET definition = %s WHERE id = %s", [after, number])
    remember_definition(turn, number, sent)
    return before is not None and after != before


def _name(turn: Turn, number: int, name: str, sent: bytes) -> None:
    stored = rows("SELECT described FROM lrs_agent WHERE id = %s", [number])
    known = as_object(bytes(stored[0][0]), "The agent stored") if stored else {}
    names = known.get("names")
    before = list(names) if isinstance(names, list) else [known["name"]] if "name" in known else []
    if name not in before or "names" not in known:
        after = {**known, "names": [*before, *([] if name in before else [name])]}
        rows("UPDATE lrs_agent SET described = %s WHERE id = %s", [encoded(after), number])
    remember_definition(turn, -number, sent)
