"""What happens on a path as xAPI statements, written into the organisation's record store."""

import uuid
from collections.abc import Iterable, Mapping

from django.conf import settings

from upshot.plan.practice import Step
from upshot.plan.rolepath import path_urn, step_urn
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.services.receiving import account_of, receive_own
from upshot.web.paths.models import Enrolment, StepRecord

__all__ = ["CATEGORY", "activity_of", "statement_of", "store", "voiding"]

CATEGORY = "urn:upshot:path"
_REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"
_EVIDENCE = "urn:upshot:path:evidence"
_VERBS = {
    StepRecord.Verb.LAUNCHED: "http://adlnet.gov/expapi/verbs/launched",
    StepRecord.Verb.COMPLETED: "http://adlnet.gov/expapi/verbs/completed",
    StepRecord.Verb.PASSED: "http://adlnet.gov/expapi/verbs/passed",
    StepRecord.Verb.FAILED: "http://adlnet.gov/expapi/verbs/failed",
    StepRecord.Verb.WAIVED: "https://w3id.org/xapi/adl/verbs/waived",
}
_TYPE = "http://adlnet.gov/expapi/activities/lesson"

Fields = dict[str, object]


def activity_of(initiative: str, step: Step) -> str:
    """The address that statements about a step name: its own where the plan gives one, else a name made from the plan.

    Examples
    --------
    >>> activity_of("selling", Step(id="basics", kind="module", ref="lms:VS-1"))
    'lms:VS-1'
    >>> activity_of("selling", Step(id="my-plan", kind="commitment"))
    'urn:upshot:step:selling/my-plan'
    """
    ref = step.ref or ""
    scheme, colon, rest = ref.partition(":")
    own = bool(colon and rest) and scheme.isascii() and scheme.isalnum() and not any(mark.isspace() for mark in ref)
    return ref if own else step_urn(initiative, step.id)


def statement_of(enrolment: Enrolment, record: StepRecord, step: Step) -> Fields:
    """One record as a statement; its id is made from the record, so that saying it twice changes nothing."""
    result: Fields = {}
    if record.verb in (StepRecord.Verb.COMPLETED, StepRecord.Verb.WAIVED):
        result["completion"] = True
    if record.verb in (StepRecord.Verb.PASSED, StepRecord.Verb.FAILED):
        result["success"] = record.verb == StepRecord.Verb.PASSED
    if record.scaled is not None:
        result["score"] = {"scaled": round(record.scaled, 6)}
    if record.seconds is not None:
        result["duration"] = f"PT{record.seconds:.0f}S"
    if record.verb == StepRecord.Verb.WAIVED:
        shown = {_EVIDENCE: record.evidence} if record.evidence else {}
        result["extensions"] = {_REASON: record.reason or "Administrative", **shown}
    definition = {"type": _TYPE, "name": {"und": step.title or step.id}}
    return {
        "id": _id(enrolment, record),
        "actor": {"objectType": "Agent", "account": {"homePage": settings.ENVIRONMENT.url, "name": enrolment.person}},
        "verb": {"id": _VERBS[StepRecord.Verb(record.verb)], "display": {"en": str(record.verb)}},
        "object": {"objectType": "Activity", "id": activity_of(enrolment.initiative, step), "definition": definition},
        "context": {
            "registration": str(enrolment.pk),
            "revision": f"{enrolment.version.number} {enrolment.version.hash}",
            "platform": "Upshot",
            "contextActivities": {
                "parent": [{"id": path_urn(enrolment.initiative)}],
                "category": [{"id": CATEGORY}],
            },
        },
        "timestamp": record.at.isoformat(),
        **({"result": result} if result else {}),
    }


def _id(enrolment: Enrolment, record: StepRecord) -> str:
    return str(uuid.uuid5(enrolment.pk, f"{record.step} {record.verb} {record.at.isoformat()}"))


def voiding(enrolment: Enrolment, record: StepRecord) -> Fields:
    """The statement that takes the statement of a record back."""
    return {
        "actor": {"objectType": "Agent", "account": account_of("paths")},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided", "display": {"en": "voided"}},
        "object": {"objectType": "StatementRef", "id": _id(enrolment, record)},
    }


def store(organisation: Organisation, statements: Iterable[Mapping[str, object]]) -> None:
    """Store statements, part of the transaction under way."""
    receive_own(organisation.pk, "paths", statements)
