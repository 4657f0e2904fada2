"""Files of evidence: what is taken, how large it may be, and where it is kept: in the workspace, by a random name."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from upshot.errors import InputError, Problem
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.challenges.models import Evidence

__all__ = ["KINDS", "LARGEST", "TOO_LARGE", "check_file", "delete_file", "keep_file", "opened", "path_of_file"]

LARGEST = 25 * 1024 * 1024
"""Largest file of evidence, bytes."""
TOO_LARGE = LARGEST + 1024 * 1024
"""Largest request with a file: what is larger is refused before it is read."""
KINDS = frozenset({
    ".pdf", ".txt", ".md", ".docx", ".odt", ".pptx", ".xlsx", ".csv", ".png", ".jpg", ".jpeg", ".webp", ".mp3", ".m4a",
    ".wav", ".ogg", ".mp4", ".webm",
})  # fmt: skip


def check_file(name: str, size: int) -> None:
    """Refuse what is not taken as evidence.

    Raises
    ------
    InputError
        With every reason.
    """
    problems = []
    if Path(name).suffix.lower() not in KINDS:
        fix = _("Hand in one of these: %(kinds)s.") % {"kinds": ", ".join(sorted(kind[1:] for kind in KINDS))}
        problems.append(Problem(code="file-kind", text=_("This kind of file is not taken."), fix=fix, column="file"))
    if size > LARGEST:
        fix = _("Files may have %(n)s MB. Shorten it, or hand in a link.") % {"n": LARGEST // 1024**2}
        problems.append(Problem(code="file-size", text=_("The file is too large."), fix=fix, column="file"))
    if not size:
        fix = _("Choose the file again.")
        problems.append(Problem(code="file-empty", text=_("The file is empty."), fix=fix, column="file"))
    if problems:
        raise InputError(problems)


def path_of_file(organisation: Organisation, evidence: Evidence) -> Path:
    """Where a piece of evidence lies."""
    return workspace_of(organisation).root / "evidence" / f"{evidence.pk}"


def keep_file(organisation: Organisation, evidence: Evidence, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all; only the owner of the process reads it."""
    path = path_of_file(organisation, evidence)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    half = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for chunk in chunks:
                file.write(chunk)
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def opened(organisation: Organisation, evidence: Evidence) -> BinaryIO | None:
    """The file; ``None`` where it is not there any more."""
    path = path_of_file(organisation, evidence)
    return path.open("rb") if evidence.deleted is None and path.is_file() else None


def delete_file(organisation: Organisation, evidence: Evidence) -> None:
    """Delete a file, if it is there."""
    path_of_file(organisation, evidence).unlink(missing_ok=True)
