"""What was planted at Harbour, held against what Upshot says today; misses are told as they are."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from upshot.impact.estimate import Estimate
from upshot.plan import Document, Plan
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.measures.codec import restored
from upshot.web.measures.models import Run
from upshot.web.plans.selectors import current_document
from upshot.workspace.answering import no_training
from upshot.workspace.harbour import GUARDRAIL, TRUTH, Planted, mistakes

__all__ = ["Row", "found_against_planted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One initiative and KPI: what was planted, what is said, and what of it is wrong.

    Parameters
    ----------
    answered
        Whether there is an answer to judge.
    wrong
        In words; empty where everything that must be said is said.
    """

    initiative: str
    title: str
    kpi: str
    planted: str
    how: str
    story: str
    grade: str
    sentence: str
    answered: bool
    wrong: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether it says what it must."""
        return self.answered and not self.wrong


def found_against_planted(organisation: Organisation) -> tuple[Row, ...]:
    """Every planted truth with the newest answer."""
    document = current_document(organisation)
    plan = document.plan
    runs: dict[str, Run] = {}
    for run in Run.objects.filter(organisation=organisation, as_of=None, repeats=None).defer("page", "plan_text"):
        runs.setdefault(run.initiative, run)
    rows = [_row(organisation, document, planted, runs.get(planted.initiative)) for planted in TRUTH]
    return (*rows, _guardrail(plan, runs.get(GUARDRAIL.initiative)))


def _row(organisation: Organisation, document: Document, planted: Planted, run: Run | None) -> Row:
    plan = document.plan
    if planted.effect is None:
        return _not_training(organisation, document, planted)
    if run is None:
        return _told(plan, planted, "", "", ())
    estimate = restored(Estimate, run.rests_on["estimate"])
    return _told(plan, planted, run.grade, run.sentence, tuple(mistakes(planted, estimate)))


def _not_training(organisation: Organisation, document: Document, planted: Planted) -> Row:
    found = no_training(workspace_of(organisation), planted.initiative, document=document)
    if found is None:
        return _told(document.plan, planted, "", "", ())
    return _told(document.plan, planted, "", found.claim or "", tuple(mistakes(planted, found)))


def _guardrail(plan: Plan, run: Run | None) -> Row:
    """The side effect is right where the answer warns of it."""
    if run is None:
        return _told(plan, GUARDRAIL, "", "", ())
    cautions = run.rests_on["estimate"].get("cautions") or []
    warned = [one["text"] for one in cautions if one["code"] == "guardrail-worse"]
    wrong = () if warned else (_("no warning that it got worse"),)
    return _told(plan, GUARDRAIL, "", warned[0] if warned else run.sentence, wrong)


def _told(plan: Plan, planted: Planted, grade: str, sentence: str, wrong: tuple[str, ...]) -> Row:
    kpi, initiative = plan.kpi(planted.kpi), plan.initiative(planted.initiative)
    return Row(
        initiative=planted.initiative,
        title=initiative.title or initiative.id,
        kpi=kpi.label or kpi.id,
        planted=_amount(planted, kpi.unit or ""),
        how=planted.how,
        story=planted.story,
        grade=grade,
        sentence=sentence,
        answered=bool(sentence),
        wrong=wrong,
    )


def _amount(planted: Planted, unit: str) -> str:
    """The planted effect with its sign and unit."""
    effect = planted.effect
    if effect is None:
        return _("No course, so no effect of one")
    if effect == 0:
        return _("No effect at all")
    if planted.relative:
        return f"{effect * 100:+.0f} %".replace("-", "−")
    if unit == "proportion":
        return _("%(points)s points") % {"points": f"{effect * 100:+.1f}".replace("-", "−")}
    return f"{effect:+.0f} {unit}".replace("-", "−")
