"""Yes/no and rating outcomes: explicit boxes and scores, difference in shares, proportional odds as a check."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from upshot.errors import DesignError, InputError, Problem
from upshot.impact.design import Registration
from upshot.impact.estimate import Caution, CheckResult, Estimate, OtherEstimate, Relative

__all__ = ["binary", "ordinal", "parallel_odds", "proportional_odds", "scores", "top_box", "wilson"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FEW = 5


def top_box(values: Sequence[Hashable], box: Sequence[Hashable], scale: Sequence[Hashable]) -> Floats:
    """1 where the answer is in the box, else 0, (n,). The box is always written out.

    Parameters
    ----------
    values
        Answers, (n,).
    box
        Answers that count, such as ``(4, 5)``.
    scale
        Every answer the scale has, lowest first.

    Raises
    ------
    InputError
        If the box or an answer is not on the scale.

    Examples
    --------
    >>> top_box([1, 4, 5], box=(4, 5), scale=(1, 2, 3, 4, 5)).tolist()
    [0.0, 1.0, 1.0]
    """
    ranks = _ranks(values, scale)
    if not box or any(answer not in scale for answer in box) or len(set(box)) == len(scale):
        fix = "Name at least one answer of the scale, and not all of them."
        raise InputError(
            Problem(code="box-not-on-scale", text="The box does not fit the scale.", fix=fix, value=str(box))
        )
    return np.isin(ranks, [list(scale).index(answer) for answer in box]).astype(np.float64)


def scores(values: Sequence[Hashable], scale: Sequence[Hashable]) -> Floats:
    """Place of each answer on the scale, from 1, (n,): treats the steps as equally far apart.

    Raises
    ------
    InputError
        If an answer is not on the scale.

    Examples
    --------
    >>> scores(["good", "poor"], scale=("poor", "fair", "good")).tolist()
    [3.0, 1.0]
    """
    placed: Floats = _ranks(values, scale).astype(np.float64) + 1
    return placed


def binary(
    outcome: npt.ArrayLike,
    treatment: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
    level: float = 0.95,
    outcome_name: str = "outcome",
    registration: Registration = "exploratory",
) -> Estimate:
    """Difference in shares between two arms; the odds ratio beside it.

    Parameters
    ----------
    outcome, treatment
        0 or 1, (n,).
    cluster
        Labels (n,); errors hold for them, with Student's t.
    level
        Confidence level.

    Returns
    -------
    Estimate
        ``risk-difference``. With fewer than 5 of a kind in an arm the interval is Newcombe's
        (1998, method 10), which stays within the range of a share.

    Raises
    ------
    InputError, DesignError
        If the arrays or the level are wrong.

    Examples
    --------
    >>> answer = binary([1] * 30 + [0] * 20 + [1] * 20 + [0] * 30, [1] * 50 + [0] * 50)
    >>> round(answer.estimate, 3), round(answer.other_estimates[0].estimate, 3)
    (0.2, 2.25)
    """
    values, treated = _flags(outcome, treatment, level)
    codes = None if cluster is None else np.unique(np.asarray(cluster).astype(str), return_inverse=True)[1]
    if codes is not None and len(codes) != len(values):
        raise InputError(Problem(code="lengths-differ", text="outcome and cluster have different lengths."))
    blank = Estimate(
        method="difference-in-shares",
        estimand="risk-difference",
        outcome=outcome_name,
        level=level,
        registration=registration,
        n_units=len(values),
        n_treated=int(treated.sum()),
        n_clusters=None if codes is None else int(codes.max()) + 1,
    )
    if treated.all() or not treated.any():
        text = "There is only one arm; nothing is compared."
        return replace(blank, cautions=(Caution(code="one-arm", text=text),))
    if codes is not None and min(len(np.unique(codes[treated == side])) for side in (False, True)) < 2:
        text = "An arm lies within one cluster, so the effect cannot be told from that cluster's own fate."
        return replace(blank, cautions=(Caution(code="too-few-clusters", text=text),))
    found = _difference(values, treated, codes)
    if not found.error > 0:
        text = "The outcome is the same for everybody in each arm, so no interval can be given."
        return replace(blank, cautions=(Caution(code="no-variance", text=text),))
    return _shares(blank, values, treated, found)


def ordinal(
    values: Sequence[Hashable],
    treatment: npt.ArrayLike,
    *,
    scale: Sequence[Hashable],
    box: Sequence[Hashable],
    cluster: npt.ArrayLike | None = None,
    level: float = 0.95,
    outcome_name: str = "outcome",
    registration: Registration = "exploratory",
) -> Estimate:
    """Difference in the top-box share, with the mean score and proportional odds beside it.

    Parameters
    ----------
    values, scale, box
        As in `top_box`.
    treatment, cluster, level
        As in `binary`.

    Returns
    -------
    Estimate
        ``top-box-difference``; the check ``parallel-odds`` says whether one odds ratio describes
        the whole scale.
    """
    answer = binary(
        top_box(values, box, scale),
        treatment,
        cluster=cluster,
        level=level,
        outcome_name=outcome_name,
        registration=registration,
    )
    answer = replace(answer, method="top-box", estimand="top-box-difference")
    if answer.estimate is None:
        return answer
    ranks, treated = _ranks(values, scale), np.asarray(treatment, dtype=np.float64) == 1
    codes = None if cluster is None else np.unique(np.asarray(cluster).astype(str), return_inverse=True)[1]
    means = _interval(_difference(scores(values, scale), treated, codes), level, "mean-score", "mean-difference")
    odds = proportional_odds(ranks, treated, level=level) if codes is None else None
    others = (means, *(() if odds is None else (odds,)), *answer.other_estimates)
    check = parallel_odds(ranks, treated) if codes is None else _CLUSTERED
    return replace(answer, other_estimates=others, checks=(*answer.checks, check))


def proportional_odds(ranks: npt.ArrayLike, treated: npt.ArrayLike, *, level: float = 0.95) -> OtherEstimate | None:
    """Cumulative odds ratio of a higher answer (McCullagh 1980), by statsmodels.

    ``None`` when an arm holds fewer than two different answers or the fit has no finite maximum.
    """
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    place, arm = np.unique(np.asarray(ranks), return_inverse=True)[1], np.asarray(treated, dtype=np.float64)
    if any(len(np.unique(place[arm == side])) < 2 for side in (0, 1)):
        return None
    fit = OrderedModel(place, arm[:, None], distr="logit").fit(method="newton", disp=False, maxiter=200)
    slope, error = float(fit.params[0]), float(np.sqrt(fit.cov_params()[0, 0]))
    if not (np.isfinite(error) and error > 0 and abs(slope) < 20):
        return None
    spread = float(special.ndtri((1 + level) / 2)) * error
    return OtherEstimate(
        method="proportional-odds",
        estimand="odds-ratio",
        estimate=float(np.exp(slope)),
        std_error=float(np.exp(slope)) * error,
        conf_low=float(np.exp(slope - spread)),
        conf_high=float(np.exp(slope + spread)),
        text="One odds ratio of a higher answer for the whole scale; see the check of parallel odds.",
    )


def parallel_odds(ranks: npt.ArrayLike, treated: npt.ArrayLike) -> CheckResult:
    """Wald test that the odds ratio is the same at every cut of the scale (after Brant 1990).

    With two arms the log odds ratios at the cuts and their covariance are closed form: within an
    arm of n people, cov(logit F_j, logit F_k) = 1 / (n (1 − F_j) F_k) for j <= k.
    """
    place, arm = np.asarray(ranks), np.asarray(treated, dtype=np.bool_)
    cuts = np.unique(place)[:-1]
    below = [np.array([(place[arm == side] <= cut).mean() for cut in cuts]) for side in (False, True)]
    open_cuts = np.all([(b > 0) & (b < 1) for b in below], axis=0)
    if open_cuts.sum() < 2:
        text = "Fewer than two cuts of the scale have answers on both sides in both arms."
        return CheckResult(name="parallel-odds", status="not_applicable", text=text)
    ratios = np.zeros(int(open_cuts.sum()))
    covariance = np.zeros((len(ratios), len(ratios)))
    for side, share in ((False, below[0][open_cuts]), (True, below[1][open_cuts])):
        ratios += (1 if side else -1) * np.log((1 - share) / share)
        low, high = np.minimum.outer(share, share), np.maximum.outer(share, share)
        covariance += 1 / (int((arm == side).sum()) * (1 - low) * high)
    steps = np.diff(np.eye(len(ratios)), axis=0)
    gaps = steps @ ratios
    statistic = float(gaps @ np.linalg.solve(steps @ covariance @ steps.T, gaps))
    p_value = float(special.chdtrc(len(gaps), statistic))
    differ = p_value < 0.05
    text = (
        "The odds ratio differs along the scale, so one number does not describe it; read the top box and the mean"
        if differ
        else "One odds ratio describes the scale well enough"
    )
    return CheckResult(
        name="parallel-odds",
        status="failed" if differ else "passed",
        code="odds-not-parallel" if differ else None,
        text=f"{text} (p = {p_value:.2g}).",
        statistic=statistic,
        p_value=p_value,
        details={"odds_ratios": [float(np.exp(r)) for r in ratios]},
    )


_CLUSTERED = CheckResult(
    name="parallel-odds",
    status="not_applicable",
    text="The test takes people as independent; with clusters it is not run.",
)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Means of the comparison and the treated, the error of their difference, and its degrees of freedom."""

    comparison: float
    treated: float
    error: float
    spare: int | None


