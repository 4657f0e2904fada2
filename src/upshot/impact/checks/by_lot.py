"""The test by lot for few teams: the waves are dealt out again, and the answer is computed anew each time."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.accumulate import moments_of
from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult
from upshot.impact.inference import permute_waves
from upshot.impact.methods import METHODS, default_estimator, prepare
from upshot.impact.moments import Cell, Floats

__all__ = ["by_lot"]

NAME = "by-lot"


def by_lot(
    outcome: npt.ArrayLike,
    first_treated: Sequence[int | None],
    *,
    periods: tuple[int, ...],
    design: Design,
    cluster: npt.ArrayLike | None = None,
    draws: int = 499,
) -> CheckResult:
    """Fisher's p-value of the studentised answer (Roth & Sant'Anna 2023, section 3).

    Needs the rows, so `answer` cannot run it; use it below about 40 teams. Exact for no effect
    for anyone where the waves were drawn by lot; elsewhere a way of speaking only, and marked so.

    Parameters
    ----------
    outcome
        Shape (n, T), everyone in every period.
    first_treated
        Per person; ``None`` for never.
    cluster
        Team per person, shape (n,); whole teams change places.
    draws
        Number of deals.
    """
    y = np.asarray(outcome, dtype=np.float64)
    starts = np.array([np.inf if g is None else float(g) for g in first_treated])
    labels = np.unique(starts)
    cells = tuple(Cell(None if np.isinf(label) else int(label)) for label in labels)
    name = design.estimator or default_estimator(design)
    plain = replace(design, estimator=name, adjust=None)

    def statistic(waves: npt.NDArray[np.float64]) -> float:
        where = np.searchsorted(labels, waves)
        return _studentised(y, where, periods, cells, cluster, plain)

    found = permute_waves(starts, statistic, cluster=cluster, draws=draws, seed=design.seed)
    by_lot_drawn = design.assignment == "random"
    text = f"Dealing the waves out again {draws:,} times, {100 * found.p_value:.1f} % of deals show as much."
    if not by_lot_drawn:
        text += " Start dates were not drawn by lot, so read this as a rough guide."
    return CheckResult(
        name=NAME,
        status="informative",
        text=text,
        statistic=found.statistic,
        p_value=found.p_value,
        details={"draws": draws, "drawn_by_lot": by_lot_drawn},
    )


def _studentised(
    y: Floats,
    where: npt.NDArray[np.intp],
    periods: tuple[int, ...],
    cells: tuple[Cell, ...],
    cluster: npt.ArrayLike | None,
    design: Design,
) -> float:
    panel = prepare(moments_of(y, where, periods=periods, cells=cells, cluster=cluster), design)
    if panel.ready.reasons:
        raise DesignError(panel.ready.reasons[0].text)
    numbers = METHODS[design.estimator or "callaway-santanna"](panel, design, False)
    error = numbers.std_error_neyman or numbers.std_error
    return numbers.estimate / error if numbers.estimate is not None and error else 0.0
