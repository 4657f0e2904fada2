"""Returns: plain arithmetic, closed form against simulation, refusals, principles and bad input."""

import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from scipy.stats import norm

from upshot.errors import DesignError, InputError
from upshot.impact.estimate import Term
from upshot.impact.value import (
    Cost,
    CostItem,
    Principles,
    Value,
    ValuePerUnit,
    ValueRefusal,
    constant_path,
    effect_path,
    load_costs,
    simulate_returns,
    value_of,
)
from upshot.impact.value.fieller import chance_ratio_above, fieller


def a_cost(total=40_000.0, error=0.0):
    return load_costs([CostItem(item="All", kind="fixed", amount=total, std_error=error)])


def a_decaying_path(scale=1.0, noise=0.08):
    effects = scale * 0.6 * 0.9 ** np.arange(12)
    V = (scale * noise) ** 2 * (0.6 ** np.abs(np.subtract.outer(np.arange(12), np.arange(12))))
    terms = [Term(term=str(e), event_time=e, estimate=y, std_error=scale * noise) for e, y in enumerate(effects)]
    return effect_path(terms, V, periods_per_year=12)


def a_value(path=None, *, price=100.0, price_error=0.0, cost=None, **options):
    options = {"units": 100, "grade": "B", **options}
    values = [ValuePerUnit(amount=price, std_error=price_error)]
    return value_of(path or a_decaying_path(), values=values, cost=cost or a_cost(), **options)


def codes(value):
    return {c.code for c in value.cautions}


def test_the_arithmetic_of_a_certain_effect():
    found = a_value(constant_path(0.5, 0.0, periods_seen=12, periods_per_year=12))
    assert found.benefit.estimate == pytest.approx(60_000)
    assert found.net.estimate == pytest.approx(20_000)
    assert found.bcr.estimate == pytest.approx(1.5)
    assert (found.roi.conf_low, found.roi.conf_high) == pytest.approx((0.5, 0.5))
    assert found.payback_periods.estimate == pytest.approx(8.0)
    assert found.break_even_effect.estimate == pytest.approx(1 / 3)
    assert found.chance_of_profit == 1.0
    assert found.share.estimate == pytest.approx(1.0)


def test_the_nations_hotel_case_is_a_ratio_of_3_21():
    """Phillips (2007): benefits 1,861,158, cost 579,800, BCR 3.21, ROI 221 %."""
    path = constant_path(1_861_158.0, 0.0, periods_seen=1, periods_per_year=1)
    found = a_value(path, price=1.0, units=1, cost=a_cost(579_800))
    assert round(found.bcr.estimate, 2) == 3.21
    assert round(found.roi.estimate, 2) == 2.21


def test_an_effect_that_lasts_half_the_year_is_worth_half():
    half = a_value(constant_path(0.5, 0.1, periods_seen=6, periods_per_year=12))
    full = a_value(constant_path(0.5, 0.1, periods_seen=12, periods_per_year=12))
    assert half.benefit.estimate == pytest.approx(full.benefit.estimate / 2)
    assert half.break_even_effect.estimate == pytest.approx(2 * full.break_even_effect.estimate)


def test_fewer_errors_are_a_benefit_where_down_is_better():
    up = a_value(constant_path(0.5, 0.1, periods_seen=12, periods_per_year=12))
    down = a_value(constant_path(-0.5, 0.1, periods_seen=12, periods_per_year=12), direction="down")
    assert asdict(down) == asdict(up)


def test_the_net_present_value_discounts_each_period():
    path = constant_path(0.5, 0.0, periods_seen=12, periods_per_year=12)
    found = a_value(path, discount_rate=0.1)
    expected = 5000 * sum(1.1 ** (-(k + 1) / 12) for k in range(12)) - 40_000
    assert found.npv.estimate == pytest.approx(expected)
    assert a_value(path).npv.estimate == pytest.approx(a_value(path).net.estimate)


