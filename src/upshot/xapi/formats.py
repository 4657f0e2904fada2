"""The forms a statement is returned in: as stored, identifiers only, and with the store's own words for activities."""

from collections.abc import Callable, Mapping

from upshot.xapi.actors import IDENTIFIERS
from upshot.xapi.languages import chosen_language

__all__ = ["canonical_form", "ids_form", "merged_definition"]

_COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")


def ids_form(statement: Mapping[str, object]) -> dict[str, object]:
    """A statement with no more than identifies its agents, groups, activities and verb.

    Examples
    --------
    >>> ids_form({"actor": {"mbox": "mailto:a@b.example", "name": "A"}, "verb": {"id": "a:b", "display": {"en": "b"}}})
    {'actor': {'mbox': 'mailto:a@b.example'}, 'verb': {'id': 'a:b'}}
    """
    return _walked(statement, agent=_agent_id, activity=_activity_id, verb=lambda verb: {"id": verb["id"]})


def canonical_form(
    statement: Mapping[str, object],
    wanted: tuple[str, ...],
    definition: Callable[[str], Mapping[str, object] | None],
) -> dict[str, object]:
    """A statement whose activities carry the store's definition, in one language each.

    Parameters
    ----------
    statement
        As stored.
    wanted
        The reader's languages, best first.
    definition
        The store's definition of an activity by its IRI.
    """

    def activity(value: Mapping[str, object]) -> dict[str, object]:
        own = value.get("definition")
        known = definition(str(value["id"])) or (own if isinstance(own, Mapping) else None)
        plain = {key: part for key, part in value.items() if key != "definition"}
        return plain if known is None else {**plain, "definition": _one_language(known, wanted)}

    def verb(value: Mapping[str, object]) -> dict[str, object]:
        return _mapped_language(value, ("display",), wanted)

    return _walked(statement, agent=dict, activity=activity, verb=verb)


def merged_definition(known: Mapping[str, object] | None, new: Mapping[str, object]) -> dict[str, object]:
    """A store's definition of an activity after one more came: new properties win, languages and extensions add up.

    Examples
    --------
    >>> merged_definition({"name": {"en": "A"}, "type": "a:b"}, {"name": {"de": "B"}})
    {'name': {'en': 'A', 'de': 'B'}, 'type': 'a:b'}
    """
    merged = dict(known or {})
    for key, value in new.items():
        before = merged.get(key)
        adds = key in ("name", "description", "extensions") and isinstance(before, Mapping)
        merged[key] = (
            {**before, **value} if adds and isinstance(before, Mapping) and isinstance(value, Mapping) else value
        )
    return merged


def _agent_id(value: Mapping[str, object]) -> dict[str, object]:
    kept = {key: value[key] for key in ("objectType", *IDENTIFIERS) if key in value}
    members = value.get("member")
    if isinstance(members, list) and not any(key in value for key in IDENTIFIERS):
        kept["member"] = [_agent_id(member) for member in members]
    return kept


def _activity_id(value: Mapping[str, object]) -> dict[str, object]:
    return {"id": value["id"]}


def _one_language(definition: Mapping[str, object], wanted: tuple[str, ...]) -> dict[str, object]:
    chosen = _mapped_language(definition, ("name", "description"), wanted)
    for key in _COMPONENT_LISTS:
        entries = chosen.get(key)
        if isinstance(entries, list):
            chosen[key] = [_mapped_language(entry, ("description",), wanted) for entry in entries]
    return chosen


def _mapped_language(value: Mapping[str, object], keys: tuple[str, ...], wanted: tuple[str, ...]) -> dict[str, object]:
    chosen = dict(value)
    for key in keys:
        texts = chosen.get(key)
        if isinstance(texts, Mapping):
            chosen[key] = chosen_language(texts, wanted)
    return chosen


_Change = Callable[[Mapping[str, object]], dict[str, object]]


def _walked(statement: Mapping[str, object], *, agent: _Change, activity: _Change, verb: _Change) -> dict[str, object]:
    """A copy of the statement with each agent, activity and verb in it changed."""
    changed = dict(statement)
    for key in ("actor", "authority"):
        _apply(changed, key, agent)
    _apply(changed, "verb", verb)
    about = changed.get("object")
    if isinstance(about, Mapping):
        changed["object"] = _object(about, agent=agent, activity=activity, verb=verb)
    around = changed.get("context")
    if isinstance(around, Mapping):
        changed["context"] = _context(around, agent=agent, activity=activity)
    return changed


def _apply(value: dict[str, object], key: str, change: _Change) -> None:
    part = value.get(key)
    if isinstance(part, Mapping):
        value[key] = change(part)


def _object(value: Mapping[str, object], *, agent: _Change, activity: _Change, verb: _Change) -> dict[str, object]:
    kind = value.get("objectType", "Activity")
    if kind == "Activity":
        return activity(value)
    if kind in ("Agent", "Group"):
        return agent(value)
    if kind == "SubStatement":
        return _walked(value, agent=agent, activity=activity, verb=verb)
    return dict(value)


def _context(value: Mapping[str, object], *, agent: _Change, activity: _Change) -> dict[str, object]:
    changed = dict(value)
    for key in ("instructor", "team"):
        _apply(changed, key, agent)
    groups = changed.get("contextActivities")
    if isinstance(groups, Mapping):
        changed["contextActivities"] = {key: [activity(one) for one in entries] for key, entries in groups.items()}
    for key, part in (("contextAgents", "agent"), ("contextGroups", "group")):
        entries = changed.get(key)
        if isinstance(entries, list):
            changed[key] = [{**one, part: agent(one[part])} for one in entries]
    return changed
