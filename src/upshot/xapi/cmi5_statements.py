"""Statements that the launching system makes: launched, abandoned, waived, satisfied; and what a unit is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from upshot.xapi.cmi5 import (
    ABANDONED,
    BLOCK_TYPE,
    CMI5_CATEGORY,
    COURSE_TYPE,
    EXTENSION,
    LAUNCHED,
    MOVE_ON_CATEGORY,
    REASON,
    SATISFIED,
    WAIVED,
    LaunchMode,
)
from upshot.xapi.cmi5_course import Block, Unit
from upshot.xapi.times import written

__all__ = ["Launch", "abandoned", "context_template", "duration", "launch_data", "launched", "satisfied", "waived"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One session of one learner in one unit.

    Parameters
    ----------
    actor
        The learner, as an agent with an account.
    activity
        Identifier of the unit here; the publisher's own stands in the unit.
    registration, session
        UUIDs of the enrolment and of this session.
    mode
        How it is opened.
    unit
        What is opened.
    """

    actor: Mapping[str, object] = field(repr=False)
    activity: str
    registration: str
    session: str
    mode: LaunchMode
    unit: Unit


def duration(length: timedelta) -> str:
    """A length of time as ISO 8601 writes it.

    Examples
    --------
    >>> duration(timedelta(minutes=2, seconds=1.5))
    'PT121.50S'
    """
    return f"PT{max(0.0, length.total_seconds()):.2f}S"


def context_template(launch: Launch) -> dict[str, Any]:
    """What every statement of the session repeats."""
    return {
        "contextActivities": {"grouping": [{"objectType": "Activity", "id": launch.unit.id}]},
        "extensions": {f"{EXTENSION}/sessionid": launch.session},
    }


def launch_data(launch: Launch, return_url: str) -> dict[str, Any]:
    """The ``LMS.LaunchData`` document of a session."""
    unit = launch.unit
    data: dict[str, Any] = {
        "contextTemplate": context_template(launch),
        "launchMode": launch.mode.value,
        "launchMethod": "OwnWindow" if unit.own_window else "AnyWindow",
        "moveOn": unit.move_on.value,
        "returnURL": return_url,
    }
    if unit.parameters:
        data["launchParameters"] = unit.parameters
    if unit.mastery is not None:
        data["masteryScore"] = unit.mastery
    if unit.entitlement:
        data["entitlementKey"] = {"courseStructure": unit.entitlement}
    return data


def launched(launch: Launch, url: str) -> dict[str, Any]:
    """The statement that opens a session; ``url`` is the unit's, without what the launch adds."""
    unit = launch.unit
    more: dict[str, Any] = {"launchmode": launch.mode.value, "launchurl": url, "moveon": unit.move_on.value}
    if unit.mastery is not None:
        more["masteryscore"] = unit.mastery
    if unit.parameters:
        more["launchparameters"] = unit.parameters
    return _about_unit(launch, LAUNCHED, more)


def abandoned(launch: Launch, length: timedelta) -> dict[str, Any]:
    """The statement that closes a session which did not close itself."""
    return {**_about_unit(launch, ABANDONED), "result": {"duration": duration(length)}}


def waived(launch: Launch, reason: str) -> dict[str, Any]:
    """The statement that a unit counts as done without being taken."""
    made = _about_unit(launch, WAIVED)
    made["context"]["contextActivities"]["category"].append(_activity(MOVE_ON_CATEGORY))
    return {**made, "result": {"success": True, "completion": True, "extensions": {REASON: reason}}}


def satisfied(launch: Launch, block: Block, activity: str, *, course: bool) -> dict[str, Any]:
    """The statement that a block, or the whole course, is satisfied."""
    definition = {"type": COURSE_TYPE if course else BLOCK_TYPE, "name": {"und": block.title or block.id}}
    made = _statement(launch, SATISFIED, {**_activity(activity), "definition": definition})
    made["context"]["contextActivities"]["grouping"] = [_activity(block.id)]
    return made


def _about_unit(launch: Launch, verb: str, extensions: Mapping[str, Any] | None = None) -> dict[str, Any]:
    definition: dict[str, Any] = {"name": {"und": launch.unit.title or launch.unit.id}}
    if launch.unit.kind:
        definition["type"] = launch.unit.kind
    made = _statement(launch, verb, {**_activity(launch.activity), "definition": definition})
    made["context"]["extensions"].update({f"{EXTENSION}/{name}": value for name, value in (extensions or {}).items()})
    return made


def _statement(launch: Launch, verb: str, about: dict[str, Any]) -> dict[str, Any]:
    context = context_template(launch)
    context["registration"] = launch.registration
    context["contextActivities"]["category"] = [_activity(CMI5_CATEGORY)]
    return {
        "id": str(uuid4()),
        "timestamp": written(datetime.now(UTC)),
        "actor": dict(launch.actor),
        "verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
        "object": about,
        "context": context,
    }


def _activity(iri: str) -> dict[str, Any]:
    return {"objectType": "Activity", "id": iri}
