"""`power`: what a planned study could see, read from the firm's own pre-period in any container."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError, PanelError, Problem
from upshot.frames.columns import arrays
from upshot.frames.tables import Data
from upshot.impact.power import (
    Baseline,
    PowerAnswer,
    Profile,
    Study,
    baseline_profile,
    one_shot,
    power_answer,
    wave_study,
)
from upshot.impact.power.weights import Planned

__all__ = ["power"]

_MOST_BEFORE = 12


def power(
    data: Data,
    *,
    unit: str,
    time: str,
    outcome: str,
    denominator: str | None = None,
    cluster: str | None = None,
    by: Literal["person", "team"] | None = None,
    launch: Any = None,
    season: int | None = None,
    waves: int | None = None,
    gap: int = 3,
    hold_back: float | None = None,
    before: int | None = None,
    after: int | None = None,
    estimator: Planned | None = None,
    n_units: int | None = None,
    worth: float | None = None,
    lag: int = 0,
    take_up: float = 1.0,
    power: float = 0.8,
    level: float = 0.95,
) -> PowerAnswer:
    """Say before launch what effect a study can see, and what would let it see a smaller one.

    Smallest visible effect = (t for the level + t for the power) × standard error (Bloom 1995,
    Evaluation Review 19(5)), the standard error in closed form from the pre-period's own
    covariance; waves are planned with the efficient estimator of Roth & Sant'Anna (2023, eq. 7).

    Parameters
    ----------
    data
        Anything `estimate` takes; one row a person and period.
    unit, time, outcome, denominator, cluster
        Columns; ``cluster`` is the team.
    by
        What the lot is drawn for; the team where there is one.
    launch
        First period not to be read, written as in the time column; all are read without it.
    season
        Periods in a cycle.
    waves, gap, hold_back
        Equal waves ``gap`` periods apart, or half at launch without ``waves``; share held back.
    before, after
        Periods before and after launch in the study.
    estimator
        Planned estimator; the router's choice by default.
    n_units
        People or teams in the study; as many as in the data by default.
    worth
        Smallest effect worth having, in units of the outcome.
    lag, take_up
        Periods after a start that do not count yet, and the share of those offered who take part.
    power, level
        Chance of seeing the effect, and confidence level.

    Returns
    -------
    PowerAnswer
        Verdict, curve, changes and alternatives; ``text`` says it in sentences.

    Raises
    ------
    InputError
        If the data cannot be read, a column is not there, or readings stand twice.
    DesignError
        If options are out of range, or the lot is by team and no team is named.

    Examples
    --------
    >>> import upshot as up
    >>> rows = up.simulate_rollout(n=600, effect=0.0)
    >>> plan = up.power(rows, unit="person", time="month", outcome="sales", launch="2025-07", waves=3, worth=0.3)
    >>> plan.visible, round(plan.smallest_effect, 2)
    (True, 0.19)
    """
    found = arrays(
        data, {"unit": unit, "time": time, "outcome": outcome, "denominator": denominator, "cluster": cluster}
    )
    profile = _profile(found, launch, season)
    baseline, other = _chosen(profile, by)
    rest: dict[str, Any] = {"n_units": n_units, "lag": lag, "take_up": take_up, "level": level, "power": power}
    rest |= {"before": min(profile.n_periods, _MOST_BEFORE) if before is None else before, "after": after}
    study = _study(waves, gap, hold_back, estimator, rest)
    return power_answer(baseline, study, worth=worth, outcome=outcome, other=other, cautions=profile.cautions)


def _profile(found: dict[str, npt.NDArray[Any]], launch: Any, season: int | None) -> Profile:
    if launch is not None:
        try:
            early = np.asarray(found["time"] < launch, dtype=bool)
        except TypeError as error:
            text = "The launch is not written like the panel's times."
            raise PanelError(Problem(code="launch-type", text=text, value=str(launch))) from error
        if not early.any():
            text = "No period lies before the launch, so the noise is not known."
            raise PanelError(Problem(code="no-pre-period", text=text, value=str(launch)))
        found = {role: values[early] for role, values in found.items()}
    people, person = np.unique(found["unit"].astype(str), return_inverse=True)
    periods, period = np.unique(found["time"], return_inverse=True)
    cell = person * periods.size + period
    if np.unique(cell).size < cell.size:
        text = f"{cell.size - np.unique(cell).size} rows repeat a unit in a period it already has."
        raise PanelError(Problem(code="duplicate-rows", text=text, fix="Keep one row per unit and period."))
    shape = (people.size, periods.size)
    return baseline_profile(
        _matrix(found["outcome"], cell, shape),
        _last(found["cluster"].astype(str), person, period, people.size) if "cluster" in found else None,
        denominator=_matrix(found["denominator"], cell, shape) if "denominator" in found else None,
        season=season,
    )


def _matrix(values: npt.NDArray[Any], cell: npt.NDArray[Any], shape: tuple[int, int]) -> npt.NDArray[np.float64]:
    matrix = np.full(shape[0] * shape[1], np.nan)
    try:
        matrix[cell] = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise PanelError(Problem(code="not-a-number", text="The outcome is not a column of numbers.")) from error
    return matrix.reshape(shape)


def _last(team: npt.NDArray[Any], person: npt.NDArray[Any], period: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """Each person's team at their last reading, shape (count,)."""
    order = np.lexsort((period, person))
    return np.asarray(team[order[np.searchsorted(person[order], np.arange(count), side="right") - 1]])


def _chosen(profile: Profile, by: str | None) -> tuple[Baseline, Baseline | None]:
    if by == "team" and profile.teams is None:
        raise DesignError("Drawing by team needs the team's column: give cluster.")
    if profile.teams is None or by == "person":
        return profile.people, profile.teams
    return profile.teams, profile.people


def _study(
    waves: int | None, gap: int, hold_back: float | None, estimator: Planned | None, rest: dict[str, Any]
) -> Study:
    ready = rest["before"] > 0
    if waves is None or (waves == 1 and hold_back is not None):
        share = 1 - (0.5 if hold_back is None else hold_back)
        how: Any = estimator or ("ancova" if ready else "difference")
        return one_shot(treated_share=share, estimator=how, **{**rest, "after": rest["after"] or 6})
    chosen: Planned = estimator or ("roth-santanna" if ready else "difference")
    return wave_study(waves, gap=gap, held_back=hold_back or 0.0, estimator=chosen, **rest)
