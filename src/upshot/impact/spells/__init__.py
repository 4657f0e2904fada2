"""Time to event: Kaplan–Meier, restricted mean time, discrete hazard, new hires by intake."""

from upshot.impact.spells.curve import Curve, kaplan_meier, restricted_mean, restricted_variance
from upshot.impact.spells.estimate import spells
from upshot.impact.spells.hazard import HazardFit, discrete_hazard
from upshot.impact.spells.intakes import new_hires
from upshot.impact.spells.logrank import LogRank, logrank
from upshot.impact.spells.table import EventTable

__all__ = [
    "Curve",
    "EventTable",
    "HazardFit",
    "LogRank",
    "discrete_hazard",
    "kaplan_meier",
    "logrank",
    "new_hires",
    "restricted_mean",
    "restricted_variance",
    "spells",
]
