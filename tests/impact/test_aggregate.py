"""Averages of effects: what each one weighs, by hand."""

import numpy as np
import pytest
from tests.impact.builders import a_panel

from upshot.impact.aggregate import aggregate
from upshot.impact.design import Design
from upshot.impact.methods import prepare


def averaged(**changes: object):
    design = Design(**changes)  # type: ignore[arg-type]
    panel = prepare(a_panel(starts=(3, 5, 7, np.inf), people=400).moments(), design)
    effects = panel.effects
    size = {cell.cohort: n for cell, n in zip(panel.ready.moments.cells, panel.means.size, strict=True)}
    weight = np.array([size[int(g)] for g in effects.cohort])
    return aggregate(effects, panel.ready.moments, panel.means, design), effects, weight


def test_simple_weighs_cohort_periods_by_cohort_size() -> None:
    found, effects, weight = averaged()
    post = effects.event_time >= 0
    assert found.overall is not None
    wanted = np.average(effects.linear.estimate[post], weights=weight[post])
    assert found.overall.estimate[0] == pytest.approx(wanted)


def test_event_terms_weigh_cohorts_by_size_and_the_overall_weighs_terms_alike() -> None:
    found, effects, weight = averaged(aggregation="event")
    for key, value in zip(found.keys, found.terms.estimate, strict=True):
        mine = effects.event_time == key
        assert value == pytest.approx(np.average(effects.linear.estimate[mine], weights=weight[mine]))
    assert found.overall is not None
    assert found.overall.estimate[0] == pytest.approx(found.terms.estimate[found.keys >= 0].mean())


def test_group_terms_are_plain_means_and_the_overall_weighs_by_size() -> None:
    found, effects, weight = averaged(aggregation="group")
    post = effects.event_time >= 0
    means = [effects.linear.estimate[post & (effects.cohort == key)].mean() for key in found.keys]
    sizes = [weight[effects.cohort == key][0] for key in found.keys]
    assert found.terms.estimate.tolist() == pytest.approx(means)
    assert found.overall is not None
    assert found.overall.estimate[0] == pytest.approx(np.average(means, weights=sizes))


def test_calendar_terms_weigh_cohorts_by_size() -> None:
    found, effects, weight = averaged(aggregation="calendar")
    for key, value in zip(found.keys, found.terms.estimate, strict=True):
        mine = (effects.period + 1 == key) & (effects.event_time >= 0)
        assert value == pytest.approx(np.average(effects.linear.estimate[mine], weights=weight[mine]))


def test_a_universal_base_has_one_reference_term() -> None:
    found, _, _ = averaged(aggregation="event", base="universal")
    assert found.keys[found.reference].tolist() == [-1]


def test_the_window_and_balance_limit_the_event_times() -> None:
    assert averaged(aggregation="event", event_window=(-1, 1))[0].keys.tolist() == [-1, 0, 1]
    assert averaged(aggregation="event", balance=1)[0].keys.max() == 1


def test_nothing_after_the_start_has_no_overall() -> None:
    found, _, _ = averaged(aggregation="event", event_window=(-3, -1))
    assert found.overall is None
