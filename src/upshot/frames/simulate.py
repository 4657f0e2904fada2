"""Simulated data for tests, pages and notebooks: true effects known, faults planted only on request."""

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from upshot.errors import DesignError
from upshot.periods import label, parse_label

__all__ = ["simulate_experiment", "simulate_rollout"]

Floats: TypeAlias = npt.NDArray[np.float64]

_WIN_RATE = 0.3


def simulate_rollout(
    n: int = 600,
    *,
    periods: int = 12,
    first: str = "2025-01",
    waves: Sequence[str] = ("2025-07", "2025-09", "2025-11"),
    never_share: float = 0.25,
    effect: float = 1.0,
    growth: float = 0.0,
    rate_effect: float = 0.05,
    volunteers: float = 0.0,
    team_size: int = 10,
    cross_section: bool = False,
    seed: int = 20260101,
) -> pa.Table:
    """Simulate a programme rolled out to teams in waves, with the true effect known.

    Sales of person i in month t are: a person's level (sd 1) + a team's level (sd 0.5) + a season
    (amplitude 0.5) + 0.05 t + the effect + noise (sd 1). The effect is ``effect + growth · e``, e
    months after the start (0 in the first). Teams are drawn into waves, and region has nothing to
    do with it, so comparing with those who wait is right, unless ``volunteers`` is set.

    Parameters
    ----------
    n
        People, in whole teams of ``team_size`` (the last may be smaller).
    periods, first
        Number of months and the first of them, ``YYYY-MM``.
    waves
        Start months; teams are dealt to them and to "never" at random.
    never_share
        Share of teams that never start, in [0, 1].
    effect, growth
        Effect on sales in the first month, and what each later month adds.
    rate_effect
        Effect on the chance that an offer is won, which is 0.3 without it.
    volunteers
        Fault to plant: how much more, a month, those who will start rise anyway (0: none).
    team_size
        People in a team.
    cross_section
        New people every month: ``person`` is then different in every row.
    seed
        Seed of every draw.

    Returns
    -------
    pyarrow.Table
        One row a person and month: ``person, team, region, month, started`` (null: never),
        ``sales, offers, won``.

    Raises
    ------
    DesignError
        If a share is outside [0, 1], there are no people, periods or teams to deal, or a wave lies
        outside the months.

    Examples
    --------
    >>> rows = simulate_rollout(n=20, periods=3, waves=("2025-02",))
    >>> rows.num_rows, rows.column_names
    (60, ['person', 'team', 'region', 'month', 'started', 'sales', 'offers', 'won'])
    """
    origin = parse_label(first, "month")
    starts = [parse_label(wave, "month") - origin for wave in waves]
    _refuse(n, periods, starts, never_share, team_size)
    rng = np.random.default_rng(seed)
    team = np.arange(n) // team_size
    start = _deal(int(team[-1]) + 1, starts, never_share, rng)[team]
    since = np.arange(periods) - start[:, None]
    treated = since >= 0
    level = rng.normal(0, 0.5, int(team[-1]) + 1)[team][:, None] + rng.normal(
        0, 1, (n, periods if cross_section else 1)
    )
    season = 0.5 * np.sin(2 * np.pi * np.arange(periods) / 12) + 0.05 * np.arange(periods)
    rising = volunteers * np.isfinite(start)[:, None] * np.arange(periods)
    gain = np.where(treated, effect + growth * np.where(treated, since, 0.0), 0.0)
    sales = 10 + level + season + rising + gain + rng.normal(0, 1, (n, periods))
    offers = rng.poisson(8, (n, periods))
    won = rng.binomial(offers, np.clip(_WIN_RATE + rate_effect * treated + 0.02 * level, 0.01, 0.99))
    months = [label(origin + t, "month") for t in range(periods)]
    begun = [None if math.isinf(s) else label(origin + int(s), "month") for s in start]
    person = np.arange(n * periods) if cross_section else np.repeat(np.arange(n), periods)
    return pa.table(
        {
            "person": person + 1,
            "team": np.repeat(team + 1, periods),
            "region": np.repeat(np.array(["north", "south"])[rng.integers(0, 2, team[-1] + 1)[team]], periods),
            "month": pa.array(months * n, pa.string()),
            "started": pa.array([s for s in begun for _ in range(periods)], pa.string()),
            "sales": sales.ravel(),
            "offers": offers.ravel(),
            "won": won.ravel(),
        }
    )


def _refuse(n: int, periods: int, starts: list[int], never_share: float, team_size: int) -> None:
    rules = {
        "n must be at least 1": n < 1,
        "periods must be at least 2": periods < 2,
        "team_size must be at least 1": team_size < 1,
        "waves must name at least one month, each within the months simulated": not starts
        or not all(0 <= start < periods for start in starts),
        "never_share must be between 0 and 1": not 0 <= never_share <= 1,
    }
    problems = [f"The parameter {rule}." for rule, broken in rules.items() if broken]
    if problems:
        raise DesignError("\n".join(problems))


def _deal(teams: int, starts: list[int], never_share: float, rng: np.random.Generator) -> Floats:
    """A start for each team (infinite: never), dealt evenly and then shuffled."""
    never = round(never_share * teams)
    dealt = np.array(starts, dtype=np.float64)[np.arange(teams - never) % len(starts)]
    return rng.permutation(np.concatenate([dealt, np.full(never, np.inf)]))


def simulate_experiment(
    n: int = 400, *, effect: float = 1.0, take_up: float = 0.6, keenness: float = 1.0, seed: int = 20260101
) -> pa.Table:
    """Simulate an offer drawn by lot, taken up by some: the keen, who would have sold more anyway.

    Half the people are offered a place. A person's keenness (sd 1) raises sales by ``keenness``
    and decides who accepts; nobody without an offer takes part. Sales after are 10 + keenness +
    a lasting level (sd 1) + ``effect`` for those who took part + noise (sd 1).

    Parameters
    ----------
    n
        People, at least 4.
    effect
        Effect of taking part.
    take_up
        Share of those offered who accept, in (0, 1].
    keenness
        How much the keen sell more anyway: what misleads a comparison of takers with the rest.
    seed
        Seed of every draw.

    Returns
    -------
    pyarrow.Table
        One row a person: ``person, offered`` (0 or 1), ``took_part`` (0 or 1), ``before``
        (sales before the offer), ``sales``.

    Raises
    ------
    DesignError
        If there are fewer than 4 people or the take-up is outside (0, 1].

    Examples
    --------
    >>> rows = simulate_experiment(n=100)
    >>> sum(rows["offered"].to_pylist()), rows.column_names
    (50, ['person', 'offered', 'took_part', 'before', 'sales'])
    """
    if n < 4 or not 0 < take_up <= 1:
        raise DesignError("The parameter n must be at least 4, and take_up above 0 and at most 1.")
    rng = np.random.default_rng(seed)
    keen, lasting = rng.normal(size=n), rng.normal(size=n)
    offered = rng.permutation(np.arange(n) % 2)
    took = offered * (keen >= np.quantile(keen, 1 - take_up))
    level = 10 + keenness * keen + lasting
    return pa.table(
        {
            "person": np.arange(n) + 1,
            "offered": offered,
            "took_part": took.astype(np.int64),
            "before": level + rng.normal(size=n),
            "sales": level + effect * took + rng.normal(size=n),
        }
    )
