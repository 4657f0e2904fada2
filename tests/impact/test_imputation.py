"""Imputation against the regression written out unit by unit, its variance, and what cannot be imputed."""

from dataclasses import replace

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel, in_teams, with_leavers, with_weights

from upshot.errors import DesignError
from upshot.impact.answer import answer
from upshot.impact.comparison import comparison
from upshot.impact.design import Design
from upshot.impact.imputation import averages, imputed, terms_for
from upshot.impact.influence import cell_means, variances


def by_pattern(panel: Panel) -> Panel:
    """Keep people apart by when they are seen."""
    assert panel.den is not None
    return replace(panel, strata=tuple(("".join(str(int(seen)) for seen in row),) for row in panel.den))


def dense(panel: Panel, anticipation: int = 0) -> np.ndarray:
    """Actual less imputed for every person and period; NaN where not treated or not seen."""
    n, T = panel.y.shape
    seen = np.ones((n, T), bool) if panel.den is None else panel.den > 0
    time = np.array(panel.periods)[None, :]
    untreated = seen & (time + anticipation < panel.start[:, None])
    x = np.c_[np.kron(np.eye(n), np.ones((T, 1))), np.kron(np.ones((n, 1)), np.eye(T))]
    rows = untreated.ravel()
    root = np.ones(n * T) if panel.weight is None else np.sqrt(panel.weight).repeat(T)
    beta = np.linalg.lstsq(x[rows] * root[rows, None], panel.y.ravel()[rows] * root[rows], rcond=None)[0]
    effect = panel.y - (x @ beta).reshape(n, T)
    return np.where(seen & (time >= panel.start[:, None]), effect, np.nan)


def simple(panel: Panel, **changes: object) -> tuple[float, float]:
    design = Design(**changes)  # type: ignore[arg-type]
    ready = comparison(panel.moments(), design)
    means = cell_means(ready.moments)
    found = imputed(ready, means, design)
    linear = averages(found, terms_for(found, design).overall)
    return float(linear.estimate[0]), float(np.sqrt(variances(ready.moments, means, linear)[0]))


SHAPES = {
    "plain": lambda panel: panel,
    "weights": with_weights,
    "leavers": lambda panel: by_pattern(with_leavers(panel)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("anticipation", [0, 1])
def test_the_average_effect_is_that_of_the_regression_unit_by_unit(shape: str, anticipation: int) -> None:
    panel: Panel = SHAPES[shape](a_panel(people=60, periods=6, starts=(4, 5, np.inf)))
    effect = dense(panel, anticipation)
    weight = np.ones(60) if panel.weight is None else panel.weight
    kept = ~np.isnan(effect)
    wanted = np.average(effect[kept], weights=np.broadcast_to(weight[:, None], effect.shape)[kept])
    assert simple(panel, anticipation=anticipation)[0] == pytest.approx(wanted, abs=1e-10)


def test_the_variance_is_that_of_weighted_residuals_unit_by_unit() -> None:
    """Equation 7 with cohort-by-horizon averages; the weights v by differencing the dense estimate."""
    panel = a_panel(people=40, periods=5, starts=(3, 4, np.inf))
    effect = dense(panel)
    base = np.nanmean(effect)
    v = np.zeros_like(panel.y)
    for i, t in np.ndindex(panel.y.shape):
        y = panel.y.copy()
        y[i, t] += 1.0
        v[i, t] = np.nanmean(dense(replace(panel, y=y))) - base
    n, T = panel.y.shape
    time = np.array(panel.periods)[None, :]
    untreated = time < panel.start[:, None]
    x = np.c_[np.kron(np.eye(n), np.ones((T, 1))), np.kron(np.ones((n, 1)), np.eye(T))]
    beta = np.linalg.lstsq(x[untreated.ravel()], panel.y[untreated], rcond=None)[0]
    residual = panel.y - (x @ beta).reshape(n, T)
    for start in (3, 4):
        for t in range(start - 1, T):
            mine = panel.start == start
            residual[mine, t] -= residual[mine, t].mean()
    wanted = np.sqrt(((v * residual).sum(axis=1) ** 2).sum())
    assert simple(panel)[1] == pytest.approx(wanted, rel=1e-9)


def test_teams_of_one_give_the_errors_of_people() -> None:
    panel = a_panel(people=60)
    assert simple(in_teams(panel, size=1)) == pytest.approx(simple(panel), rel=1e-10)


def test_without_never_treated_periods_from_the_last_start_on_are_left_out() -> None:
    panel = a_panel(starts=(3, 5), periods=7)
    cut = Panel(y=panel.y[:, :4], start=np.where(panel.start == 5, np.inf, panel.start), periods=panel.periods[:4])
    assert simple(panel)[0] == pytest.approx(simple(cut)[0], abs=1e-10)


@pytest.mark.parametrize("aggregation", ["simple", "event", "group", "calendar"])
def test_every_aggregation_has_terms_after_the_start_only(aggregation: str) -> None:
    found = answer(a_panel().moments(), Design(estimator="imputation", aggregation=aggregation))  # type: ignore[arg-type]
    assert found.terms
    assert all(term.event_time is None or term.event_time >= 0 for term in found.terms)
    assert all(term.std_error for term in found.terms)
    assert found.estimate == pytest.approx(0.5, abs=0.4)


def test_event_window_and_balance_limit_the_terms() -> None:
    def times(**changes: object) -> list[int | None]:
        design = Design(estimator="imputation", aggregation="event", **changes)  # type: ignore[arg-type]
        return [term.event_time for term in answer(a_panel().moments(), design).terms]

    assert times() == [0, 1, 2, 3, 4]
    assert times(event_window=(0, 1)) == [0, 1]
    assert times(balance=2) == [0, 1, 2]


def test_leavers_that_are_not_kept_apart_are_refused() -> None:
    with pytest.raises(DesignError, match="seen in the same periods"):
        answer(with_leavers(a_panel()).moments(), Design(estimator="imputation"))


def test_it_is_the_second_opinion_of_callaway_santanna() -> None:
    moments = a_panel().moments()
    others = {other.method: other for other in answer(moments, Design()).other_estimates}
    alone = answer(moments, Design(estimator="imputation"))
    assert others["imputation"].estimate == pytest.approx(alone.estimate)
    assert others["imputation"].std_error == pytest.approx(alone.std_error)
