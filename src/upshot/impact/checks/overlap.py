"""Overlap: whether every stratum that was treated also holds people to compare with."""

from upshot.impact.comparison import Comparison
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult, Status

__all__ = ["overlap"]

NAME = "overlap"
THIN = 0.10
NONE = 0.50
"""Shares of the treated without anyone like them above which the answer is weak, and is refused."""
FEW = 5
"""People to compare with below which a stratum counts as thin."""


def overlap(ready: Comparison, design: Design) -> CheckResult:
    """Count the treated in strata that hold nobody untreated when they start.

    They are left out of an adjusted comparison, which then speaks for the others only.
    """
    moments = ready.moments
    if design.adjust is None or not any(cell.stratum for cell in moments.cells):
        text = "Nothing is adjusted for by strata."
        return CheckResult(name=NAME, status="not_applicable", text=text)
    cells = list(zip(moments.cells, (int(n) for n in moments.people), strict=True))
    alone, thin, total = 0, 0, 0
    for cell, people in cells:
        if cell.cohort is None or cell.cohort not in ready.cohorts:
            continue
        others = sum(n for c, n in cells if c.stratum == cell.stratum and _waiting(c.cohort, cell.cohort, design))
        total += people
        alone += people * (others == 0)
        thin += people * (0 < others < FEW)
    share = alone / total if total else 0.0
    details = {"share_without_comparison": share, "share_thin": thin / total if total else 0.0}
    return _verdict(share, details["share_thin"], details)


def _waiting(other: int | None, start: int, design: Design) -> bool:
    if other is None:
        return True
    return design.control == "not-yet-treated" and other > start + design.anticipation


def _verdict(share: float, thin: float, details: dict[str, float]) -> CheckResult:
    status: Status
    code: str | None
    if share > NONE:
        status, code = "failed", "no-overlap"
        text = "Most of those who started have nobody like them to be compared with."
    elif share > THIN:
        status, code = "failed", "thin-overlap"
        text = "Many of those who started have nobody like them to be compared with and are left out."
    elif share + thin > THIN:
        status, code = "informative", "few-alike"
        text = f"Some of those who started have fewer than {FEW} people like them to be compared with."
    else:
        status, code = "passed", None
        text = "Nearly everyone who started has people like them to be compared with."
    return CheckResult(
        name=NAME,
        status=status,
        code=code,
        text=text,
        statistic=share,
        details=details,
    )
