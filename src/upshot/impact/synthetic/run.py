"""One run of a synthetic method: effects, placebos, spread and p-value, kept together for the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.synthetic.gaps import Effects, Method, effects, noise_of, pre_rmspe
from upshot.impact.synthetic.jackknife import jackknife
from upshot.impact.synthetic.placebo import Placebos, placebo_rank, placebos, rmspe_ratio
from upshot.impact.synthetic.teams import Cohort, TeamPanel

__all__ = ["Inference", "Run", "Spread", "interval", "run"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Inference = Literal["auto", "placebo", "jackknife"]

_NOTHING = 1e-9
"""Share of the outcome's size below which a spread is rounding, not variation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Covariance of (headline, terms), shape (1 + terms, 1 + terms), and the t interval's degrees of freedom."""

    covariance: Floats
    df: int
    source: Literal["placebo", "jackknife"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything computed once; ``ratio`` is post/pre RMSPE, ``None`` where the fit before is exact."""

    panel: TeamPanel
    cohorts: tuple[Cohort, ...]
    method: Method
    inference: Inference
    draws: int
    noises: tuple[float, ...]
    found: Effects
    fake: Placebos | None
    spread: Spread | None
    ratio: float | None
    level: float

    @property
    def std_error(self) -> float | None:
        """Standard error of the headline."""
        return float(np.sqrt(self.spread.covariance[0, 0])) if self.spread else None

    @property
    def term_errors(self) -> list[float | None]:
        """Standard error of each term; ``None`` where it does not vary."""
        if self.spread is None:
            return [None] * len(self.found.terms)
        return [float(np.sqrt(v)) if v > 0 else None for v in np.diag(self.spread.covariance)[1:]]

    @property
    def reach(self) -> float | None:
        """Half width of an interval in standard errors."""
        return float(student.ppf((1 + self.level) / 2, self.spread.df)) if self.spread else None

    @property
    def p_value(self) -> float | None:
        """Rank among placebos for the synthetic control, Student's t for the others."""
        if self.method in ("synthetic-control", "demeaned-synthetic-control") and self.fake is not None:
            if self.ratio is None:
                return placebo_rank(self.found.estimate, self.fake.estimates)
            return placebo_rank(self.ratio, self.fake.ratios)
        if self.spread is None or not self.std_error:
            return None
        return float(2 * student.sf(abs(self.found.estimate) / self.std_error, self.spread.df))

    def estimate_with(self, donors: Ints) -> Effects:
        """The same estimate from these donors only."""
        return effects(self.panel.outcome, self.cohorts, donors, self.method, self.noises)


def run(
    panel: TeamPanel, cohorts: Sequence[Cohort], method: Method, *, inference: Inference, draws: int, design: Design
) -> Run:
    """Estimate, then repeat it on placebos or without each unit.

    Raises
    ------
    DesignError
        If the kind of inference is unknown or there is no draw.
    """
    if inference not in ("auto", "placebo", "jackknife") or draws < 1:
        raise DesignError("inference must be auto, placebo or jackknife, and placebo_draws at least 1.")
    Y, donors = panel.outcome, panel.donors
    noises = tuple(noise_of(Y, donors, c.pre) for c in cohorts)
    found = effects(Y, cohorts, donors, method, noises)
    fake = placebos(Y, cohorts, donors, method, noises, draws=draws, seed=design.seed)
    before = pre_rmspe(found.fits, cohorts, centred=method != "synthetic-control")
    exact = before <= 1e-6 * float(Y[donors].std())
    return Run(
        panel=panel,
        cohorts=tuple(cohorts),
        method=method,
        inference=inference,
        draws=draws,
        noises=noises,
        found=found,
        fake=fake,
        spread=_spread(panel, cohorts, found, fake, inference),
        ratio=None if exact else rmspe_ratio(found.fits, cohorts, before),
        level=design.level,
    )


def _spread(
    panel: TeamPanel, cohorts: Sequence[Cohort], found: Effects, fake: Placebos | None, inference: Inference
) -> Spread | None:
    nothing = (_NOTHING * float(np.abs(panel.outcome).max())) ** 2
    if inference != "jackknife" and fake is not None:
        table = np.column_stack([fake.estimates, fake.terms])
        away = table - table.mean(axis=0)
        covariance = away.T @ away / len(table)
        kept = Spread(covariance=covariance, df=len(panel.donors) - 1, source="placebo")
    elif inference == "placebo" or (left := jackknife(panel.outcome, cohorts, panel.donors, found)) is None:
        return None
    else:
        kept = Spread(covariance=left, df=sum(len(c.treated) for c in cohorts) - 1, source="jackknife")
    return kept if kept.covariance[0, 0] > nothing else None


def interval(estimate: float, std_error: float | None, reach: float | None) -> tuple[float | None, float | None]:
    """Estimate plus and minus ``reach`` standard errors, or nothing."""
    if std_error is None or reach is None:
        return None, None
    return estimate - reach * std_error, estimate + reach * std_error