def _ranks(values: Sequence[Hashable], scale: Sequence[Hashable]) -> Integers:
    place = {answer: rank for rank, answer in enumerate(scale)}
    unknown = sorted({str(value) for value in values if value not in place})
    if unknown or len(place) < 2:
        text = "Some answers are not on the scale." if unknown else "A scale needs at least two answers."
        fix = "List every answer of the scale, lowest first."
        raise InputError(Problem(code="not-on-scale", text=text, fix=fix, value=", ".join(unknown[:5]) or None))
    return np.array([place[value] for value in values], dtype=np.int64)


def _flags(outcome: npt.ArrayLike, treatment: npt.ArrayLike, level: float) -> tuple[Floats, Bools]:
    if not 0 < level < 1:
        raise DesignError(f"The level must be between 0 and 1. Got {level!r} instead.")
    problems, found = [], []
    for name, values in (("outcome", outcome), ("treatment", treatment)):
        try:
            numbers = np.asarray(values).astype(np.float64)
        except (TypeError, ValueError):
            numbers = np.full(np.asarray(values).shape, np.nan)
        if numbers.ndim != 1 or numbers.size == 0 or not np.isin(numbers, (0, 1)).all():
            problems.append(Problem(code="not-a-flag", text="Every value must be 0 or 1.", column=name))
        found.append(numbers)
    if not problems and len(found[0]) != len(found[1]):
        problems.append(Problem(code="lengths-differ", text="outcome and treatment have different lengths."))
    if problems:
        raise InputError(problems)
    return found[0], found[1] == 1


