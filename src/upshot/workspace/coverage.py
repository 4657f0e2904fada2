"""The coverage map: spend, hours and people by objective and initiative, and what is left without the other."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from upshot.errors import PanelError
from upshot.panel.build import audience
from upshot.plan import Plan
from upshot.plan.costs import cost_lines
from upshot.plan.initiatives import Initiative
from upshot.plan.objectives import Objective
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.questions import audience_day

__all__ = ["Coverage", "CoverageCell", "CoverageRow", "audience_sizes", "coverage_of"]

Letter = Literal["A", "B", "C", "D"]
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """One initiative, or one objective with all that serves it.

    Parameters
    ----------
    id, title
        As in the plan.
    spend, hours
        Money and hours of people's time, as planned; exact to the cent and the hundredth of an hour.
    unknown
        Cost lines without an amount; ``spend`` leaves them out.
    people
        People in the audience today, or expected where the roster cannot say; absent for an
        objective (one person may be in several audiences) and where withheld.
    grade
        Letter of the newest answer; absent where there is none, and for an objective.
    training
        False where the diagnosis ended without training.
    """

    id: str
    title: str
    spend: Decimal = Decimal(0)
    hours: Decimal = Decimal(0)
    unknown: tuple[str, ...] = ()
    people: int | None = None
    grade: Letter | None = None
    training: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCell:
    """What one initiative puts into one objective it serves: an equal part of its spend and hours for each.

    ``objective`` is ``None`` where the initiative serves nothing.
    """

    objective: str | None
    initiative: str
    spend: Decimal
    hours: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The plan's objectives and initiatives against each other.

    Parameters
    ----------
    currency
        Of every amount.
    objectives, initiatives
        In the plan's order.
    cells
        One for each objective an initiative serves, in the plan's order; their spend and hours add
        up to ``spend`` and ``hours`` exactly.
    orphans
        Initiatives that serve no objective.
    unserved
        Objectives that no initiative serves, neither they nor an objective below them.
    without_learning
        Objectives all of whose initiatives end without training.
    spend, hours
        Totals of the plan.
    """

    currency: str
    objectives: tuple[CoverageRow, ...]
    initiatives: tuple[CoverageRow, ...]
    cells: tuple[CoverageCell, ...]
    orphans: tuple[str, ...]
    unserved: tuple[str, ...]
    without_learning: tuple[str, ...]
    spend: Decimal
    hours: Decimal


def coverage_of(
    plan: Plan,
    workspace: Workspace | None = None,
    *,
    grades: Mapping[str, Letter] | None = None,
    disclosure: Disclosure | None = None,
    people: Mapping[str, int | None] | None = None,
) -> Coverage:
    """Lay a plan's spend, hours and people over its objectives.

    Parameters
    ----------
    workspace
        Whose roster counts the audiences and whose kept answers give the grades; without one the
        people are those the plan expects.
    grades
        Letters by initiative, in place of the kept answers'.
    disclosure
        The reader's gate for counts of people.
    people
        From `audience_sizes`, where they were counted already.
    """
    gate = disclosure or Disclosure()
    known = grades if grades is not None else _kept_grades(plan, workspace)
    sizes = audience_sizes(plan, workspace) if people is None else people
    rows = {
        item.id: _initiative(plan, item, gate.count(sizes[item.id]), known.get(item.id)) for item in plan.initiatives
    }
    cells = tuple(cell for item in plan.initiatives for cell in _cells(item, rows[item.id]))
    return Coverage(
        currency=plan.currency,
        objectives=tuple(_objective(item, cells) for item in plan.objectives),
        initiatives=tuple(rows.values()),
        cells=cells,
        orphans=tuple(item.id for item in plan.initiatives if not item.serves),
        unserved=_unserved(plan),
        without_learning=_without_learning(plan),
        spend=sum((row.spend for row in rows.values()), Decimal(0)),
        hours=sum((row.hours for row in rows.values()), Decimal(0)),
    )


