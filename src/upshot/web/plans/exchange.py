"""Push the file into the versions, pull the newest version into the file; neither overwrites what it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from upshot.plan.document import decode_text
from upshot.web.accounts.models import Organisation, User
from upshot.web.plans.diffing import Line, line_diff
from upshot.web.plans.models import Version
from upshot.web.plans.services import opened, store
from upshot.web.plans.syncing import agree, file_state, plan_file, write_plan

__all__ = ["Exchange", "pull", "push"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What came of a push or a pull.

    ``outcome`` is ``done``, ``same`` (there was nothing to do), or ``refused`` because the other side
    changed too; then ``difference`` shows what the file has against the newest version.
    """

    outcome: Literal["done", "same", "refused"]
    version: Version
    difference: Sequence[Line] = ()


@transaction.atomic
def push(
    *,
    organisation: Organisation,
    author: User | None = None,
    file: Path | None = None,
    note: str = "",
    force: bool = False,
) -> Exchange:
    """Store the file as the newest version.

    Parameters
    ----------
    file
        Another file than the workspace's ``plan.yaml``.
    force
        Store it although the versions moved on since file and versions last agreed: the newest
        version stays in the history.

    Raises
    ------
    PlanError, WorkspaceError
        If the file does not load, or is not there.
    """
    version = opened(organisation)
    path = file or plan_file(organisation)
    found = file_state(organisation, path)
    if found.state == "same":
        agree(organisation, version, path.read_bytes())
        return Exchange(outcome="same", version=version)
    content = path.read_bytes()
    text = decode_text(content, str(path))
    if found.state in ("both-changed", "versions-changed") and not force:
        return Exchange(outcome="refused", version=version, difference=line_diff(version.text, text))
    stored = store(
        organisation=organisation,
        author=author,
        text=text,
        base=version.number,
        source=Version.Source.FILE,
        note=note or _("From %(file)s") % {"file": path.name},
    )
    agree(organisation, stored, content)
    return Exchange(outcome="done", version=stored)


@transaction.atomic
def pull(*, organisation: Organisation, file: Path | None = None, force: bool = False) -> Exchange:
    """Write the newest version into the file.

    Parameters
    ----------
    force
        Write it although the file was changed since both last agreed; what the file held is lost
        unless it is kept elsewhere.

    Raises
    ------
    PlanError, WorkspaceError
        If there is no version and the file does not load, or is not there.
    """
    version = opened(organisation)
    path = file or plan_file(organisation)
    found = file_state(organisation, path)
    if found.state == "same":
        agree(organisation, version, path.read_bytes())
        return Exchange(outcome="same", version=version)
    if found.state in ("both-changed", "file-changed") and not force:
        return Exchange(outcome="refused", version=version, difference=line_diff(version.text, found.text or ""))
    agree(organisation, version, write_plan(path, version.text))
    return Exchange(outcome="done", version=version)
