"""What still keeps a promise from being locked, and what the ledger is told when it is."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from upshot.errors import Problem
from upshot.plan import Document, Lock, Plan
from upshot.plan.costs import cost_lines
from upshot.plan.initiatives import Initiative
from upshot.plan.sentence import promise_sentence
from upshot.web.plans.models import Function, Signature
from upshot.web.plans.selectors import promise_hash

__all__ = ["NEEDED", "lock_problems", "promise_body"]

NEEDED = frozenset({"no-expected-effect", "no-smallest-effect", "no-comparison", "effect-against-direction"})
"""Gaps of an initiative that a lock does not pass: without a KPI or a comparison there is nothing to promise."""


def lock_problems(
    document: Document, initiative_id: str, signatures: Mapping[Function, Signature], *, day: dt.date
) -> tuple[Problem, ...]:
    """Everything that keeps an initiative from being locked on a day, at once."""
    initiative = document.plan.initiative(initiative_id)
    if not initiative.is_training:
        text = _("The plan ends this initiative in no training, so there is no effect to promise.")
        return (Problem(code="no-training", text=text, fix=_("Nothing more is needed: that is a good outcome.")),)
    return (
        *_signatures(signatures, promise_hash(document.plan, initiative_id)),
        *_gaps(document, initiative),
        *_launch(initiative, day),
    )


def _signatures(signatures: Mapping[Function, Signature], digest: str) -> list[Problem]:
    problems = []
    for function in Function:
        found = signatures.get(function)
        if found is None:
            text = _("%(function)s has not signed.") % {"function": function.label}
            problems.append(Problem(code="not-signed", text=text, fix=_("Ask them to."), value=function.value))
        elif found.hash != digest:
            text = _("%(function)s signed an earlier wording of the promise.") % {"function": function.label}
            fix = _("Ask them to read it again and sign.")
            problems.append(Problem(code="signed-earlier", text=text, fix=fix, value=function.value))
    return problems


def _gaps(document: Document, initiative: Initiative) -> list[Problem]:
    prefix = f"initiatives[{initiative.id}]"
    own = [item for item in document.problems if (item.column or "").startswith(prefix) and item.code in NEEDED]
    primary = initiative.expected[0].kpi if initiative.expected else None
    where = f"kpis[{primary}]"
    named = {"kpi-without-direction", "kpi-without-unit"}
    return own + [item for item in document.problems if (item.column or "").startswith(where) and item.code in named]


def _launch(initiative: Initiative, day: dt.date) -> list[Problem]:
    first = min((wave.start for wave in initiative.waves), default=None)
    if first is None or first > day:
        return []
    text = _("The first wave starts on %(day)s, so a lock today comes after launch.") % {"day": first.isoformat()}
    fix = _("Move the first wave to a later day, or go on without a lock: the answer is then exploratory.")
    return [Problem(code="after-launch", text=text, fix=fix)]


def promise_body(
    plan: Plan, initiative_id: str, made: Lock, *, version: int, waived: Mapping[str, str]
) -> dict[str, Any]:
    """What the ledger keeps of a promise: what was promised, on which baseline, signed in which functions."""
    initiative = plan.initiative(initiative_id)
    lines = cost_lines(plan, initiative)
    known = [line.amount for line in lines if line.amount is not None]
    body: dict[str, Any] = {
        "seal": made.seal,
        "hash": made.hash,
        "version": version,
        "signed": list(made.signatories),
        "title": initiative.title or initiative.id,
        "sentence": promise_sentence(plan, initiative),
        "serves": list(initiative.serves),
        "expected": [
            _expected(plan, item.kpi, item.effect, item.smallest_worth_having) for item in initiative.expected
        ],
        "waves": [{"id": wave.id, "start": wave.start.isoformat()} for wave in initiative.waves],
        "assign": initiative.design.assign,
        "baseline": dict(made.baseline),
        "currency": plan.currency,
        "cost": round(sum(known), 2) if known else None,
        "people": initiative.audience.expected_size,
        "not_needed": dict(waived),
    }
    return {key: value for key, value in body.items() if value not in (None, {}, [])}


def _expected(plan: Plan, kpi_id: str, effect: float | None, smallest: float | None) -> dict[str, Any]:
    kpi = plan.kpi(kpi_id)
    said = {"kpi": kpi_id, "label": kpi.label, "unit": kpi.unit, "effect": effect, "smallest_worth_having": smallest}
    return {key: value for key, value in said.items() if value is not None}
