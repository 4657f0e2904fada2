"""Waive the steps that people can do already, by the levels of their competencies; take it back where none holds."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from upshot.plan.practice import SkipFrom, Step
from upshot.web.accounts.models import Organisation
from upshot.web.competencies.reached import Reached, reached
from upshot.web.paths.models import Enrolment, StepRecord
from upshot.web.paths.services.recording import take_back, waive_step
from upshot.web.paths.walking import path_of, progress_of

__all__ = ["waive_what_is_known"]

State = Enrolment.State
Verb = StepRecord.Verb
Shown = Mapping[SkipFrom, Mapping[str, Reached]]


def waive_what_is_known(organisation: Organisation, enrolments: Iterable[Enrolment]) -> None:
    """Waive each step with a ``skip_from`` for whoever stands there in all its competencies, with the evidence named.

    A step that was taken stays taken. Where the evidence was set aside since, the waiver goes and its statement is
    voided; a certificate that was given meanwhile stays.
    """
    walking = [one for one in enrolments if one.state not in (State.PAUSED, State.WITHDRAWN)]
    asking = [(one, step) for one in walking for step in path_of(one.version).path if step.skip_from]
    wanted = {known for _one, step in asking for known in step.skip_from}
    shown = reached(organisation, wanted, {one.person for one, _step in asking})
    records = _records(one for one, _step in asking)
    for enrolment, step in asking:
        evidence = _evidence(shown, enrolment.person, step)
        theirs = records[enrolment.pk]
        waiver = next((one for one in theirs if one.step == step.id and one.verb == Verb.WAIVED), None)
        if evidence and waiver is None and not _counts(enrolment, theirs, step):
            theirs.append(waive_step(enrolment=enrolment, step=step.id, evidence=evidence))
        elif not evidence and waiver is not None and waiver.evidence:
            take_back(enrolment=enrolment, step=step.id, verb=Verb.WAIVED, at=waiver.at)


def _evidence(shown: Shown, person: str, step: Step) -> str:
    """What shows that somebody can do all of a step; empty where one of its levels is not shown."""
    found = [shown.get(one, {}).get(person) for one in step.skip_from]
    return " / ".join(one.evidence for one in found if one is not None) if all(found) else ""


def _records(enrolments: Iterable[Enrolment]) -> dict[UUID, list[StepRecord]]:
    """What is on record of each of some enrolments, in a query for every five hundred."""
    found: dict[UUID, list[StepRecord]] = {one.pk: [] for one in enrolments}
    known = list(found)
    for at in range(0, len(known), 500):
        for row in StepRecord.objects.filter(enrolment__in=known[at : at + 500]):
            found[row.enrolment_id].append(row)
    return found


def _counts(enrolment: Enrolment, records: Iterable[StepRecord], step: Step) -> bool:
    """Whether the step counts by itself."""
    found = progress_of(enrolment, records)
    return next((one.counts for one in found.steps if one.step.id == step.id), False)
