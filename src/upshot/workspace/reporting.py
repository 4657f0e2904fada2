"""Answer an initiative and keep the answer beside the plan: JSON for programs, a report for people."""

import json
from pathlib import Path

from upshot.report.formats import render_as, suffix_of
from upshot.workspace.answering_all import answer_all
from upshot.workspace.answers import Answer
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace

__all__ = ["write_report"]


def write_report(workspace: Workspace, initiative: str, *, out: Path | None = None) -> tuple[Answer, Path]:
    """Answer an initiative and write its report; the estimate is kept as JSON beside the plan.

    Parameters
    ----------
    out
        Where to, in the format its ending names; by default the page among the workspace's answers.
    """
    path = out or workspace.answer_path(initiative, ".html")
    suffix = suffix_of(path)
    found = answer_all(workspace, initiative)
    answer = found.primary
    written = render_as(findings_of(workspace, answer, guardrails=found.guardrails), suffix)
    kept = workspace.answer_path(initiative, ".json")
    kept.write_text(json.dumps(answer.estimate.to_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    path.write_bytes(written)
    return answer, path
