"""Overlap of blocks: a block without every arm says nothing about their difference."""

import numpy as np

from upshot.impact.estimate import CheckResult
from upshot.impact.experiment.rows import Rows

__all__ = ["block_check", "whole_blocks"]

_NAME = "block-overlap"
_FAILS_ABOVE = 0.10


def whole_blocks(rows: Rows) -> Rows:
    """The rows of blocks that hold every arm."""
    whole = np.asarray((rows.units_by_cell() > 0).all(axis=1))
    return rows if whole.all() else rows.keep(whole[rows.block])


def block_check(rows: Rows) -> CheckResult:
    """Share of the rows in blocks that lack an arm; fails above a tenth.

    Parameters
    ----------
    rows
        Rows with an outcome.
    """
    if len(rows.blocks) == 1:
        return CheckResult(name=_NAME, status="not_applicable", text="There are no blocks.")
    lacking = (rows.units_by_cell() == 0).any(axis=1)
    share = float(np.isin(rows.block, np.flatnonzero(lacking)).mean())
    if share == 0:
        return CheckResult(name=_NAME, status="passed", text=f"Every arm is present in all {len(lacking)} blocks.")
    names = ", ".join(str(rows.blocks[b]) for b in np.flatnonzero(lacking)[:5])
    failed = share > _FAILS_ABOVE
    return CheckResult(
        name=_NAME,
        status="failed" if failed else "informative",
        code="blocks-without-overlap",
        text=f"{int(lacking.sum())} of {len(lacking)} blocks lack an arm and are left out with {share:.1%} of the "
        f"people (blocks {names}).",
        statistic=share,
        details={"blocks_left_out": int(lacking.sum()), "share_left_out": share},
    )
