"""What scenarios are held against in the studio: the firm's competencies, and the KPIs of its plan."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from upshot.errors import PlanError, WorkspaceError
from upshot.plan import Plan
from upshot.plan.initiatives import Initiative
from upshot.plan.practice import Step
from upshot.scenario import Surroundings
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.plans.selectors import current_document

__all__ = ["around", "competency_labels", "plan_of", "step_at"]


def competency_labels(organisation: Organisation) -> Mapping[str, str]:
    """The firm's competencies by name, from ``settings.COMPETENCIES``."""
    tell: Callable[[Organisation], Mapping[str, str]] = import_string(settings.COMPETENCIES)
    return tell(organisation)


def around(organisation: Organisation) -> Surroundings:
    """What a scenario may refer to; where there is none of a kind, nothing is said of it."""
    plan = plan_of(organisation)
    return Surroundings(
        competencies=competency_labels(organisation) or None,
        kpis=frozenset(one.id for one in plan.kpis) if plan is not None else None,
    )


def plan_of(organisation: Organisation) -> Plan | None:
    """Today's plan; nothing where there is none that loads."""
    try:
        return current_document(organisation).plan
    except (PlanError, WorkspaceError):
        return None


def step_at(viewer: Viewer, initiative: str, step: str) -> tuple[Initiative, Step] | None:
    """A scenario step of the plan, by the names in an address."""
    plan = plan_of(viewer.organisation)
    for one in plan.initiatives if plan is not None and initiative else ():
        found = next((each for each in one.path if each.id == step and each.kind == "scenario"), None)
        if one.id == initiative and found is not None:
            return one, found
    return None
