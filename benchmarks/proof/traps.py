"""The trap set: simulated firms in which a dashboard is wrong, and whether Upshot falls in as well."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from upshot.impact.answer import answer
from upshot.impact.checks.other_initiatives import other_initiatives
from upshot.impact.checks.spillover import bystanders, spillover
from upshot.impact.estimate import CheckResult, Estimate
from upshot.impact.evidence.grade import graded

from .audit import without_ornaments
from .firms import NEVER, moments
from .monte_carlo import Share, generator
from .trap_firms import TRAPS, Trap, Trapped
from .workers import each

__all__ = ["ask", "covers", "misled", "trap_table"]


def ask(trap: Trap, trial: Trapped) -> Estimate:
    """Everything Upshot says, with the checks that the firm's records allow beside the panel's own."""
    whole = answer(moments(trial.firm), trap.design)
    extra = _told(trap, trial)
    return graded(replace(whole, checks=(*whole.checks, *extra)), trap.design) if extra else whole


def covers(found: Estimate, truth: float) -> bool:
    """Whether the interval holds the true effect."""
    return found.conf_low is not None and found.conf_high is not None and found.conf_low <= truth <= found.conf_high


def misled(found: Estimate, truth: float) -> bool:
    """Whether a reader is told something wrong as if it were shown: grade A or B, the truth outside."""
    assert found.grade is not None
    return found.grade.letter in "AB" and not covers(found, truth)


def trap_table(seeds: int, workers: int = 1) -> list[dict[str, Any]]:
    """One row for each trap: the first firm in words, all firms in shares."""
    return each(partial(_numbered, seeds=seeds), range(len(TRAPS)), workers)


def _numbered(number: int, seeds: int) -> dict[str, Any]:
    with without_ornaments():
        return _row(TRAPS[number], seeds)


def _row(trap: Trap, seeds: int) -> dict[str, Any]:
    rng = generator(trap.name)
    trials = [trap.draw(rng) for _ in range(seeds)]
    answers = [ask(trap, trial) for trial in trials]
    truth = [trial.truth for trial in trials]
    letters: Counter[str] = Counter(found.grade.letter for found in answers if found.grade)
    return {
        "name": trap.name,
        "story": trap.story,
        "said": trap.design.assignment,
        "sees": trap.sees,
        "truth": truth[0],
        "before_after": _mean([found.naive.before_after for found in answers if found.naive]),
        "treated_vs_rest": _mean([found.naive.treated_vs_rest for found in answers if found.naive]),
        "estimate": _mean([found.estimate for found in answers]),
        "claim": answers[0].claim,
        "letter": answers[0].grade.letter if answers[0].grade else None,
        "letters": {letter: letters[letter] for letter in "ABCD"},
        "codes": _codes(answers),
        "misled": Share(sum(misled(found, t) for found, t in zip(answers, truth, strict=True)), seeds),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _codes(answers: list[Estimate]) -> list[str]:
    """Codes that cap at least a third of the answers, the commonest first."""
    counted = Counter(code for found in answers if found.grade for code in found.grade.codes)
    return [code for code, count in counted.most_common(5) if count >= len(answers) / 3]


def _told(trap: Trap, trial: Trapped) -> tuple[CheckResult, ...]:
    firm, periods = trial.firm, tuple(range(1, trial.firm.outcome.shape[1] + 1))
    starts = [None if start == NEVER else int(start) for start in firm.start]
    found: list[CheckResult] = []
    if trial.others:
        others = {name: [None if s == NEVER else int(s) for s in other] for name, other in trial.others.items()}
        found.append(other_initiatives(starts, others, periods=periods, design=trap.design))
    if trial.bystanders and firm.team is not None:
        found.append(spillover(bystanders(firm.outcome, starts, firm.team, periods=periods), trap.design))
    return tuple(found)
