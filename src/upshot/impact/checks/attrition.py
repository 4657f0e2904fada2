"""Differential attrition: whether starting changes who is still seen, and how much that could hide."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from upshot.impact.checks.effect_on import effect_on
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult, Status
from upshot.impact.influence import cell_means
from upshot.impact.moments import Block, Moments

__all__ = ["attrition", "attrition_of_dropped", "presence"]

NAME = "attrition"
FAILED = 0.01
TOLERABLE = 0.05
"""Standard deviations of bias that may be tolerated: the bar of the What Works Clearinghouse (2022)."""
_MOST = 0.99


def attrition(moments: Moments, design: Design, *, spread: float | None) -> CheckResult:
    """Put the question of the design to being seen (1) or not (0), in an unbalanced panel.

    Fails where starting changed the share seen (p < 0.01) by enough to bias the mean by a
    twentieth of a standard deviation. The bounds are Lee's (2009) idea on moments: as many as are
    seen too many on one side are taken to be its highest, or its lowest.

    Parameters
    ----------
    spread
        Standard deviation of the outcome between units in a period.
    """
    seen = presence(moments)
    if seen is None:
        text = "Everyone is seen in every period, so nobody was lost within the panel."
        return CheckResult(name=NAME, status="passed", text=text)
    found = effect_on(seen, design)
    means = cell_means(moments)
    share = float(means.den.sum() / (means.size.sum() * len(moments.periods)))
    if found is None:
        text = "Some are not seen in every period; starts did not change that, or it could not be compared."
        return CheckResult(name=NAME, status="informative", code="attrition-uncompared", text=text)
    statistic = found[0] / found[1]
    p_value = float(2 * special.ndtr(-abs(statistic)))
    trimmed = min(abs(found[0]) / max(share, 0.01), _MOST)
    bias = _trim(trimmed)
    details: dict[str, Any] = {"share_seen": share, "difference": found[0], "trimmed": trimmed, "bias_in_sd": bias}
    if spread is not None:
        details |= {"bound": bias * spread, "bound_any_shape": spread * float(np.sqrt(trimmed / (1 - trimmed)))}
    return _verdict(statistic, p_value, found[0], bias, details)


def presence(moments: Moments) -> Moments | None:
    """Moments of being seen, per person and period; ``None`` where everyone always is.

    Also ``None`` where the ``den`` channels are no presence but a ratio's denominator or weights.
    """
    if not moments.varying:
        return None
    blocks = tuple(_presence(block, moments) for block in moments.blocks)
    seen = replace(moments, blocks=blocks, varying=False, shift=0.0)
    means = cell_means(seen)
    filled = means.size > 0
    whole = np.allclose(means.mean[filled], 1.0, rtol=0, atol=1e-12)
    return None if whole or not _counts(seen) else seen


def attrition_of_dropped(kept: Mapping[int | None, int], dropped: Mapping[int | None, int]) -> CheckResult:
    """For a panel of those seen throughout: whether as many were dropped in every wave.

    Parameters
    ----------
    kept, dropped
        People by first treated period; ``None`` for those who never start.
    """
    starts = sorted(set(kept) | set(dropped), key=lambda start: (start is None, start or 0))
    table = np.array([[kept.get(start, 0), dropped.get(start, 0)] for start in starts], dtype=np.float64)
    if not table[:, 1].any():
        return CheckResult(name=NAME, status="passed", text="Nobody was dropped from the panel.")
    shares = table[:, 1] / np.maximum(table.sum(axis=1), 1)
    table = table[table.sum(axis=1) > 0]
    if len(table) < 2:
        text = "People were dropped, and there is one wave only to count them in."
        return CheckResult(name=NAME, status="informative", code="attrition-uncompared", text=text)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    p_value = float(special.chdtrc(len(table) - 1, statistic))
    gap = float(shares.max() - shares.min())
    details = {"share_dropped": float(table[:, 1].sum() / table.sum()), "widest_gap": gap, "bias_in_sd": _trim(gap)}
    failed = p_value < FAILED and _trim(gap) > TOLERABLE
    text = (
        "The waves lost people at different rates, so those left may not be alike."
        if failed
        else "The waves lost people at about the same rate."
    )
    return CheckResult(
        name=NAME,
        status="failed" if failed else "passed",
        code="differential-attrition" if failed else None,
        text=text,
        statistic=statistic,
        p_value=p_value,
        details=details,
    )


def _presence(block: Block, moments: Moments) -> Block:
    """Keep ``size`` and ``den``; ``den`` becomes the outcome."""
    T, sized = len(moments.periods), int(moments.sized)
    inside = np.arange(sized + T)
    keep = np.concatenate([position * moments.channels + inside for position in range(len(block.cells))])
    return Block(block.cells, block.count, block.mean[keep], block.centred[np.ix_(keep, keep)])


def _counts(seen: Moments) -> bool:
    """Whether the channels count people: 0 or 1 each, or sums over a team no larger than the team."""
    T = len(seen.periods)
    for block in seen.blocks:
        totals = (block.count * block.mean).reshape(len(block.cells), -1)
        if seen.sized:
            size = totals[:, :1]
            if (totals[:, -T:] > size * (1 + 1e-9)).any() or not np.allclose(totals, np.round(totals), atol=1e-6):
                return False
            continue
        square = np.diag(block.centred).reshape(len(block.cells), -1)[:, -T:] + totals[:, -T:] ** 2 / block.count
        if not np.allclose(square, totals[:, -T:], rtol=1e-7, atol=1e-7):
            return False
    return True


def _trim(share: float) -> float:
    """Standard deviations by which a bell-shaped mean moves when its top ``share`` is taken off."""
    if share <= 0:
        return 0.0
    share = min(share, _MOST)
    return float(np.exp(-(special.ndtri(share) ** 2) / 2) / np.sqrt(2 * np.pi) / (1 - share))


def _verdict(statistic: float, p_value: float, gap: float, bias: float, details: dict[str, Any]) -> CheckResult:
    side = "fewer" if gap < 0 else "more"
    status: Status
    code: str | None
    if p_value < FAILED and bias > TOLERABLE:
        status, code = "failed", "differential-attrition"
        text = (
            f"After the start {side} of those who started were seen than of the others, so those left may not be alike."
        )
    elif p_value < FAILED:
        status, code = "informative", "slight-attrition"
        text = f"After the start slightly {side} of those who started were seen, too few to matter."
    else:
        status, code = "passed", None
        text = "After the start as many of those who started were seen as of the others."
    return CheckResult(
        name=NAME,
        status=status,
        code=code,
        text=text,
        statistic=statistic,
        p_value=p_value,
        details=details,
    )
