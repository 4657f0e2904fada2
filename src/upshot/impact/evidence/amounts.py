"""An effect and its interval as they are spoken: per cent of the baseline, percentage points, or KPI units."""

from dataclasses import dataclass
from typing import Literal

from upshot.impact.estimate import Estimate

__all__ = ["Amounts", "amounts", "number", "percent"]

_POINTS = frozenset({"risk-difference", "top-box-difference"})


@dataclass(frozen=True, slots=True)
class Amounts:
    """An effect's size without its sign, its interval, and the way both are written."""

    form: Literal["percent", "points", "number"]
    scale: float
    size: str
    span: str

    def write(self, effect: float) -> str:
        """Another effect in KPI units, such as the smallest worth having, written alike."""
        return _written(self.form, effect * self.scale).removeprefix("+")


def amounts(estimate: Estimate) -> Amounts:
    """Choose per cent where the baseline gives it with its interval, points for shares, else KPI units.

    Raises
    ------
    ValueError
        If the answer has no interval.
    """
    if estimate.estimate is None or estimate.conf_low is None or estimate.conf_high is None:
        raise ValueError("An answer without an interval has no amounts to be written.")
    relative = estimate.relative
    if estimate.estimand in _POINTS:
        return _amounts("points", 1.0, estimate.estimate, estimate.conf_low, estimate.conf_high)
    if relative is not None and relative.conf_low is not None and relative.conf_high is not None and estimate.estimate:
        scale = abs(relative.estimate / estimate.estimate)
        return _amounts("percent", scale, relative.estimate, relative.conf_low, relative.conf_high)
    return _amounts("number", 1.0, estimate.estimate, estimate.conf_low, estimate.conf_high)


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


def _amounts(
    form: Literal["percent", "points", "number"], scale: float, effect: float, low: float, high: float
) -> Amounts:
    span = f"between {_written(form, low)} and {_written(form, high)}"
    return Amounts(form=form, scale=scale, size=_written(form, abs(effect)).removeprefix("+"), span=span)


def _written(form: str, value: float) -> str:
    if form == "percent":
        return percent(value)
    if form == "points":
        return f"{percent(value).removesuffix(' %')} percentage points"
    return number(value)
