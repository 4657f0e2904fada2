"""Numbers, intervals, counts and dates as people write them."""

import datetime as dt
import math
from dataclasses import dataclass

from upshot.periods import Grain
from upshot.plan.units import unit_after
from upshot.report.findings import Findings, Measure

__all__ = ["Display", "count", "display_for", "event_label", "long_date", "percent", "percent_range", "period_label"]

NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_QUARTERS = ("first", "second", "third", "fourth")
_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How every value of one KPI is printed on a page: one factor, one unit, one precision.

    ``factor`` turns a stored value into a printed one; ``level_unit`` follows levels, ``unit``
    follows differences (points where the levels are per cent).
    """

    factor: float
    decimals: int
    unit: str
    level_unit: str

    def value(self, stored: float) -> float:
        """The printed magnitude, for charts."""
        return stored * self.factor

    def bare(self, stored: float, *, signed: bool = False) -> str:
        """The number alone: ``−0.11``, with a plus sign on request."""
        return _written(stored * self.factor, self.decimals, signed=signed)

    def level(self, stored: float) -> str:
        """A level with its unit: ``21.2 %``."""
        return _joined(self.bare(stored), self.level_unit)

    def difference(self, stored: float, *, signed: bool = True) -> str:
        """A difference with its unit: ``+2.1 points``."""
        return _joined(self.bare(stored, signed=signed), self.unit)

    def planned(self, stored: float, *, signed: bool = False) -> str:
        """A figure somebody chose, with its unit and without idle zeros: ``1 point``."""
        number = self.trimmed(stored, signed=signed)
        return _joined(number, self.unit)

    def trimmed(self, stored: float, *, signed: bool = False) -> str:
        """The number alone, without idle zeros."""
        text = _written(stored * self.factor, max(self.decimals, _MOST_DECIMALS), signed=signed)
        return text.rstrip("0").rstrip(".")

    def between(self, low: float, high: float) -> str:
        """An interval without its unit: ``−0.53 to +0.30``."""
        return f"{self.bare(low, signed=True)} to {self.bare(high, signed=True)}"


def display_for(findings: Findings) -> Display:
    """Choose factor, unit and precision from the headline's size and the width of its interval."""
    estimate = findings.estimate
    known = (estimate.estimate, estimate.conf_low, estimate.conf_high)
    naive = estimate.naive
    others = (naive.before_after, naive.treated_vs_rest) if naive and estimate.estimate is None else ()
    numbers = [x for x in (*known, *others) if x is not None]
    return _display(findings.measure, numbers, estimate.baseline or 0.0, _spread(numbers))


def _spread(numbers: list[float]) -> float:
    """Half the width of what is printed, or a tenth of its size where there is no width."""
    if not numbers:
        return 0.0
    return (max(numbers) - min(numbers)) / 2 or max(map(abs, numbers)) / 10


def _display(measure: Measure, numbers: list[float], baseline: float, spread: float) -> Display:
    base = measure.multiplier * (100.0 if measure.form == "proportion" else 1.0)
    largest = max((abs(x) * base for x in numbers), default=0.0)
    scale, word = _magnitude(largest, abs(baseline) * base)
    factor = base / scale
    printed = spread * factor
    decimals = min(_MOST_DECIMALS, max(0, 1 - math.floor(math.log10(printed)))) if printed > 0 else 1
    if measure.form == "proportion":
        points, share = " ".join(filter(None, (word, "points"))), " ".join(filter(None, (word, "%")))
        return Display(factor=factor, decimals=decimals, unit=points, level_unit=share)
    unit = " ".join(filter(None, (word, measure.unit)))
    return Display(factor=factor, decimals=decimals, unit=unit, level_unit=unit)


def _magnitude(largest: float, baseline: float) -> tuple[float, str]:
    """A word for large effects, a power of ten where effect and baseline are both tiny."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if largest >= size:
            return size, word
    if 0 < largest < 1e-3 and baseline < 1e-3:
        exponent = 3 * math.floor(math.log10(largest) / 3)
        return 10.0**exponent, f"×{NARROW}10{str(exponent).translate(_SUPERSCRIPT)}"
    return 1.0, ""


def _written(value: float, decimals: int, *, signed: bool = False) -> str:
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    sign = MINUS if value < 0 else "+" if signed else ""
    return sign + text


def _joined(number: str, unit: str) -> str:
    return f"{number}{NARROW if unit == '%' else ' '}{unit_after(number, unit)}" if unit else number


def percent(share: float, *, signed: bool = False, decimals: int = 0) -> str:
    """A share in per cent.

    Examples
    --------
    >>> percent(-0.29, signed=True).replace("\u202f", " ")
    '−29 %'
    """
    return f"{_written(100 * share, decimals, signed=signed)}{NARROW}%"


def percent_range(low: float, high: float, join: str = "to") -> str:
    """An interval of shares, as fine as its width deserves.

    Examples
    --------
    >>> percent_range(-0.113, 0.066).replace("\u202f", " ")
    '−11 % to +7 %'
    """
    half = 50 * abs(high - low)
    decimals = min(_MOST_DECIMALS, max(0, -math.floor(math.log10(half)))) if half > 0 else 1
    return f"{percent(low, signed=True, decimals=decimals)} {join} {percent(high, signed=True, decimals=decimals)}"


def count(number: int, noun: str = "") -> str:
    """A count with thousands marked: ``7,785 officers``."""
    return f"{number:,} {noun}".rstrip()


def long_date(day: dt.date) -> str:
    """A date written out: ``30 June 2026``."""
    return f"{day.day} {day:%B %Y}"


def period_label(text: str, grain: Grain) -> str:
    """A period's label written out; a label that is no period is left as it is.

    Examples
    --------
    >>> period_label("2012-02", "month"), period_label("2026-Q1", "quarter"), period_label("w1", "month")
    ('February 2012', 'first quarter of 2026', 'w1')
    """
    try:
        match grain:
            case "day":
                return long_date(dt.date.fromisoformat(text))
            case "week":
                year, _, week = text.partition("-W")
                return f"week {int(week)} of {int(year)}"
            case "month":
                return f"{dt.date.fromisoformat(f'{text}-01'):%B %Y}"
            case "quarter":
                year, _, quarter = text.partition("-Q")
                return f"{_QUARTERS[int(quarter) - 1]} quarter of {int(year)}"
            case _:
                return text
    except (ValueError, IndexError):
        return text


def event_label(event_time: int, grain: Grain) -> str:
    """Time since start in words.

    Examples
    --------
    >>> event_label(-3, "month"), event_label(0, "week"), event_label(1, "year")
    ('3 months before', 'week of the start', '1 year after')
    """
    if event_time == 0:
        return f"{grain} of the start"
    side = "before" if event_time < 0 else "after"
    plural = "" if abs(event_time) == 1 else "s"
    return f"{abs(event_time)} {grain}{plural} {side}"
