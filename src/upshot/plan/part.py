"""The part of a plan that one initiative's promise rests on: what a lock of that initiative fixes."""

from collections.abc import Iterator
from dataclasses import replace

from upshot.plan.initiatives import Initiative
from upshot.plan.kpis import Kpi
from upshot.plan.objectives import Objective
from upshot.plan.promise import Plan

__all__ = ["part_of"]


def part_of(plan: Plan, initiative_id: str) -> Plan:
    """The plan cut down to one initiative, and to whatever its promise refers to.

    Kept are the initiative; the objectives it serves; the KPIs it expects to move, those its
    objectives are read by, and the guardrails of either; the competencies of its chain; the rates
    its costs use; the owners any of these name; the period and the currency. Other initiatives, and
    what only they refer to, are left out, so that planning one thing does not break the promise of
    another.

    Raises
    ------
    PlanError
        If there is no such initiative.
    """
    initiative = plan.initiative(initiative_id)
    objectives = tuple(item for item in plan.objectives if item.id in initiative.serves)
    kpis = _kpis(plan, initiative, objectives)
    owners = set(_owners(initiative, objectives, kpis))
    rates = {cost.rate for cost in initiative.costs if isinstance(cost.rate, str)}
    linked = {name for kind, name in _chain(initiative) if kind == "behaviour"}
    return replace(
        plan,
        owners={name: owner for name, owner in plan.owners.items() if name in owners},
        rates={name: rate for name, rate in plan.rates.items() if name in rates},
        objectives=objectives,
        kpis=kpis,
        competencies=tuple(item for item in plan.competencies if item.id in linked),
        initiatives=(initiative,),
    )


def _chain(initiative: Initiative) -> Iterator[tuple[str, str]]:
    for link in initiative.hypothesis.chain if initiative.hypothesis else ():
        kind, _, name = link.partition("/")
        yield kind, name


def _kpis(plan: Plan, initiative: Initiative, objectives: tuple[Objective, ...]) -> tuple[Kpi, ...]:
    named = {expected.kpi for expected in initiative.expected}
    named |= {result.kpi for objective in objectives for result in objective.key_results}
    named |= {name for kind, name in _chain(initiative) if kind == "kpi"}
    guards = {kpi.id for kpi in plan.kpis if named & set(kpi.guardrail_for)}
    kept = named | guards
    return tuple(
        replace(kpi, guardrail_for=tuple(name for name in kpi.guardrail_for if name in kept))
        for kpi in plan.kpis
        if kpi.id in kept
    )


def _owners(initiative: Initiative, objectives: tuple[Objective, ...], kpis: tuple[Kpi, ...]) -> Iterator[str]:
    named = [initiative.owner, initiative.sponsor]
    named += [name for review in initiative.reviews for name in review.by]
    named += [name for objective in objectives for name in (objective.owner, objective.sponsor)]
    named += [kpi.owner for kpi in kpis]
    named += [kpi.value_per_unit.agreed_by for kpi in kpis if kpi.value_per_unit]
    return (name for name in named if name)
