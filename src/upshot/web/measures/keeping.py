"""An answer to what is kept of it, and back: its moments in the workspace, everything else in its row."""

import hashlib
import json
from typing import Any

from upshot.errors import UpshotError
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate
from upshot.lake.moments_store import MomentsKey, load_moments, save_moments
from upshot.panel.build import BuiltPanel
from upshot.report.page import Page
from upshot.web.measures.codec import plain, restored
from upshot.web.measures.models import Run
from upshot.web.plans.parsed import parsed
from upshot.workspace.answers import Answer
from upshot.workspace.folder import Workspace
from upshot.workspace.questions import chosen_kpi

__all__ = ["answer_of", "digest_of", "page_of", "rests_on"]


def digest_of(estimate: Estimate) -> str:
    """SHA-256 of an estimate: two answers with one digest are the same to the byte."""
    return hashlib.sha256(json.dumps(estimate.to_dict(), sort_keys=True).encode()).hexdigest()


def _key(initiative: str, kpi: str, digest: str) -> MomentsKey:
    return MomentsKey(initiative=initiative, kpi=kpi, strata=("answer",), fingerprint=digest, scan=digest)


def rests_on(workspace: Workspace, answer: Answer) -> dict[str, Any]:
    """Keep what money and slices are worked out from: the moments as a file, the rest as plain values."""
    if answer.scanned is not None:
        key = _key(answer.initiative.id, answer.kpi.id, digest_of(answer.estimate))
        save_moments(workspace.root / "moments", key, answer.scanned)
    return {
        "built": plain(answer.built),
        "estimate": plain(answer.estimate),
        "event_study": plain(answer.event_study),
        "design": plain(answer.design),
        "locked_on": plain(answer.locked_on),
        "scanned": answer.scanned is not None,
    }


def answer_of(workspace: Workspace, run: Run) -> Answer | None:
    """The answer as it was given, ready to be valued and sliced; ``None`` where its moments are gone.

    Erasing a person deletes all moments, so an answer from before is read but not split or valued anew.
    """
    plan = parsed(run.plan_text).plan
    initiative = plan.initiative(run.initiative).resolved()
    kpi, expected = chosen_kpi(plan, initiative, run.kpi)
    scanned = None
    if run.rests_on["scanned"]:
        try:
            kept = load_moments(workspace.root / "moments", _key(run.initiative, run.kpi, run.digest))
        except UpshotError:
            kept = None
        if kept is None:
            return None
        scanned = kept.scanned
    study, design = run.rests_on["event_study"], run.rests_on["design"]
    return Answer(
        plan=plan,
        initiative=initiative,
        kpi=kpi,
        expected=expected,
        built=restored(BuiltPanel, run.rests_on["built"]),
        estimate=restored(Estimate, run.rests_on["estimate"]),
        event_study=None if study is None else restored(Estimate, study),
        as_of=run.as_of,
        design=None if design is None else restored(Design, design),
        scanned=scanned,
    )


def page_of(run: Run) -> Page:
    """Every sentence, figure and table of an answer, as drawn when it was given."""
    return restored(Page, run.page)
