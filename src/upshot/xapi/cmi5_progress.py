"""How far a registration has come: which units count as done, and which blocks that satisfies."""

from dataclasses import dataclass, replace

from upshot.xapi.cmi5 import COMPLETED, PASSED, WAIVED, MoveOn
from upshot.xapi.cmi5_course import Block, Course, Unit

__all__ = ["Progress", "after", "done", "newly_satisfied"]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a registration holds: units by their place, and the ids of blocks (or the course) already satisfied."""

    completed: frozenset[int] = frozenset()
    passed: frozenset[int] = frozenset()
    waived: frozenset[int] = frozenset()
    satisfied: frozenset[str] = frozenset()


def after(progress: Progress, verb: str, place: int) -> Progress:
    """The progress once a unit was completed, passed or waived; any other verb changes nothing.

    Examples
    --------
    >>> sorted(after(Progress(), COMPLETED, 3).completed)
    [3]
    """
    if verb == COMPLETED:
        return replace(progress, completed=progress.completed | {place})
    if verb == PASSED:
        return replace(progress, passed=progress.passed | {place})
    if verb == WAIVED:
        return replace(progress, waived=progress.waived | {place})
    return progress


def done(unit: Unit, place: int, progress: Progress) -> bool:
    """Whether a unit counts as done: it was waived, or what its ``moveOn`` asks for has happened."""
    completed, passed = place in progress.completed, place in progress.passed
    return (
        place in progress.waived
        or {
            MoveOn.NOTHING: True,
            MoveOn.COMPLETED: completed,
            MoveOn.PASSED: passed,
            MoveOn.BOTH: completed and passed,
            MoveOn.EITHER: completed or passed,
        }[unit.move_on]
    )


def newly_satisfied(course: Course, progress: Progress) -> tuple[Block, ...]:
    """Blocks that are satisfied now and were not before, inner ones first, the course itself last."""
    places = {id(unit): place for place, unit in enumerate(course.units)}
    return tuple(
        block
        for block in (*course.root.blocks, course.root)
        if block.id not in progress.satisfied and all(done(unit, places[id(unit)], progress) for unit in block.units)
    )
