"""The background part: answer an initiative as planned, and store the answer whole or not at all."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from upshot.plan import Document, Lock
from upshot.report.findings import Findings
from upshot.report.json_ import to_dict
from upshot.report.numbers import display_for
from upshot.report.page import page
from upshot.report.sentences import headline
from upshot.report.small_numbers import guarded
from upshot.web.accounts.viewer import workspace_of
from upshot.web.jobs.services import Running
from upshot.web.measures.codec import plain, restored
from upshot.web.measures.keeping import digest_of, rests_on
from upshot.web.measures.models import CostLine, Run
from upshot.web.measures.spending import actuals_of, costs_entered
from upshot.web.measures.states import basis_of, facts_state
from upshot.web.measures.wording import money_of, shown_effect
from upshot.web.plans.parsed import parsed
from upshot.web.plans.selectors import current_version
from upshot.web.plans.warming import warm
from upshot.workspace.answering_all import Answers, Secondary, answer_all
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace

__all__ = ["run_estimate"]

STAGES = {
    "reading the audience": gettext_lazy("reading the audience"),
    "building the panel": gettext_lazy("building the panel"),
    "scanning the panel": gettext_lazy("scanning the panel"),
    "estimating": gettext_lazy("estimating"),
    "checks": gettext_lazy("running the checks"),
    "second opinions": gettext_lazy("asking other methods"),
    "dealing the lot again": gettext_lazy("dealing the lot again"),
    "event study": gettext_lazy("looking at the time since the start"),
}


def run_estimate(running: Running) -> Mapping[str, Any]:
    """Answer an initiative; a job that was killed and runs again stores one answer."""
    done = Run.objects.filter(job_id=running.id).values_list("pk", flat=True).first()
    if done is not None:
        return {"run": done}
    workspace = workspace_of(running.organisation)
    asked = _Asked(running, workspace)

    def told(what: str, at: int, of: int) -> None:
        running.progress(str(STAGES.get(what, what)), at, of)

    found = answer_all(
        workspace, asked.initiative, document=asked.document, locked=asked.lock, as_of=asked.as_of, progress=told
    )
    running.progress(_("drawing the pages"))
    with transaction.atomic():
        running.progress(_("storing the answer"))
        run = _stored(running, asked, workspace, found)
    warm(running.organisation)
    return {"run": run.pk}


class _Asked:
    """What the job was asked: today's plan and facts, an earlier instant, or an earlier answer over again."""

    def __init__(self, running: Running, workspace: Workspace) -> None:
        wanted = running.parameters
        self.initiative: str = wanted["initiative"]
        self.costs: list[CostLine] = costs_entered(running.organisation, self.initiative)
        self.known_at = timezone.now()
        self.as_of = None if not wanted.get("as_of") else dt.datetime.fromisoformat(wanted["as_of"])
        basis = basis_of(running.organisation, self.initiative, facts=facts_state(workspace), costs=self.costs)
        self.document: Document = basis.document
        self.lock: Lock | None = basis.lock
        self.inputs = dict(basis.inputs)
        version = current_version(running.organisation)
        self.version = None if version is None else version.number
        self.earlier = Run.objects.filter(organisation=running.organisation, pk=int(wanted.get("repeat", 0))).first()
        if self.earlier is not None:
            self._like(self.earlier)

    def _like(self, earlier: Run) -> None:
        self.as_of = earlier.as_of or earlier.known_at
        self.document = parsed(earlier.plan_text)
        self.lock = None if earlier.lock is None else restored(Lock, earlier.lock)
        self.inputs = {**self.inputs, "plan": earlier.inputs["plan"], "lock": earlier.inputs["lock"]}
        self.version = earlier.plan_version


def _stored(running: Running, asked: _Asked, workspace: Workspace, found: Answers) -> Run:
    primary = found.primary
    findings = guarded(findings_of(workspace, primary, actuals=actuals_of(asked.costs), guardrails=found.guardrails))
    drawn, estimate = page(findings), findings.estimate
    effect, interval = shown_effect(findings)
    money, reason = money_of(findings.value)
    source = primary.estimate.provenance
    return Run.objects.create(
        organisation=running.organisation,
        initiative=asked.initiative,
        kpi=primary.kpi.id,
        job_id=running.id,
        requested_by_id=running.requested_by,
        known_at=asked.known_at,
        as_of=asked.as_of,
        repeats=asked.earlier,
        plan_text=asked.document.text,
        plan_version=asked.version,
        lock=plain(asked.lock),
        inputs=asked.inputs,
        digest=digest_of(primary.estimate),
        fingerprint=source.data_fingerprint if source else "",
        sentence=drawn.headline,
        grade=drawn.letter,
        claimable=not findings.refused,
        registration=estimate.registration,
        effect=effect,
        interval=interval,
        people=estimate.n_units or None,
        newest_reading=findings.as_of,
        money=money,
        money_reason=reason,
        estimate=to_dict(findings)["estimate"],
        page=plain(drawn),
        further=[_further(workspace, item) for item in found.secondary],
        rests_on=rests_on(workspace, primary),
    )


def _further(workspace: Workspace, item: Secondary) -> dict[str, Any]:
    """A further KPI as a line: its sentence and grade, or why it could not be answered."""
    label = item.kpi.label or item.kpi.id
    if item.answer is None:
        return {"label": label, "sentence": item.problem, "grade": "", "effect": "", "interval": ""}
    findings: Findings = guarded(findings_of(workspace, item.answer))
    effect, interval = shown_effect(findings)
    return {
        "label": label,
        "sentence": headline(findings, display_for(findings)),
        "grade": "D" if findings.refused else findings.letter,
        "effect": effect,
        "interval": interval,
    }
