"""Files that take seconds to draw: made once in the background, kept in the workspace, handed out from then on."""

import datetime as dt
import hashlib
import os
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.http import HttpResponse

from upshot.report.formats import MEDIA_TYPES
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of

__all__ = ["KEPT", "Handout", "handout"]

KEPT = dt.timedelta(days=30)
"""A file nobody made anew for so long is deleted; the next reader has it made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """One file, named by a hash of all that decides what stands in it.

    Parameters
    ----------
    folder
        Where files of this organisation are kept.
    key, form
        The hash, and the ending: ``pdf``, ``pptx`` or ``xlsx``.
    """

    folder: Path
    key: str
    form: str

    @property
    def path(self) -> Path:
        """Where the file is, or will be."""
        return self.folder / f"{self.key}.{self.form}"

    @property
    def there(self) -> bool:
        """Whether it was made already."""
        return self.path.is_file()

    @property
    def size(self) -> int:
        """Bytes, 0 before it was made."""
        return self.path.stat().st_size if self.there else 0

    def keep(self, body: bytes) -> None:
        """Store the file whole or not at all, and delete what is old."""
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        with os.fdopen(handle, "wb") as out:
            out.write(body)
        Path(part).replace(self.path)
        self._clear()

    def _clear(self) -> None:
        oldest = dt.datetime.now(dt.UTC).timestamp() - KEPT.total_seconds()
        for file in self.folder.iterdir():
            if file.is_file() and file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)

    def response(self, name: str) -> HttpResponse:
        """The file as a download under a name without its ending."""
        disposition = {"Content-Disposition": f'attachment; filename="{name}.{self.form}"'}
        return HttpResponse(self.path.read_bytes(), content_type=MEDIA_TYPES[f".{self.form}"], headers=disposition)


def handout(organisation: Organisation, form: str, *parts: object) -> Handout:
    """The file whose content follows from ``parts``; a new version of Upshot draws anew."""
    said = repr([organisation.pk, form, version("upshot"), *parts])
    key = hashlib.sha256(said.encode()).hexdigest()[:32]
    return Handout(folder=workspace_of(organisation).root / "handouts", key=key, form=form)
