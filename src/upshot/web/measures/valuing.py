"""The value of an answer with the costs entered up to now, against a hurdle the reader chooses."""

import math
from dataclasses import dataclass

from upshot.report.facts import CostRow, ValueFacts
from upshot.web.accounts.viewer import Viewer
from upshot.web.measures.keeping import answer_of
from upshot.web.measures.opening import Opened
from upshot.web.measures.spending import actuals_of
from upshot.workspace.costing import costs_of
from upshot.workspace.valuing import value_of

__all__ = ["Money", "valued"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What the value page shows.

    Parameters
    ----------
    facts
        ``None`` before the first answer.
    anew
        Whether the costs of today are in the return; otherwise it is the one of the answer.
    """

    facts: ValueFacts | None
    rows: tuple[CostRow, ...]
    planned: float | None
    actual: float | None
    currency: str
    hurdle: str
    anew: bool = True


def valued(viewer: Viewer, found: Opened, hurdle: str) -> Money:
    """Value an answer anew where its moments are kept; the costs are those of today in any case."""
    plan, actuals = found.document.plan, actuals_of(found.costs)
    costs = costs_of(plan, plan.initiative(found.initiative.id).resolved(), actuals)
    share, facts, anew = _share(hurdle), None, True
    if found.run is not None and found.page is not None:
        answer = answer_of(viewer.workspace, found.run)
        kept = found.page.findings.value
        if answer is not None:
            facts = value_of(answer, actuals=actuals, hurdle=share)
        else:
            facts, anew = kept, False
    return Money(
        facts=facts,
        rows=costs.rows,
        planned=costs.planned,
        actual=costs.actual,
        currency=plan.currency,
        hurdle=f"{share * 100:g}" if share else "",
        anew=anew,
    )


def _share(text: str) -> float:
    """A hurdle typed in per cent; nothing for what is no number between 0 and 1000."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return 0.0
    return number / 100 if math.isfinite(number) and 0 <= number <= 1000 else 0.0
