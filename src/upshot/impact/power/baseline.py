"""What the pre-period says about noise: mean and covariance of a sampling unit, from mergeable moments."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem

__all__ = ["Baseline", "assumed_baseline", "binary_baseline", "person_baseline", "ratio_baseline", "team_baseline"]

Floats = npt.NDArray[np.float64]
Unit = Literal["person", "team"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The noise a study has to see through, one sampling unit at a time.

    Parameters
    ----------
    mean
        Mean outcome per period, shape (T,).
    covariance
        Covariance over periods of one unit's influence on the mean, shape (T, T): the mean of
        ``n`` units drawn at random has covariance ``covariance / n``. For people it is their own
        covariance; for teams that of ``(sum - size * mean) / mean size``.
    n_units, n_people
        Sampling units (people or teams) and people measured.
    unit
        What a sampling unit is.
    std_dev
        Standard deviation between people within a period, where it is known.
    icc
        Intra-class correlation as estimated, may be negative; ``None`` without teams.
    assumed
        Whether the numbers were typed in and not measured.
    """

    mean: Floats
    covariance: Floats
    n_units: int
    n_people: int
    unit: Unit = "person"
    std_dev: float | None = None
    icc: float | None = None
    assumed: bool = False

    @property
    def n_periods(self) -> int:
        """Periods measured."""
        return int(self.mean.size)

    @property
    def level_mean(self) -> float:
        """Mean outcome over the pre-period."""
        return float(self.mean.mean())

    @property
    def variance(self) -> float:
        """Variance of one unit's influence in one period, averaged over periods."""
        return float(np.diag(self.covariance).mean())


def person_baseline(n: int, mean: npt.ArrayLike, covariance: npt.ArrayLike) -> Baseline:
    """Baseline of people measured in every period.

    Parameters
    ----------
    n
        People.
    mean, covariance
        Of the outcome over the pre-periods, shapes (T,) and (T, T); ``covariance`` is the centred
        cross-product over ``n - 1``.

    Raises
    ------
    InputError
        With every problem: shapes, fewer than two people, no variance, values that are not finite.
    """
    mean_, cov = _arrays(mean, covariance)
    _refuse(_problems(n, mean_, cov, mean_.size, "people") or _no_variance(cov))
    return Baseline(mean=mean_, covariance=cov, n_units=n, n_people=n, std_dev=float(np.sqrt(np.diag(cov).mean())))


def ratio_baseline(
    n: int,
    mean: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    unit: Unit = "person",
    n_people: int | None = None,
    person_variance: float | None = None,
) -> Baseline:
    """Baseline of a ratio of sums, linearised (delta method): ratio KPIs, teams, leavers.

    Unit *i* moves the ratio of period *t* by ``(num_it - R_t den_it) / mean(den_t)``. With
    ``den`` = presence it serves panels with gaps, with ``den`` = team size it serves teams.

    Parameters
    ----------
    n
        Sampling units.
    mean, covariance
        Of the vector ``den_1 … den_T, num_1 … num_T``, shapes (2T,) and (2T, 2T).
    unit, n_people
        What a unit is, and how many people stand behind them all (``n`` if not given).
    person_variance
        Variance between people within a period; gives the intra-class correlation of teams. A
        negative one is kept as it was estimated, and noise counted as if it were zero.

    Raises
    ------
    InputError
        With every problem, as `person_baseline`; also when a denominator's mean is not positive.
    """
    mean_, cov = _arrays(mean, covariance)
    periods = mean_.size // 2
    problems = _problems(n, mean_, cov, 2 * periods, "teams" if unit == "team" else "people")
    if not problems and not (mean_[:periods] > 0).all():
        problems.append(Problem(code="empty-denominator", text="A period has nothing in its denominator."))
    _refuse(problems)
    den, ratio = mean_[:periods], mean_[periods:] / mean_[:periods]
    lin = np.hstack([-np.diag(ratio / den), np.diag(1 / den)])
    influence = lin @ cov @ lin.T
    people = n_people if n_people is not None else n
    icc = None
    if unit == "team":
        concentration = _concentration(n, mean_, cov, periods)
        if person_variance is not None and person_variance > 0:
            icc = _icc(n, people, concentration, influence, person_variance)
        influence = influence * ((1 - 1 / n) / max(1 - concentration, 1 / n))
        if icc is not None and icc < 0 and person_variance:
            influence = influence * max(1.0, person_variance * n / people / float(np.diag(influence).mean()))
    _refuse(_no_variance(influence))
    std_dev = np.sqrt(person_variance) if person_variance else None if unit == "team" else _spread(influence)
    return Baseline(
        mean=ratio,
        covariance=influence,
        n_units=n,
        n_people=people,
        unit=unit,
        std_dev=None if std_dev is None else float(std_dev),
        icc=icc,
    )


