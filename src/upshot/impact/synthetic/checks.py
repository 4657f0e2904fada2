"""What speaks for or against a synthetic comparison: fit before, placebos in space and time, single donors."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.impact.estimate import CheckResult
from upshot.impact.synthetic.gaps import Effects, Fit, Method, effects, noise_of, pre_rmspe
from upshot.impact.synthetic.placebo import Placebos, placebo_rank, placebos
from upshot.impact.synthetic.teams import Cohort, TeamPanel

__all__ = [
    "check_donor_weights",
    "check_leave_one_out",
    "check_placebo_in_space",
    "check_placebo_in_time",
    "check_pre_fit",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Estimator = Callable[[Ints], Effects]

WORST_FIT = 2.0
"""A fit before the start this many times worse than the donors' own, or than their spread, fails."""


def check_pre_fit(
    panel: TeamPanel, cohorts: Sequence[Cohort], found: Effects, method: Method, fake: Placebos | None
) -> CheckResult:
    """Root mean squared gap before the start, against the donors' spread and the placebos' fit."""
    centred = method != "synthetic-control"
    rmspe = pre_rmspe(found.fits, cohorts, centred=centred)
    spread = _spread(panel.outcome[panel.donors][:, cohorts[-1].pre], centred)
    usual = float(np.median(fake.rmspe)) if fake else 0.0
    tiny = 1e-9 * float(np.abs(panel.outcome).max() or 1.0)
    to_spread, to_usual = _ratio(rmspe, spread, tiny), _ratio(rmspe, usual, tiny) if fake else None
    poor = max(to_spread, to_usual or 0.0) > WORST_FIT
    against = f", {to_usual:.2f} times the usual gap of a donor treated as if it were trained" if to_usual else ""
    verdict = (
        "Before the start the synthetic comparison does not follow the treated teams"
        if poor
        else "Before the start the synthetic comparison follows the treated teams"
    )
    return CheckResult(
        name="pre-fit",
        status="failed" if poor else "passed",
        code="poor-pre-fit" if poor else None,
        statistic=to_spread,
        text=f"{verdict}: the gap is {to_spread:.2f} of the spread between donors{against}.",
        details={"rmspe": rmspe, "spread": spread, "ratio_to_spread": to_spread, "ratio_to_placebos": to_usual},
    )


def _spread(outcomes: Floats, centred: bool) -> float:
    rest = outcomes - outcomes.mean(axis=0)
    if centred:
        rest = rest - rest.mean(axis=1, keepdims=True)
    return float(np.sqrt(np.mean(rest**2)))


def _ratio(value: float, base: float, tiny: float) -> float:
    return min(value / max(base, tiny), 1e6) if value > tiny else 0.0


def check_placebo_in_space(found: Effects, fake: Placebos, ratio: float | None, level: float) -> CheckResult:
    """Where the treated stand among donors treated as if they were trained (permutation p-values).

    The statistic and the p-value are those of the post/pre RMSPE ratio, or of the effect's size
    where the fit before is exact and no ratio exists; the rank by size stands in the details.
    """
    by_size = placebo_rank(found.estimate, fake.estimates)
    by_ratio = placebo_rank(ratio, fake.ratios) if ratio is not None else by_size
    what = f"The post/pre ratio of gaps is {ratio:.2f}" if ratio is not None else f"The effect is {found.estimate:.4g}"
    n = len(fake.estimates)
    coarse = 1.0 / (1 + n) > 1 - level
    note = f" {n} placebos cannot give a p-value below {1 / (1 + n):.3f}." if coarse else ""
    return CheckResult(
        name="placebo-in-space",
        status="informative",
        code="few-placebos" if coarse else None,
        statistic=ratio,
        p_value=by_ratio,
        text=f"{what}; {by_ratio:.1%} of donors treated as if they were trained, "
        f"the treated counted, show one as large.{note}",
        details={"p_value_of_effect": by_size, "placebos": n, "exhaustive": fake.exhaustive},
    )


