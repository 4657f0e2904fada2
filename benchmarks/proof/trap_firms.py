"""Firms with a trap in them: what was drawn, what is true, and what the plan says about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from upshot.impact.design import Design
from upshot.impact.moments import Floats, Integers

from .firms import NEVER, Firm, a_noise, event_time, starts_by_lot

__all__ = ["BLIND", "TRAPS", "Trap", "Trapped"]

PEOPLE, PERIODS, START = 600, 12, 7
AFTER = np.arange(1, PERIODS + 1) >= START


@dataclass(frozen=True, slots=True, kw_only=True)
class Trapped:
    """One firm.

    Parameters
    ----------
    firm
        As recorded.
    truth
        Effect of the programme on those who started.
    others
        Starts of other initiatives, where they are on record.
    bystanders
        Whether untrained colleagues are on record beside their teams' starts.
    """

    firm: Firm
    truth: float
    others: Mapping[str, Integers] = field(default_factory=dict)
    bystanders: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """A way to be fooled.

    Parameters
    ----------
    name, story
        What the table calls it, and what happened in the firm.
    draw
        One firm.
    design
        The question as the plan puts it.
    sees
        Whether these data hold the trap: ``refuses`` or doubts it, ``solves`` it, or is ``blind``.
    """

    name: str
    story: str
    draw: Callable[[np.random.Generator], Trapped]
    design: Design
    sees: Literal["refuses", "solves", "blind"]


def _kpi(rng: np.random.Generator, n: int = PEOPLE, carry: float = 0.3) -> Floats:
    return 10 + a_noise(rng, n, PERIODS, carry=carry)


def _start(treated: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], date: int = START) -> Integers:
    return np.where(treated, date, NEVER).astype(np.int64)


def _half(rng: np.random.Generator, n: int = PEOPLE) -> Integers:
    return starts_by_lot(rng, n, (START, NEVER))


def _plain(rng: np.random.Generator) -> Trapped:
    start = starts_by_lot(rng, PEOPLE, (START, START + 2, NEVER))
    return Trapped(firm=Firm(outcome=_kpi(rng) + 0.5 * (event_time(start, PERIODS) >= 0), start=start), truth=0.5)


def _rising_volunteers(rng: np.random.Generator) -> Trapped:
    slope = rng.normal(scale=0.15, size=PEOPLE)
    keen = rng.uniform(size=PEOPLE) < 1 / (1 + np.exp(-slope / 0.05))
    outcome = _kpi(rng) + slope[:, None] * np.arange(PERIODS)
    return Trapped(firm=Firm(outcome=outcome, start=_start(keen)), truth=0.0)


def _worst_sent(rng: np.random.Generator) -> Trapped:
    outcome = _kpi(rng, carry=0.6)
    recent = outcome[:, START - 3 : START - 1].mean(axis=1)
    return Trapped(firm=Firm(outcome=outcome, start=_start(recent < np.quantile(recent, 1 / 3))), truth=0.0)


def _picked_on_average(rng: np.random.Generator) -> Trapped:
    """Picked on the average of the KPI itself over the whole time before, part luck: it fades after the start."""
    outcome = 10 + a_noise(rng, PEOPLE, PERIODS, person=0.5)
    level = outcome[:, : START - 1].mean(axis=1)
    return Trapped(firm=Firm(outcome=outcome, start=_start(level < np.quantile(level, 1 / 3))), truth=0.0)


def _best_sent(rng: np.random.Generator) -> Trapped:
    """Picked on a talent that lasts, so trends stay common."""
    talent = rng.normal(size=PEOPLE)
    outcome = _kpi(rng) + talent[:, None] + 0.05 * np.arange(PERIODS)
    start = _start(talent + 0.3 * rng.normal(size=PEOPLE) > 0.3)
    return Trapped(firm=Firm(outcome=outcome + 0.5 * (event_time(start, PERIODS) >= 0), start=start), truth=0.5)


def _leavers(rng: np.random.Generator) -> Trapped:
    outcome, start = _kpi(rng), _half(rng)
    weak = outcome[:, : START - 1].mean(axis=1) < 10
    hazard = np.where((start == START) & weak, 0.12, 0.02)[:, None] * AFTER
    gone = np.cumsum(rng.uniform(size=outcome.shape) < hazard, axis=1) > 0
    return Trapped(firm=Firm(outcome=outcome, start=start, seen=~gone), truth=0.0)


def _season(rng: np.random.Generator) -> Trapped:
    start = starts_by_lot(rng, PEOPLE, (START, START + 2, NEVER))
    season = 3 * np.clip(np.sin((np.arange(PERIODS) - 4) * np.pi / 8), 0, None)
    outcome = _kpi(rng) + season + 0.5 * (event_time(start, PERIODS) >= 0)
    return Trapped(firm=Firm(outcome=outcome, start=start), truth=0.5)


def _two_at_once(rng: np.random.Generator) -> Trapped:
    start = _half(rng)
    reached = rng.uniform(size=PEOPLE) < np.where(start == START, 0.8, 0.1)
    other = np.where(reached, START, NEVER)
    outcome = _kpi(rng) + 0.8 * (event_time(other, PERIODS) >= 0)
    return Trapped(firm=Firm(outcome=outcome, start=start), truth=0.0, others={"new bonus": other})


def _unrecorded_other(rng: np.random.Generator) -> Trapped:
    return replace(_two_at_once(rng), others={})


def _spillover(rng: np.random.Generator) -> Trapped:
    """Half of each of two thirds of 60 teams start; their colleagues pick up half of it."""
    team = np.repeat(np.arange(60), 10)
    trained_team = rng.permutation(60)[team] < 40
    start = _start(trained_team & (np.tile(np.arange(10), 60) < 5))
    shared = a_noise(rng, 60, PERIODS, carry=0.3, person=0.5, noise=0.2)[team]
    gain = np.where(start == START, 1.0, np.where(trained_team, 0.5, 0.0))
    outcome = _kpi(rng) + shared + gain[:, None] * AFTER
    return Trapped(firm=Firm(outcome=outcome, start=start, team=team), truth=1.0, bystanders=True)


def _unrecorded_teams(rng: np.random.Generator) -> Trapped:
    found = _spillover(rng)
    return replace(found, firm=replace(found.firm, team=None), bystanders=False)


def _everyone(rng: np.random.Generator) -> Trapped:
    outcome = _kpi(rng) + 0.2 * np.arange(PERIODS)
    return Trapped(firm=Firm(outcome=outcome, start=np.full(PEOPLE, START)), truth=0.0)


def _dip(rng: np.random.Generator) -> Trapped:
    """Those who know they will be trained put work off until after: a dip, then back to normal."""
    start = _half(rng)
    outcome = _kpi(rng) - 1.0 * (event_time(start, PERIODS) == -1)
    return Trapped(firm=Firm(outcome=outcome, start=start), truth=0.0)


def _new_definition(rng: np.random.Generator) -> Trapped:
    start = starts_by_lot(rng, PEOPLE, (START, START + 2, NEVER))
    outcome = _kpi(rng) + 2.0 * AFTER + 0.5 * (event_time(start, PERIODS) >= 0)
    return Trapped(firm=Firm(outcome=outcome, start=start), truth=0.5)


def _definition_with_training(rng: np.random.Generator) -> Trapped:
    start = _half(rng)
    outcome = _kpi(rng) + 0.8 * (event_time(start, PERIODS) >= 0)
    return Trapped(firm=Firm(outcome=outcome, start=start), truth=0.0)


def _broken_lot(rng: np.random.Generator) -> Trapped:
    """The plan dealt the halves by lot; managers then traded their strugglers in."""
    outcome, start = _kpi(rng), _half(rng)
    level = outcome[:, : START - 1].mean(axis=1)
    waiting, chosen = np.flatnonzero(start == NEVER), np.flatnonzero(start == START)
    swap = 60
    weak, strong = waiting[np.argsort(level[waiting])[:swap]], chosen[np.argsort(-level[chosen])[:swap]]
    start[weak], start[strong] = START, NEVER
    return Trapped(firm=Firm(outcome=outcome, start=start), truth=0.0)


def _small_and_drifting(rng: np.random.Generator) -> Trapped:
    start = _half(rng, 60)
    drift = 0.06 * (start == START)[:, None] * np.arange(PERIODS)
    return Trapped(firm=Firm(outcome=_kpi(rng, 60) + drift, start=start), truth=0.0)


def _own_season(rng: np.random.Generator) -> Trapped:
    """Those who started sell in a season that had not come round before they did."""
    start = _half(rng)
    peak = np.where(start == START, 1.5, 0.5)[:, None] * (np.arange(1, PERIODS + 1) >= 9)
    return Trapped(firm=Firm(outcome=_kpi(rng) + peak, start=start), truth=0.0)


def _hawthorne(rng: np.random.Generator) -> Trapped:
    """Being watched, not what was taught, lifts the KPI of those who started."""
    start = _half(rng)
    since = event_time(start, PERIODS)
    return Trapped(
        firm=Firm(outcome=_kpi(rng) + 0.6 * (since >= 0) * 0.8 ** np.maximum(since, 0), start=start), truth=0.0
    )


_LOT = Design(
    assignment="random",
    registration="as-planned",
    planned_shares=((START, 0.5), (None, 0.5)),
    outcome="the KPI",
)
_WAVES = replace(_LOT, planned_shares=((START, 1.0), (START + 2, 1.0), (None, 1.0)))
_MANAGED = Design(assignment="managed", registration="as-planned", outcome="the KPI")

_SEEN: tuple[Trap, ...] = (
    Trap(
        name="no trap, by lot",
        story="Waves by lot, an effect of a half; nothing is wrong.",
        draw=_plain,
        design=_WAVES,
        sees="solves",
    ),
    Trap(
        name="no trap, managed",
        story="The same firm; the plan says that managers chose.",
        draw=_plain,
        design=_MANAGED,
        sees="solves",
    ),
    Trap(
        name="volunteers already rising",
        story="The keen were improving anyway; the plan calls it managed.",
        draw=_rising_volunteers,
        design=_MANAGED,
        sees="refuses",
    ),
    Trap(
        name="volunteers, said to be",
        story="The same firm; the plan says that people volunteered.",
        draw=_rising_volunteers,
        design=replace(_MANAGED, assignment="voluntary"),
        sees="refuses",
    ),
    Trap(
        name="the worst are sent",
        story="The lowest third of the last two readings goes; chance brings them back.",
        draw=_worst_sent,
        design=_MANAGED,
        sees="refuses",
    ),
    Trap(
        name="the best are sent",
        story="Lasting talent is picked; trends are common.",
        draw=_best_sent,
        design=_MANAGED,
        sees="solves",
    ),
    Trap(
        name="leavers",
        story="By lot; after the start the weak leave the treated side.",
        draw=_leavers,
        design=_LOT,
        sees="refuses",
    ),
    Trap(
        name="seasonal launch",
        story="Waves by lot begin as the high season does.",
        draw=_season,
        design=_WAVES,
        sees="solves",
    ),
    Trap(
        name="two initiatives at once",
        story="A bonus came with the training and is on record.",
        draw=_two_at_once,
        design=_MANAGED,
        sees="refuses",
    ),
    Trap(
        name="spillover within teams",
        story="Colleagues pick up half of it; teams are on record.",
        draw=_spillover,
        design=_MANAGED,
        sees="refuses",
    ),
    Trap(
        name="everyone at once",
        story="The KPI rises anyway; all start in one month.",
        draw=_everyone,
        design=replace(_MANAGED, assignment="everyone"),
        sees="refuses",
    ),
    Trap(
        name="dip before the start",
        story="Work is put off until after the course.",
        draw=_dip,
        design=_MANAGED,
        sees="refuses",
    ),
    Trap(
        name="dip before the start, by lot",
        story="The same, where the plan drew a lot.",
        draw=_dip,
        design=_LOT,
        sees="refuses",
    ),
    Trap(
        name="KPI redefined for all at launch",
        story="A new definition adds two to everybody.",
        draw=_new_definition,
        design=_WAVES,
        sees="solves",
    ),
    Trap(
        name="lot undone by managers",
        story="A lot on paper; strugglers were traded in.",
        draw=_broken_lot,
        design=_LOT,
        sees="refuses",
    ),
    Trap(
        name="small firm with a drift",
        story="Sixty people, a drift too small to be seen.",
        draw=_small_and_drifting,
        design=_MANAGED,
        sees="refuses",
    ),
)

BLIND: tuple[Trap, ...] = (
    Trap(
        name="an initiative nobody recorded",
        story="The bonus again, on no record.",
        draw=_unrecorded_other,
        design=_MANAGED,
        sees="blind",
    ),
    Trap(
        name="spillover, teams not recorded",
        story="The same firm without team names.",
        draw=_unrecorded_teams,
        design=_MANAGED,
        sees="blind",
    ),
    Trap(
        name="KPI redefined for the trained",
        story="The new system came with the course.",
        draw=_definition_with_training,
        design=_LOT,
        sees="blind",
    ),
    Trap(
        name="a season of their own",
        story="The trained side has a peak that no earlier reading shows.",
        draw=_own_season,
        design=_MANAGED,
        sees="blind",
    ),
    Trap(
        name="being watched",
        story="Attention, not the course, lifts the trained for a while.",
        draw=_hawthorne,
        design=_LOT,
        sees="blind",
    ),
    Trap(
        name="picked on the KPI's average",
        story="The lowest third over all months before goes; the way back to the mean begins only after.",
        draw=_picked_on_average,
        design=_MANAGED,
        sees="blind",
    ),
)

TRAPS: tuple[Trap, ...] = (*_SEEN, *BLIND)
