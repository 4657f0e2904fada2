"""Large packages: mistakes are listed at once, unpacking says how far it is, and what ends it leaves nothing behind."""

import datetime as dt
import io
import os
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.web.cast import Cast
from tests.web.content.packages import zipped
from tests.xapi.cmi5_courses import au_xml, course_xml

from upshot.web.audit.models import Event
from upshot.web.content.chores import due
from upshot.web.content.models import Course
from upshot.web.content.services import waiting
from upshot.web.content.services.importing import folder_of
from upshot.web.content.services.waiting import waiting_file
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import Running, cancel, run

pytestmark = pytest.mark.django_db
FILM = os.urandom(300_000)


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("upshot.web.content.views.pages.LARGE", 1000)


def a_large_package(structure: bytes | None = None) -> io.BytesIO:
    return zipped({"cmi5.xml": structure or course_xml(au_xml(url="index.html")), "index.html": "x", "film.mp4": FILM})


def sent(client: Client, cast: Cast, package: io.BytesIO) -> Job | None:
    """Bring a package as the designer; the job that waits, or None where it was refused."""
    client.force_login(cast.users["designer"])
    file = SimpleUploadedFile("course.zip", package.getvalue(), "application/zip")
    answer = client.post(f"/o/{cast.organisation.slug}/courses/import", {"package": file})
    job = Job.objects.filter(kind="course").first()
    assert answer.status_code == (200 if job is None else 302)
    return job


def left(cast: Cast) -> list[str]:
    """Packages that lie aside, and folders of courses."""
    aside = waiting_file(cast.organisation, UUID(int=0)).parent
    courses = folder_of(Course(organisation=cast.organisation)).parent
    return [path.name for folder in (aside, courses) if folder.exists() for path in folder.iterdir()]


def a_waiting_job(client: Client, cast: Cast, package: io.BytesIO) -> Job:
    job = sent(client, cast, package)
    assert job is not None
    return job


def test_a_large_package_becomes_a_course_in_the_background(client: Client, cast: Cast) -> None:
    job = a_waiting_job(client, cast, a_large_package())
    assert Course.objects.count() == 0
    run(job.pk)
    course = Course.objects.get()
    job.refresh_from_db()
    assert (job.status, job.next_url) == (Job.Status.DONE, f"/o/{cast.organisation.slug}/courses/{course.pk}/")
    assert (course.files, course.imported_by) == (3, cast.users["designer"])
    assert (folder_of(course) / "film.mp4").read_bytes() == FILM
    assert left(cast) == [str(course.pk)]
    assert Event.objects.get(action="course-imported").detail["files"] == 3
    assert client.get(job.next_url).status_code == 200


def test_every_mistake_is_listed_before_anything_waits(client: Client, cast: Cast) -> None:
    wrong = a_large_package(course_xml(au_xml(url="missing.html")))
    assert sent(client, cast, wrong) is None
    assert left(cast) == []


def test_a_damaged_file_ends_the_job_with_the_reason_and_leaves_nothing(client: Client, cast: Cast) -> None:
    content = a_large_package().getvalue()
    at = content.index(FILM[:64])
    job = a_waiting_job(client, cast, io.BytesIO(content[:at] + bytes(64) + content[at + 64 :]))
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, Course.objects.count(), left(cast)) == (Job.Status.FAILED, 0, [])
    assert "damaged" in job.error
    assert client.get(job.next_url).status_code == 200


def test_progress_is_told_and_stopping_in_between_leaves_nothing(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = a_waiting_job(client, cast, a_large_package())
    told: list[tuple[int, int]] = []
    original = Running.progress

    def progress(self: Running, doing: str, done: int = 0, of: int = 0) -> None:
        told.append((done, of))
        if done:
            cancel(job)
        original(self, doing, done, of)

    monkeypatch.setattr(Running, "progress", progress)
    run(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    done, of = told[-1]
    assert 0 < done <= of
    assert of > len(FILM)
    assert (Course.objects.count(), left(cast)) == (0, [])


def test_a_job_that_is_run_again_makes_one_course(client: Client, cast: Cast) -> None:
    job = a_waiting_job(client, cast, a_large_package())
    killed = folder_of(Course(id=UUID(job.parameters["course"]), organisation=cast.organisation))
    killed.mkdir(parents=True)
    (killed / "cmi5.xml").write_bytes(b"half")
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(status=Job.Status.WAITING)
        run(job.pk)
    job.refresh_from_db()
    assert (job.status, Course.objects.count(), Event.objects.filter(action="course-imported").count()) == (
        "done",
        1,
        1,
    )


def test_a_package_nobody_unpacked_is_forgotten_after_a_day(client: Client, cast: Cast) -> None:
    cancel(a_waiting_job(client, cast, a_large_package()))
    due(timezone.now() + waiting.KEPT - dt.timedelta(minutes=1))
    assert len(left(cast)) == 1
    due(timezone.now() + waiting.KEPT + dt.timedelta(minutes=1))
    assert left(cast) == []
