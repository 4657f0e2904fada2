"""Every initiative of the demonstration answered by the job that answers in the product, and results put on record."""

from collections.abc import Callable

from django.db import transaction

from upshot.errors import Problem, WorkspaceError
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import viewer_of
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import run
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import newest_runs
from upshot.web.measures.services import put_on_record
from upshot.web.plans.selectors import current_document

__all__ = ["UNDECIDED", "make_answers", "put_on_record_once"]

UNDECIDED = frozenset({"needs-first"})
"""Its review is due: the visitor puts its result on record."""


def make_answers(organisation: Organisation, by: User, say: Callable[[str], None]) -> int:
    """Answer what has no answer yet; how many were.

    Raises
    ------
    WorkspaceError
        If an initiative cannot be answered: the demonstration ships with data that can.
    """
    there = newest_runs(organisation)
    wanted = [one for one in current_document(organisation).plan.initiatives if one.is_training and one.id not in there]
    for initiative in wanted:
        job = Job.objects.create(
            organisation=organisation,
            requested_by=by,
            kind="estimate",
            title=f"Answering: {initiative.title or initiative.id}"[:200],
            parameters={"initiative": initiative.id},
        )
        with transaction.atomic():
            run(job.pk)
        job.refresh_from_db()
        if job.status != Job.Status.DONE:
            raise WorkspaceError(str(Problem(code="demo", text=f"{initiative.id} has no answer: {job.error}")))
        say(_line(Run.objects.get(job=job), initiative.title or initiative.id))
    return len(wanted)


def _line(found: Run, title: str) -> str:
    return f"  {title}: grade {found.grade}. {found.sentence}"


def put_on_record_once(organisation: Organisation, by: User) -> int:
    """Write the results of locked promises into the ledger, but those whose review is due; how many were new."""
    viewer = viewer_of(by, organisation.slug)
    assert viewer is not None, "the learning leader belongs to the demonstration"  # noqa: S101
    new = 0
    for initiative, found in newest_runs(organisation).items():
        if initiative in UNDECIDED or found.lock is None or hasattr(found, "recorded"):
            continue
        put_on_record(viewer=viewer, run=found)
        new += 1
    return new
