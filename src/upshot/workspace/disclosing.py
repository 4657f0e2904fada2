"""The one gate that counts and filters pass before anybody sees them: small groups, their neighbours, differencing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from upshot.errors import DesignError
from upshot.impact.disclosure import Filter, Group, hidden_groups, refused_filter, telling_sums
from upshot.lake.cells import MINIMUM
from upshot.report.small_numbers import shown_steps

__all__ = ["FEWER", "Disclosure"]

FEWER = "fewer than {minimum}"
"""What stands in place of a small count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """What may be shown to one reader of one state of the data.

    Parameters
    ----------
    minimum
        Smallest number of people that may be shown or told apart; 5 at least, 10 for managers. 0
        where the units are no people (firms).
    answered
        Selections this reader has been shown before, over the same data: keep them per reader and
        data fingerprint, and pass them in again.

    Raises
    ------
    DesignError
        If the minimum lies between 1 and 4, or below 0.
    """

    minimum: int = MINIMUM
    answered: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a minimum that guards nobody."""
        if self.minimum != 0 and self.minimum < MINIMUM:
            text = f"The minimum parameter of Disclosure must be 0 or at least {MINIMUM}. Got {self.minimum} instead."
            raise DesignError(text)

    def at_least(self, minimum: int) -> "Disclosure":
        """The same gate, at least as strict as ``minimum``."""
        return replace(self, minimum=max(self.minimum, minimum))

    def small(self, people: int | None) -> bool:
        """Whether a count stands for some people, but too few."""
        return people is not None and 0 < people < self.minimum

    def count(self, people: int | None) -> int | None:
        """A single count, withheld where it is small. Counts that add up to a total go through `table`."""
        return None if self.small(people) else people

    def table(self, sizes: Mapping[Group, int]) -> dict[Group, int | None]:
        """Counts of a table whose totals may be known: small ones are withheld, and their neighbours.

        Examples
        --------
        >>> Disclosure().table({("north",): 40, ("south",): 9, ("east",): 3})
        {('north',): 40, ('south',): None, ('east',): None}
        """
        hidden = hidden_groups({group: (size,) for group, size in sizes.items()}, self.minimum) if self.minimum else ()
        return {group: None if group in hidden else size for group, size in sizes.items()}

    def sums(self, wanted: Iterable[Filter], people: Mapping[Group, int]) -> dict[Filter, int | None]:
        """Sums of groups shown side by side (cells, margins, a total): no small one follows from the rest.

        Examples
        --------
        >>> north, south = ("north",), ("south",)
        >>> found = Disclosure().sums([frozenset({north}), frozenset({north, south})], {north: 40, south: 3})
        >>> found[frozenset({north})], found[frozenset({north, south})]
        (None, 43)
        """
        asked = list(wanted)
        hidden = telling_sums(asked, people, self.minimum) if self.minimum else ()
        return {one: None if one in hidden else sum(people.get(atom, 0) for atom in one) for one in asked}

    def nested(self, counts: Sequence[int | None], last: int | None = None) -> tuple[int | None, ...]:
        """Counts of groups each inside the one before; of two that differ by a few people one is withheld.

        Examples
        --------
        >>> Disclosure().nested([120, 60, 58])
        (120, None, 58)
        """
        return shown_steps(counts, last, self.minimum)

    def refuses(self, asked: Filter, *people: Mapping[Group, int]) -> str | None:
        """Why a selection must not be answered to this reader, or ``None`` if it may be.

        Parameters
        ----------
        asked
            The selection, as a set of atomic groups.
        people
            One or more counts of people per atomic group (all of them, those who started): none of
            them may tell a small group apart.
        """
        if not self.minimum:
            return None
        for sizes in people:
            found = refused_filter(asked, self.answered, sizes, self.minimum)
            if found is not None:
                return found.text
        return None

    def having(self, *shown: Filter) -> "Disclosure":
        """The gate after these selections were shown."""
        return replace(self, answered=tuple(dict.fromkeys((*self.answered, *shown))))

    def kept(self) -> list[list[list[str]]]:
        """The answered selections as plain lists, in a fixed order, for a database or a file."""
        return [sorted(list(atom) for atom in found) for found in self.answered]

    @classmethod
    def remembering(cls, minimum: int, kept: Iterable[Iterable[Iterable[str]]]) -> "Disclosure":
        """The gate from what `kept` gave."""
        answered = tuple(frozenset(tuple(atom) for atom in found) for found in kept)
        return cls(minimum=minimum, answered=answered)
