"""The event table: spells at risk and ended by group and period, small enough to send and add up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.estimate import Label

__all__ = ["EventTable"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EventTable:
    """Counts per group (an intake, an arm, a site) and period since the start of the spell.

    Parameters
    ----------
    groups
        One label a row, (G,).
    width
        Length of a period in the unit of the durations; period k covers ((k − 1) width, k width].
    at_risk, events
        Spells under observation in each period, and spells that end in it, (G, K).
    """

    groups: tuple[Label, ...]
    width: float
    at_risk: Floats
    events: Floats

    @classmethod
    def from_spells(
        cls,
        duration: npt.ArrayLike,
        event: npt.ArrayLike,
        group: Sequence[Label],
        *,
        entry: npt.ArrayLike | None = None,
        width: float = 1.0,
    ) -> "EventTable":
        """Count spells (n,) into periods; one that is censored inside a period is at risk in it.

        Examples
        --------
        >>> table = EventTable.from_spells([1, 2, 3], [True, False, True], ["a", "a", "a"])
        >>> table.at_risk.tolist(), table.events.tolist()
        ([[3.0, 2.0, 1.0]], [[1.0, 0.0, 1.0]])
        """
        if not width > 0:
            raise DesignError(f"The width parameter of EventTable must be > 0. Got {width!r} instead.")
        last = np.maximum(np.ceil(np.asarray(duration, dtype=np.float64) / width), 1).astype(np.int64)
        ended = np.asarray(event, dtype=np.bool_)
        began = np.zeros(len(last)) if entry is None else np.asarray(entry, dtype=np.float64)
        first = np.floor(np.maximum(began, 0) / width).astype(np.int64)
        groups = tuple(sorted(set(group), key=lambda label: (isinstance(label, str), label)))
        code = {label: row for row, label in enumerate(groups)}
        row = np.array([code[label] for label in group], dtype=np.int64)
        size = (len(groups), int(last.max(initial=0)))
        change = np.zeros((size[0], size[1] + 1))
        np.add.at(change, (row, np.minimum(first, last - 1)), 1.0)
        np.add.at(change, (row, last), -1.0)
        events = np.zeros(size)
        np.add.at(events, (row[ended], last[ended] - 1), 1.0)
        return cls(groups, width, np.cumsum(change, axis=1)[:, :-1], events)

    @property
    def hazard(self) -> Floats:
        """Share of those at risk that end in the period, (G, K); 0 where nobody is at risk."""
        return np.divide(self.events, self.at_risk, out=np.zeros_like(self.events), where=self.at_risk > 0)

    @property
    def survival(self) -> Floats:
        """Kaplan–Meier on whole periods: share still running after each, (G, K)."""
        return np.cumprod(1 - self.hazard, axis=1, dtype=np.float64)

    def merge(self, other: "EventTable") -> "EventTable":
        """Add two tables of the same width; groups found in one only are kept.

        Raises
        ------
        DesignError
            If the widths differ.
        """
        if self.width != other.width:
            raise DesignError(f"Two event tables merge only with one width. Got {self.width} and {other.width}.")
        groups = tuple(sorted({*self.groups, *other.groups}, key=lambda label: (isinstance(label, str), label)))
        size = (len(groups), max(self.events.shape[1], other.events.shape[1]))
        at_risk, events = np.zeros(size), np.zeros(size)
        for part in (self, other):
            rows = [groups.index(label) for label in part.groups]
            at_risk[rows, : part.events.shape[1]] += part.at_risk
            events[rows, : part.events.shape[1]] += part.events
        return EventTable(groups, self.width, at_risk, events)
