"""Few clusters: whether there are enough independent units for the error bars to hold."""

from upshot.impact.estimate import CheckResult

__all__ = ["few_clusters"]

NAME = "few-clusters"
TOO_FEW = 12
"""Below this, normal intervals are far too short (Cameron, Gelbach & Miller 2008): resample instead."""
COMFORTABLE = 40
SIDE = 5
"""Units needed on each side of the comparison."""


def few_clusters(units: int, treated: int, untreated: int, *, what: str, effective: float | None = None) -> CheckResult:
    """Count the independent units, all together and on each side.

    Parameters
    ----------
    units, treated, untreated
        Sampling units in all, ever treated, and available as comparison.
    what
        ``people`` or ``teams``, for the sentence.
    effective
        Units of equal size that would tell as much, where their sizes differ.
    """
    worth = units if effective is None else min(float(units), effective)
    details = {"units": units, "treated": treated, "untreated": untreated, "effective": worth}
    uneven = units >= TOO_FEW and round(worth) < 0.9 * units
    said = f"{units:,} {what}" + (f" of unequal size, worth about {worth:.0f}," if uneven else "")
    if worth < TOO_FEW or min(treated, untreated) < 2:
        text = f"With {said} ({treated} treated) chance cannot be told from effect."
        return CheckResult(name=NAME, status="failed", code="too-few-units", text=text, details=details)
    if worth < COMFORTABLE or min(treated, untreated) < SIDE:
        text = f"With {said} ({treated} treated) the interval may be somewhat too short."
        return CheckResult(name=NAME, status="informative", code="few-units", text=text, details=details)
    text = f"{units:,} {what} are enough for the interval to hold."
    return CheckResult(name=NAME, status="passed", text=text, details=details)