def team_baseline(
    n: int, mean: npt.ArrayLike, covariance: npt.ArrayLike, *, person_variance: float | None = None
) -> Baseline:
    """Baseline of teams, from the moments of the vector ``size, sum_1 … sum_T``.

    Parameters
    ----------
    n
        Teams.
    mean, covariance
        Of that vector over teams, shapes (1 + T,) and (1 + T, 1 + T).
    person_variance
        Variance between people within a period, averaged over periods; gives the intra-class
        correlation.

    Raises
    ------
    InputError
        With every problem, as `ratio_baseline`.
    """
    mean_, cov = _arrays(mean, covariance)
    periods = mean_.size - 1
    _refuse(_problems(n, mean_, cov, 1 + periods, "teams"))
    take = np.concatenate([np.zeros(periods, dtype=np.int64), np.arange(1, periods + 1)])
    people = round(n * float(mean_[0]))
    return ratio_baseline(
        n,
        mean_[take],
        cov[np.ix_(take, take)],
        unit="team",
        n_people=people,
        person_variance=person_variance,
    )


def binary_baseline(
    n: int, share: float, *, autocorrelation: float | None = None, n_periods: int = 1, **team: float
) -> Baseline:
    """Baseline of a yes/no outcome: variance ``share * (1 - share)``; else as `assumed_baseline`.

    Raises
    ------
    InputError
        If the share is not strictly between 0 and 1, or as `assumed_baseline`.
    """
    if not 0 < share < 1:
        text = "A yes/no outcome whose share is 0 or 1 has no variance to plan with."
        raise InputError(Problem(code="no-variance", text=text, fix="Give a share between 0 and 1.", value=str(share)))
    spread = float(np.sqrt(share * (1 - share)))
    return assumed_baseline(n, mean=share, std_dev=spread, autocorrelation=autocorrelation, n_periods=n_periods, **team)


def assumed_baseline(
    n: int,
    *,
    mean: float,
    std_dev: float,
    autocorrelation: float | None = None,
    n_periods: int = 1,
    icc: float = 0.0,
    team_size: float = 1.0,
    size_cv: float = 0.0,
) -> Baseline:
    """Baseline from typed-in numbers, when no pre-period is at hand.

    Parameters
    ----------
    n
        Sampling units: people, or teams when ``team_size`` > 1.
    mean, std_dev
        Of people within a period.
    autocorrelation
        Correlation of the same unit between any two periods (compound symmetry, McKenzie 2012);
        needed when ``n_periods`` > 1.
    icc, team_size, size_cv
        Intra-class correlation, mean team size and its coefficient of variation. Teams get the
        design effect ``1 + ((size_cv² + 1) team_size - 1) icc`` (Eldridge, Ashby & Kerry 2006).

    Raises
    ------
    InputError
        With every value out of range.

    Examples
    --------
    >>> teams = assumed_baseline(20, mean=0, std_dev=1, icc=0.05, team_size=21)
    >>> round(teams.variance * 21, 6)   # design effect 1 + 20 * 0.05
    2.0
    """
    problems = [
        Problem(code="out-of-range", text=f"{name} must be {rule}.", value=f"{value:g}")
        for name, rule, value, fine in (
            ("The number of units", "at least 2", n, n >= 2),
            ("The standard deviation", "positive", std_dev, std_dev > 0),
            ("The intra-class correlation", "between 0 and 1", icc, 0 <= icc <= 1),
            ("The mean team size", "at least 1", team_size, team_size >= 1),
            ("The variation of team sizes", "zero or more", size_cv, size_cv >= 0),
            ("The number of periods", "at least 1", n_periods, n_periods >= 1),
        )
        if not fine
    ]
    if n_periods > 1 and (autocorrelation is None or not 0 <= autocorrelation <= 1):
        text = "Several periods need the correlation between them, from 0 to 1."
        problems.append(Problem(code="no-autocorrelation", text=text, fix="Give autocorrelation."))
    _refuse(problems)
    design_effect = 1 + ((size_cv**2 + 1) * team_size - 1) * icc
    variance = std_dev**2 * design_effect / team_size
    rho = autocorrelation if autocorrelation is not None else 0.0
    cov = variance * (rho * np.ones((n_periods, n_periods)) + (1 - rho) * np.eye(n_periods))
    return Baseline(
        mean=np.full(n_periods, float(mean)),
        covariance=cov,
        n_units=n,
        n_people=round(n * team_size),
        unit="team" if team_size > 1 else "person",
        std_dev=float(std_dev),
        icc=icc if team_size > 1 else None,
        assumed=True,
    )


