"""Take a file in: store the upload, choose its mapping, try it, import it, throw it away."""

import datetime as dt
import re
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from upshot.errors import FeedError, InputError, Problem
from upshot.sources import ImportReport, import_feed, parse_profile
from upshot.sources.opening import file_kind, open_bytes
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.imports.models import Upload
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import start

__all__ = ["choose", "clear_old", "receive", "take_in", "throw_away", "try_out"]

ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".zst", ".bz2", ".xz", ".zip", ".parquet", ".xlsx", ".xls", ".xlsb", ".ods")
"""Endings of files that may hold a table."""
TRIED = 1000
"""Lines of a text file that are tried before the whole is imported."""
KEPT = dt.timedelta(days=30)
_SAFE = re.compile(r"[^\w.\- ]+", re.UNICODE)


def receive(*, viewer: Viewer, feed: str, file: "UploadedFile[bytes]") -> Upload:
    """Store an uploaded file in the workspace, by pieces, under a safe name.

    Raises
    ------
    InputError
        If it is empty, too large, or of a kind that cannot be read.
    """
    limit: int = settings.UPLOAD_LIMIT
    size = file.size or 0
    if size > limit:
        text = _("The file is larger than %(limit)s MB.") % {"limit": limit // 1024**2}
        fix = _("Split it by period, or import it on the server: upshot import.")
        raise InputError(Problem(code="too-large", text=text, fix=fix, column="file"))
    if size == 0:
        raise InputError(Problem(code="empty", text=_("The file is empty."), column="file"))
    if not (file.name or "").lower().endswith(ENDINGS):
        text = _("Files of this kind cannot be read.")
        fix = _("Save it as CSV, Excel or Parquet: a PDF or a document has no columns.")
        raise InputError(Problem(code="kind", text=text, fix=fix, column="file"))
    upload = Upload(
        organisation=viewer.organisation,
        uploaded_by=viewer.user,
        feed=feed,
        file_name=_safe(file.name or ""),
        size=size,
    )
    upload.folder.mkdir(parents=True)
    try:
        with upload.path.open("wb") as out:
            for piece in file.chunks():
                out.write(piece)
        file_kind(upload.path)
    except FeedError as error:
        shutil.rmtree(upload.folder, ignore_errors=True)
        raise InputError(error.problems) from error
    upload.save()
    return upload


def _safe(name: str) -> str:
    """A file name without folders or odd characters; its ending is kept, for it tells the kind."""
    base = _SAFE.sub("_", Path(name.replace("\\", "/")).name).strip(". ") or "file"
    return base if len(base) <= 120 else f"{Path(base).stem[:100]}{Path(base).suffix[-20:]}"


def choose(*, upload: Upload, profile: str) -> Upload:
    """Set the mapping of an upload.

    Raises
    ------
    ProfileError
        If the profile has mistakes, or is for another feed.
    """
    parsed = parse_profile(profile)
    if parsed.feed != upload.feed:
        text = _("This mapping is for another kind of file.")
        raise InputError(Problem(code="feed", text=text, fix=_("Choose one of the list."), column="profile"))
    upload.profile = profile
    upload.save(update_fields=["profile"])
    return upload


def try_out(upload: Upload) -> ImportReport:
    """Read the first lines as the import would, and store nothing.

    Raises
    ------
    InputError
        With everything that is wrong with the file or its mapping.
    """
    lake = workspace_of(upload.organisation).lake()
    profile = parse_profile(upload.profile)
    with tempfile.TemporaryDirectory(prefix="upshot-") as folder:
        path = _beginning(upload.path, Path(folder))
        return import_feed(lake, profile.feed, path, profile, dry_run=True)


def _beginning(path: Path, folder: Path) -> Path:
    """The first lines of a text file as a file of its own; Parquet and Excel files as they are."""
    if file_kind(path) in ("parquet", "excel"):
        return path
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    short = folder / name
    with open_bytes(path) as source, short.open("wb") as out:
        for _number, line in zip(range(TRIED + 1), source, strict=False):
            out.write(line)
    return short


def take_in(*, viewer: Viewer, upload: Upload) -> Job:
    """Import an upload in the background."""
    url = reverse("upload", kwargs={"org": viewer.organisation.slug, "upload_id": upload.pk})
    title = _("Importing %(file)s") % {"file": upload.file_name}
    return start(viewer, "import", title=title[:200], parameters={"upload": str(upload.pk)}, next_url=url)


@transaction.atomic
def throw_away(*, upload: Upload) -> None:
    """Delete an upload that was not imported, with its file; nothing of it is in the lake."""
    if upload.finished is None:
        Upload.objects.filter(pk=upload.pk).update(thrown_away=timezone.now())
        transaction.on_commit(lambda: shutil.rmtree(upload.folder, ignore_errors=True))


def clear_old(*, now: dt.datetime | None = None) -> int:
    """Delete files of uploads older than 30 days; how many."""
    old = Upload.objects.filter(created__lt=(now or timezone.now()) - KEPT)
    folders = [upload.folder for upload in old.select_related("organisation") if upload.folder.exists()]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return len(folders)
