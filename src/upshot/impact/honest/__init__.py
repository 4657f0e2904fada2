"""How far parallel trends may fail before the answer changes: Rambachan & Roth (2023)."""

from upshot.impact.honest.breakdown import breakdown
from upshot.impact.honest.check import sensitivity_check
from upshot.impact.honest.intervals import Breakdown, Restriction, RobustIntervals
from upshot.impact.honest.relative import relative_magnitudes
from upshot.impact.honest.smoothness import smoothness

__all__ = [
    "Breakdown",
    "Restriction",
    "RobustIntervals",
    "breakdown",
    "relative_magnitudes",
    "sensitivity_check",
    "smoothness",
]
