"""A course as its package describes it: units to launch, in blocks, and every unit's place in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from upshot.xapi.cmi5 import MoveOn

__all__ = ["Block", "Course", "Unit", "course_from_plain", "course_to_plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Something that is launched: an assignable unit of cmi5, or a SCO of SCORM.

    Parameters
    ----------
    id
        The publisher's identifier.
    title
        Its title in the first language given.
    url
        Where it starts: an address, or a path inside the package, with its query.
    move_on
        What it asks before it counts as done.
    mastery
        The scaled score from which it is passed; None where the package sets none.
    own_window
        Whether it insists on a window of its own.
    parameters
        Handed to the unit as they stand.
    entitlement
        A key from the publisher, handed over too.
    kind
        The activity type its publisher gives it.
    """

    id: str
    title: str
    url: str
    move_on: MoveOn = MoveOn.NOTHING
    mastery: float | None = None
    own_window: bool = False
    parameters: str = ""
    entitlement: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Units and blocks that belong together."""

    id: str
    title: str
    parts: tuple["Unit | Block", ...]

    @property
    def units(self) -> Iterator[Unit]:
        """Every unit in it, in the order of the package."""
        for part in self.parts:
            if isinstance(part, Block):
                yield from part.units
            else:
                yield part

    @property
    def blocks(self) -> Iterator["Block"]:
        """Every block in it, inner ones before those that hold them."""
        for part in self.parts:
            if isinstance(part, Block):
                yield from part.blocks
                yield part


@dataclass(frozen=True, slots=True)
class Course:
    """A whole course: ``root`` holds everything, and its id and title are the course's own."""

    root: Block
    description: str = ""

    @property
    def units(self) -> tuple[Unit, ...]:
        """Every unit, by its place."""
        return tuple(self.root.units)


def course_to_plain(course: Course) -> dict[str, Any]:
    """The course as plain values, to be kept as JSON."""
    return {"description": course.description, "root": _plain(course.root)}


def _plain(part: Unit | Block) -> dict[str, Any]:
    if isinstance(part, Block):
        return {"id": part.id, "title": part.title, "parts": [_plain(inner) for inner in part.parts]}
    return {name: getattr(part, name) for name in Unit.__dataclass_fields__}


def course_from_plain(plain: Mapping[str, Any]) -> Course:
    """The course that :func:`course_to_plain` wrote.

    Examples
    --------
    >>> course = Course(Block("urn:c", "Course", (Unit(id="urn:u", title="Unit", url="a.html"),)))
    >>> course_from_plain(course_to_plain(course)) == course
    True
    """
    root = _part(plain["root"])
    if not isinstance(root, Block):
        raise TypeError("A course's root is a block.")
    return Course(root, str(plain["description"]))


def _part(plain: Mapping[str, Any]) -> Unit | Block:
    if "parts" in plain:
        return Block(plain["id"], plain["title"], tuple(_part(inner) for inner in plain["parts"]))
    return Unit(**{**plain, "move_on": MoveOn(plain["move_on"])})
