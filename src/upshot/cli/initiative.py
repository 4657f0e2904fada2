"""The workspace form of `upshot estimate`: an initiative, as planned."""

from collections.abc import Callable
from typing import Any

from upshot.impact.estimate import Estimate
from upshot.report.findings import Findings

__all__ = ["answered_initiative"]


def answered_initiative(initiative: str, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], Findings] | None]:
    """Answer an initiative of the workspace's plan; there is no page where no training was planned."""
    from upshot.workspace.answering import answer_initiative, no_training
    from upshot.workspace.folder import Workspace

    opened = Workspace.open(flags["workspace"])
    ended = no_training(opened, initiative)
    if ended is not None:
        return ended, None
    answer = answer_initiative(
        opened, initiative, kpi_id=flags["kpi"], rounding=flags["round_"], engine=flags["engine"]
    )

    def page() -> Findings:
        from upshot.workspace.findings import findings_of

        return findings_of(opened, answer)

    return answer.estimate, page
