"""Contexts: registration, instructor and team, related activities, and the agents and groups that 2.0 added."""

from upshot.xapi.activities import activity
from upshot.xapi.actors import actor, agent, group
from upshot.xapi.languages import is_language_tag
from upshot.xapi.references import statement_reference
from upshot.xapi.report import Path, Report, Section
from upshot.xapi.scalars import is_iri, is_uuid
from upshot.xapi.shapes import Check, ListOf, Shape, Text, extensions
from upshot.xapi.versions import Version

__all__ = ["context"]

_CONTEXT = Section("2.4.6", "4.2.2.5")
_ACTIVITIES = Section("2.4.6.2", "4.2.2.5")

_relevant = ListOf(_CONTEXT, Text(section=_CONTEXT, test=is_iri, expected="an IRI"), least=1)

_context_agent = Shape(
    name="a context agent",
    section=_CONTEXT,
    properties={
        "objectType": Text(section=_CONTEXT, test=lambda text: text == "contextAgent", expected="contextAgent"),
        "agent": agent,
        "relevantTypes": _relevant,
    },
    required=("objectType", "agent"),
)

_context_group = Shape(
    name="a context group",
    section=_CONTEXT,
    properties={
        "objectType": Text(section=_CONTEXT, test=lambda text: text == "contextGroup", expected="contextGroup"),
        "group": group,
        "relevantTypes": _relevant,
    },
    required=("objectType", "group"),
)

_many_activities = ListOf(_ACTIVITIES, activity)


def _one_or_many(value: object, path: Path, report: Report) -> None:
    (activity if type(value) is dict else _many_activities)(value, path, report)


_context_activities = Shape(
    name="context activities",
    section=_ACTIVITIES,
    properties=dict.fromkeys(("parent", "grouping", "category", "other"), _one_or_many),
)


def _only_in_2_0(check: Check) -> Check:
    def checked(value: object, path: Path, report: Report) -> None:
        if report.version is Version.V1_0_3:
            text = "The property came with xAPI 2.0, and the request speaks 1.0.3"
            report.add(path, _CONTEXT, "xapi-unknown", text, "Send the header X-Experience-API-Version: 2.0.0.")
        else:
            check(value, path, report)

    return checked


context = Shape(
    name="a context",
    section=_CONTEXT,
    properties={
        "registration": Text(section=_CONTEXT, test=is_uuid, expected="a UUID"),
        "instructor": actor,
        "team": group,
        "contextActivities": _context_activities,
        "contextAgents": _only_in_2_0(ListOf(_CONTEXT, _context_agent)),
        "contextGroups": _only_in_2_0(ListOf(_CONTEXT, _context_group)),
        "revision": Text(section=_CONTEXT),
        "platform": Text(section=_CONTEXT),
        "language": Text(section=_CONTEXT, test=is_language_tag, expected="an RFC 5646 language tag", example="de-CH"),
        "statement": statement_reference,
        "extensions": extensions,
    },
)
