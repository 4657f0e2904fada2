"""Overlap of blocks: a block with one arm only says nothing about their difference."""

import numpy as np
import numpy.typing as npt

from upshot.impact.estimate import CheckResult
from upshot.impact.experiment.rows import Rows

__all__ = ["arms_linked", "block_check", "whole_blocks"]

_NAME = "block-overlap"
_FAILS_ABOVE = 0.10


def whole_blocks(rows: Rows) -> Rows:
    """The rows of blocks that hold two arms or more."""
    whole = _arms_present(rows) > 1
    return rows if whole.all() else rows.keep(whole[rows.block])


def arms_linked(rows: Rows) -> bool:
    """Whether blocks connect every arm with the control arm, directly or through other arms."""
    present = rows.units_by_cell() > 0
    reached = np.zeros(rows.n_arms, dtype=bool)
    reached[0] = True
    for _ in range(rows.n_arms):
        reached = reached | present[present[:, reached].any(axis=1)].any(axis=0)
    return bool(reached.all())


def _arms_present(rows: Rows) -> npt.NDArray[np.int64]:
    return np.asarray((rows.units_by_cell() > 0).sum(axis=1), dtype=np.int64)


def block_check(rows: Rows) -> CheckResult:
    """Share of the rows in blocks with one arm only; fails above a tenth, informative if any block lacks an arm.

    Parameters
    ----------
    rows
        Rows with an outcome.
    """
    present = _arms_present(rows)
    if len(present) == 1:
        return CheckResult(name=_NAME, status="not_applicable", text="There are no blocks.")
    if (present == rows.n_arms).all():
        return CheckResult(name=_NAME, status="passed", text=f"Every arm is present in all {len(present)} blocks.")
    alone, lacking = present < 2, present < rows.n_arms
    share = float(alone[rows.block].mean())
    names = ", ".join(str(rows.blocks[b]) for b in np.flatnonzero(lacking)[:5])
    text = f"{int(lacking.sum())} of {len(present)} blocks lack an arm (blocks {names}"
    text += ", and others)." if lacking.sum() > 5 else ")."
    if alone.any():
        text += f" Those with one arm only are left out with {share:.1%} of the people."
    if (present[~alone] < rows.n_arms).any():
        text += " The arms are compared as if effects were alike in all blocks."
    return CheckResult(
        name=_NAME,
        status="failed" if share > _FAILS_ABOVE else "informative",
        code="blocks-without-overlap",
        text=text,
        statistic=share,
        details={"blocks_lacking_an_arm": int(lacking.sum()), "share_left_out": share},
    )
