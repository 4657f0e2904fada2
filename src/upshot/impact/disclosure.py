"""What may be shown without giving a small group away: suppression in tables, and a guard on filters.

Both are arithmetic on group sizes. They guard what can be had by adding and subtracting answers;
what they cannot know (what a reader learned elsewhere, who sits in which group) they do not guard.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.estimate import Caution

__all__ = ["Filter", "Group", "hidden_groups", "refused_filter", "telling_sums"]

Group = tuple[str, ...]
"""One slice: its value in each column sliced by."""

Filter = frozenset[Group]
"""Everyone in these atomic groups; atoms are the strata of the stored moments."""

Floats = npt.NDArray[np.float64]


def hidden_groups(sizes: Mapping[Group, Sequence[int]], minimum: int) -> frozenset[Group]:
    """Groups that must not be shown in a table of which every total may be known.

    A group is too small if any of its sizes (people, treated people, people compared with) lies
    between 1 and ``minimum - 1``. Hidden groups that share a total (of the table, of a row, a
    column, or any other margin) must be two or more and hold ``minimum`` people together in each
    size they have at all; the smallest neighbours are hidden until they do. Then no hidden group
    may be the solution of the equations that all margins and shown groups make together.

    Parameters
    ----------
    sizes
        One or more sizes per group; the first orders the neighbours.
    minimum
        Smallest number of people that may be shown.

    Raises
    ------
    DesignError
        If the minimum is below 1.

    Examples
    --------
    >>> sorted(hidden_groups({("north",): [40], ("south",): [9], ("east",): [3]}, 5))
    [('east',), ('south',)]
    """
    if minimum < 1:
        raise DesignError(f"The minimum parameter of hidden_groups must be >= 1. Got {minimum} instead.")
    table = {group: np.asarray(found, dtype=np.int64) for group, found in sizes.items() if found[0] > 0}
    hidden = {group for group, found in table.items() if _small(found, minimum)}
    margins = [margin for margin in _margins(list(table)) if not _small(sum(table[group] for group in margin), minimum)]
    while hidden and hidden != set(table):
        extra = _exposed(table, margins, hidden, minimum)
        if extra is None:
            break
        hidden.add(extra)
    return frozenset(hidden)


def _small(found: npt.ArrayLike, minimum: int) -> bool:
    sizes = np.asarray(found)
    return bool(((sizes > 0) & (sizes < minimum)).any())


def _margins(groups: list[Group]) -> list[list[Group]]:
    """Every set of groups whose total may be known: the whole, rows, columns, and so on."""
    width = len(groups[0]) if groups else 0
    found: dict[tuple[tuple[int, ...], Group], list[Group]] = {}
    for size in range(width):
        for columns in combinations(range(width), size):
            for group in groups:
                found.setdefault((columns, tuple(group[column] for column in columns)), []).append(group)
    return list(found.values())


def _exposed(
    table: Mapping[Group, npt.NDArray[np.int64]], margins: list[list[Group]], hidden: set[Group], minimum: int
) -> Group | None:
    """The next group to hide, or ``None`` if nothing hidden can be had."""
    for margin in margins:
        inside = [group for group in margin if group in hidden]
        total = sum((table[group] for group in inside), np.zeros(1, dtype=np.int64))
        if not inside or (len(inside) > 1 and not _small(total, minimum)):
            continue
        neighbour = _smallest(table, margin, hidden)
        if neighbour is not None:
            return neighbour
    order = sorted(hidden)
    known = np.array([[group in margin for group in order] for margin in map(set, margins)], dtype=np.float64)
    for group, solved in zip(order, _solved(known), strict=True):
        if solved:
            rows = sorted((margin for margin in margins if group in margin), key=len)
            neighbours = (_smallest(table, margin, hidden) for margin in rows)
            return next((found for found in neighbours if found is not None), None)
    return None


def _smallest(
    table: Mapping[Group, npt.NDArray[np.int64]], margin: Iterable[Group], hidden: set[Group]
) -> Group | None:
    shown = [group for group in margin if group not in hidden]
    return min(shown, key=lambda group: (int(table[group][0]), group), default=None)


def _solved(known: Floats) -> npt.NDArray[np.bool_]:
    """Which unknowns the equations ``known @ x`` determine: those whose unit vector they span."""
    _, values, right = np.linalg.svd(known, full_matrices=False)
    span = right[values > 1e-9 * max(1.0, values.max(initial=0.0))]
    return np.asarray(np.isclose((span**2).sum(axis=0), 1.0, atol=1e-9))


def refused_filter(
    asked: Filter, answered: Iterable[Filter], people: Mapping[Group, int], minimum: int
) -> Caution | None:
    """Why a filter must not be answered, or ``None`` if it may be.

    Refused is a filter that holds fewer than ``minimum`` people (but some), one that differs from
    an answered filter by fewer than ``minimum`` people on either side, and one with which sums and
    differences of all answered filters single out such a group: one class of atoms that no filter
    separates, or two together.

    It does not guard against larger combinations of classes, against filters answered to other
    people if their answers are shared, against the same filter over data of different days, nor
    against what is known from elsewhere. Keep the answered filters per reader and data fingerprint.

    Parameters
    ----------
    asked, answered
        Filters as sets of atomic groups.
    people
        People per atomic group.
    minimum
        Smallest number of people that may be told apart.

    Examples
    --------
    >>> people = {("a",): 20, ("b",): 30, ("c",): 2}
    >>> everyone = frozenset(people)
    >>> refused_filter(everyone - {("c",)}, [everyone], people, 5).code
    'filter-singles-out'
    """
    before = list(dict.fromkeys(answered))
    if asked in before:
        return None
    if 0 < _held(asked, people) < minimum:
        return Caution(code="too-few-to-show", text=f"Fewer than {minimum} people are in this selection.")
    if any(
        0 < _held(side, people) < minimum
        for other in before
        if asked & other
        for side in (asked - other, other - asked)
    ):
        return _singled_out(minimum)
    return _singled_out(minimum) if _spanned([*before, asked], people, minimum) else None


def telling_sums(sums: Iterable[Filter], people: Mapping[Group, int], minimum: int) -> frozenset[Filter]:
    """Sums of atomic groups that must not be shown, so that none of the small ones can be worked out.

    `hidden_groups` guards one table whose totals may all be known; this guards any set of sums shown side by side
    (a table, both its margins and its total, with empty cells known to be empty).

    Parameters
    ----------
    sums
        Everything that might be shown, each as the atoms it adds up.
    people
        People by atom, guarded too where they are small; an atom that is absent is known to be empty.
    minimum
        Smallest number of people that may be shown.

    Returns
    -------
    frozenset of Filter
        The sums to withhold: those that are small, and the fewest, smallest others that a greedy search finds.

    Examples
    --------
    >>> north, south = ("north",), ("south",)
    >>> both = frozenset({north, south})
    >>> sums = [both, frozenset({north}), frozenset({south})]
    >>> sorted(len(found) for found in telling_sums(sums, {north: 40, south: 3}, 5))
    [1, 1]
    """
    held = {found: _held(found, people) for found in sums}
    small = [found for found, size in held.items() if 0 < size < minimum]
    guarded = [*small, *(frozenset({atom}) for atom, size in people.items() if 0 < size < minimum)]
    shown = sorted(set(held) - set(small), key=lambda found: (held[found], sorted(found)))
    while _told(shown, guarded, people):
        without = ([other for other in shown if other is not found] for found in shown)
        shown = next((rest for rest in without if not _told(rest, guarded, people)), shown[1:])
    return frozenset(held) - frozenset(shown)


def _told(shown: Sequence[Filter], guarded: Sequence[Filter], people: Mapping[Group, int]) -> bool:
    """Whether any of the guarded sums is a combination of those shown."""
    if not shown:
        return False
    atoms = list(people)
    span = _span(np.array([[atom in found for atom in atoms] for found in shown], dtype=np.float64))
    wanted = ([index for index, atom in enumerate(atoms) if atom in found] for found in guarded)
    return any(_within(span, indices) for indices in wanted)


def _held(atoms: Filter, people: Mapping[Group, int]) -> int:
    return sum(people.get(atom, 0) for atom in atoms)


def _singled_out(minimum: int) -> Caution:
    text = f"Together with earlier answers this selection would tell fewer than {minimum} people apart. Widen it."
    return Caution(code="filter-singles-out", text=text)


def _spanned(filters: list[Filter], people: Mapping[Group, int], minimum: int) -> bool:
    """Whether sums and differences of the filters give a small class, or two that are small together."""
    classes: dict[tuple[bool, ...], int] = {}
    for atom, count in people.items():
        member = tuple(atom in found for found in filters)
        if any(member):
            classes[member] = classes.get(member, 0) + count
    members = [member for member, count in classes.items() if count]
    sizes = [classes[member] for member in members]
    span = _span(np.array(members, dtype=np.float64).T.reshape(len(filters), -1))
    small = [index for index, size in enumerate(sizes) if size < minimum]
    wanted = [[index] for index in small]
    wanted += [list(pair) for pair in combinations(small, 2) if sizes[pair[0]] + sizes[pair[1]] < minimum]
    return any(_within(span, indices) for indices in wanted)


def _span(sums: Floats) -> Floats:
    """Orthonormal rows that span everything that can be had by adding and subtracting the sums."""
    _, values, right = np.linalg.svd(sums)
    return np.asarray(right[: values.size][values > 1e-9 * max(1.0, values.max(initial=0.0))])


def _within(span: Floats, indices: list[int]) -> bool:
    """Whether the sum of these unit vectors lies in the span (rows orthonormal)."""
    inside = span[:, indices].sum(axis=1)
    return bool(np.isclose(inside @ inside, len(indices), atol=1e-9))
