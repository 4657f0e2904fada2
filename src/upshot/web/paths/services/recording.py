"""Record what happened at a step: kept, said as a statement, and followed by whatever it finishes."""

import datetime as dt

from django.utils import timezone

from upshot.errors import InputError, Problem
from upshot.plan.practice import Step
from upshot.web.accounts.models import Organisation, User
from upshot.web.lrs.store.transactions import repeated
from upshot.web.paths.models import Enrolment, StepRecord
from upshot.web.paths.services.settling import settle
from upshot.web.paths.statements import statement_of, store, voiding
from upshot.web.paths.walking import path_of

__all__ = ["enrolment_of", "record_step", "take_back", "waive_step"]

Verb = StepRecord.Verb
Source = StepRecord.Source

REASONS = ("Tested Out", "Equivalent AU", "Equivalent Outside Activity", "Administrative")
"""Why a step may be waived, in cmi5's words."""


def enrolment_of(organisation: Organisation, *, person: str, initiative: str) -> Enrolment | None:
    """The enrolment of a person on an initiative's path; ``None`` where they are not on it."""
    found = Enrolment.objects.filter(organisation=organisation, person=person, initiative=initiative)
    return found.exclude(person="").select_related("version", "organisation").first()


def record_step(
    *,
    enrolment: Enrolment,
    step: str,
    verb: str = Verb.COMPLETED,
    at: dt.datetime | None = None,
    scaled: float | None = None,
    seconds: float | None = None,
    source: str = Source.PAGE,
    reason: str = "",
    evidence: str = "",
    by: User | None = None,
    said: bool = False,
) -> StepRecord:
    """Keep what happened at a step, say it to the record store, and settle the enrolment.

    The same verb for the same step at the same moment is kept once, so that calling again changes nothing.

    Parameters
    ----------
    enrolment
        Whose path; it may be waiting or paused, nothing that was done is lost.
    step
        Id of a step of the version the person is on.
    verb
        One of `StepRecord.Verb`.
    at
        When it happened; by default now.
    said
        Whether the record store holds a statement of it under one of the step's names already, so that none is made.

    Raises
    ------
    InputError
        If the path has no such step.
    """
    moment = at or timezone.now()
    known = _step(enrolment, step)

    def work() -> StepRecord:
        locked = Enrolment.objects.select_for_update(of=("self",)).select_related("version", "organisation")
        kept = locked.get(pk=enrolment.pk)
        record, new = StepRecord.objects.get_or_create(
            enrolment=kept,
            step=step,
            verb=verb,
            at=moment,
            defaults={
                "day": timezone.localdate(moment),
                "scaled": scaled,
                "seconds": seconds,
                "source": source,
                "reason": reason[:300],
                "evidence": evidence[:500],
                "by": by,
            },
        )
        if new:
            if not said:
                store(kept.organisation, [statement_of(kept, record, known)])
            settle(kept)
        return record

    return repeated(work)


def waive_step(
    *,
    enrolment: Enrolment,
    step: str,
    reason: str = "Tested Out",
    evidence: str = "",
    at: dt.datetime | None = None,
    by: User | None = None,
) -> StepRecord:
    """Count a step without its being taken; a step that is waived already stays as it is.

    ``evidence`` says what showed that it need not be taken.

    Raises
    ------
    InputError
        If the path has no such step, or the reason is none of cmi5's.
    """
    if reason not in REASONS:
        text = "This is no reason for waiving."
        raise InputError(Problem(code="waive-reason", text=text, fix=f"Choose from {', '.join(REASONS)}."))
    known = enrolment.records.filter(step=step, verb=Verb.WAIVED).first()
    if known is not None:
        return known
    return record_step(
        enrolment=enrolment, step=step, verb=Verb.WAIVED, reason=reason, evidence=evidence, at=at, by=by,
        source=Source.RULE,
    )  # fmt: skip


def take_back(*, enrolment: Enrolment, step: str, verb: str, at: dt.datetime) -> bool:
    """Take back a record that was entered by mistake, and its statement; whether there was one. Certificates stay."""

    def work() -> bool:
        locked = Enrolment.objects.select_for_update(of=("self",)).select_related("version", "organisation")
        kept = locked.get(pk=enrolment.pk)
        record = kept.records.filter(step=step, verb=verb, at=at).exclude(source=Source.RECORD).first()
        if record is None:
            return False
        store(kept.organisation, [voiding(kept, record)])
        record.delete()
        settle(kept)
        return True

    return repeated(work)


def _step(enrolment: Enrolment, name: str) -> Step:
    found = path_of(enrolment.version).step(name)
    if found is None:
        text = "The path has no such step."
        raise InputError(Problem(code="unknown-step", text=text, fix="Open the path again; it may have changed."))
    return found
