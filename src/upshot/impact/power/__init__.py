"""Before launch: the smallest effect a planned study can see, and what would let it see a smaller one."""

from upshot.impact.power.baseline import (
    Baseline,
    assumed_baseline,
    binary_baseline,
    person_baseline,
    ratio_baseline,
    team_baseline,
)
from upshot.impact.power.study import Precision, Study, one_shot, precision, wave_study
from upshot.impact.power.visible import power_at, power_curve, smallest_effect

__all__ = [
    "Baseline",
    "Precision",
    "Study",
    "assumed_baseline",
    "binary_baseline",
    "one_shot",
    "person_baseline",
    "power_at",
    "power_curve",
    "precision",
    "ratio_baseline",
    "smallest_effect",
    "team_baseline",
    "wave_study",
]
