"""Second opinions on an experiment: without covariates, by the lot itself, by the wild cluster bootstrap."""

import numpy as np

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.estimate import OtherEstimate
from upshot.impact.experiment.answer import headline
from upshot.impact.experiment.fit import Fit
from upshot.impact.experiment.prepare import Prepared
from upshot.impact.experiment.rows import Rows
from upshot.impact.inference import randomisation_test, wild_cluster_bootstrap

__all__ = ["few_unit_opinions", "gain_from_adjustment", "unadjusted_opinion"]

_FEW_UNITS = 50
_FEW_CLUSTERS = 12
_DRAWS = 4999


def gain_from_adjustment(adjusted: float, unadjusted: float) -> str:
    """How much of the variance the covariates took away, in words.

    Examples
    --------
    >>> gain_from_adjustment(0.8, 1.0)
    'Adjusting for the covariates takes away 36 % of the variance.'
    """
    gain = 1 - (adjusted / unadjusted) ** 2
    if gain >= 0:
        return f"Adjusting for the covariates takes away {100 * gain:.0f} % of the variance."
    return f"Adjusting for the covariates does not help here: the variance is {-100 * gain:.0f} % larger."


def unadjusted_opinion(plain: Fit, level: float, adjusted_error: float | None) -> OtherEstimate:
    """The difference in means without covariates, and what adjusting gained."""
    found = headline(plain, plain.pooled, level)
    error = found.get("std_error")
    said = gain_from_adjustment(adjusted_error, error) if error and adjusted_error else None
    return OtherEstimate(
        method="difference-in-means",
        estimand="itt",
        estimate=found["estimate"],
        std_error=error,
        conf_low=found.get("conf_low"),
        conf_high=found.get("conf_high"),
        text=said,
    )


def few_unit_opinions(prepared: Prepared, design: Design) -> tuple[OtherEstimate, ...]:
    """Randomisation test below 50 units, wild cluster bootstrap up to 12 clusters; two arms only."""
    rows = prepared.rows
    if rows.n_arms != 2 or len(np.unique(rows.cluster)) >= _FEW_UNITS:
        return ()
    found = [_by_the_lot(rows, design)]
    if rows.clustered and len(np.unique(rows.cluster)) <= _FEW_CLUSTERS:
        found.append(_by_wild_bootstrap(prepared, design))
    return tuple(opinion for opinion in found if opinion is not None)


def _by_the_lot(rows: Rows, design: Design) -> OtherEstimate | None:
    try:
        test = randomisation_test(
            rows.outcome,
            rows.arm == 1,
            block=rows.block,
            cluster=rows.cluster,
            weights=rows.weights,
            draws=_DRAWS,
            seed=design.seed,
            level=design.level,
        )
    except DesignError:
        return None  # clusters straddle arms: the lot was not drawn among them
    how = "all" if test.exact else "random"
    return OtherEstimate(
        method="randomisation-inference",
        estimand="itt",
        estimate=test.statistic,
        conf_low=test.conf_low,
        conf_high=test.conf_high,
        text=f"Fisher's test by {test.draws} {how} assignments: p = {test.p_value:.4g}.",
    )


def _by_wild_bootstrap(prepared: Prepared, design: Design) -> OtherEstimate:
    rows = prepared.rows
    blocks = (rows.block[:, None] == np.arange(1, len(rows.blocks))).astype(float)
    test = wild_cluster_bootstrap(
        rows.outcome,
        (rows.arm == 1).astype(float),
        rows.cluster,
        controls=np.column_stack([blocks, prepared.covariates]),
        weights=rows.weights,
        draws=_DRAWS,
        seed=design.seed,
        level=design.level,
    )
    return OtherEstimate(
        method="wild-cluster-bootstrap",
        estimand="itt",
        estimate=test.estimate,
        std_error=test.std_error,
        conf_low=test.conf_low,
        conf_high=test.conf_high,
        text=f"Null imposed, {test.multipliers} weights, {test.n_clusters} clusters: p = {test.p_value:.4g}.",
    )
