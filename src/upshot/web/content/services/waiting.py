"""Large packages: looked through in the request, set aside, and unpacked by a job that says how far it is."""

import datetime as dt
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _

from upshot.errors import Cancelled, PackageError, Problem
from upshot.web.accounts.models import Organisation, User
from upshot.web.accounts.viewer import Viewer
from upshot.web.audit.services import record_act
from upshot.web.content.models import Course
from upshot.web.content.services.importing import check_package, import_course
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import Running, start

__all__ = ["LARGE", "forget_waiting", "import_later", "import_waiting", "waiting_file"]

LARGE = 20 * 1024**2
"""Bytes from which a package is unpacked in the background; smaller ones take less than a look at a progress page."""
KEPT = dt.timedelta(days=1)
"""How long a package that nobody unpacked is kept: its job was stopped before it began, or killed twice."""


def waiting_file(organisation: Organisation, number: UUID) -> Path:
    """Where the package of a course that is still to be made lies."""
    home: Path = settings.ENVIRONMENT.home
    return home / organisation.folder / "packages" / f"{number}.zip"


def import_later(viewer: Viewer, file: "UploadedFile[bytes]") -> Job:
    """Look a package through, set it aside, and queue the job that unpacks it.

    Raises
    ------
    PackageError
        With everything that is wrong with it; then nothing is kept.
    """
    assert file.file is not None  # noqa: S101 - Django's forms give uploads that are open
    check_package(file.file)
    number = uuid4()
    path = waiting_file(viewer.organisation, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as out:
            for piece in file.chunks():
                out.write(piece)
        next_url = reverse("course-import", kwargs={"org": viewer.organisation.slug})
        parameters = {"course": str(number)}
        return start(viewer, "course", title=_("Importing a course"), parameters=parameters, next_url=next_url)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def import_waiting(running: Running) -> Course:
    """Unpack the package of a job; safe to run again.

    Raises
    ------
    PackageError
        When a file of it is damaged, or it is not there any more; then nothing is kept.
    """
    number = UUID(running.parameters["course"])
    path = waiting_file(running.organisation, number)
    made = Course.objects.filter(organisation=running.organisation, pk=number).first()
    if made is None:
        made = _unpacked(running, number, path)
    path.unlink(missing_ok=True)
    there = reverse("course", kwargs={"org": running.organisation.slug, "number": number})
    Job.objects.filter(pk=running.id).update(next_url=there)
    return made


def _unpacked(running: Running, number: UUID, path: Path) -> Course:
    def told(done: int, of: int) -> None:
        running.progress(_("unpacking the files, bytes"), done, of)

    running.progress(_("looking through the package"))
    by = User.objects.filter(pk=running.requested_by).first() if running.requested_by else None
    try:
        with path.open("rb") as file:
            made = import_course(running.organisation, file, by=by, number=number, told=told)
    except FileNotFoundError as error:
        text = _("The package is not here any more.")
        raise PackageError(Problem(code="package-gone", text=text, fix=_("Bring it again."))) from error
    except (PackageError, Cancelled):
        path.unlink(missing_ok=True)
        raise
    detail = {"kind": made.kind, "files": made.files, "bytes": made.size}
    record_act(running.organisation, by, "course-imported", f"course {made.pk}", **detail)
    return made


def forget_waiting(organisation: Organisation, now: dt.datetime) -> int:
    """Remove packages that lay for a day; how many."""
    found = waiting_file(organisation, uuid4()).parent.glob("*.zip")
    old = [path for path in found if dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC) < now - KEPT]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
