"""The designs whose intervals are put to the test: what is drawn, what is true, how it is answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from upshot.impact.design import Design
from upshot.impact.moments import Floats, Integers

from .firms import NEVER, Firm, a_noise, event_time, ramp, starts_by_lot, teams_of

__all__ = ["SCENARIOS", "Draw", "Scenario"]

HALF = 0.5
"""Standard deviation of the effect between people, whose mean is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One simulated firm.

    Parameters
    ----------
    firm
        Before any effect.
    effect
        What is added to the outcome, shape (n, T).
    truth
        The headline that the estimator aims at.
    path
        True effect by event time, for simultaneous bands.
    """

    firm: Firm
    effect: Floats
    truth: float
    path: Callable[[int], float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A design to be tested.

    Parameters
    ----------
    name
        What the table calls it.
    draw
        From a generator to one firm.
    design
        The question put to the engine.
    neyman
        Whether the interval uses the conservative standard error.
    bands
        Whether the simultaneous bands are judged as well.
    note
        Why coverage is off, where it is.
    """

    name: str
    draw: Callable[[np.random.Generator], Draw]
    design: Design
    neyman: bool = False
    bands: bool = False
    clustered: bool = True
    note: str = ""


def _mean_ramp(starts: tuple[int, ...], weights: Floats, last: int) -> float:
    """Average of the ramp over all pairs of start and later period up to ``last``, by cohort weight."""
    pairs = [(t - g, w) for g, w in zip(starts, weights, strict=True) for t in range(g, last + 1)]
    since, weight = np.array([e for e, _ in pairs]), np.array([w for _, w in pairs])
    return float((ramp(since) * weight).sum() / weight.sum())


def _unequal(rng: np.random.Generator, n: int) -> Floats:
    return rng.normal(1, HALF, n)


def _managed(
    n: int, periods: int, starts: tuple[int, ...], *, carry: float = 0.3, never: float = 0.4
) -> Callable[[np.random.Generator], Draw]:
    """Start earlier the higher one's lasting level; trends are common."""

    def draw(rng: np.random.Generator) -> Draw:
        outcome = a_noise(rng, n, periods, carry=carry) + np.linspace(0, 2, periods)
        share = (1 - never) / len(starts)
        rank = rng.uniform(size=n)
        choices = np.array([*starts, NEVER])
        cut = np.cumsum([share] * len(starts))
        start = choices[np.searchsorted(cut, rank)]
        outcome = outcome + 0.5 * (len(starts) - np.searchsorted(cut, rank))[:, None]
        effect = _unequal(rng, n)[:, None] * ramp(event_time(start, periods))
        final = periods if never else starts[-1] - 1
        judged = starts if never else starts[:-1]
        truth = _mean_ramp(judged, np.ones(len(judged)), final)
        return Draw(
            firm=Firm(outcome=outcome, start=start),
            effect=effect,
            truth=truth,
            path=lambda e: float(ramp(np.array([e]))[0]),
        )

    return draw


def _event(draw: Callable[[np.random.Generator], Draw], horizon: int) -> Callable[[np.random.Generator], Draw]:
    truth = float(ramp(np.arange(horizon)).mean())
    return lambda rng: replace(draw(rng), truth=truth)


def _lot(n: int, periods: int, starts: tuple[int, ...], *, carry: float = 0.5) -> Callable[[np.random.Generator], Draw]:
    """Waves in an order drawn by lot; the truth is that of these very people."""

    def draw(rng: np.random.Generator) -> Draw:
        start = starts_by_lot(rng, n, starts)
        tau = _unequal(rng, n)
        outcome = a_noise(rng, n, periods, carry=carry) + np.sin(np.arange(periods))
        return _lot_draw(Firm(outcome=outcome, start=start), tau, tau.mean(), starts)

    return draw


def _lot_draw(firm: Firm, tau: Floats, mean: float, starts: tuple[int, ...], size: Floats | None = None) -> Draw:
    periods = firm.outcome.shape[1]
    final = periods if starts[-1] == NEVER else starts[-1] - 1
    weights = np.array([(firm.start == g).sum() for g in starts[:-1]], dtype=np.float64) if size is None else size
    effect = tau[:, None] * ramp(event_time(firm.start, periods))
    return Draw(firm=firm, effect=effect, truth=float(mean) * _mean_ramp(starts[:-1], weights, final))


def _teams(teams: int, size: float, starts: tuple[int, ...], periods: int = 8) -> Callable[[np.random.Generator], Draw]:
    """Teams start as a whole, by lot; colleagues share a level and what happens to the team."""

    def draw(rng: np.random.Generator) -> Draw:
        team = teams_of(rng, teams, size)
        by_team = starts_by_lot(rng, teams, starts)
        shared = a_noise(rng, teams, periods, carry=0.5, person=0.7, noise=0.5)
        outcome = shared[team] + a_noise(rng, team.size, periods, carry=0.3)
        tau = _unequal(rng, teams)[team]
        return _lot_draw(Firm(outcome=outcome, start=by_team[team], team=team), tau, tau.mean(), starts)

    return draw