def check_placebo_in_time(
    panel: TeamPanel, cohorts: Sequence[Cohort], method: Method, draws: int, seed: int, level: float
) -> CheckResult:
    """The programme dated a third of the way back into the time before it, where it did nothing."""
    name = "placebo-in-time"
    if len(cohorts) != 1 or len(cohorts[0].pre) < 6:
        text = "Not run: it needs one start date with at least six periods before it."
        return CheckResult(name=name, status="not_applicable", text=text)
    real = cohorts[0]
    cut = 2 * len(real.pre) // 3
    fake_start = Cohort(start=cut, treated=real.treated, pre=real.pre[:cut], post=real.pre[cut:])
    Y = panel.outcome[:, : len(real.pre)]
    noise = (noise_of(Y, panel.donors, fake_start.pre),)
    found = effects(Y, (fake_start,), panel.donors, method, noise)
    others = placebos(Y, (fake_start,), panel.donors, method, noise, draws=draws, seed=seed)
    if others is None:
        return CheckResult(name=name, status="not_applicable", text="Not run: too few donors for its reference.")
    p_value = placebo_rank(found.estimate, others.estimates)
    at = panel.periods[cut]
    seen = p_value <= 1 - level
    return CheckResult(
        name=name,
        status="failed" if seen else "passed",
        code="effect-before-start" if seen else None,
        statistic=found.estimate,
        p_value=p_value,
        text=f"Dated {at} instead, before it began, the programme shows {found.estimate:.4g} "
        f"(p = {p_value:.3f}): {'something else moved these teams' if seen else 'no sign of an earlier cause'}.",
        details={"placebo_start": at},
    )


def check_leave_one_out(
    panel: TeamPanel, found: Effects, estimate_with: Estimator, std_error: float | None
) -> CheckResult:
    """The estimate without each donor that carries weight; more than one standard error is too much."""
    donors = panel.donors
    weight = np.max([f.unit_weights for f in found.fits], axis=0)
    heavy = donors[weight > 1e-3]
    if std_error is None or len(donors) < 3:
        text = "Not run: it needs a standard error and at least three donors."
        return CheckResult(name="leave-one-out", status="not_applicable", text=text)
    without = np.array([estimate_with(donors[donors != d]).estimate for d in heavy])
    shift = without - found.estimate
    worst = int(np.argmax(np.abs(shift)))
    moved = float(abs(shift[worst]) / std_error)
    who = f" ({panel.units[heavy[worst]]})" if panel.named else ""
    return CheckResult(
        name="leave-one-out",
        status="failed" if moved > 1 else "passed",
        code="one-donor-decides" if moved > 1 else None,
        statistic=moved,
        text=f"Without any one donor the estimate lies between {without.min():.4g} and {without.max():.4g}; "
        f"the largest move{who} is {moved:.2f} standard errors.",
        details={"low": float(without.min()), "high": float(without.max())},
    )


def check_donor_weights(panel: TeamPanel, cohorts: Sequence[Cohort], found: Effects) -> CheckResult:
    """Which donors and which periods the comparison is made of; names only where units are teams."""
    listed = [_weights_of(panel, c, f) for c, f in zip(cohorts, found.fits, strict=True)]
    effective = min(1.0 / float(np.sum(f.unit_weights**2)) for f in found.fits)
    return CheckResult(
        name="donor-weights",
        status="informative",
        statistic=effective,
        text=f"The comparison is worth {effective:.1f} equally weighted donors out of {len(panel.donors)}.",
        details={"cohorts": listed},
    )


def _weights_of(panel: TeamPanel, cohort: Cohort, fit: Fit) -> dict[str, Any]:
    start = {"first_treated": panel.periods[cohort.start]}
    times = {str(panel.periods[t]): float(w) for t, w in zip(cohort.pre, fit.time_weights, strict=True) if w > 1e-6}
    if not panel.named:
        return {**start, "time_weights": times}
    units = {panel.units[d]: float(w) for d, w in zip(panel.donors, fit.unit_weights, strict=True) if w > 1e-6}
    return {**start, "unit_weights": units, "time_weights": times}
