"""Item statistics: how a step's answers are spread, how hard it is, whether it tells people apart, how long it takes.

First attempts are what is measured; each person counts once, with their first visit to a step.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import median

from upshot.workspace.disclosing import Disclosure

__all__ = ["ENOUGH", "Given", "Item", "Spread", "discrimination", "items_of", "spread"]

ENOUGH = 20
"""People below which a correlation says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One answer, under the ids of today; ``person`` tells people apart and is never shown."""

    person: str
    attempt: int
    first: bool
    version: int
    step: str
    choice: str
    visit: int
    success: bool | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """People by answer and version, as far as they may be shown; ``None`` stands for withheld.

    Parameters
    ----------
    people
        Everybody who answered the step for the first time.
    totals
        By choice.
    versions
        By version.
    cells
        By version and choice.
    """

    people: int | None
    totals: Mapping[str, int | None]
    versions: Mapping[int, int | None]
    cells: Mapping[tuple[int, str], int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is known of one step; what may not be shown, or cannot be told, is absent.

    Parameters
    ----------
    spread
        How first answers are spread.
    right
        Share of people whose first answer was a best one.
    right_later
        The same in people's newest attempt, for those who came back.
    discrimination
        Correlation between being right here and the share right elsewhere in the same attempt.
    seconds
        Median time to a first answer.
    """

    step: str
    spread: Spread
    right: float | None = None
    right_later: float | None = None
    came_back: int | None = None
    discrimination: float | None = None
    seconds: float | None = None


@dataclass(slots=True)
class _Answers:
    first: list[Given] = field(default_factory=list)
    later: dict[str, Given] = field(default_factory=dict)


def spread(answers: Iterable[Given], disclosure: Disclosure) -> Spread:
    """People by choice and version; what is withheld cannot be worked out from what is shown."""
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    for one in answers:
        counts[str(one.version), one.choice] += 1
    everybody = frozenset(counts)
    versions, choices = (
        {name: frozenset(cell for cell in counts if cell[at] == name) for name in dict.fromkeys(c[at] for c in counts)}
        for at in (0, 1)
    )
    cells = {cell: frozenset({cell}) for cell in counts}
    shown = disclosure.sums([everybody, *choices.values(), *versions.values(), *cells.values()], counts)
    return Spread(
        people=shown[everybody],
        totals={choice: shown[line] for choice, line in choices.items()},
        versions={int(version): shown[line] for version, line in versions.items()},
        cells={(int(version), choice): shown[line] for (version, choice), line in cells.items()},
    )


def items_of(answers: Iterable[Given], disclosure: Disclosure) -> dict[str, Item]:
    """Statistics by step; turned pages are no answers and must not be among them."""
    by_step: dict[str, _Answers] = defaultdict(_Answers)
    first = list[Given]()
    for one in answers:
        if one.visit != 1:
            continue
        if one.first:
            by_step[one.step].first.append(one)
            first.append(one)
        else:
            kept = by_step[one.step].later.get(one.person)
            if kept is None or one.attempt > kept.attempt:
                by_step[one.step].later[one.person] = one
    told = discrimination(first)
    return {step: _item(step, found, told.get(step), disclosure) for step, found in by_step.items()}


def _item(step: str, answers: _Answers, told: float | None, disclosure: Disclosure) -> Item:
    found = spread(answers.first, disclosure)
    if found.people is None:
        return Item(step=step, spread=found)
    times = [one.seconds for one in answers.first if one.seconds is not None]
    later = list(answers.later.values())
    return Item(
        step=step,
        spread=found,
        right=_share(answers.first, disclosure) if _shows_best(answers.first, found) else None,
        right_later=_share(later, disclosure),
        came_back=disclosure.count(len(later)) or None,
        discrimination=told,
        seconds=median(times) if times and not disclosure.small(len(times)) else None,
    )


def _shows_best(answers: Sequence[Given], found: Spread) -> bool:
    """Whether the count of every best answer is shown: else the share right would give a withheld count away."""
    return all(found.totals[one.choice] is not None for one in answers if one.success)


def _share(answers: Sequence[Given], disclosure: Disclosure) -> float | None:
    """Share right among those who can be; withheld where few are right or few are wrong."""
    judged = [one for one in answers if one.success is not None]
    right = sum(one.success is True for one in judged)
    if not judged or disclosure.small(right) or disclosure.small(len(judged) - right):
        return None
    return None if disclosure.small(len(judged)) else right / len(judged)


def discrimination(first: Sequence[Given]) -> dict[str, float]:
    """Correlation of each step with the share right in the rest of the attempt; steps it can be told of.

    The step itself is left out of the rest, so that a short scenario does not correlate with itself. The value is
    kept to one decimal: finer differences are noise, and would say more of single people.
    """
    attempts: dict[int, dict[str, bool]] = defaultdict(dict)
    for one in first:
        if one.success is not None:
            attempts[one.attempt][one.step] = one.success
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for steps in attempts.values():
        right = sum(steps.values())
        for step, success in steps.items():
            if len(steps) > 1:
                pairs[step].append((float(success), (right - success) / (len(steps) - 1)))
    found = {step: _correlation(known) for step, known in pairs.items() if len(known) >= ENOUGH}
    return {step: round(value, 1) for step, value in found.items() if value is not None}


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    n = len(pairs)
    mean_x, mean_y = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    xx = sum((x - mean_x) ** 2 for x, _ in pairs)
    yy = sum((y - mean_y) ** 2 for _, y in pairs)
    if xx == 0 or yy < 1e-12:
        return None
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sqrt(xx * yy)
