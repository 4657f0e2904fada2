"""Balance of a wave plan: how alike the groups are before launch, and blocks matched to make them so."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from upshot.errors import InputError, Problem

__all__ = ["BalanceRow", "balance_table", "imbalance", "matched_blocks"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One covariate: its mean in each group, and how far they lie apart.

    Parameters
    ----------
    name
        Of the covariate; the pre-period KPI comes first.
    means
        Mean over units in each group, in the order of the groups.
    gap
        Largest difference between two groups, in standard deviations between units; absent where
        units do not differ.
    p_value
        Of an F test of equal means, for reading only: the lot makes groups alike on average, so a
        small one is chance; absent where units do not differ.
    """

    name: str
    means: tuple[float, ...]
    gap: float | None = None
    p_value: float | None = None


def balance_table(names: tuple[str, ...], covariates: Floats, groups: Integers) -> tuple[BalanceRow, ...]:
    """Balance of each covariate over the groups.

    Parameters
    ----------
    names
        Length K.
    covariates
        Shape (n, K).
    groups
        Shape (n,).
    """
    return tuple(_row(name, covariates[:, k], groups) for k, name in enumerate(names))


def _row(name: str, values: Floats, groups: Integers) -> BalanceRow:
    parts = [values[groups == group] for group in np.unique(groups)]
    means = np.array([part.mean() for part in parts])
    n, count = values.size, len(parts)
    within = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    spread = float(values.std(ddof=1))
    if spread == 0 or within <= 1e-12 * spread**2 * n or n <= count:
        return BalanceRow(name=name, means=tuple(map(float, means)))
    between = sum(part.size * float(mean - values.mean()) ** 2 for part, mean in zip(parts, means, strict=True))
    f = (between / (count - 1)) / (within / (n - count))
    return BalanceRow(
        name=name,
        means=tuple(map(float, means)),
        gap=float(np.ptp(means) / spread),
        p_value=float(stats.f.sf(f, count - 1, n - count)),
    )


def imbalance(covariates: Floats, groups: Integers) -> float:
    """Mahalanobis distance of the group means from the whole, summed over groups by size.

    With two groups it is Morgan & Rubin's (2012) M; for more, the Lawley-Hotelling trace with the
    pooled covariance of all units.
    """
    if covariates.shape[1] == 0:
        return 0.0
    centred = covariates - covariates.mean(axis=0)
    inverse = np.linalg.pinv(np.cov(centred, rowvar=False).reshape(centred.shape[1], -1))
    counts = np.bincount(groups)
    sums = np.stack([np.bincount(groups, weights=column) for column in centred.T], axis=1)
    means = sums / np.maximum(counts, 1)[:, None]
    return float(np.einsum("g,gk,kl,gl->", counts, means, inverse, means))


def matched_blocks(values: npt.ArrayLike, size: int, within: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Blocks of ``size`` units next to each other in the pre-period KPI.

    Drawing one unit of each block for each group keeps groups alike by construction, so the plain
    analysis with blocks stays valid: the alternative to rerandomising.

    Parameters
    ----------
    values
        What to match on, shape (n,).
    size
        Units per block, at least the number of groups; a remainder joins its neighbours.
    within
        Blocks to stay inside of (region, role).

    Raises
    ------
    InputError
        If a value is missing or the size is below two.

    Examples
    --------
    >>> matched_blocks([5, 1, 4, 2], 2)
    ('all-2', 'all-1', 'all-2', 'all-1')
    """
    known = np.asarray(values, dtype=np.float64)
    if not np.isfinite(known).all():
        text = f"{int((~np.isfinite(known)).sum())} units have no value to match on."
        raise InputError(Problem(code="missing-value", text=text, fix="Leave them out, or match on something else."))
    if size < 2:
        raise InputError(Problem(code="block-size", text="A matched block needs two units or more.", value=str(size)))
    outer = np.array(within if within is not None else ("all",) * known.size)
    labels = [""] * known.size
    for name in np.unique(outer):
        units = np.flatnonzero(outer == name)
        units = units[np.argsort(known[units], kind="stable")]
        last = max(units.size // size, 1) - 1
        for place, unit in enumerate(units):
            labels[unit] = f"{name}-{min(place // size, last) + 1}"
    return tuple(labels)
