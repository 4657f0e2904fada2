"""First stage: does the offer move take-up enough for the ratio to be read."""

from typing import Any

from upshot.impact.estimate import CheckResult

__all__ = ["STRONG", "first_stage_check"]

_NAME = "first-stage"
_FAILS_BELOW = 10.0
STRONG = 23.1
"""Montiel Olea & Pflueger's critical value: worst-case bias of 10 % at the 5 % level, one instrument."""


def first_stage_check(effect: float, std_error: float, details: dict[str, Any]) -> CheckResult:
    """Effective F of the offer on take-up (Montiel Olea & Pflueger 2013); fails below 10, passes from 23.1.

    With one offer the effective F is the square of the robust t-statistic.

    Parameters
    ----------
    effect, std_error
        Intention-to-treat effect of the offer on take-up; a standard error of 0 is perfect compliance.
    details
        What else is known of compliance.
    """
    text = f"The offer raised take-up by {100 * effect:.1f} percentage points"
    if std_error == 0:
        full = effect != 0
        return CheckResult(
            name=_NAME,
            status="passed" if full else "failed",
            code=None if full else "weak-first-stage",
            text=f"{text}; everyone did as offered." if full else f"{text}: nobody's take-up followed the offer.",
            details=details,
        )
    strength = (effect / std_error) ** 2
    details = {**details, "effective_f": strength, "critical_value": STRONG}
    if strength < _FAILS_BELOW:
        return CheckResult(
            name=_NAME,
            status="failed",
            code="weak-first-stage",
            text=f"{text} (effective F {strength:.1f}); below {_FAILS_BELOW:.0f} the effect of taking part cannot be "
            "told apart from noise in take-up.",
            statistic=strength,
            details=details,
        )
    enough = strength >= STRONG
    return CheckResult(
        name=_NAME,
        status="passed" if enough else "informative",
        code=None if enough else "moderate-first-stage",
        text=f"{text} (effective F {strength:.1f}).",
        statistic=strength,
        details=details,
    )
