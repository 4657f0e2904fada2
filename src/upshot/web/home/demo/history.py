"""Harbour's past: the plan stored, signed and locked before launch, and the decisions taken since, in order of time."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from upshot.plan import Document
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.ledger.services import append
from upshot.web.people.models import Person
from upshot.web.plans.baselines import measured
from upshot.web.plans.locking import lock_problems
from upshot.web.plans.models import Function, InStep, PromiseLock, Signature, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import lock_initiative, sign_on_paper
from upshot.web.plans.selectors import locked_of, signatures_of
from upshot.web.plans.services import opened
from upshot.workspace.harbour import DECISIONS, LOCKED_ON, SIGNATORIES, Decision

__all__ = ["make_history"]

_WRITTEN = dt.datetime(2025, 1, 6, 9, tzinfo=dt.UTC)
"""When the plan of 2025 and 2026 was stored: a week before the first promise was signed."""
_COUNCIL = "Hanne Dahl"
_BEFORE_LOCK = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Happening:
    """Something that happened on a day, and what writes it down."""

    at: dt.datetime
    write: Callable[[], None]


def make_history(harbour: Organisation) -> int:
    """Write down what is not there yet: version, signatures, locks and decisions; how many things were written.

    The ledger takes entries in order of time only, so a history that was cut short is finished where it stopped.
    """
    version = _stored(harbour)
    document = parsed(version.text)
    baseline = measured(workspace_of(harbour), document)
    names = dict(Person.objects.filter(organisation=harbour).values_list("key", "name"))
    happened = [
        *_promises(harbour, version, document, dict(baseline), names),
        *(_decided(harbour, decision, document) for decision in DECISIONS),
    ]
    last = harbour.ledger.order_by("-number").values_list("at", flat=True).first()
    missing = [one for one in sorted(happened, key=lambda one: one.at) if last is None or one.at > last]
    for one in missing:
        one.write()
    return len(missing)


def _stored(harbour: Organisation) -> Version:
    version = opened(harbour)
    if version.number == 1 and version.at > _WRITTEN and not PromiseLock.objects.filter(organisation=harbour).exists():
        Version.objects.filter(pk=version.pk).update(at=_WRITTEN, note="The plan of 2025 and 2026")
        InStep.objects.filter(organisation=harbour).update(at=_WRITTEN)
        version.refresh_from_db()
    return version


def _promises(
    harbour: Organisation, version: Version, document: Document, baseline: dict[str, float], names: dict[str, str]
) -> Iterator[_Happening]:
    """The locks; an initiative that the product would not lock, for want of a comparison or a course, is left out."""
    for initiative in document.plan.initiatives:
        at = dt.datetime.combine(LOCKED_ON[initiative.id], dt.time(9), tzinfo=dt.UTC)
        signed = _signatories(document, initiative, names)

        def write(
            initiative: Initiative = initiative, at: dt.datetime = at, signed: dict[Function, str] = signed
        ) -> None:
            _sign(harbour, document, initiative, signed, at - _BEFORE_LOCK)
            standing = signatures_of(harbour, initiative.id)
            if locked_of(harbour, initiative.id) or lock_problems(document, initiative.id, standing, day=at.date()):
                return
            lock_initiative(
                organisation=harbour,
                viewer=None,
                version=version,
                initiative_id=initiative.id,
                baseline={kpi: value for kpi, value in baseline.items() if kpi in {e.kpi for e in initiative.expected}},
                at=at,
            )

        yield _Happening(at, write)


def _signatories(document: Document, initiative: Initiative, names: dict[str, str]) -> dict[Function, str]:
    signed = {one.role: names.get(one.person, one.role) for one in SIGNATORIES[initiative.id]}
    finance = document.plan.owners["finance-partner"].account or ""
    sponsors = [name for role, name in signed.items() if role != "finance-partner"]
    return {
        Function.SPONSOR: sponsors[-1],
        Function.FINANCE: names.get(finance.removeprefix("hr:"), "finance-partner"),
        Function.COUNCIL: _COUNCIL,
    }


def _sign(
    harbour: Organisation, document: Document, initiative: Initiative, signed: dict[Function, str], at: dt.datetime
) -> None:
    for function, name in signed.items():
        made = sign_on_paper(
            organisation=harbour, document=document, initiative_id=initiative.id, function=function, name=name
        )
        Signature.objects.filter(pk=made.pk).update(at=at)


def _decided(harbour: Organisation, decision: Decision, document: Document) -> _Happening:
    at = dt.datetime.combine(decision.on, dt.time(15), tzinfo=dt.UTC)
    title = document.plan.initiative(decision.initiative).title or decision.initiative

    def write() -> None:
        body = {
            "title": title,
            "decision": decision.choice,
            "reason": decision.reason,
            "next_step": decision.next_step,
            "by": list(decision.by),
        }
        append(harbour, "decision", subject=decision.initiative, body=body, at=at)

    return _Happening(at, write)
