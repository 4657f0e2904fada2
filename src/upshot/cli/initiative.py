"""The workspace form of `upshot estimate`: an initiative, as planned."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from upshot.impact.estimate import Estimate
from upshot.plan import Document, Lock
from upshot.report.findings import Findings

__all__ = ["answered_initiative", "promised"]


def answered_initiative(initiative: str, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], Findings] | None]:
    """Answer an initiative of the workspace's plan; there is no page where no training was planned."""
    from upshot.workspace.answering import answer_initiative, no_training
    from upshot.workspace.folder import Workspace

    opened = Workspace.open(flags["workspace"])
    ended = no_training(opened, initiative)
    if ended is not None:
        return ended, None
    document, locked = promised(opened.root, initiative)
    answer = answer_initiative(
        opened,
        initiative,
        kpi_id=flags["kpi"],
        rounding=flags["round_"],
        engine=flags["engine"],
        document=document,
        locked=locked,
    )

    def page() -> Findings:
        from upshot.workspace.findings import findings_of

        return findings_of(opened, answer)

    return answer.estimate, page


def promised(root: Path, initiative: str) -> tuple[Document | None, Lock | None]:
    """The document and lock in force, where the workspace is also opened in the browser; neither otherwise.

    Raises
    ------
    WorkspaceError
        If there is a database but the web product, which reads it, is not installed.
    """
    if not (root / "upshot.db").is_file() and not os.environ.get("DATABASE_URL"):
        return None, None
    from upshot.web import boot

    boot.setup(root)
    organisation = boot.ensure_organisation(root)
    from upshot.web.plans.selectors import document_in_force, lock_in_force

    locked = lock_in_force(organisation, initiative)
    return (None, None) if locked is None else (document_in_force(organisation, initiative), locked)
