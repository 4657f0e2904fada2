"""Coverage, size and power of every primary estimator by simulation."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from scipy import stats

from upshot.impact.intervals import simultaneous_quantile
from upshot.impact.methods import METHODS, Numbers, prepare

from .firms import Firm, moments
from .monte_carlo import generator, share
from .scenarios import SCENARIOS, Draw, Scenario
from .workers import each

__all__ = ["coverage_table", "run"]

CRITICAL = float(stats.norm.ppf(0.975))
DESIGNED = float(stats.norm.ppf(0.975) + stats.norm.ppf(0.8))
"""An effect of this many standard errors is seen four times in five."""


def coverage_table(replications: int, workers: int = 1) -> list[dict[str, Any]]:
    """One row for each scenario whose estimator the engine has."""
    known = [number for number, scenario in enumerate(SCENARIOS) if scenario.design.estimator in METHODS]
    return each(partial(_numbered, replications=replications), known, workers)


def _numbered(number: int, replications: int) -> dict[str, Any]:
    return run(SCENARIOS[number], replications)


def run(scenario: Scenario, replications: int) -> dict[str, Any]:
    """Coverage with effects that differ between people and grow; size without; power at the designed 80 %."""
    rng = generator(scenario.name)
    found = np.array([_once(scenario, scenario.draw(rng)) for _ in range(replications)])
    null = np.array([_null(scenario, scenario.draw(rng)) for _ in range(replications)])
    estimate, error, critical, truth, band = found.T
    effect = DESIGNED * null[:, 0].std(ddof=1)
    reach = null[:, 2] * null[:, 1]
    row: dict[str, Any] = {
        "name": scenario.name,
        "truth": float(truth.mean()),
        "bias": float((estimate - truth).mean()),
        "se_ratio": float(error.mean() / (estimate - truth).std(ddof=1)),
        "coverage": share(np.abs(estimate - truth) <= critical * error),
        "size": share(np.abs(null[:, 0]) > reach),
        "power": share(np.abs(null[:, 0] + effect) > reach),
        "note": scenario.note,
    }
    if scenario.bands:
        row["bands"] = share(band > 0)
    return row


def _once(scenario: Scenario, draw: Draw) -> tuple[float, float, float, float, float]:
    treated = replace(draw.firm, outcome=draw.firm.outcome + draw.effect)
    numbers = _numbers(scenario, treated)
    band = float(_all_inside(numbers, draw)) if scenario.bands else 0.0
    return (*_headline(numbers, scenario), draw.truth, band)


def _null(scenario: Scenario, draw: Draw) -> tuple[float, float, float]:
    return _headline(_numbers(scenario, draw.firm), scenario)


def _numbers(scenario: Scenario, firm: Firm) -> Numbers:
    kept = firm if scenario.design.adjust else replace(firm, stratum=None)
    panel = prepare(moments(kept, clustered=scenario.clustered), scenario.design)
    assert scenario.design.estimator is not None
    return METHODS[scenario.design.estimator](panel, scenario.design, scenario.bands)


def _headline(numbers: Numbers, scenario: Scenario) -> tuple[float, float, float]:
    error = numbers.std_error_neyman if scenario.neyman else numbers.std_error
    assert numbers.estimate is not None
    assert error is not None
    critical = CRITICAL if numbers.df is None else float(stats.t.ppf(0.975, numbers.df))
    return numbers.estimate, error, critical


def _all_inside(numbers: Numbers, draw: Draw) -> bool:
    """Whether the band holds the true effect at every event time at once, zero before the start."""
    assert draw.path is not None
    assert numbers.covariance is not None
    kept = ~numbers.reference
    quantile = simultaneous_quantile(numbers.covariance[np.ix_(kept, kept)], 0.95, 1)
    assert quantile is not None
    truth = np.array([draw.path(int(key)) for key in numbers.keys[kept]])
    half = quantile * np.sqrt(numbers.variances[kept])
    return bool((np.abs(numbers.terms[kept] - truth) <= half).all())