def _icc(n: int, people: int, concentration: float, influence: Floats, person_variance: float) -> float:
    """Solve the two moment equations for the variance within and between teams.

    Equal team sizes give the analysis-of-variance estimator exactly; unequal ones need the sum of
    cubed sizes, for which (sum of squares)² / sum stands in.
    """
    squares = concentration * people**2
    between_sum = float(np.diag(influence).mean()) * (n - 1) * (people / n) ** 2 / max(1 - concentration, 1 / n)
    share = (people - squares / people) / max(people - 1, 1)
    within_coefficient = people - squares / share if share > 0 else people
    if share <= 0 or abs(within_coefficient) < 1e-9 * people:
        return 0.0
    within = (between_sum - squares * person_variance / share) / within_coefficient
    between = (person_variance - within) / share
    total = within + between
    return float(np.clip(between / total, -1.0, 1.0)) if total > 0 else 0.0


def _concentration(n: int, mean: Floats, cov: Floats, periods: int) -> float:
    """Sum of squared sizes over the square of their sum, from the denominators' moments."""
    den = float(mean[:periods].mean())
    spread = float(np.diag(cov)[:periods].mean()) * (n - 1) / n
    return min((1 + spread / den**2) / n, 1.0)


def _arrays(mean: npt.ArrayLike, covariance: npt.ArrayLike) -> tuple[Floats, Floats]:
    return np.atleast_1d(np.asarray(mean, dtype=np.float64)), np.atleast_2d(np.asarray(covariance, dtype=np.float64))


def _spread(influence: Floats) -> float:
    return float(np.sqrt(np.diag(influence).mean()))


def _problems(n: int, mean: Floats, cov: Floats, size: int, units: str) -> list[Problem]:
    problems = []
    if n < 2:
        text = f"Noise between {units} cannot be read from {n} of them."
        problems.append(Problem(code="too-few-units", text=text, fix=f"Give at least two {units}."))
    if size == 0 or mean.shape != (size,) or cov.shape != (size, size):
        text = f"Mean and covariance do not fit together: shapes {mean.shape} and {cov.shape}."
        return [*problems, Problem(code="wrong-shape", text=text)]
    if not (np.isfinite(mean).all() and np.isfinite(cov).all()):
        text = "The pre-period holds values that are not finite."
        return [*problems, Problem(code="not-finite", text=text, fix="Drop periods nobody was measured in.")]
    return problems


def _no_variance(cov: Floats) -> list[Problem]:
    if (np.diag(cov) > 0).any():
        return []
    text = "Every unit has the same value, so there is no noise to plan with and nothing to learn from it."
    return [Problem(code="no-variance", text=text, fix="Check that the outcome column is the right one.")]


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)