@pytest.mark.parametrize(("price_error", "cost_error"), [(0.0, 0.0), (0.0, 4_000.0), (5.0, 0.0), (5.0, 4_000.0)])
def test_closed_form_and_simulated_intervals_agree(price_error, cost_error):
    """200,000 draws: Monte Carlo error of a 2.5 % quantile is 0.6 % of the spread; a noisy value
    adds the skewness of a product, at a 5 % price error about 1 % of the spread."""
    path, cost = a_decaying_path(), a_cost(error=cost_error)
    exact = a_value(path, price_error=price_error, cost=cost, discount_rate=0.05, hurdle=0.2)
    drawn = simulate_returns(
        path,
        units=100,
        value=100,
        value_std_error=price_error,
        cost=cost,
        discount_rate=0.05,
        hurdle=0.2,
        draws=200_000,
    )
    for closed, simulated in [
        (exact.roi, drawn.roi),
        (exact.npv, drawn.npv),
        (exact.benefit, drawn.benefit),
    ]:
        spread = closed.conf_high - closed.conf_low
        assert closed.conf_low == pytest.approx(simulated[0], abs=0.02 * spread)
        assert closed.estimate == pytest.approx(simulated[1], abs=0.02 * spread)
        assert closed.conf_high == pytest.approx(simulated[2], abs=0.02 * spread)
    assert exact.chance_above_hurdle == pytest.approx(drawn.chance_above_hurdle, abs=0.005)
    bar = exact.break_even_effect
    assert (bar.conf_low, bar.conf_high) == pytest.approx(drawn.break_even_effect[::2], rel=0.006)


def test_payback_agrees_with_simulated_paths():
    """20,000 paths; the closed form takes P(benefit(t) >= cost), paths take the first time; 0.05 periods apart."""
    path, cost = a_decaying_path(), a_cost(25_000, error=1_500)
    found = a_value(path, cost=cost).payback_periods
    rng = np.random.default_rng(3)
    effects = rng.multivariate_normal(path.effects, path.covariance, 20_000)
    running = np.column_stack([np.zeros(20_000), 10_000 * effects.cumsum(axis=1)])
    paid = rng.normal(25_000, 1_500, 20_000)
    fine = np.linspace(0, 12, 481)
    curves = np.array([np.interp(fine, np.arange(13), row) for row in running])
    reached = curves >= paid[:, None]
    times = np.where(reached.any(axis=1), fine[reached.argmax(axis=1)], 99.0)
    low, middle, high = np.quantile(times, [0.025, 0.5, 0.975])
    assert found.estimate == pytest.approx(middle, abs=0.06)
    assert found.conf_low == pytest.approx(low, abs=0.06)
    assert found.conf_high == pytest.approx(high, abs=0.06)


def test_an_interval_excludes_the_hurdle_exactly_when_its_chance_passes_the_tail():
    for hurdle in np.linspace(-0.5, 1.2, 60):
        found = a_value(cost=a_cost(error=3_000), hurdle=float(hurdle))
        assert (found.roi.conf_low > hurdle) == (found.chance_above_hurdle > 0.975)


def test_benefits_that_never_pay_have_no_payback_time():
    found = a_value(cost=a_cost(200_000))
    assert found.payback_periods is None
    assert "not-paid-back" in codes(found)
    assert found.roi.estimate < 0


@pytest.mark.parametrize("grade", ["C", "D"])
def test_weak_grades_get_no_return_whatever_the_principles(grade):
    for principles in (Principles(), Principles(isolate=False)):
        found = a_value(grade=grade, principles=principles)
        assert isinstance(found, ValueRefusal)
        assert found.code == "grade-too-low"
        assert not any(isinstance(v, float) for v in asdict(found).values())


@pytest.mark.parametrize("grade", ["A", "B"])
def test_strong_grades_make_a_headline_while_every_principle_holds(grade):
    assert a_value(grade=grade).headline
    assert not a_value(grade=grade, principles=Principles(conservative_alternative=False)).headline


def test_an_ungraded_effect_is_refused_or_a_marked_what_if():
    refused = a_value(grade=None)
    assert isinstance(refused, ValueRefusal)
    assert refused.code == "not-isolated"
    what_if = a_value(grade=None, principles=Principles(isolate=False))
    assert isinstance(what_if, Value)
    assert not what_if.headline
    assert {"not-graded", "without-isolate"} <= codes(what_if)


def test_the_grade_rule_never_looks_at_the_effect():
    for effect in (-1e6, 0.0, 1e6):
        path = constant_path(effect, 1.0, periods_seen=12, periods_per_year=12)
        assert isinstance(a_value(path, grade="B"), Value)
        assert isinstance(a_value(path, grade="C"), ValueRefusal)


