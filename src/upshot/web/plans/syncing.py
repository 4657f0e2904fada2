"""The plan file and the stored versions: which of the two changed since they last said the same."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.utils import timezone

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.plans.models import InStep, Version
from upshot.web.plans.selectors import current_version

__all__ = ["FileState", "State", "agree", "digest_of", "file_state", "plan_file", "write_plan"]

State = Literal["same", "file-changed", "versions-changed", "both-changed", "no-file", "no-version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """How file and newest version stand to each other, with both texts."""

    state: State
    version: Version | None
    text: str | None
    base: str | None = None


def plan_file(organisation: Organisation) -> Path:
    """Where the workspace keeps its plan."""
    return workspace_of(organisation).root / "plan.yaml"


def digest_of(content: bytes) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(content).hexdigest()


def file_state(organisation: Organisation, file: Path | None = None) -> FileState:
    """Compare a plan file (the workspace's own by default) with the newest version."""
    path = file or plan_file(organisation)
    content = path.read_bytes() if path.is_file() else None
    text = None if content is None else content.decode("utf-8", errors="replace")
    version = current_version(organisation)
    known = InStep.objects.select_related("version").filter(organisation=organisation).first()
    base = known.version.text if known else None
    return FileState(state=_state(content, version, known), version=version, text=text, base=base)


def _state(content: bytes | None, version: Version | None, known: InStep | None) -> State:
    if version is None:
        return "no-version"
    if content is None:
        return "no-file"
    if content.decode("utf-8", errors="replace") == version.text:
        return "same"
    file_moved = known is None or digest_of(content) != known.digest
    versions_moved = known is None or known.version_id != version.pk
    if file_moved and versions_moved:
        return "both-changed"
    return "file-changed" if file_moved else "versions-changed"


def agree(organisation: Organisation, version: Version, content: bytes) -> None:
    """Remember that file and version say the same."""
    InStep.objects.update_or_create(
        organisation=organisation,
        defaults={"version": version, "digest": digest_of(content), "at": timezone.now()},
    )


def write_plan(path: Path, text: str) -> bytes:
    """Write a plan file whole or not at all; a reader never sees half of it."""
    content = text.encode("utf-8")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".plan-", suffix=".yaml")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    Path(name).chmod(mode)
    Path(name).replace(path)
    return content
