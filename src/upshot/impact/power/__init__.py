"""Before launch: the smallest effect a planned study can see, and what would let it see a smaller one."""

from upshot.impact.power.alternatives import Alternative, alternatives
from upshot.impact.power.baseline import (
    Baseline,
    assumed_baseline,
    binary_baseline,
    person_baseline,
    ratio_baseline,
    team_baseline,
)
from upshot.impact.power.from_moments import baseline_from_moments
from upshot.impact.power.profile import Profile, baseline_profile
from upshot.impact.power.requirements import required_after, required_noise, required_units
from upshot.impact.power.stepped_wedge import hussey_hughes_variance
from upshot.impact.power.study import Precision, Study, one_shot, precision, wave_study
from upshot.impact.power.verdict import Change, PowerAnswer, power_answer
from upshot.impact.power.visible import power_at, power_curve, smallest_effect

__all__ = [
    "Alternative",
    "Baseline",
    "Change",
    "PowerAnswer",
    "Precision",
    "Profile",
    "Study",
    "alternatives",
    "assumed_baseline",
    "baseline_from_moments",
    "baseline_profile",
    "binary_baseline",
    "hussey_hughes_variance",
    "one_shot",
    "person_baseline",
    "power_answer",
    "power_at",
    "power_curve",
    "precision",
    "ratio_baseline",
    "required_after",
    "required_noise",
    "required_units",
    "smallest_effect",
    "team_baseline",
    "wave_study",
]
