"""Adjusted p-values against statsmodels, families of KPIs, and guardrails on both sides."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from upshot.errors import DesignError, InputError
from upshot.impact.multiplicity import KpiTest, adjust_kpis, benjamini_hochberg, guardrail, holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(P_VALUES)
def test_both_agree_with_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)
    assert benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1], abs=1e-12)


def test_no_kpi_gives_no_p_value():
    assert holm([]).size == 0
    assert benjamini_hochberg([]).size == 0


@pytest.mark.parametrize("p", [[math.nan], [1.2], [-0.1], [[0.1]]])
def test_bad_p_values_are_refused(p):
    for function in (holm, benjamini_hochberg):
        with pytest.raises(InputError, match="0 to 1"):
            function(p)


def test_a_kpi_without_a_number_stays_without_one_and_does_not_count():
    found = adjust_kpis([KpiTest(name="a", estimate=1.0, std_error=0.4, p_value=0.0124), KpiTest(name="b")])
    assert found[0].p_holm == 0.0124
    assert found[1].p_holm is None
    assert found[1].conf_low is None


def test_intervals_hold_for_the_whole_family():
    tests = [KpiTest(name=str(k), estimate=1.0, std_error=0.5, p_value=0.0455) for k in range(5)]
    half = norm.isf(0.005) * 0.5
    for kpi in adjust_kpis(tests):
        assert kpi.conf_low == pytest.approx(1 - half)
        assert kpi.conf_high == pytest.approx(1 + half)


def test_families_with_doubled_names_or_broken_numbers_are_refused_at_once():
    with pytest.raises(InputError) as found:
        adjust_kpis([KpiTest(name="a"), KpiTest(name="a", estimate=math.inf), KpiTest(name="c", std_error=0.0)])
    assert {p.code for p in found.value.problems} == {"kpi-twice", "bad-kpi-number"}


def test_holm_keeps_the_chance_of_any_false_claim():
    """20,000 families of five true nulls: Monte Carlo error 0.0015."""
    p = np.random.default_rng(1).uniform(size=(20_000, 5))
    assert np.mean([holm(row).min() <= 0.05 for row in p]) == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize(
    ("estimate", "worse", "status"),
    [
        (0.0, "up", "safe"),
        (0.005, "up", "cannot-tell"),
        (0.02, "up", "harmed"),
        (-0.02, "up", "safe"),
        (-0.02, "down", "harmed"),
    ],
)
def test_guardrails_on_both_sides(estimate, worse, status):
    found = guardrail("discount", estimate, 0.004, worse=worse, margin=0.01)
    assert found.status == status
    assert found.text.startswith("discount")


def test_a_sure_harm_within_the_margin_is_still_safe():
    assert guardrail("discount", 0.003, 0.0005, worse="up", margin=0.01).status == "safe"


def test_a_guardrails_p_values_are_one_sided_and_uncorrected():
    found = guardrail("errors", 1.0, 0.5, worse="up", margin=3.0)
    assert found.p_value_harm == pytest.approx(norm.sf(2.0))
    assert found.p_value_safe == pytest.approx(norm.sf(4.0))
    assert found.worst == pytest.approx(1.0 + norm.isf(0.05) * 0.5)
    assert guardrail("pace", -1.0, 0.5, worse="down", margin=3.0).worst == pytest.approx(-found.worst)


def test_bad_guardrails_are_refused():
    with pytest.raises(DesignError, match="margin"):
        guardrail("x", 0.0, 1.0, worse="up", margin=-1.0)
    with pytest.raises(DesignError, match="worse"):
        guardrail("x", 0.0, 1.0, worse="sideways", margin=1.0)
    with pytest.raises(InputError, match="finite effect"):
        guardrail("x", math.nan, 1.0, worse="up", margin=1.0)
    with pytest.raises(InputError, match="positive error"):
        guardrail("x", 0.0, 0.0, worse="up", margin=1.0)
    with pytest.raises(DesignError, match="level"):
        guardrail("x", 0.0, 1.0, worse="up", margin=1.0, level=0.0)
