"""What a study would need to see a given effect: units, periods, or less noise."""

from dataclasses import replace

from upshot.errors import DesignError
from upshot.impact.power.baseline import Baseline
from upshot.impact.power.study import Study, precision, spread
from upshot.impact.power.visible import power_at

__all__ = ["required_after", "required_noise", "required_units"]

_MOST_UNITS = 100_000_000


def required_units(baseline: Baseline, study: Study, effect: float) -> int | None:
    """Fewest sampling units (people or teams) with which the study sees this effect on participants.

    Returns
    -------
    int or None
        ``None`` if not even a hundred million would do.

    Raises
    ------
    DesignError
        If the effect is not positive, or as `precision`.

    Examples
    --------
    >>> from upshot.impact.power import assumed_baseline, one_shot
    >>> people = assumed_baseline(20, mean=0, std_dev=1)
    >>> required_units(people, one_shot(before=0, estimator="difference"), 0.5)
    128
    """
    _positive(effect)

    def seen(units: int) -> bool:
        return _seen(baseline, replace(study, n_units=units), effect)

    low = len(study.starts) + 1
    high = low + 1
    while not seen(high):
        low, high = high, 2 * high
        if high > _MOST_UNITS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high + high % 2 if study.shares == (0.5, 0.5) else high


def required_after(baseline: Baseline, study: Study, effect: float, *, most: int = 60) -> int | None:
    """Fewest periods after launch with which the study sees this effect on participants.

    Only a group held back to the end makes a longer window worth anything once the last wave has
    started. Periods beyond those measured rest on the extrapolation of `study_covariance`.

    Returns
    -------
    int or None
        ``None`` if ``most`` periods would not do.
    """
    _positive(effect)
    if not _seen_if_possible(baseline, replace(study, after=most), effect):
        return None
    windows = range(1, most + 1)
    return next(after for after in windows if _seen_if_possible(baseline, replace(study, after=after), effect))


def required_noise(baseline: Baseline, study: Study, effect: float) -> float:
    """Factor the standard deviation must shrink to for the study to see this effect; above 1 is slack."""
    _positive(effect)
    return effect / precision(baseline, study).smallest_effect_on_participants


def _seen(baseline: Baseline, study: Study, effect: float) -> bool:
    error, df, _ = spread(baseline, study)
    return power_at(effect * study.take_up, error, df, level=study.level) >= study.power


def _seen_if_possible(baseline: Baseline, study: Study, effect: float) -> bool:
    """As `_seen`; false where the window is too short for anyone to be compared, or too long for one pre-period."""
    try:
        return _seen(baseline, study, effect)
    except DesignError:
        return False


def _positive(effect: float) -> None:
    if not effect > 0:
        raise DesignError(f"The effect to be seen must be above 0; its direction does not matter. Got {effect!r}.")
