"""A study as it is planned: who starts when, by what unit, over which window, and its standard error."""

import math
from dataclasses import dataclass
from typing import Literal

from upshot.errors import DesignError
from upshot.impact.power.baseline import Baseline
from upshot.impact.power.projection import study_covariance
from upshot.impact.power.visible import smallest_effect
from upshot.impact.power.weights import PLANNED, Planned, adjusted_variance, planned_weights

__all__ = ["Precision", "Study", "one_shot", "precision", "spread", "wave_study"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Who starts when, as shares of the sampling units.

    Parameters
    ----------
    starts
        Periods from launch to each cohort's start, 0 for those who start at launch; ``None`` for
        those held back to the end of the window. Length G >= 2, all different.
    shares
        Share of the units in each cohort, positive, summing to 1. Length G.
    after
        Periods from launch to the end of the window, >= 1.
    before
        Pre-periods the estimator uses, >= 0.
    estimator
        ``difference`` (after only), ``change``, ``ancova``, ``callaway-santanna`` or
        ``roth-santanna``.
    n_units
        Sampling units in the study; ``None`` takes as many as the baseline measured.
    lag
        Periods after the start that do not count yet.
    take_up
        Share of those offered a place who take it, in (0, 1].
    level, power
        Confidence level, and the chance of seeing the effect that is asked for.

    Raises
    ------
    DesignError
        With every value that does not fit.
    """

    starts: tuple[int | None, ...]
    shares: tuple[float, ...]
    after: int
    before: int = 1
    estimator: Planned = "roth-santanna"
    n_units: int | None = None
    lag: int = 0
    take_up: float = 1.0
    level: float = 0.95
    power: float = 0.8

    def __post_init__(self) -> None:
        problems = [text for text, wrong in _rules(self) if wrong]
        if problems:
            raise DesignError("\n".join(problems))

    @property
    def n_periods(self) -> int:
        """Pre-periods and window together."""
        return self.before + self.after

    @property
    def waves(self) -> int:
        """Cohorts that start within the window."""
        return sum(start is not None and start < self.after for start in self.starts)


def _rules(study: Study) -> list[tuple[str, bool]]:
    begun = [start for start in study.starts if start is not None]
    need_before = study.estimator != "difference" and study.before < 1
    return [
        ("A study needs at least two cohorts, or one and a group held back.", len(study.starts) < 2),
        ("Each cohort needs one share.", len(study.starts) != len(study.shares)),
        ("Two cohorts start in the same period: join them.", len(set(study.starts)) != len(study.starts)),
        ("A cohort cannot start before launch (a start below 0).", any(start < 0 for start in begun)),
        ("Every share must be above 0.", any(not share > 0 for share in study.shares)),
        (f"The shares must sum to 1. They sum to {sum(study.shares):g}.", abs(sum(study.shares) - 1) > 1e-6),
        (f"The window after launch must have at least one period. Got {study.after}.", study.after < 1),
        (f"The number of pre-periods must be 0 or more. Got {study.before}.", study.before < 0),
        (f"The {study.estimator} estimator needs at least one pre-period.", need_before),
        (f"The estimator must be one of {', '.join(PLANNED)}.", study.estimator not in PLANNED),
        (f"The lag must be 0 or more. Got {study.lag}.", study.lag < 0),
        (f"The take-up must be above 0 and at most 1. Got {study.take_up:g}.", not 0 < study.take_up <= 1),
        (f"The level must be between 0 and 1. Got {study.level:g}.", not 0 < study.level < 1),
        (f"The power must be between 1 - level and 1. Got {study.power:g}.", not 1 - study.level < study.power < 1),
        (f"A study needs units. Got {study.n_units}.", study.n_units is not None and study.n_units < 1),
    ]


def one_shot(
    *,
    after: int = 1,
    before: int = 1,
    treated_share: float = 0.5,
    estimator: Literal["difference", "change", "ancova"] = "ancova",
    n_units: int | None = None,
    lag: int = 0,
    take_up: float = 1.0,
    level: float = 0.95,
    power: float = 0.8,
) -> Study:
    """Some start at launch, the rest are held back to the end: a one-shot experiment."""
    return Study(
        starts=(0, None),
        shares=(treated_share, 1 - treated_share),
        after=after,
        before=before,
        estimator=estimator,
        n_units=n_units,
        lag=lag,
        take_up=take_up,
        level=level,
        power=power,
    )


def wave_study(
    n_waves: int,
    *,
    gap: int,
    after: int | None = None,
    before: int = 1,
    held_back: float = 0.0,
    estimator: Planned = "roth-santanna",
    n_units: int | None = None,
    lag: int = 0,
    take_up: float = 1.0,
    level: float = 0.95,
    power: float = 0.8,
) -> Study:
    """Equal waves, ``gap`` periods apart, with a share held back to the end of the window.

    Without a held-back group the comparison ends when the last wave starts, so the window need
    not be longer than that; ``after`` defaults to one gap past the last start.

    Raises
    ------
    DesignError
        If waves or gap are below one, or as `Study`.
    """
    if n_waves < 1 or gap < 1:
        raise DesignError(f"Waves and the gap between them must be at least 1. Got {n_waves} and {gap}.")
    starts: tuple[int | None, ...] = tuple(wave * gap for wave in range(n_waves))
    shares = ((1 - held_back) / n_waves,) * n_waves
    return Study(
        starts=(*starts, None) if held_back > 0 else starts,
        shares=(*shares, held_back) if held_back > 0 else shares,
        after=after if after is not None else n_waves * gap,
        before=before,
        estimator=estimator,
        n_units=n_units,
        lag=lag,
        take_up=take_up,
        level=level,
        power=power,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How well a study sees.

    Parameters
    ----------
    std_error
        Of the effect of the offer (intention to treat), in outcome units.
    df
        Degrees of freedom of the test: units less cohorts, less one if a coefficient is fitted.
    smallest_effect
        Smallest visible effect of the offer.
    smallest_effect_on_participants
        The same, carried by those who take part: divided by the take-up.
    assumption
        What the noise over the study rests on.
    """

    std_error: float
    df: float
    smallest_effect: float
    smallest_effect_on_participants: float
    assumption: str


def precision(baseline: Baseline, study: Study) -> Precision:
    """Standard error and smallest visible effect of a study, in closed form.

    Parameters
    ----------
    baseline
        Noise of a sampling unit; its ``unit`` is the unit the lot is drawn for.
    study
        Who starts when.

    Raises
    ------
    DesignError
        If there are too few units to have one in each cohort and any left to judge noise from, if
        nothing can be compared, or if one pre-period has to speak for several.

    Examples
    --------
    >>> from upshot.impact.power import assumed_baseline, one_shot
    >>> people = assumed_baseline(128, mean=0, std_dev=1)
    >>> round(precision(people, one_shot(before=0, estimator="difference")).smallest_effect, 3)
    0.499
    """
    error, df, assumption = spread(baseline, study)
    visible = smallest_effect(error, df, level=study.level, power=study.power)
    return Precision(
        std_error=error,
        df=df,
        smallest_effect=visible,
        smallest_effect_on_participants=visible / study.take_up,
        assumption=assumption,
    )


def spread(baseline: Baseline, study: Study) -> tuple[float, float, str]:
    """Standard error, degrees of freedom and what they rest on; raises as `precision`."""
    units = study.n_units if study.n_units is not None else baseline.n_units
    df = units - len(study.starts) - (study.estimator in ("ancova", "roth-santanna"))
    if df < 1 or units < len(study.starts):
        word = "teams" if baseline.unit == "team" else "people"
        raise DesignError(
            f"{units} {word} cannot fill {len(study.starts)} groups and still show how much {word} differ. "
            f"Have at least {len(study.starts) + 2} {word}, or fewer waves."
        )
    starts = [None if start is None else start + study.before for start in study.starts]
    sizes = [share * units for share in study.shares]
    before = study.before if study.estimator in ("ancova", "change") else None
    theta, pre = planned_weights(starts, sizes, study.n_periods, lag=study.lag, before=before)
    covariance, assumption = study_covariance(baseline, study.n_periods)
    variance = adjusted_variance(theta, pre, sizes, covariance, study.estimator)
    if variance <= 1e-14 * baseline.variance:
        raise DesignError(
            "Units keep exactly the same value from period to period, so the planned estimate would have no error. "
            "Check the outcome: it may be a fixed attribute and not a reading."
        )
    return math.sqrt(variance), float(df), assumption
