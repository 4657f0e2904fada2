"""Start, run, cancel and clear up jobs."""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from upshot.errors import Cancelled, UpshotError
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.jobs.models import Job

__all__ = ["BEAT", "LOST", "Running", "cancel", "clear_lost", "run", "start"]

BEAT = 1.0
"""Seconds between signs of life of a running job."""
LOST = dt.timedelta(seconds=60)
"""A running job without a sign of life for so long was killed."""
ATTEMPTS = 2

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Told:
    """What a job said last, kept in memory so that any thread of its work may say it."""

    doing: str = ""
    done: int = 0
    of: int = 0
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """What the function that does a job is given.

    It must be safe to run again from the start: whatever it stores, it stores in one transaction at its end.
    """

    id: UUID
    organisation: Organisation
    requested_by: int | None
    parameters: Mapping[str, Any]
    told: _Told = field(default_factory=_Told)
    thread: int = field(default_factory=threading.get_ident)

    def progress(self, doing: str, done: int = 0, of: int = 0) -> None:
        """Say how far it is; stop here if somebody cancelled.

        A library may call this from a thread of its own (Arrow reads files in one): only the job's own
        thread writes to the database at once, what others say is written with the next sign of life.

        Raises
        ------
        Cancelled
            If somebody asked for it.
        """
        self.told.doing, self.told.done, self.told.of = doing[:200], done, of
        if threading.get_ident() == self.thread:
            self.keep()
        if self.told.stop:
            raise Cancelled("Somebody stopped it. Nothing was stored.")

    def keep(self) -> None:
        """Write down what was said last, as a sign of life, and look whether to stop."""
        told = self.told
        mine = Job.objects.filter(pk=self.id)
        mine.update(doing=told.doing, done=told.done, of=told.of, beat=timezone.now())
        told.stop = mine.filter(cancel_requested=True).exists()


Work = Callable[[Running], Mapping[str, Any] | None]


def start(viewer: Viewer, kind: str, *, title: str, parameters: Mapping[str, Any], next_url: str = "") -> Job:
    """Queue a job, unless the same one is waiting or running: then that one (a double click does no harm)."""
    if kind not in settings.JOB_KINDS:
        raise LookupError(f"There is no job of the kind {kind!r}.")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
        same = Job.objects.filter(
            organisation=viewer.organisation,
            kind=kind,
            parameters=dict(parameters),
            status__in=(Job.Status.WAITING, Job.Status.RUNNING),
            cancel_requested=False,
        ).first()
        if same is not None:
            return same
        job = Job.objects.create(
            organisation=viewer.organisation,
            requested_by=viewer.user,
            kind=kind,
            title=title,
            parameters=dict(parameters),
            next_url=next_url,
        )
        transaction.on_commit(lambda: _enqueue(job.pk))
    job.refresh_from_db()
    return job


def _enqueue(job_id: UUID) -> None:
    run_job.enqueue(str(job_id))


@task()
def run_job(job_id: str) -> None:
    """The one background task: everything else about a job stands in its row."""
    run(UUID(job_id))


def run(job_id: UUID) -> None:
    """Do a job; whatever happens, its row says how it ended."""
    now = timezone.now()
    free = Q(status=Job.Status.WAITING)
    taken = (
        Job.objects.filter(free, pk=job_id)
        .filter(cancel_requested=False)
        .update(status=Job.Status.RUNNING, started=now, beat=now, attempts=F("attempts") + 1)
    )
    if not taken:
        Job.objects.filter(free, pk=job_id).update(status=Job.Status.CANCELLED, finished=now)
        return
    job = Job.objects.select_related("organisation").get(pk=job_id)
    work: Work = import_string(settings.JOB_KINDS[job.kind])
    running = Running(job.pk, job.organisation, job.requested_by_id, job.parameters)
    try:
        with _beating(running):
            result = work(running)
    except Cancelled:
        _finish(job_id, Job.Status.CANCELLED)
    except UpshotError as error:
        _finish(job_id, Job.Status.FAILED, error=str(error))
    except Exception:
        logger.exception("Job %s of kind %s failed.", job_id, job.kind)
        _finish(job_id, Job.Status.FAILED, error="Something went wrong in Upshot itself. It was logged; try again.")
        raise
    else:
        _finish(job_id, Job.Status.DONE, result=dict(result or {}))


def _finish(job_id: UUID, status: str, **more: Any) -> None:
    Job.objects.filter(pk=job_id, status=Job.Status.RUNNING).update(status=status, finished=timezone.now(), **more)


@contextmanager
def _beating(running: Running) -> Iterator[None]:
    """Give signs of life while the work goes on; within a transaction nobody could see them, so there are none."""
    if connection.in_atomic_block:
        yield
        return
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(BEAT):
            running.keep()
            close_old_connections()
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def cancel(job: Job) -> None:
    """Ask a job to stop: at once if it waits, at its next stage if it runs."""
    Job.objects.filter(pk=job.pk, status=Job.Status.WAITING).update(
        status=Job.Status.CANCELLED, finished=timezone.now(), cancel_requested=True
    )
    Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING).update(cancel_requested=True)


def clear_lost(*, now: dt.datetime | None = None) -> int:
    """Queue killed jobs again, once; those that were killed twice end as failed. How many were lost."""
    now = now or timezone.now()
    lost = Job.objects.filter(status=Job.Status.RUNNING, beat__lt=now - LOST)
    again = list(lost.filter(attempts__lt=ATTEMPTS, cancel_requested=False).values_list("pk", flat=True))
    ended = lost.exclude(pk__in=again).update(
        status=Job.Status.FAILED,
        finished=now,
        error="The work was interrupted twice. Nothing was stored. Try again, or ask whoever runs the server.",
    )
    for job_id in again:
        Job.objects.filter(pk=job_id, status=Job.Status.RUNNING).update(status=Job.Status.WAITING, doing="", done=0)
        _enqueue(job_id)
    return len(again) + ended
