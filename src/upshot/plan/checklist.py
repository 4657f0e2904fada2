"""Checklists of observers (`upshot-checklist/1`): what is looked at, how each level looks, what an observation says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from upshot.plan.decode import Found
from upshot.plan.objectives import Id
from upshot.plan.sheets import load
from upshot.plan.values import AtLeast, Between

__all__ = ["FORMAT", "Checklist", "Item", "Seen", "parse_checklist", "seen"]

FORMAT = "upshot-checklist/1"
HALF = 0.5
"""Share of the weight that must have been seen for an observation to say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing an observer looks at."""

    id: Annotated[Id, "Name of the item; keep it when the words change."]
    text: Annotated[str, "What the person does, so that somebody could see it."]
    anchors: Annotated[tuple[str, ...], "How each level looks, from the lowest (0) up; two at least."]
    weight: Annotated[float, AtLeast(0), "How much it counts beside the others."] = 1.0
    at_least: Annotated[int | None, AtLeast(0), "Level below which it is not signed, whatever the rest."] = None

    @property
    def top(self) -> int:
        """The highest level."""
        return len(self.anchors) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """What an observer looks at, item by item."""

    format: Annotated[str, "`upshot-checklist/1`."]
    id: Annotated[Id, "Name of the checklist."]
    title: Annotated[str, "How it is printed."]
    items: Annotated[tuple[Item, ...], "What is looked at, in order."]
    about: Annotated[str | None, "What is observed, and how."] = None
    min_scaled: Annotated[float | None, Between(0, 1), "Scaled score from which it is signed; default none."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one observation says.

    Parameters
    ----------
    scaled
        Weighted mean of level over highest level, of the items that could be seen; ``None`` where less than half of
        the weight was.
    short
        Items below the level they must reach.
    unseen
        Items that could not be seen.
    enough
        Whether it may be signed.
    """

    scaled: float | None
    short: tuple[Item, ...]
    unseen: tuple[Item, ...]
    enough: bool


def parse_checklist(text: str | bytes, file: str | None = None) -> Checklist:
    """Read a checklist.

    Raises
    ------
    InputError
        With every problem found, each with its line.

    Examples
    --------
    >>> found = parse_checklist('''
    ... format: upshot-checklist/1
    ... id: opening
    ... title: The opening
    ... items: [{id: asks, text: Asks first, anchors: [Tells first, Asks one question, Asks until it is clear]}]
    ... ''')
    >>> found.items[0].top
    2
    """
    return load(text, Checklist, FORMAT, file=file, rules=_broken)


def seen(checklist: Checklist, levels: Mapping[str, int | None], min_scaled: float | None = None) -> Seen:
    """Score an observation.

    Parameters
    ----------
    levels
        Item to level; ``None`` or absent where it could not be seen.
    min_scaled
        What the plan asks for; it takes the place of the checklist's own where it is given.

    Examples
    --------
    >>> item = Item(id="asks", text="Asks first", anchors=("Tells", "Asks once", "Asks until clear"))
    >>> found = seen(Checklist(format=FORMAT, id="o", title="O", items=(item,), min_scaled=0.6), {"asks": 1})
    >>> found.scaled, found.enough
    (0.5, False)
    """
    rated = [(item, level) for item in checklist.items if (level := levels.get(item.id)) is not None]
    unseen = tuple(item for item in checklist.items if levels.get(item.id) is None)
    weight, whole = sum(item.weight for item, _ in rated), sum(item.weight for item in checklist.items)
    scaled = None
    if weight > 0 and weight >= HALF * whole:
        scaled = sum(item.weight * level / item.top for item, level in rated) / weight
    short = tuple(item for item, level in rated if item.at_least is not None and level < item.at_least)
    needed = checklist.min_scaled if min_scaled is None else min_scaled
    reached = scaled is not None and (needed is None or scaled >= needed - 1e-9)
    return Seen(scaled=scaled, short=short, unseen=unseen, enough=reached and not short)


def _broken(checklist: Checklist) -> Iterator[Found]:
    if not checklist.items:
        yield Found(path=("items",), code="no-items", text="The checklist has no items.", fix="Add one at least.")
    if checklist.items and not any(item.weight > 0 for item in checklist.items):
        text = "No item counts: every weight is 0."
        yield Found(path=("items",), code="no-weight", text=text, fix="Give one item a weight above 0.")
    known: set[str] = set()
    for at, item in enumerate(checklist.items):
        yield from _broken_item(item, ("items", at), known)
        known.add(item.id)


def _broken_item(item: Item, path: tuple[str | int, ...], known: set[str]) -> Iterator[Found]:
    if item.id in known:
        text = f"Two items are called {item.id!r}."
        yield Found(path=(*path, "id"), code="same-id", text=text, fix="Give each item its own id.")
    if len(item.anchors) < 2:
        text = "An item needs two anchors at least: how it looks when it is not done, and when it is."
        yield Found(path=(*path, "anchors"), code="few-anchors", text=text, fix="Describe each level in words.")
    if len({anchor.strip().casefold() for anchor in item.anchors}) < len(item.anchors):
        text = "Two levels have the same anchor, so nobody could tell them apart."
        yield Found(path=(*path, "anchors"), code="same-anchor", text=text, fix="Say how the higher one looks.")
    if item.at_least is not None and item.at_least > max(item.top, 0):
        text = f"There is no level {item.at_least}: the highest is {max(item.top, 0)}."
        yield Found(path=(*path, "at_least"), code="no-level", text=text, fix="Name a level that has an anchor.")