def _difference(values: Floats, treated: Bools, codes: Integers | None) -> _Gap:
    ours, others = values[treated], values[~treated]
    means = float(others.mean()), float(ours.mean())
    if codes is None:
        pieces = [group.var(ddof=1) / len(group) if len(group) > 1 else 0.0 for group in (others, ours)]
        return _Gap(*means, float(np.sqrt(sum(pieces))), None)
    psi = np.where(treated, (values - means[1]) / len(ours), -(values - means[0]) / len(others))
    totals = np.bincount(codes, weights=psi)
    return _Gap(*means, float(np.sqrt(totals @ totals * len(totals) / max(len(totals) - 1, 1))), len(totals) - 1)


def _critical(level: float, spare: int | None) -> float:
    tail = (1 + level) / 2
    return float(special.ndtri(tail) if spare is None else special.stdtrit(max(spare, 1), tail))


def _p_value(statistic: float, spare: int | None) -> float:
    size = -abs(statistic)
    return float(2 * (special.ndtr(size) if spare is None else special.stdtr(max(spare, 1), size)))


def _interval(gap: _Gap, level: float, method: str, estimand: str) -> OtherEstimate:
    effect, spread = gap.treated - gap.comparison, _critical(level, gap.spare) * gap.error
    return OtherEstimate(
        method=method,
        estimand=estimand,
        estimate=effect,
        std_error=gap.error,
        conf_low=effect - spread,
        conf_high=effect + spread,
    )


