"""The baseline profile: what a firm's own pre-period says about noise, teams, memory, seasons, gaps and outliers."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.estimate import Caution
from upshot.impact.power.baseline import Baseline, ratio_baseline
from upshot.impact.power.projection import fit_stationary

__all__ = ["Profile", "baseline_profile"]

Floats = npt.NDArray[np.float64]

_SKEW_UNITS = 25.0  # units per group for each squared unit of skewness (Cochran 1977, §2.15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Noise of a KPI before launch.

    Parameters
    ----------
    people, teams
        Baselines by person and, where teams are known, by team.
    n_periods
        Pre-periods read.
    mean, std_dev
        Of person-periods.
    icc
        Intra-class correlation by team, within a period; may be negative as estimated.
    team_size, team_size_cv
        Mean team size and its coefficient of variation.
    autocorrelation
        Correlation of the same person from one period to the next; absent with one period.
    lasting
        Share of the variance that stays with a person throughout; absent with one period.
    season
        Swing of the seasonal mean (highest less lowest) in standard deviations between people;
        absent unless two full seasons were measured.
    missing
        Share of person-periods without a reading.
    skew
        Skewness of people's means over the pre-period.
    top_share
        Share of the variance between people that the most extreme 1 % of them carry.
    cautions
        What to know before trusting the plan.
    """

    people: Baseline
    teams: Baseline | None
    n_periods: int
    mean: float
    std_dev: float
    missing: float
    skew: float
    top_share: float
    icc: float | None = None
    team_size: float | None = None
    team_size_cv: float | None = None
    autocorrelation: float | None = None
    lasting: float | None = None
    season: float | None = None
    cautions: tuple[Caution, ...] = ()


def baseline_profile(
    outcome: npt.ArrayLike,
    teams: npt.ArrayLike | None = None,
    *,
    denominator: npt.ArrayLike | None = None,
    season: int | None = None,
) -> Profile:
    """Read the pre-period of a panel.

    Parameters
    ----------
    outcome
        Readings, shape (N, T); NaN where there is none. The numerator of a ratio KPI.
    teams
        Team of each person, shape (N,); any labels.
    denominator
        For a ratio KPI, shape (N, T).
    season
        Periods in a season (12 for months, 52 for weeks); needs two seasons.

    Raises
    ------
    InputError
        With every problem: nobody, one team, no variance, periods without readings.
    """
    num = np.atleast_2d(np.asarray(outcome, dtype=np.float64))
    present = ~np.isnan(num)
    den = present.astype(np.float64) if denominator is None else np.asarray(denominator, dtype=np.float64)
    codes = None if teams is None else np.unique(np.asarray(teams), return_inverse=True)[1]
    _check(num, present, den, codes)
    present &= ~np.isnan(den)
    num, den = np.where(present, num, 0.0), np.where(present, den, 0.0)
    vector = np.hstack([den, num])
    people = ratio_baseline(num.shape[0], vector.mean(axis=0), np.cov(vector, rowvar=False))
    by_team = None if codes is None else _by_team(vector, codes, people)
    skew, top = _tails(num, den, people.mean)
    model = fit_stationary(people.covariance) if num.shape[1] > 1 else None
    sizes = None if codes is None else np.bincount(codes)
    profile = Profile(
        people=people,
        teams=by_team,
        n_periods=num.shape[1],
        mean=people.level_mean,
        std_dev=float(np.sqrt(people.variance)),
        missing=float(1 - present.mean()),
        skew=skew,
        top_share=top,
        icc=None if by_team is None else by_team.icc,
        team_size=None if sizes is None else float(sizes.mean()),
        team_size_cv=None if sizes is None else float(sizes.std() / sizes.mean()),
        autocorrelation=None if model is None else float(model.autocorrelation),
        lasting=None if model is None else float(model.unit / people.variance),
        season=_season(people, season),
    )
    cautions = tuple(Caution(code=code, text=text) for code, text, holds in _cautions(profile) if holds)
    return replace(profile, cautions=cautions)


