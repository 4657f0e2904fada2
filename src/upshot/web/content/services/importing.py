"""Take a package in: told by its content, read whole, unpacked, kept; or refused with everything that is wrong."""

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from upshot.errors import PackageError, Problem
from upshot.web.accounts.models import Organisation, User
from upshot.web.content.archive import names_in, read_entry, unpack
from upshot.web.content.manifest import read_manifest
from upshot.web.content.models import Course
from upshot.xapi.cmi5_course import Course as Structure
from upshot.xapi.cmi5_course import course_to_plain
from upshot.xapi.cmi5_structure import read_structure

__all__ = ["check_package", "folder_of", "import_course", "withdraw_course"]

_CMI5, _SCORM = "cmi5.xml", "imsmanifest.xml"
_MOST_XML = 20 * 1024**2
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class _Package(NamedTuple):
    """What a package turned out to be; ``files`` is how many it brings, none where the structure came alone."""

    kind: str
    structure: Structure
    files: int


def folder_of(course: Course) -> Path:
    """Where a course's files lie."""
    home: Path = settings.ENVIRONMENT.home
    return home / course.organisation.folder / "content" / str(course.pk)


def check_package(file: IO[bytes]) -> None:
    """Look through a package without unpacking it; quick however large it is.

    Raises
    ------
    PackageError
        With everything that is wrong with its entries or its structure.
    """
    _read(file)
    file.seek(0)


def import_course(
    organisation: Organisation,
    file: IO[bytes],
    *,
    by: User | None = None,
    number: uuid.UUID | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Course:
    """Import a cmi5 or SCORM package, or a cmi5 course structure whose units lie elsewhere.

    Parameters
    ----------
    organisation
        Whose course it becomes.
    file
        The package, open at its start.
    by
        Who imports it.
    number
        The course's identifier, where it was decided beforehand; what an attempt that was killed left of it goes.
    told
        Called while files are unpacked, with the bytes written and how many there will be.

    Raises
    ------
    PackageError
        With everything that is wrong; then nothing is kept.
    """
    package = _read(file)
    course = Course(
        id=number or uuid.uuid4(),
        organisation=organisation,
        kind=package.kind,
        title=package.structure.root.title[:300] or package.structure.root.id[:300],
        structure=course_to_plain(package.structure),
        files=package.files,
        imported_by=by,
    )
    folder = folder_of(course)
    try:
        if package.files:
            file.seek(0)
            shutil.rmtree(folder, ignore_errors=True)
            course.size = unpack(file, folder, told=told)
        with transaction.atomic():
            course.save(force_insert=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return course


def _read(file: IO[bytes]) -> _Package:
    start = file.read(64)
    file.seek(0)
    if start.startswith(_ZIP):
        return _zipped(file)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        text = file.read(_MOST_XML + 1)
        if len(text) > _MOST_XML:
            raise PackageError(Problem(code="xml-size", text="The file is larger than 20 MB.", file=_CMI5))
        return _Package(Course.Kind.CMI5, read_structure(text), 0)
    text_ = "The file is neither a zip archive nor a course structure in XML."
    raise PackageError(Problem(code="package-kind", text=text_, fix="Bring a cmi5 or SCORM package as .zip."))


def _zipped(file: IO[bytes]) -> _Package:
    names = names_in(file)
    if _CMI5 in names:
        return _Package(Course.Kind.CMI5, read_structure(read_entry(file, _CMI5), names), len(names))
    if _SCORM in names:
        kind, structure = read_manifest(read_entry(file, _SCORM), names)
        return _Package(kind, structure, len(names))
    deeper = next((name for name in sorted(names) if name.rpartition("/")[2] in (_CMI5, _SCORM)), "")
    text = f"The archive has no {_CMI5} or {_SCORM} at its top."
    fix = "Zip the contents of the folder, not the folder." if deeper else "Export it as cmi5 or SCORM."
    raise PackageError(Problem(code="package-manifest", text=text, fix=fix, value=deeper or None))


def withdraw_course(course: Course) -> None:
    """Offer a course no longer; who is in it may finish, and what was recorded stays."""
    course.withdrawn = timezone.now()
    course.save(update_fields=["withdrawn"])
