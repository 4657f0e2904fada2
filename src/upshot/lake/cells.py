"""Counts for groups that nobody can be singled out from: minimum size, with complementary suppression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["MINIMUM", "Cell", "suppress"]

MINIMUM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One group: its labels and how many people it holds, ``None`` when that is not shown."""

    group: tuple[str | None, ...]
    count: int | None

    @property
    def suppressed(self) -> bool:
        """Whether the count is withheld."""
        return self.count is None


def suppress(counts: Mapping[tuple[str | None, ...], int], *, minimum: int = MINIMUM) -> tuple[Cell, ...]:
    """Withhold every group below the minimum, and enough others that subtraction gives nothing back.

    The total of all groups counts as known to the reader, so what is withheld together must hold
    at least ``minimum`` people and at least two groups; the smallest shown groups are withheld until it does.

    Examples
    --------
    >>> [cell.count for cell in suppress({("North",): 40, ("South",): 9, ("East",): 3})]
    [40, None, None]
    >>> [cell.count for cell in suppress({("North",): 40, ("South",): 9})]
    [40, 9]
    """
    hidden = {group for group, count in counts.items() if 0 < count < minimum}
    if hidden:
        hidden |= set(_partners(counts, hidden, minimum))
    return tuple(Cell(group=group, count=None if group in hidden else count) for group, count in counts.items())


def _partners(
    counts: Mapping[tuple[str | None, ...], int], hidden: set[tuple[str | None, ...]], minimum: int
) -> Sequence[tuple[str | None, ...]]:
    """The smallest shown groups to withhold as well."""
    chosen: list[tuple[str | None, ...]] = []
    people = sum(counts[group] for group in hidden)
    for group in sorted((g for g in counts if g not in hidden and counts[g] > 0), key=lambda g: counts[g]):
        if len(hidden) + len(chosen) >= 2 and people >= minimum:
            break
        chosen.append(group)
        people += counts[group]
    return chosen
