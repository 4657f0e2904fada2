"""What the plan says about asking a scenario's decisions again: the practice step that follows it in a path."""

from upshot.errors import PlanError, WorkspaceError
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Step
from upshot.web.accounts.models import Organisation
from upshot.web.plans.selectors import current_document
from upshot.web.practice.models import Scenario
from upshot.web.practice.practised import names_of
from upshot.web.spacing.schedule import Rule

__all__ = ["plan_of", "rule_at", "rule_for"]


def plan_of(organisation: Organisation) -> Plan | None:
    """Today's plan; nothing where there is none that loads."""
    try:
        return current_document(organisation).plan
    except (PlanError, WorkspaceError):
        return None


def rule_for(plan: Plan, scenario: Scenario) -> Rule | None:
    """How a scenario's decisions are asked again; nothing where no path has a practice step for it.

    A practice step is for the scenario it names as ``ref``; without one, for the scenarios it needs; without either,
    for every scenario of its path.
    """
    names = names_of(scenario)
    for initiative in plan.initiatives:
        scenarios = {one.id for one in initiative.path if one.kind == "scenario" and one.ref in names}
        for step in initiative.path:
            if step.kind == "practice" and _is_for(step, names, scenarios, initiative):
                return _rule(initiative, step)
    return None


def rule_at(plan: Plan, initiative: str, step: str) -> Rule | None:
    """The rule of a practice step; nothing where the plan no longer has it."""
    found = next((one for one in plan.initiatives if one.id == initiative), None)
    at = next((one for one in found.path if one.id == step and one.kind == "practice"), None) if found else None
    return _rule(found, at) if found is not None and at is not None else None


def _is_for(step: Step, names: frozenset[str], scenarios: set[str], initiative: Initiative) -> bool:
    if step.ref:
        return step.ref in names
    needed = {one.id for one in initiative.path if one.kind == "scenario" and one.id in step.needs}
    return bool(scenarios & needed) if needed else bool(scenarios)


def _rule(initiative: Initiative, step: Step) -> Rule:
    return Rule(
        initiative=initiative.id, step=step.id, schedule=step.schedule, retention=step.retention,
        max_per_week=step.max_per_week, lasts=step.for_,
    )  # fmt: skip
