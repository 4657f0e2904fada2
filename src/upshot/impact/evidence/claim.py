"""The one sentence that may be said, and no more than holds."""

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Grade
from upshot.impact.evidence.rules import BY_CODE

__all__ = ["claim", "number", "percent"]


def claim(estimate: Estimate, design: Design) -> str:
    """Say what the interval and the grade allow, in plain words.

    At grade D the sentence holds no number of the effect; at C it says "goes with", never
    "changed"; an interval that holds zero is "no effect that can be seen", with its width.
    """
    found = estimate.grade
    outcome = estimate.outcome
    if found is None or found.letter == "D" or estimate.estimate is None:
        return f"We cannot tell what this did to {outcome}: {_reasons(found)}"
    low, high = estimate.conf_low, estimate.conf_high
    if low is None or high is None:
        return f"We cannot tell what this did to {outcome}: no interval could be computed."
    if low <= 0 <= high:
        return f"No effect on {outcome} that can be seen: {_range(estimate)}.{_ruled_out(estimate, design)}"
    size, span = _size(estimate), _range(estimate)
    if found.letter == "C":
        direction = "higher" if estimate.estimate > 0 else "lower"
        return f"Taking part goes with {outcome} {size} {direction} ({span}); this may have other causes."
    verb = "raised" if estimate.estimate > 0 else "lowered"
    return f"It {verb} {outcome} by {size} ({span})."


def percent(share: float) -> str:
    """Write a share as a signed per cent, with a true minus sign.

    Examples
    --------
    >>> percent(-0.1146), percent(0.0656), percent(0.0012)
    ('−11 %', '+7 %', '+0.1 %')
    """
    value = 100 * share
    digits = 0 if abs(value) >= 2 else 1
    return f"{value:+.{digits}f} %".replace("-", "−")


def number(value: float) -> str:
    """Write a number with three significant digits and a true minus sign.

    Examples
    --------
    >>> number(-0.0051768), number(1234.5), number(0.0)
    ('−0.00518', '1,234', '0')
    """
    if value == 0:
        return "0"
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def _range(estimate: Estimate) -> str:
    relative = estimate.relative
    if relative is not None and relative.conf_low is not None and relative.conf_high is not None:
        return f"between {percent(relative.conf_low)} and {percent(relative.conf_high)}"
    assert estimate.conf_low is not None  # noqa: S101 - callers have checked
    assert estimate.conf_high is not None  # noqa: S101
    return f"between {number(estimate.conf_low)} and {number(estimate.conf_high)}"


def _size(estimate: Estimate) -> str:
    if estimate.relative is not None:
        return percent(abs(estimate.relative.estimate)).removeprefix("+")
    return number(abs(estimate.estimate or 0.0))


def _ruled_out(estimate: Estimate, design: Design) -> str:
    worth = design.smallest_worth_having
    if worth is None or estimate.conf_low is None or estimate.conf_high is None:
        return ""
    if max(abs(estimate.conf_low), abs(estimate.conf_high)) < abs(worth):
        return f" An effect worth having ({number(abs(worth))} or more) is ruled out."
    return f" An effect worth having ({number(abs(worth))}) is not ruled out."


def _reasons(found: Grade | None) -> str:
    rules = [BY_CODE[code] for code in found.codes if BY_CODE[code].ceiling == "D"] if found else []
    if not rules:
        return "nothing could be estimated."
    text = " ".join(rule.text for rule in rules[:2])
    return f"{text[0].lower()}{text[1:]}"
