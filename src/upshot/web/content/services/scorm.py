"""Follow a SCORM unit: keep what it remembers, and turn what it reports into statements, each fact once."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.web.content.models import Session
from upshot.web.content.scorm import Report, memory_for, report_of
from upshot.web.content.services.gate import locked
from upshot.web.content.services.recording import SCORM_CATEGORY, advance, launch_of, progress_of, say
from upshot.web.lrs.store.transactions import repeated
from upshot.xapi.cmi5 import COMPLETED, FAILED, INITIALIZED, PASSED, TERMINATED
from upshot.xapi.cmi5_statements import Launch, duration
from upshot.xapi.decode import encoded
from upshot.xapi.times import written

__all__ = ["MOST_MEMORY", "commit", "opening"]

MOST_MEMORY = 512 * 1024
"""Bytes of a unit's data model at most."""


def opening(session: Session) -> dict[str, Any]:
    """What a unit is told when it opens."""
    registration = session.registration
    kept = registration.memory.get(str(session.place), {})
    launch = launch_of(session)
    return memory_for(registration.course.kind, kept, launch.unit, str(registration.pk))


def commit(session: Session, cmi: Mapping[str, Any], *, final: bool) -> None:
    """Keep a unit's data model, and say what is new in it.

    Parameters
    ----------
    session
        The session that reports.
    cmi
        The data model as the unit left it.
    final
        Whether the unit ended with this.

    Raises
    ------
    InputError
        When the session has ended, or the data model is larger than SCORM allows by far.
    """
    if len(encoded(cmi)) > MOST_MEMORY:
        raise InputError(Problem(code="scorm-memory", text="The unit wants to keep more than 512 KB."))

    def work() -> None:
        current = locked(session)
        if current.ended is not None:
            raise InputError(Problem(code="scorm-ended", text="The session has ended.", fix="Open the unit again."))
        _keep(current, cmi, final=final)

    repeated(work)


def _keep(session: Session, cmi: Mapping[str, Any], *, final: bool) -> None:
    registration, now = session.registration, timezone.now()
    report = report_of(registration.course.kind, cmi)
    verbs = _new(session, report, final=final)
    launch = launch_of(session)
    length = report.time or now - session.opened
    if verbs:
        say(registration.course, [_statement(launch, verb, report, length) for verb in verbs])
    registration.memory[str(session.place)] = dict(cmi)
    registration.save(update_fields=["memory"])
    session.verbs = sorted({*session.verbs, *verbs})
    session.heard = now
    session.ended = now if final else None
    session.save(update_fields=["verbs", "heard", "ended"])
    counting = [verb for verb in verbs if verb in (COMPLETED, PASSED)]
    if counting:
        advance(registration, counting, launch, session.place)


def _new(session: Session, report: Report, *, final: bool) -> list[str]:
    """What the report says that was not said: completed and passed once a registration, the others once a session."""
    progress, place = progress_of(session.registration), session.place
    facts = {
        INITIALIZED: True,
        COMPLETED: report.completed and place not in progress.completed,
        PASSED: report.success is True and place not in progress.passed,
        FAILED: report.success is False and place not in progress.passed and final,
        TERMINATED: final,
    }
    return [verb for verb, holds in facts.items() if holds and verb not in session.verbs]


def _statement(launch: Launch, verb: str, report: Report, length: timedelta) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if verb != INITIALIZED:
        result["duration"] = duration(length)
    if verb == COMPLETED:
        result["completion"] = True
    if verb in (PASSED, FAILED):
        result["success"] = verb == PASSED
        if report.score:
            result["score"] = dict(report.score)
    definition = {"name": {"und": launch.unit.title or launch.unit.id}, "type": launch.unit.kind}
    return {
        "id": str(uuid4()),
        "timestamp": written(datetime.now(UTC)),
        "actor": dict(launch.actor),
        "verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
        "object": {"objectType": "Activity", "id": launch.activity, "definition": definition},
        "context": {
            "registration": launch.registration,
            "contextActivities": {
                "category": [{"objectType": "Activity", "id": SCORM_CATEGORY}],
                "grouping": [{"objectType": "Activity", "id": launch.unit.id}],
            },
        },
        **({"result": result} if result else {}),
    }
