"""Statements to test with: one that is valid in every part, and ways to change a part of it by its path."""

import copy
from collections.abc import Iterator
from typing import Any

ID = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
OTHER_ID = "0f9a1c3e-2b4d-4e6f-8a9b-0c1d2e3f4a5b"
VERB = "http://adlnet.gov/expapi/verbs/completed"
ACTIVITY = "https://example.com/courses/negotiation"


def an_agent(name: str = "ada") -> dict[str, Any]:
    """An agent with a mailbox."""
    return {"objectType": "Agent", "mbox": f"mailto:{name}@example.com"}


def a_statement(**more: Any) -> dict[str, Any]:
    """The least a statement has, and what is given beside it."""
    return {"actor": an_agent(), "verb": {"id": VERB}, "object": {"id": ACTIVITY}, **more}


def a_voiding(target: str = ID, **more: Any) -> dict[str, Any]:
    """A statement that voids another."""
    verb = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    return a_statement(verb=verb, object={"objectType": "StatementRef", "id": target}, **more)


def a_full_statement() -> dict[str, Any]:
    """A statement with every property xAPI 1.0.3 has, each valid."""
    group = {
        "objectType": "Group",
        "name": "Team",
        "account": {"homePage": "https://hr.example.com", "name": "team-7"},
        "member": [an_agent("ada"), {"openid": "https://id.example.com/bo"}],
    }
    return {
        "id": ID,
        "actor": {"objectType": "Agent", "name": "Ada", "mbox": "mailto:ada@example.com"},
        "verb": {"id": VERB, "display": {"en": "completed", "de-CH": "abgeschlossen"}},
        "object": {
            "objectType": "Activity",
            "id": ACTIVITY,
            "definition": {
                "name": {"en": "Negotiation"},
                "description": {"en": "How to negotiate"},
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "moreInfo": "https://example.com/about",
                "extensions": {"https://example.com/x": None},
                "interactionType": "choice",
                "correctResponsesPattern": ["a"],
                "choices": [{"id": "a", "description": {"en": "Listen"}}, {"id": "b"}],
            },
        },
        "result": {
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10.0},
            "success": True,
            "completion": True,
            "response": "a",
            "duration": "PT4H35M59.14S",
            "extensions": {"https://example.com/y": {"deep": [1, None]}},
        },
        "context": {
            "registration": OTHER_ID,
            "instructor": an_agent("ines"),
            "team": group,
            "contextActivities": {
                "parent": [{"id": "https://example.com/courses"}],
                "grouping": [{"objectType": "Activity", "id": "https://example.com/all"}],
                "category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}],
                "other": [{"id": "https://example.com/other"}],
            },
            "revision": "2",
            "platform": "LMS",
            "language": "en-GB",
            "statement": {"objectType": "StatementRef", "id": OTHER_ID},
            "extensions": {"https://example.com/z": ""},
        },
        "timestamp": "2026-11-24T08:30:00.123+01:00",
        "stored": "2026-11-24T07:30:01Z",
        "authority": {"objectType": "Agent", "account": {"homePage": "https://lms.example.com", "name": "key"}},
        "version": "1.0.0",
        "attachments": [
            {
                "usageType": "https://example.com/certificate",
                "display": {"en": "Certificate"},
                "description": {"en": "Signed"},
                "contentType": "application/pdf",
                "length": 27,
                "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
                "fileUrl": "https://example.com/certificate.pdf",
            }
        ],
    }


def with_context_agents() -> dict[str, Any]:
    """A statement with the context agents and groups of xAPI 2.0."""
    types = ["https://example.com/roles/coach"]
    group = {"objectType": "Group", "member": [an_agent("cem")]}
    context = {
        "contextAgents": [{"objectType": "contextAgent", "agent": an_agent("dora"), "relevantTypes": types}],
        "contextGroups": [{"objectType": "contextGroup", "group": group, "relevantTypes": types}],
    }
    return a_statement(context=context)


def a_sub_statement(**more: Any) -> dict[str, Any]:
    """A statement about a statement that somebody plans to make."""
    inner = {"objectType": "SubStatement", **a_statement(actor=an_agent("eva"))}
    return a_statement(object={**inner, **more})


def changed(statement: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the property at a dotted path set; numbers in the path are places in arrays."""
    whole = copy.deepcopy(statement)
    *way, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    part: Any = whole
    for key in way:
        part = part[key]
    part[last] = value
    return whole


def without(statement: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy without the property at a path."""
    whole = copy.deepcopy(statement)
    *way, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    part: Any = whole
    for key in way:
        part = part[key]
    del part[last]
    return whole


def paths(value: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every property, extensions' insides left out."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield (*way, key)
            if key != "extensions":
                yield from paths(part, (*way, key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from paths(part, (*way, str(place)))
