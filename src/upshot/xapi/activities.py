"""Activities: identifiers, definitions, and the interactions that cmi-like questions are described by."""

from upshot.xapi.report import Path, Report, Section
from upshot.xapi.scalars import is_iri, is_irl
from upshot.xapi.shapes import LanguageMap, ListOf, Shape, Text, extensions

__all__ = ["COMPONENTS", "activity"]

_ACTIVITY = Section("2.4.4.1", "4.2.2.3")
_INTERACTION = Section("2.4.4.1", "4.2.2.3")

#: Which lists of components each interaction type may have.
COMPONENTS: dict[str, frozenset[str]] = {
    "true-false": frozenset(),
    "choice": frozenset({"choices"}),
    "fill-in": frozenset(),
    "long-fill-in": frozenset(),
    "matching": frozenset({"source", "target"}),
    "performance": frozenset({"steps"}),
    "sequencing": frozenset({"choices"}),
    "likert": frozenset({"scale"}),
    "numeric": frozenset(),
    "other": frozenset(),
}
_LISTS = ("choices", "scale", "source", "target", "steps")

_component = Shape(
    name="an interaction component",
    section=_INTERACTION,
    properties={"id": Text(section=_INTERACTION), "description": LanguageMap(_INTERACTION)},
    required=("id",),
)


def _distinct_ids(value: object, path: Path, report: Report) -> None:
    ListOf(_INTERACTION, _component)(value, path, report)
    if isinstance(value, list):
        ids = [entry.get("id") for entry in value if isinstance(entry, dict)]
        texts = [entry for entry in ids if isinstance(entry, str)]
        if len(set(texts)) != len(texts):
            report.add(path, _INTERACTION, "xapi-duplicate", "Each component of the list must have an id of its own")


def _components_fit(value: dict[str, object], path: Path, report: Report) -> None:
    kind = value.get("interactionType")
    used = [key for key in _LISTS if key in value]
    if kind is None:
        needs = [*used, *(["correctResponsesPattern"] if "correctResponsesPattern" in value else [])]
        if needs:
            text = f"A definition with {needs[0]} must name its interactionType"
            report.add((path, "interactionType"), _INTERACTION, "xapi-missing", text)
        return
    allowed = COMPONENTS.get(kind) if isinstance(kind, str) else None
    for key in used:
        if allowed is not None and key not in allowed:
            text = f"An interaction of type {kind} has no list of this name"
            report.add((path, key), _INTERACTION, "xapi-unknown", text)


_definition = Shape(
    name="an activity definition",
    section=_ACTIVITY,
    properties={
        "name": LanguageMap(_ACTIVITY),
        "description": LanguageMap(_ACTIVITY),
        "type": Text(section=_ACTIVITY, test=is_iri, expected="an IRI"),
        "moreInfo": Text(section=_ACTIVITY, test=is_irl, expected="an IRL"),
        "extensions": extensions,
        "interactionType": Text(
            section=_INTERACTION, test=COMPONENTS.__contains__, expected=f"one of {', '.join(COMPONENTS)}"
        ),
        "correctResponsesPattern": ListOf(_INTERACTION, Text(section=_INTERACTION)),
        **dict.fromkeys(_LISTS, _distinct_ids),
    },
    rules=(_components_fit,),
)

activity = Shape(
    name="an activity",
    section=_ACTIVITY,
    properties={
        "objectType": Text(section=_ACTIVITY, test=lambda text: text == "Activity", expected="Activity"),
        "id": Text(section=_ACTIVITY, test=is_iri, expected="an IRI", example="https://example.com/courses/1"),
        "definition": _definition,
    },
    required=("id",),
)
