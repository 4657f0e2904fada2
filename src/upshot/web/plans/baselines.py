"""What the KPIs of a promise read at the time of its lock."""

from collections.abc import Mapping

from upshot.plan import Document
from upshot.workspace.folder import Workspace
from upshot.workspace.power import baseline_of

__all__ = ["measured"]


def measured(workspace: Workspace, document: Document) -> Mapping[str, float]:
    """The baseline by KPI id, from the lake; a KPI without enough readings before launch is left out."""
    return baseline_of(workspace, document)