def _straddling(
    teams: int, size: float, starts: tuple[int, ...], periods: int = 8
) -> Callable[[np.random.Generator], Draw]:
    """People start one by one within teams, the more the luckier the team; colleagues share what happens."""

    def draw(rng: np.random.Generator) -> Draw:
        team = teams_of(rng, teams, size)
        lean = rng.normal(scale=0.8, size=teams)[team] + rng.logistic(size=team.size)
        start = np.array([*starts, NEVER])[np.searchsorted([-0.5, 0.7], lean)]
        shared = a_noise(rng, teams, periods, carry=0.5, person=0.7, noise=0.5)
        outcome = shared[team] + a_noise(rng, team.size, periods, carry=0.3)
        chance = _straddling_chance()
        effect = _unequal(rng, team.size)[:, None] * ramp(event_time(start, periods))
        truth = _mean_ramp(starts, chance, periods)
        return Draw(firm=Firm(outcome=outcome, start=start, team=team), effect=effect, truth=truth)

    return draw


def _straddling_chance() -> Floats:
    """Chances of the two waves: a logistic variable plus a normal one, cut at -0.5 and 0.7."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    below = [float((weights / weights.sum()) @ (1 / (1 + np.exp(-(cut - 0.8 * nodes))))) for cut in (-0.5, 0.7)]
    return np.array([below[0], below[1] - below[0]])


STRATUM_TREATED = np.array([0.2, 0.4, 0.6])
STRATUM_EFFECT = np.array([0.5, 1.0, 1.5])


def _strata(n: int, periods: int = 8, starts: tuple[int, int] = (4, 6)) -> Callable[[np.random.Generator], Draw]:
    """Roles with trends of their own and chances of their own to be trained."""

    def draw(rng: np.random.Generator) -> Draw:
        stratum = rng.integers(0, 3, n)
        treated = rng.uniform(size=n) < STRATUM_TREATED[stratum]
        start = np.where(treated, np.array(starts)[rng.integers(0, 2, n)], NEVER)
        outcome = a_noise(rng, n, periods, carry=0.3) + 0.3 * stratum[:, None] * np.arange(periods)
        effect = STRATUM_EFFECT[stratum][:, None] * ramp(event_time(start, periods))
        mean = STRATUM_TREATED @ STRATUM_EFFECT / STRATUM_TREATED.sum()
        truth = float(mean) * _mean_ramp(starts, np.ones(2), periods)
        return Draw(firm=Firm(outcome=outcome, start=start, stratum=stratum), effect=effect, truth=truth)

    return draw


def _leavers(n: int, periods: int = 8) -> Callable[[np.random.Generator], Draw]:
    """Seven in a hundred leave each period, whoever they are."""
    whole = _managed(n, periods, (4, 6))

    def draw(rng: np.random.Generator) -> Draw:
        found = whole(rng)
        gone = np.cumsum(rng.uniform(size=(n, periods)) < 0.07, axis=1) > 0
        gone[:, 0] = False
        return replace(found, firm=replace(found.firm, seen=~gone))

    return draw


def _ratio(n: int, periods: int = 8, starts: tuple[int, int] = (4, 6)) -> Callable[[np.random.Generator], Draw]:
    """A rate such as errors per order: those with more orders weigh more, and orders vary by period."""

    def draw(rng: np.random.Generator) -> Draw:
        start = np.array([*starts, NEVER])[rng.choice(3, size=n, p=(0.3, 0.3, 0.4))]
        orders = rng.gamma(4, 5, size=(n, 1)) * rng.gamma(8, 1 / 8, size=(n, periods))
        rate = a_noise(rng, n, periods, carry=0.3, person=0.5, noise=0.5) + np.linspace(3, 4, periods)
        effect = orders * _unequal(rng, n)[:, None] * ramp(event_time(start, periods))
        return Draw(
            firm=Firm(outcome=rate * orders, start=start, denominator=orders),
            effect=effect,
            truth=_mean_ramp(starts, np.ones(2), periods),
        )

    return draw


def _rare(
    n: int, starts: tuple[int, ...], periods: int = 12, rate: float = 0.05
) -> Callable[[np.random.Generator], Draw]:
    """Complaints: a handful in a hundred person-months, more of them by a few people; a constant effect."""

    def draw(rng: np.random.Generator) -> Draw:
        start = starts_by_lot(rng, n, starts)
        own = rate * rng.gamma(0.5, 2, size=(n, 1))
        outcome = rng.poisson(own, size=(n, periods)).astype(np.float64)
        effect = np.where(event_time(start, periods) >= 0, 0.02, 0.0)
        return Draw(firm=Firm(outcome=outcome, start=start), effect=effect, truth=0.02)

    return draw


def _few_treated(treated: int, n: int, periods: int = 8) -> Callable[[np.random.Generator], Draw]:
    def draw(rng: np.random.Generator) -> Draw:
        start: Integers = np.where(np.arange(n) < treated, 5, NEVER).astype(np.int64)
        outcome = a_noise(rng, n, periods, carry=0.3)
        effect = _unequal(rng, n)[:, None] * ramp(event_time(start, periods))
        return Draw(firm=Firm(outcome=outcome, start=start), effect=effect, truth=_mean_ramp((5,), np.ones(1), periods))

    return draw


_CS = Design(estimator="callaway-santanna", assignment="managed")
_RS = Design(estimator="roth-santanna", assignment="random", registration="as-planned")
_WAVES = (4, 6, 8)
_FEW = (
    "Below 200 drawn units: Neyman's error, a degree of freedom a wave for the slope, Student's t (24 Nov 2026). "
    "Before: size 7.7."
)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="CS, never-treated, 500 people",
        draw=_managed(500, 8, (4, 6)),
        design=replace(_CS, control="never-treated"),
    ),
    Scenario(name="CS, not-yet-treated, 500 people", draw=_managed(500, 8, (4, 6)), design=_CS),
    Scenario(name="CS, nobody stays untreated, 500", draw=_managed(500, 8, (4, 6, 8), never=0.0), design=_CS),
    Scenario(name="CS, AR(1) 0.8, 12 periods, 500", draw=_managed(500, 12, (5, 7, 9), carry=0.8), design=_CS),
    Scenario(
        name="CS, event study with sup-t bands, 500",
        draw=_event(_managed(500, 8, (4, 6)), 5),
        design=replace(_CS, aggregation="event"),
        bands=True,
    ),
    Scenario(name="CS, leavers (unbalanced), 500", draw=_leavers(500), design=_CS),
    Scenario(name="CS, ratio KPI, 500", draw=_ratio(500), design=_CS),
    Scenario(name="CS, rare counts (0.05 a month), 600", draw=_rare(600, (5, 8, NEVER)), design=_CS),
    Scenario(name="CS, doubly robust, 3 strata, 600", draw=_strata(600), design=replace(_CS, adjust="doubly-robust")),
    Scenario(name="CS, regression, 3 strata, 600", draw=_strata(600), design=replace(_CS, adjust="regression")),
    Scenario(
        name="CS, inverse propensity, 3 strata, 600",
        draw=_strata(600),
        design=replace(_CS, adjust="inverse-propensity"),
    ),
    Scenario(
        name="CS, strata left out (to fail), 600",
        draw=_strata(600),
        design=_CS,
        note="The strata have trends of their own: without them the comparison is wrong, as it should be here.",
    ),
    Scenario(
        name="CS, 40 teams of about 8",
        draw=_teams(40, 8, (4, 6, NEVER)),
        design=_CS,
        note="Forty clusters: normal intervals a little short.",
    ),
    Scenario(name="CS, 200 teams of about 3", draw=_teams(200, 3, (4, 6, NEVER)), design=_CS),
    Scenario(
        name="CS, 40 teams, team left out (to fail)",
        draw=_teams(40, 8, (4, 6, NEVER)),
        design=_CS,
        clustered=False,
        note="Colleagues share shocks: without the cluster the interval is far too short, as it should be here.",
    ),
    Scenario(name="CS, people within 80 teams (straddling)", draw=_straddling(80, 6, (4, 6)), design=_CS),
    Scenario(
        name="CS, 10 treated of 200",
        draw=_few_treated(10, 200),
        design=_CS,
        note="Ten treated: the interval is too short by the missing t quantile.",
    ),
    Scenario(
        name="RS, refined se, 300 people",
        draw=_lot(300, 8, _WAVES),
        design=_RS,
        note="Conservative where effects differ in ways that earlier readings do not foretell.",
    ),
    Scenario(
        name="RS, Neyman se, 300 people",
        draw=_lot(300, 8, _WAVES),
        design=_RS,
        neyman=True,
        note="Conservative by construction where effects differ between people.",
    ),
    Scenario(name="RS, 60 people", draw=_lot(60, 8, _WAVES), design=_RS, note=_FEW),
    Scenario(
        name="RS, 40 teams of about 8",
        draw=_teams(40, 8, _WAVES),
        design=_RS,
        note="The same (24 Nov 2026). Before, with the refined error and the normal quantile: coverage 92.2, size 9.9.",
    ),
    Scenario(name="RS, 200 teams of about 3", draw=_teams(200, 3, _WAVES), design=_RS),
    Scenario(name="RS, rare counts (0.05 a month), 600", draw=_rare(600, (5, 8, NEVER)), design=_RS),
    Scenario(name="Imputation, 500 people", draw=_managed(500, 8, (4, 6)), design=replace(_CS, estimator="imputation")),
    Scenario(
        name="Sun–Abraham, 500 people", draw=_managed(500, 8, (4, 6)), design=replace(_CS, estimator="sun-abraham")
    ),
    Scenario(
        name="TWFE (to fail), 500 people",
        draw=_managed(500, 8, (4, 6)),
        design=replace(_CS, estimator="twfe"),
        note="Effects grow after the start, so its weights are wrong; never a primary estimator, capped at C.",
    ),
)
