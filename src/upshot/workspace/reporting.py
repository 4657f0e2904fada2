"""Answer an initiative and keep the answer beside the plan: JSON for programs, a page for people."""

import json
from pathlib import Path

from upshot.report.html import render
from upshot.workspace.answering import Answer, answer_initiative
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace

__all__ = ["write_report"]


def write_report(workspace: Workspace, initiative: str, *, out: Path | None = None) -> tuple[Answer, Path]:
    """Answer an initiative and write its page; the estimate is kept as JSON beside it."""
    answer = answer_initiative(workspace, initiative)
    page = render(findings_of(workspace, answer))
    kept = workspace.answer_path(initiative, ".json")
    kept.write_text(json.dumps(answer.estimate.to_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    path = out or workspace.answer_path(initiative, ".html")
    path.write_text(page, encoding="utf-8")
    return answer, path
