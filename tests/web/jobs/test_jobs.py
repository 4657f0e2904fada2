"""Background work: progress, cancelling, and a clean end when the worker is killed."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast

from upshot.errors import FeedError, Problem
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import Running, cancel, clear_lost, run, start

seen: list[str] = []


def counting(running: Running) -> dict[str, int]:
    for number in range(1, 4):
        running.progress("counting", number, 3)
    return {"counted": 3}


def refusing(running: Running) -> None:
    raise FeedError(Problem(code="no-column", text="The file has no column 'person'.", fix="Add it."))


def breaking(running: Running) -> None:
    raise ZeroDivisionError("secret of p-1")


def stopped_by_somebody(running: Running) -> None:
    running.progress("first", 1, 2)
    Job.objects.filter(pk=running.id).update(cancel_requested=True)
    running.progress("second", 2, 2)
    seen.append("went on")


@pytest.fixture(autouse=True)
def kinds(settings: Settings) -> None:
    here = "tests.web.jobs.test_jobs"
    settings.JOB_KINDS = {
        name: f"{here}.{name}" for name in ("counting", "refusing", "breaking", "stopped_by_somebody")
    }
    seen.clear()


def a_job(cast: Cast, kind: str, **more: object) -> Job:
    viewer = cast.viewer("analyst")
    fields = {"title": "Some work", "requested_by": viewer.user, "organisation": viewer.organisation}
    return Job.objects.create(kind=kind, **{**fields, **more})


def test_a_job_tells_how_far_it_is_and_how_it_ended(cast: Cast) -> None:
    job = a_job(cast, "counting")
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, job.of, job.result, job.percent) == ("done", 3, 3, {"counted": 3}, 100)


def test_a_refusal_is_told_in_its_own_words(cast: Cast) -> None:
    job = a_job(cast, "refusing")
    run(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "no column 'person'" in job.error


def test_a_bug_is_logged_and_its_text_kept_from_the_page(cast: Cast) -> None:
    job = a_job(cast, "breaking")
    with pytest.raises(ZeroDivisionError):
        run(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert "p-1" not in job.error


def test_a_cancelled_job_stops_at_its_next_stage(cast: Cast) -> None:
    job = a_job(cast, "stopped_by_somebody")
    run(job.pk)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert seen == []


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(cast: Cast) -> None:
    job = a_job(cast, "counting")
    cast.client("analyst").post(f"/o/nordvik/jobs/{job.pk}/cancel")
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("cancelled", 0)


def test_a_job_that_is_over_stays_over(cast: Cast) -> None:
    job = a_job(cast, "counting", status="done")
    cancel(job)
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.cancel_requested) == ("done", False)


def test_the_same_work_is_queued_once(cast: Cast) -> None:
    viewer = cast.viewer("analyst")
    first = start(viewer, "counting", title="a", parameters={"n": 1})
    assert start(viewer, "counting", title="a", parameters={"n": 1}) == first
    assert start(viewer, "counting", title="a", parameters={"n": 2}) != first


def test_killed_work_is_done_again_once_and_then_ends_as_failed(cast: Cast) -> None:
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    job = a_job(cast, "counting", status="running", beat=long_ago, attempts=1)
    assert clear_lost() == 1
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("done", 2)
    Job.objects.filter(pk=job.pk).update(status="running", beat=long_ago)
    assert clear_lost() == 1
    job.refresh_from_db()
    assert job.status == "failed"
    assert "interrupted twice" in job.error
    assert clear_lost() == 0


def test_a_job_is_seen_by_who_asked_for_it_and_by_nobody_else(cast: Cast) -> None:
    job = a_job(cast, "counting")
    assert cast.client("analyst").get(f"/o/nordvik/jobs/{job.pk}/").status_code == 200
    assert cast.client("leader").get(f"/o/nordvik/jobs/{job.pk}/").status_code == 404
    assert cast.client("outsider").get(f"/o/elsewhere/jobs/{job.pk}/").status_code == 404


@pytest.mark.parametrize("status", ["waiting", "running", "done", "failed", "cancelled"])
def test_the_page_passes_axe_whatever_the_job_does(cast: Cast, opened: Opener, status: str) -> None:
    job = a_job(cast, "counting", status=status, doing="reading the file", done=3, of=10, error="No column.")
    accessible(opened(f"/o/nordvik/jobs/{job.pk}/", cast.users["analyst"]), f"job-{status}")


WORK = """
import os, sys, time
from pathlib import Path
import upshot.web.jobs.services as services
from upshot.web.jobs.models import Job
def slow(running):
    Path(os.environ["MARK"]).write_text(str(os.getpid()))
    for number in range(200):
        running.progress("sleeping", number, 200)
        time.sleep(0.1)
"""


def test_a_worker_that_is_killed_leaves_a_job_that_is_done_again(tmp_path: Path) -> None:
    """A real worker process, a real database file, a real kill."""
    script = f"""
import os, sys, time
sys.path.insert(0, {str(tmp_path)!r})
from pathlib import Path
from upshot.web import boot
home = Path({str(tmp_path)!r})
boot.setup(home)
from django.conf import settings
settings.JOB_KINDS["slow"] = "slow_work.slow"
from django.utils import timezone
from upshot.web.accounts.models import Organisation
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import run
if sys.argv[1] == "queue":
    organisation = Organisation.objects.create(slug="x", name="X")
    print(Job.objects.create(organisation=organisation, kind="slow", title="slow").pk)
elif sys.argv[1] == "run":
    run(Job.objects.get().pk)
else:
    job = Job.objects.get()
    print(job.status, job.beat is not None, job.done > 0)
"""
    (tmp_path / "slow_work.py").write_text(WORK, encoding="utf-8")
    mark = tmp_path / "mark"
    environment = {**os.environ, "MARK": str(mark), "DATABASE_URL": ""}

    def call(what: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", script, what]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own

    queued = call("queue")
    queued.communicate(timeout=60)
    assert queued.returncode == 0
    worker = call("run")
    deadline = time.monotonic() + 60
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    worker.send_signal(signal.SIGKILL)
    worker.communicate(timeout=30)
    said, _ = call("look").communicate(timeout=60)
    assert said.split() == ["running", "True", "True"]
