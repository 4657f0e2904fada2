"""The whole solution path of a small l1-penalised quadratic programme."""

import numpy as np
import numpy.typing as npt

from upshot.impact.honest.study import Floats

__all__ = ["at_penalty", "l1_path"]

_TIE = 1e-11
_STEPS_PER_VARIABLE = 50


def l1_path(quadratic: Floats, linear: Floats) -> tuple[Floats, Floats]:
    """Minimisers of ``x'Hx/2 + g'x + μ‖x‖₁`` for every penalty ``μ >= 0``.

    Parameters
    ----------
    quadratic, linear
        ``H``, positive definite, shape (n, n), and ``g``, shape (n,).

    Returns
    -------
    tuple of numpy.ndarray
        Penalties at which the path bends, falling to 0, shape (B,), and the minimisers there, shape
        (B, n). Between them the minimiser is linear in the penalty; above the first it is 0.

    Notes
    -----
    The homotopy of Osborne, Presnell & Turlach (2000): on a stretch the active variables solve
    ``H_AA x_A = -(g_A + μ s_A)``; it ends where an active variable reaches 0 or the slope of an idle one
    reaches ``μ``.
    """
    size = len(linear)
    penalty = float(np.abs(linear).max(initial=0.0))
    penalties, points = [penalty], [np.zeros(size)]
    signs = np.zeros(size)
    if penalty > 0:
        first = int(np.abs(linear).argmax())
        signs[first] = -np.sign(linear[first])
    for _ in range(_STEPS_PER_VARIABLE * (size + 1)):
        if penalty <= 0:
            break
        base, slope = _stretch(quadratic, linear, signs)
        penalty, changed, sign = _next_bend(quadratic, linear, signs, base, slope, penalty)
        penalties.append(penalty)
        points.append(base + penalty * slope)
        if changed >= 0:
            signs[changed] = sign
    return np.array(penalties), np.array(points)


def _stretch(quadratic: Floats, linear: Floats, signs: Floats) -> tuple[Floats, Floats]:
    # The minimiser as base + penalty * slope while the signs stay as they are.
    active = signs != 0
    base, slope = np.zeros((2, len(signs)))
    if active.any():
        both = np.column_stack([linear[active], signs[active]])
        base[active], slope[active] = -np.linalg.solve(quadratic[np.ix_(active, active)], both).T
    return base, slope


def _next_bend(
    quadratic: Floats, linear: Floats, signs: Floats, base: Floats, slope: Floats, penalty: float
) -> tuple[float, int, float]:
    """Highest penalty at or below the present one at which a variable leaves (sign 0) or joins."""
    active = signs != 0
    level, tilt = linear + quadratic @ base, quadratic @ slope
    # An active variable leaves only if it moves towards zero as the penalty falls.
    leaving = np.flatnonzero(active & (signs * slope > 0))
    bends = [(0.0, -1, 0.0)]
    bends += [(_clip(-base[index] / slope[index], penalty), int(index), 0.0) for index in leaving]
    for index in np.flatnonzero(~active):
        for side in (1.0, -1.0):
            closing = 1 - side * tilt[index]
            if closing > _TIE:
                bends.append((_clip(side * level[index] / closing, penalty), int(index), -side))
    return max(bends)


def _clip(bend: float, penalty: float) -> float:
    return min(max(float(bend), 0.0), penalty)


def at_penalty(penalties: Floats, points: Floats, penalty: npt.ArrayLike) -> Floats:
    """The path's minimisers at given penalties, shape (len(penalty), n)."""
    wanted = np.atleast_1d(np.asarray(penalty, dtype=np.float64))
    columns = [np.interp(wanted, penalties[::-1], column[::-1]) for column in points.T]
    return np.stack(columns, axis=-1) if columns else np.zeros((len(wanted), 0))
