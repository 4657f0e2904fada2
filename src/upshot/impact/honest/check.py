"""The sensitivity check: what an answer survives, as a `CheckResult` with a plain sentence."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError
from upshot.impact.estimate import CheckResult
from upshot.impact.honest.breakdown import breakdown_of
from upshot.impact.honest.intervals import Breakdown
from upshot.impact.honest.relative import check_bounds, relative_ends
from upshot.impact.honest.smoothness import smoothness_ends, smoothness_path
from upshot.impact.honest.study import EventStudy, event_study

__all__ = ["sensitivity_check"]

_NAME = "sensitivity"
_ENOUGH = 1.0
_SHOWN = np.array([0.5, 1.0, 1.5, 2.0])


def sensitivity_check(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    n_pre: int,
    n_post: int,
    *,
    weights: npt.ArrayLike | None = None,
    level: float = 0.95,
    anticipation: int = 0,
    event_times: Sequence[int] | None = None,
) -> CheckResult:
    """Say how large a violation of parallel trends the effect's sign survives.

    Parameters
    ----------
    estimate, covariance, n_pre, n_post, weights, anticipation, event_times
        As in `event_study`: coefficients against one universal base period, which is left out.
    level
        Confidence level, in (0, 1).

    Returns
    -------
    CheckResult
        ``statistic`` is the breakdown multiple; ``details`` holds it again with the one for smoothness,
        and the robust intervals at multiples 0.5 to 2. Codes:

        - ``sensitivity-robust`` (passed): the multiple is 1 or more, with two earlier changes or more.
        - ``sensitivity-one-change`` (informative): 1 or more, but only one earlier change was seen.
        - ``sensitivity-fragile`` (informative): below 1.
        - ``sensitivity-zero-inside`` (informative): zero is inside the ordinary interval already.
        - ``sensitivity-no-pre-period``, ``sensitivity-no-post-period``, ``sensitivity-input``
          (not applicable): nothing could be computed, with the reason.

    Raises
    ------
    InputError
        If the level does not lie between 0 and 1.

    Examples
    --------
    >>> print(sensitivity_check([0.1, -0.1, 2.0], 0.04 * np.eye(3), 2, 1).text)
    The effect stays on one side of zero unless trends after the start differed by more than 2.9 times the \
largest change seen before it. If the trend before the start had gone on in a straight line, zero would be \
outside the interval.
    """
    check_bounds(_SHOWN, level)
    try:
        study = event_study(
            estimate, covariance, n_pre, n_post, weights=weights, anticipation=anticipation, event_times=event_times
        )
    except InputError as error:
        return _not_applicable(error)
    return _found(study, breakdown_of(study, "relative-magnitudes", level))


def _not_applicable(error: InputError) -> CheckResult:
    first = error.problems[0]
    code = first.code if first.code in ("no-pre-period", "no-post-period") else "input"
    return CheckResult(name=_NAME, status="not_applicable", code=f"{_NAME}-{code}", text=f"{first.text} {first.fix}")


def _found(study: EventStudy, multiple: Breakdown) -> CheckResult:
    code = _code(multiple.value, study.n_pre)
    return CheckResult(
        name=_NAME,
        status="passed" if code == "robust" else "informative",
        code=f"{_NAME}-{code}",
        text=_text(study, multiple),
        statistic=multiple.value,
        details=_details(study, multiple),
    )


def _code(value: float | None, n_pre: int) -> str:
    if value is None:
        return "zero-inside"
    if value < _ENOUGH:
        return "fragile"
    return "robust" if n_pre > 1 else "one-change"


def _text(study: EventStudy, multiple: Breakdown) -> str:
    if multiple.value is None:
        return (
            "Zero lies inside the interval even if trends would have been parallel, so there is no conclusion "
            "that diverging trends could overturn."
        )
    yardstick = "the largest change seen before it" if study.n_pre > 1 else "the one change seen before it"
    sentences = [
        "The effect stays on one side of zero unless trends after the start differed by more than "
        f"{_times(multiple.value)} times {yardstick}.",
        "If the trend before the start had gone on in a straight line, zero would be "
        f"{'inside' if _line_holds_zero(study, multiple.level) else 'outside'} the interval.",
    ]
    return " ".join(sentences)


def _times(value: float) -> str:
    # Rounded down, so that the sentence never claims more than was found.
    digits = 1 if value >= _ENOUGH else 2
    return f"{math.floor(value * 10**digits) / 10**digits:g}"


def _line_holds_zero(study: EventStudy, level: float) -> bool:
    low, high = smoothness_ends(study, smoothness_path(study), np.zeros(1), level)
    return bool(low[0] <= 0 <= high[0])


def _details(study: EventStudy, multiple: Breakdown) -> Mapping[str, Any]:
    low, high = relative_ends(study, _SHOWN, multiple.level)
    smooth = breakdown_of(study, "smoothness", multiple.level)
    return {
        "breakdown_relative_magnitudes": multiple.value,
        "beyond": multiple.beyond,
        "breakdown_smoothness": smooth.value,
        "bounds": tuple(_SHOWN.tolist()),
        "conf_low": tuple(low.tolist()),
        "conf_high": tuple(high.tolist()),
        "level": multiple.level,
        "n_pre": study.n_pre,
    }
