"""KPIs that must not get worse: a judged guardrail as a page prints it, through the small-group rules."""

from dataclasses import replace

from upshot.report.facts import Verdict
from upshot.report.findings import GuardrailFacts, Range
from upshot.workspace.answering_all import Guardrail
from upshot.workspace.refusing import refused, too_few

__all__ = ["guardrail_of"]

_VERDICTS: dict[str, Verdict] = {"worse": "got-worse", "not worse": "held", "cannot tell": "cannot-tell"}


def guardrail_of(rail: Guardrail) -> GuardrailFacts:
    """A guardrail's verdict, with its effect where one may be claimed; of too few people nothing is said."""
    kpi, answer = rail.kpi, rail.answer
    known = GuardrailFacts(
        kpi=kpi.id, label=kpi.label or kpi.id, unit=kpi.unit or "", direction=kpi.direction or "up", text=rail.text
    )
    if answer is None:
        return known
    if too_few(answer):
        text = f"Whether {known.label} got worse is not shown: fewer than {kpi.min_cell} people are in one group."
        return replace(known, text=text)
    found, effect = answer.estimate, None
    if not refused(found) and found.estimate is not None:
        effect = Range(estimate=found.estimate, low=found.conf_low, high=found.conf_high)
    letter = found.grade.letter if found.grade else "D"
    return replace(known, effect=effect, grade=letter, verdict=_VERDICTS[rail.verdict])