def _check(num: Floats, present: npt.NDArray[np.bool_], den: Floats, codes: npt.NDArray[np.intp] | None) -> None:
    problems = []
    if num.size == 0:
        problems.append(Problem(code="empty-panel", text="The pre-period has no readings."))
    elif num.shape[0] < 2:
        text = "Noise between people cannot be read from one of them."
        problems.append(Problem(code="too-few-units", text=text, fix="Give at least two people."))
    elif not present.any(axis=0).all():
        text = f"{int((~present.any(axis=0)).sum())} of {num.shape[1]} pre-periods have no reading at all."
        problems.append(Problem(code="empty-period", text=text, fix="Leave those periods out."))
    if den.shape != num.shape:
        text = f"The denominator has shape {den.shape}, the outcome {num.shape}."
        problems.append(Problem(code="wrong-shape", text=text))
    if codes is not None and codes.shape != (num.shape[0],):
        problems.append(Problem(code="wrong-shape", text="Each person needs one team."))
    elif codes is not None and codes.max(initial=0) < 1:
        text = "There is one team, so teams cannot be compared."
        problems.append(Problem(code="one-team", text=text, fix="Plan by person, or name more teams."))
    if problems:
        raise InputError(problems)


def _by_team(vector: Floats, codes: npt.NDArray[np.intp], people: Baseline) -> Baseline:
    count = int(codes.max()) + 1
    sums = np.zeros((count, vector.shape[1]))
    np.add.at(sums, codes, vector)
    return ratio_baseline(
        count,
        sums.mean(axis=0),
        np.cov(sums, rowvar=False),
        unit="team",
        n_people=people.n_people,
        person_variance=people.variance,
    )


def _tails(num: Floats, den: Floats, mean: Floats) -> tuple[float, float]:
    """Skewness of people's deviations over the whole pre-period, and the share the top 1 % carry."""
    deviation = (num - mean * den).sum(axis=1)
    centred = deviation - deviation.mean()
    spread = float((centred**2).mean())
    if spread == 0:
        return 0.0, 0.0
    top = np.sort(centred**2)[::-1][: max(1, round(0.01 * centred.size))]
    return float((centred**3).mean() / spread**1.5), float(top.sum() / (centred**2).sum())


def _season(people: Baseline, season: int | None) -> float | None:
    """Swing of the seasonal means after a straight trend, in standard deviations between people."""
    if season is None or season < 2 or people.n_periods < 2 * season:
        return None
    time = np.arange(people.n_periods)
    detrended = people.mean - np.polyval(np.polyfit(time, people.mean, 1), time)
    means = np.bincount(time % season, weights=detrended) / np.bincount(time % season)
    return float((means.max() - means.min()) / np.sqrt(people.variance))


def _cautions(profile: Profile) -> list[tuple[str, str, bool]]:
    teams = profile.teams
    groups = profile.people.n_units / 2
    return [
        (
            "one-pre-period",
            "One pre-period was read, so how steady people are from period to period is not known.",
            profile.n_periods == 1,
        ),
        (
            "negative-icc",
            f"People in a team look less alike than strangers (intra-class correlation {profile.icc or 0:.3f}); "
            "that is chance or competition for a fixed total, and it is counted as zero.",
            profile.icc is not None and profile.icc < 0,
        ),
        (
            "few-teams",
            f"The noise between teams is read from {teams.n_units if teams else 0} teams, so it is itself uncertain.",
            teams is not None and teams.n_units < 12,
        ),
        (
            "gaps",
            f"{profile.missing:.0%} of person-periods have no reading; the plan counts on as many gaps later.",
            profile.missing > 0.05,
        ),
        (
            "skewed",
            f"The outcome is skewed (skewness {profile.skew:.1f}) for {groups:.0f} people a group, so stated chances "
            "are rough; cap extreme readings at a limit set now, or count them as yes or no.",
            groups < _SKEW_UNITS * profile.skew**2,
        ),
        (
            "outliers",
            f"The most extreme 1 % of people carry {profile.top_share:.0%} of the variance; "
            "capping readings at a limit set now would let a smaller effect be seen.",
            profile.top_share > 0.25 and profile.people.n_units >= 100,
        ),
        (
            "seasonal",
            f"The mean swings by {profile.season or 0:.1f} standard deviations over a season. A drawn lot shares it "
            "between groups; a before-and-after figure would not.",
            profile.season is not None and profile.season > 0.25,
        ),
    ]
