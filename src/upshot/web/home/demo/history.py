"""Harbour's past: the plan stored, signed and locked before launch, and the decisions taken since, in order of time."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from upshot.plan import Document, Plan
from upshot.plan.initiatives import Initiative
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import viewer_of, workspace_of
from upshot.web.people.models import Person
from upshot.web.plans.baselines import measured
from upshot.web.plans.locking import lock_problems
from upshot.web.plans.models import Function, InStep, PromiseLock, Signature, Version
from upshot.web.plans.parsed import parsed
from upshot.web.plans.promising import lock_initiative, sign_on_paper
from upshot.web.plans.selectors import locked_of, signatures_of
from upshot.web.plans.services import opened
from upshot.web.reviews.models import Action
from upshot.web.reviews.models import Decision as Choice
from upshot.web.reviews.services import AskedAction, decide
from upshot.workspace.harbour import DECISIONS, LOCKED_ON, SIGNATORIES, Decision

__all__ = ["make_history"]

_WRITTEN = dt.datetime(2025, 1, 6, 9, tzinfo=dt.UTC)
"""When the plan of 2025 and 2026 was stored: a week before the first promise was signed."""
_COUNCIL = "Hanne Dahl"
_BEFORE_LOCK = dt.timedelta(days=3)
_TIME_TO_ACT = dt.timedelta(days=45)


@dataclass(frozen=True, slots=True)
class _Happening:
    """Something that happened on a day, and what writes it down."""

    at: dt.datetime
    write: Callable[[], None]


def make_history(harbour: Organisation, by: User) -> int:
    """Write down what is not there yet: version, signatures, locks and decisions; how many things were written.

    The ledger takes entries in order of time only, so a history that was cut short is finished where it stopped.
    """
    version = _stored(harbour)
    document = parsed(version.text)
    baseline = measured(workspace_of(harbour), document)
    names = dict(Person.objects.filter(organisation=harbour).values_list("key", "name"))
    happened = [
        *_promises(harbour, version, document, dict(baseline), names),
        *(_decided(harbour, decision, document.plan, by) for decision in DECISIONS),
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


def _decided(harbour: Organisation, decision: Decision, plan: Plan, by: User) -> _Happening:
    """A review held: its decision in the ledger, and what was agreed as an action, done but for the latest ones."""
    at = dt.datetime.combine(decision.on, dt.time(15), tzinfo=dt.UTC)
    due = decision.on + _TIME_TO_ACT

    def write() -> None:
        viewer = viewer_of(by, harbour.slug)
        assert viewer is not None, "the learning leader belongs to the demonstration"  # noqa: S101
        held = decide(
            viewer=viewer,
            plan=plan,
            initiative_id=decision.initiative,
            day=decision.on,
            decision=Choice(decision.choice),
            reason=decision.reason,
            owner=plan.owners[decision.by[0]].role or decision.by[0],
            function=Role.LEADER,
            seen="",
            actions=[AskedAction(what=decision.next_step, owner=by, due=due)],
            at=at,
        )
        if decision not in DECISIONS[-2:]:
            noon = dt.datetime.combine(due, dt.time(12), tzinfo=dt.UTC)
            Action.objects.filter(review=held).update(done=noon, note="Done as agreed")

    return _Happening(at, write)
