"""Wave starts proposed from a gap, closed periods and a longest wait."""

from upshot.errors import DesignError, InputError, Problem
from upshot.periods import periods

__all__ = ["propose_starts"]


def propose_starts(
    n_waves: int, *, gap: int = 1, blackout: frozenset[int] = frozenset(), max_wait: int | None = None
) -> tuple[int, ...]:
    """Earliest starts that keep the gap and stay out of the blackout, the first at launch if it is open.

    Raises
    ------
    InputError
        If they do not fit within the longest wait.

    Examples
    --------
    >>> propose_starts(3, gap=2, blackout=frozenset({2, 3}))
    (0, 4, 6)
    """
    if n_waves < 1 or gap < 1:
        raise DesignError(f"Waves and the gap between them must be at least 1. Got {n_waves} and {gap}.")
    starts: list[int] = []
    period = 0
    while len(starts) < n_waves:
        if period not in blackout:
            starts.append(period)
            period += gap - 1
        period += 1
    if max_wait is not None and starts[-1] > max_wait:
        text = f"{n_waves} waves {periods(gap)} apart last until period {starts[-1]}; the longest wait is {max_wait}."
        fix = f"Use fewer waves, raise the longest wait to {starts[-1]}, or open a closed period."
        raise InputError(Problem(code="wait-too-long", text=text, fix=fix))
    return tuple(starts)
