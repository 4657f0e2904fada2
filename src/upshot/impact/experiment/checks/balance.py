"""Balance: are the arms alike in what was known before, as a fair lot would leave them."""

import numpy as np
from scipy import stats

from upshot.impact.estimate import CheckResult
from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.rows import Rows

__all__ = ["balance_check", "balance_statistic"]

_NAME = "balance"
_FAILS_BELOW = 0.01


def balance_check(rows: Rows) -> CheckResult:
    """Joint test that the covariates' means do not differ between arms; fails below p = 0.01.

    Hansen & Bowers (2008): the covariance under the lot itself, within blocks, clusters kept
    whole, so that no model of the covariates is needed.

    Parameters
    ----------
    rows
        All rows as assigned.
    """
    coded = rows.covariates
    if not coded.names:
        text = "No covariates were given, so balance was not checked."
        return CheckResult(name=_NAME, status="not_applicable", text=text)
    statistic, df = balance_statistic(rows)
    if df == 0:
        text = "The covariates do not vary within blocks, so balance was not checked."
        return CheckResult(name=_NAME, status="not_applicable", text=text)
    p_value = float(stats.chi2.sf(statistic, df))
    failed = p_value < _FAILS_BELOW
    gaps = _standardised_gaps(rows)
    widest = max(gaps, key=lambda name: abs(gaps[name]))
    verdict = "more than a fair lot explains" if failed else "no more than a fair lot would leave"
    return CheckResult(
        name=_NAME,
        status="failed" if failed else "passed",
        code="imbalance" if failed else None,
        text=f"The arms differ in the covariates {verdict}; the widest gap is {gaps[widest]:+.2f} standard "
        f"deviations, in {widest}.",
        statistic=statistic,
        p_value=p_value,
        details={"df": df, "standardised_differences": gaps},
    )


def balance_statistic(rows: Rows) -> tuple[float, int]:
    """Hansen & Bowers' d² for any number of arms, and its degrees of freedom."""
    totals, arm, block = _unit_totals(rows)
    k, treated = totals.shape[1], rows.n_arms - 1
    score, covariance = np.zeros(treated * k), np.zeros((treated * k, treated * k))
    for b in range(len(rows.blocks)):
        inside = block == b
        n = int(inside.sum())
        if n < 2:
            continue
        centred = totals[inside] - totals[inside].mean(axis=0)
        member = arm[inside][:, None] == np.arange(1, rows.n_arms)
        share = member.mean(axis=0)
        score += (member.T.astype(float) @ centred).ravel()
        spread = np.diag(share) - np.outer(share, share)
        covariance += np.kron(spread, centred.T @ centred) * n / (n - 1)
    scale = np.sqrt(np.diag(covariance))
    kept = scale > 0
    if not kept.any():
        return 0.0, 0
    correlation = covariance[np.ix_(kept, kept)] / np.outer(scale[kept], scale[kept])
    values, vectors = np.linalg.eigh(correlation)
    real = values > 1e-9 * values.max()
    turned = vectors[:, real].T @ (score[kept] / scale[kept])
    return float((turned**2 / values[real]).sum()), int(real.sum())


def _unit_totals(rows: Rows) -> tuple[Floats, Floats, Floats]:
    """Covariate totals, arm and block of every unit that was assigned as one."""
    x = rows.covariates.values - rows.covariates.values.mean(axis=0)
    spread = x.std(axis=0)
    x = x / np.where(spread > 0, spread, 1.0)
    pairs = np.column_stack([rows.cluster, rows.arm, rows.block])
    if not rows.assigned_by_cluster:
        return x, pairs[:, 1].astype(float), pairs[:, 2].astype(float)
    first = np.unique(rows.cluster, return_index=True)[1]
    totals = np.column_stack([np.bincount(rows.cluster, column) for column in x.T])
    return totals.astype(float), rows.arm[first].astype(float), rows.block[first].astype(float)


def _standardised_gaps(rows: Rows) -> dict[str, float]:
    """Treated mean less control mean, block by block with block shares, in standard deviations."""
    x, w, treated = rows.covariates.values, rows.weights, rows.arm > 0
    gaps: dict[str, float] = {}
    for name, column in zip(rows.covariates.names, x.T, strict=True):
        spread = float(column.std())
        gap, total = 0.0, 0.0
        for b in range(len(rows.blocks)):
            inside = rows.block == b
            one, other = inside & treated, inside & ~treated
            if one.any() and other.any():
                weight = float(w[inside].sum())
                total += weight
                gap += weight * float(
                    np.average(column[one], weights=w[one]) - np.average(column[other], weights=w[other])
                )
        gaps[name] = gap / total / spread if spread > 0 and total > 0 else 0.0
    return gaps
