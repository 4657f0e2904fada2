"""When nothing may be said of an answer: no claim, or too few people; and the day its audience was read on."""

import datetime as dt

from upshot.impact.estimate import Estimate
from upshot.workspace.answers import Answer
from upshot.workspace.questions import audience_day

__all__ = ["answered_day", "minimum_of", "refused", "too_few"]


def answered_day(answer: Answer) -> dt.date:
    """The day the answer's audience was read on."""
    today = None if answer.as_of is None else answer.as_of.date()
    return audience_day(answer.plan, answer.initiative, today=today)


def refused(estimate: Estimate) -> bool:
    """Whether no headline, money or executive page may carry the number."""
    letter = estimate.grade.letter if estimate.grade else "D"
    return letter == "D" or not estimate.claimable or estimate.estimate is None


def minimum_of(answer: Answer) -> int:
    """Smallest group shown of an answer; 0 where the units are firms, which are no people."""
    return 0 if answer.kpi.grain.entity == "firm" else answer.kpi.min_cell


def too_few(answer: Answer) -> bool:
    """Whether the answer, or those of it who started, are fewer than may be shown."""
    minimum, found = minimum_of(answer), answer.estimate
    sizes = (found.n_units, found.n_treated or 0)
    return any(0 < size < minimum for size in sizes)