def _shares(blank: Estimate, values: Floats, treated: Bools, gap: _Gap) -> Estimate:
    span = _interval(gap, blank.level, "", "")
    counts = [int(np.sum(values[treated == side] == kind)) for side in (False, True) for kind in (0, 1)]
    low, high, cautions = span.conf_low, span.conf_high, []
    if min(counts) < _FEW and gap.spare is None:
        low, high = _newcombe(counts, blank.level)
        text = f"An arm has fewer than {_FEW} of a kind; the interval is Newcombe's, made for small counts."
        cautions.append(Caution(code="few-events", text=text))
    if gap.spare is not None:
        text = f"The interval uses {gap.spare + 1} clusters and Student's t with one degree of freedom less."
        cautions.append(Caution(code="clustered-interval", text=text))
    odds = _odds_ratio(counts, blank.level) if gap.spare is None else None
    effect = gap.treated - gap.comparison
    return replace(
        blank,
        estimate=effect,
        std_error=gap.error,
        statistic=effect / gap.error,
        p_value=_p_value(effect / gap.error, gap.spare),
        conf_low=low,
        conf_high=high,
        baseline=gap.comparison,
        relative=Relative(estimate=effect / gap.comparison) if gap.comparison > 0 else None,
        cautions=tuple(cautions),
        other_estimates=() if odds is None else (odds,),
    )


def _newcombe(counts: Sequence[int], level: float) -> tuple[float, float]:
    """Newcombe (1998), method 10: Wilson intervals of both shares, squared and added."""
    none0, some0, none1, some1 = counts
    low0, high0 = wilson(some0, none0 + some0, level)
    low1, high1 = wilson(some1, none1 + some1, level)
    share0, share1 = some0 / (none0 + some0), some1 / (none1 + some1)
    gap = share1 - share0
    return gap - float(np.hypot(share1 - low1, high0 - share0)), gap + float(np.hypot(high1 - share1, share0 - low0))


def wilson(some: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval (1927) of a share, ``some`` of ``n``.

    Examples
    --------
    >>> low, high = wilson(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    z = _critical(level, None)
    middle, width = some + z**2 / 2, z * float(np.sqrt(some * (n - some) / n + z**2 / 4))
    return (middle - width) / (n + z**2), (middle + width) / (n + z**2)


def _odds_ratio(counts: Sequence[int], level: float) -> OtherEstimate | None:
    """Logit of two arms in closed form; ``None`` with an empty cell."""
    if min(counts) == 0:
        return None
    none0, some0, none1, some1 = counts
    ratio, error = some1 * none0 / (none1 * some0), float(np.sqrt(sum(1 / count for count in counts)))
    spread = _critical(level, None) * error
    return OtherEstimate(
        method="logit",
        estimand="odds-ratio",
        estimate=ratio,
        std_error=ratio * error,
        conf_low=ratio * float(np.exp(-spread)),
        conf_high=ratio * float(np.exp(spread)),
        text="The robustness check for shares near 0 or 1.",
    )
