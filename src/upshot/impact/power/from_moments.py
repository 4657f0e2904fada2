"""The seam to the main engine: a baseline from the pre-period moments one scan leaves behind."""

import numpy as np

from upshot.errors import DesignError
from upshot.impact.moments import Moments
from upshot.impact.power.baseline import Baseline, person_baseline, ratio_baseline, team_baseline

__all__ = ["baseline_from_moments"]


def baseline_from_moments(moments: Moments, *, person_variance: float | None = None) -> Baseline:
    """Baseline of the sampling units of a pre-period, none of whom has started.

    Parameters
    ----------
    moments
        One block of one cell; pool cells first (`Moments.pooled`).
    person_variance
        For clusters, the variance between people within a period (`Baseline.variance` of the same
        pre-period scanned without clusters); gives the intra-class correlation.

    Raises
    ------
    DesignError
        If the moments still hold several cells.
    InputError
        As `ratio_baseline`.
    """
    if len(moments.blocks) != 1 or len(moments.blocks[0].cells) != 1:
        raise DesignError("The pre-period's noise is read from one cell: pool cohorts and strata first.")
    block, periods = moments.blocks[0], len(moments.periods)
    covariance = block.centred / max(block.count - 1, 1)
    if moments.varying:
        keep = slice(int(moments.sized), None)
        vector = block.mean[keep]
        lifted = np.concatenate([vector[:periods], vector[periods:] + moments.shift * vector[:periods]])
        lift = np.eye(2 * periods)
        lift[periods:, :periods] = moments.shift * np.eye(periods)
        return ratio_baseline(
            block.count,
            lifted,
            lift @ covariance[keep, keep] @ lift.T,
            unit="team" if moments.clustered else "person",
            n_people=moments.n_units,
            person_variance=person_variance,
        )
    if not moments.sized:
        return person_baseline(block.count, block.mean + moments.shift, covariance)
    lift = np.eye(1 + periods)
    lift[1:, 0] = moments.shift
    mean, cov = lift @ block.mean, lift @ covariance @ lift.T
    if moments.clustered:
        return team_baseline(block.count, mean, cov, person_variance=person_variance)
    take = np.concatenate([np.zeros(periods, dtype=np.int64), np.arange(1, periods + 1)])
    return ratio_baseline(block.count, mean[take], cov[np.ix_(take, take)])