def test_of_several_values_the_one_that_promises_least_is_used():
    values = [ValuePerUnit(amount=100.0), ValuePerUnit(amount=60.0), ValuePerUnit(amount=80.0)]
    options = {"units": 10, "values": values, "cost": a_cost(), "grade": "A"}
    gain = constant_path(1.0, 0.1, periods_seen=12, periods_per_year=12)
    loss = constant_path(-1.0, 0.1, periods_seen=12, periods_per_year=12)
    assert value_of(gain, **options).value_per_unit.amount == 60
    assert value_of(loss, **options).value_per_unit.amount == 100
    first = value_of(gain, **options, principles=Principles(conservative_alternative=False))
    assert first.value_per_unit.amount == 100
    assert first.principles_off == ("conservative_alternative",)


def test_people_without_data_count_as_not_improved():
    some = a_value(units_measured=60)
    assert some.benefit.estimate == pytest.approx(0.6 * a_value().benefit.estimate)
    everyone = a_value(units_measured=60, principles=Principles(no_data_no_improvement=False))
    assert everyone.benefit.estimate == pytest.approx(a_value().benefit.estimate)


def test_more_than_a_year_is_refused_unless_the_principle_is_off():
    path = constant_path(0.5, 0.1, periods_seen=12, periods_per_year=12, years=2, beyond="hold")
    refused = a_value(path)
    assert isinstance(refused, ValueRefusal)
    assert refused.code == "beyond-first-year"
    allowed = a_value(path, principles=Principles(first_year_only=False))
    assert allowed.benefit.estimate == pytest.approx(120_000)
    assert "without-first-year-only" in codes(allowed)


def test_costs_left_out_are_named():
    items = [CostItem(item="Time", kind="time", minutes=60, hourly_rate=50, people=10)]
    items.append(CostItem(item="Build", kind="fixed", amount=40_000))
    off = Principles(load_all_costs=False)
    found = a_value(cost=load_costs(items, off), principles=off)
    assert {"costs-left-out", "without-load-all-costs"} <= codes(found)


def test_a_cost_that_may_be_zero_has_no_bounded_roi():
    found = a_value(cost=a_cost(error=30_000))
    assert found.roi.conf_low is None
    assert "cost-too-uncertain" in codes(found)
    json.dumps(asdict(found), allow_nan=False)


@pytest.mark.parametrize("scale", [1e-6, 1e9])
def test_units_of_the_kpi_do_not_matter(scale):
    plain, scaled = a_value(), a_value(a_decaying_path(scale), price=100 / scale)
    assert scaled.roi.conf_low == pytest.approx(plain.roi.conf_low, rel=1e-9)
    assert scaled.break_even_effect.estimate == pytest.approx(scale * plain.break_even_effect.estimate)


def test_the_sentence_reads_plainly():
    assert a_value(hurdle=0.25).text == ("ROI 8% (95% interval -17% to 33%); the chance that it exceeds 25% is 9%.")


def test_every_bad_number_is_named_at_once():
    with pytest.raises(InputError) as found:
        value_of(
            a_decaying_path(),
            units=0,
            values=[ValuePerUnit(amount=math.nan)],
            cost=a_cost(),
            grade="A",
            hurdle=-2,
            discount_rate=-0.1,
            level=2,
        )
    assert {p.column for p in found.value.problems} == {
        "units",
        "units_measured",
        "values",
        "hurdle",
        "discount_rate",
        "level",
    }
    with pytest.raises(InputError, match="needs a value"):
        value_of(a_decaying_path(), units=1, values=[], cost=a_cost(), grade="A")


def test_too_few_draws_are_refused():
    with pytest.raises(DesignError, match="100 draws"):
        simulate_returns(a_decaying_path(), units=1, value=1, cost=Cost(total=1, std_error=0, lines=()), draws=10)


def test_fieller_is_the_delta_interval_for_a_sure_bottom_and_covers_else():
    low, high = fieller(10.0, 4.0, 1.0, 0.0)
    assert (low, high) == pytest.approx((2.5 - norm.isf(0.025) / 4, 2.5 + norm.isf(0.025) / 4))
    assert fieller(1.0, 1.0, 1.0, 1.0) is None
    rng = np.random.default_rng(2)
    hits = 0
    for top, bottom in zip(rng.normal(10, 2, 4000), rng.normal(5, 0.8, 4000), strict=True):
        ends = fieller(top, bottom, 4.0, 0.64)
        hits += ends is None or ends[0] <= 2.0 <= ends[1]
    assert hits / 4000 == pytest.approx(0.95, abs=0.012)
    assert chance_ratio_above(2.0, 10.0, 4.0, 0.0, 0.0) == 1.0
