"""What a series must be before anything is computed; every problem is named at once."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.estimate import Label
from upshot.impact.series.timeline import Timeline, read_timeline

__all__ = ["Series", "read_series"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Series:
    """Checked arrays in order of time: outcome and exposure (T,), control (T, K) or ``None``."""

    outcome: Floats
    exposure: Floats
    control: Floats | None
    timeline: Timeline

    @property
    def before(self) -> int:
        """Periods before the start."""
        return self.timeline.first_post

    @property
    def after(self) -> int:
        """Periods from the start on."""
        return len(self.outcome) - self.timeline.first_post


def read_series(
    outcome: npt.ArrayLike,
    time: npt.ArrayLike,
    start: Label | dt.date | np.datetime64,
    exposure: npt.ArrayLike | None,
    control: npt.ArrayLike | None,
    counts: bool,
) -> Series:
    """Check, convert and put in order.

    Raises
    ------
    InputError
        With every problem found.
    """
    problems: list[Problem] = []
    values = _numbers(outcome, "outcome", problems)
    exposed = np.ones(len(values)) if exposure is None else _numbers(exposure, "exposure", problems)
    others = None if control is None else _table(control, problems)
    if counts and (values < 0).any():
        fix = "Use the gaussian family for values below 0."
        problems.append(Problem(code="negative-count", text="A count is below 0.", fix=fix, column="outcome"))
    if exposure is not None and (exposed <= 0).any():
        fix = "Leave out periods with no exposure."
        problems.append(Problem(code="zero-exposure", text="An exposure is 0 or less.", fix=fix, column="exposure"))
    timeline = None
    try:
        timeline = read_timeline(time, start)
    except InputError as error:
        problems += error.problems
    sizes = {"outcome": len(values), "exposure": len(exposed), "time": np.asarray(time).size}
    if others is not None:
        sizes["control"] = len(others)
    if len(set(sizes.values())) > 1:
        said = ", ".join(f"{name} {size}" for name, size in sizes.items())
        problems.append(Problem(code="lengths-differ", text=f"The columns have different lengths: {said}."))
    if problems or timeline is None:
        raise InputError(problems)
    order = timeline.order
    return Series(values[order], exposed[order], None if others is None else others[order], timeline)


def _numbers(values: npt.ArrayLike, name: str, problems: list[Problem], dimensions: int = 1) -> Floats:
    raw = np.asarray(values)
    if not 1 <= raw.ndim <= dimensions:
        problems.append(
            Problem(code="not-one-column", text="One value a period is needed, in one column.", column=name)
        )
        return np.ones(0)
    try:
        numbers = raw.astype(np.float64)
    except (TypeError, ValueError):
        problems.append(Problem(code="not-a-number", text="Some values are not numbers.", column=name))
        return np.ones(len(raw))
    if not np.isfinite(numbers).all():
        fix = "Leave the period out; gaps in time are allowed."
        text = f"{int((~np.isfinite(numbers)).sum())} values are missing or not finite."
        problems.append(Problem(code="not-finite", text=text, fix=fix, column=name))
    return numbers


def _table(values: npt.ArrayLike, problems: list[Problem]) -> Floats:
    numbers = _numbers(values, "control", problems, dimensions=2)
    return numbers[:, None] if numbers.ndim == 1 else numbers