def _exact(amounts: Iterable[float | None]) -> Decimal:
    """The sum of amounts, each to the hundredth."""
    known = (Decimal(repr(amount)) for amount in amounts if amount is not None)
    return sum((amount.quantize(_CENT, ROUND_HALF_EVEN) for amount in known), Decimal(0))


def _initiative(plan: Plan, item: Initiative, people: int | None, grade: Letter | None) -> CoverageRow:
    lines = cost_lines(plan, item)
    return CoverageRow(
        id=item.id,
        title=item.title or item.id,
        spend=_exact(line.amount for line in lines),
        hours=_exact(line.hours for line in lines),
        unknown=tuple(line.item for line in lines if line.amount is None),
        people=people,
        grade=grade,
        training=item.is_training,
    )


def _cells(item: Initiative, row: CoverageRow) -> list[CoverageCell]:
    served: tuple[str | None, ...] = item.serves or (None,)
    spends, hours = _split(row.spend, len(served)), _split(row.hours, len(served))
    return [
        CoverageCell(objective=name, initiative=item.id, spend=spend, hours=time)
        for name, spend, time in zip(served, spends, hours, strict=True)
    ]


def _split(total: Decimal, parts: int) -> list[Decimal]:
    """Equal parts to the hundredth; what is left over goes to the first, a hundredth each.

    Examples
    --------
    >>> [str(part) for part in _split(Decimal("100.00"), 3)]
    ['33.34', '33.33', '33.33']
    """
    cents = int(total / _CENT)
    even, left = divmod(cents, parts)
    return [(even + (part < left)) * _CENT for part in range(parts)]


def _objective(item: Objective, cells: Iterable[CoverageCell]) -> CoverageRow:
    own = [cell for cell in cells if cell.objective == item.id]
    return CoverageRow(
        id=item.id,
        title=item.statement,
        spend=sum((cell.spend for cell in own), Decimal(0)),
        hours=sum((cell.hours for cell in own), Decimal(0)),
    )


def _unserved(plan: Plan) -> tuple[str, ...]:
    covered = {name for item in plan.initiatives for name in item.serves}
    above = {item.id: item.parent for item in plan.objectives}
    for name in list(covered):
        seen: set[str] = set()
        parent = above.get(name)
        while parent is not None and parent not in seen:
            seen.add(parent)
            covered.add(parent)
            parent = above.get(parent)
    return tuple(item.id for item in plan.objectives if item.id not in covered)


def _without_learning(plan: Plan) -> tuple[str, ...]:
    serving = {goal.id: [item for item in plan.initiatives if goal.id in item.serves] for goal in plan.objectives}
    return tuple(name for name, items in serving.items() if items and not any(item.is_training for item in items))


def audience_sizes(plan: Plan, workspace: Workspace | None) -> dict[str, int | None]:
    """People in each audience by the roster, not yet through a gate; as expected where there is no roster."""
    found = {item.id: item.audience.expected_size if item.is_training else None for item in plan.initiatives}
    if workspace is None:
        return found
    connection = workspace.lake().connect()
    try:
        connection.execute("CREATE TEMP TABLE people AS SELECT * FROM main.people")  # read once for all audiences
        row = connection.execute("SELECT count(*) FROM people").fetchone()
        for item in plan.initiatives if row and row[0] else ():
            if item.is_training:
                try:
                    found[item.id] = audience(connection, item, audience_day(plan, item)).rows_kept
                except PanelError:
                    found[item.id] = 0
    finally:
        connection.close()
    return found


def _kept_grades(plan: Plan, workspace: Workspace | None) -> dict[str, Letter]:
    """Letters of the answers kept beside the plan."""
    letters: dict[str, Letter] = {}
    for item in plan.initiatives if workspace is not None else ():
        path = workspace.root / "answers" / f"{item.id}.json" if workspace else None
        if path is not None and path.is_file():
            letter = json.loads(path.read_text(encoding="utf-8")).get("grade", {}).get("letter")
            if letter in ("A", "B", "C", "D"):
                letters[item.id] = letter
    return letters
