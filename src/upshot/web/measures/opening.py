"""One initiative as its pages need it: the plan, the answer, what changed since, and the work under way."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils import timezone

from upshot.errors import UpshotError
from upshot.impact.estimate import Estimate
from upshot.plan import Document
from upshot.plan.initiatives import Initiative
from upshot.report.findings import ChainLink
from upshot.report.page import Page
from upshot.web.accounts.roles import Permission
from upshot.web.accounts.viewer import Viewer
from upshot.web.jobs.models import Job
from upshot.web.measures.keeping import page_of
from upshot.web.measures.models import CostLine, Run
from upshot.web.measures.selectors import last_job, may_see_answers, newest_run
from upshot.web.measures.spending import costs_entered
from upshot.web.measures.states import basis_of, changes, facts_state
from upshot.web.plans.selectors import current_document, document_in_force
from upshot.workspace.chain import people_today
from upshot.workspace.questions import no_training

__all__ = ["Opened", "document_of", "opened", "reached_today"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An initiative and its answer.

    Parameters
    ----------
    run, page
        The answer and what its pages say; ``None`` before the first.
    changed
        What changed since, by name.
    ended
        The finding that no training was needed, where the diagnosis said so.
    job
        The newest work on an answer, where it is under way or did not finish after the answer.
    """

    initiative: Initiative
    document: Document
    run: Run | None
    page: Page | None
    changed: tuple[str, ...]
    costs: list[CostLine]
    ended: Estimate | None = None
    job: Job | None = None

    @property
    def title(self) -> str:
        """Its name as people know it."""
        return self.initiative.title or self.initiative.id

    @property
    def stale(self) -> bool:
        """Whether plan, lock, data or costs changed since."""
        return bool(set(self.changed) - {"version"})

    def context(self, viewer: Viewer, tab: str, **more: Any) -> dict[str, Any]:
        """What every page of an initiative is given."""
        return {
            "opened": self,
            "run": self.run,
            "page": self.page,
            "tab": tab,
            "may_money": may_see_answers(viewer, Permission.MONEY),
            "may_slices": may_see_answers(viewer, Permission.SLICES),
            "may_answer": may_see_answers(viewer, Permission.ESTIMATE),
            "may_plan": viewer.may(Permission.PLAN),
            "may_design": viewer.may(Permission.DESIGN),
            **more,
        }


def document_of(viewer: Viewer) -> Document | None:
    """The plan of today; ``None`` where it does not load."""
    try:
        return current_document(viewer.organisation)
    except UpshotError:
        return None


def opened(viewer: Viewer, key: str, *, run: Run | None = None) -> Opened:
    """An initiative with its newest answer, or with the one given.

    Raises
    ------
    Http404
        If no plan in force has it.
    """
    organisation = viewer.organisation
    try:
        document = document_in_force(organisation, key)
        initiative = document.plan.initiative(key)
    except UpshotError as error:
        raise Http404 from error
    shown = run or newest_run(viewer, key)
    costs = costs_entered(organisation, key)
    changed: tuple[str, ...] = ()
    if shown is not None:
        facts = facts_state(viewer.workspace)
        changed = changes(shown, basis_of(organisation, key, facts=facts, costs=costs).inputs)
    return Opened(
        initiative=initiative,
        document=document,
        run=shown,
        page=None if shown is None else page_of(shown),
        changed=changed,
        costs=costs,
        ended=None if initiative.is_training else no_training(viewer.workspace, key, document=document),
        job=_unfinished(viewer, key, shown),
    )


def reached_today(viewer: Viewer, found: Opened) -> tuple[ChainLink, ...]:
    """How many people of an initiative began, completed and used it at work, as of today; empty without training."""
    if not found.initiative.is_training or not found.initiative.expected:
        return ()
    kpi = found.document.plan.kpi(found.initiative.expected[0].kpi)
    minimum = 0 if kpi.grain.entity == "firm" else max(kpi.min_cell, viewer.minimum_group)
    return people_today(viewer.workspace, found.initiative, on=timezone.localdate(), minimum=minimum)


def _unfinished(viewer: Viewer, key: str, run: Run | None) -> Job | None:
    job = last_job(viewer, key)
    if job is None or job.status in (Job.Status.DONE, Job.Status.CANCELLED):
        return None
    if job.status == Job.Status.FAILED and run is not None and job.finished and run.created > job.finished:
        return None
    return job
