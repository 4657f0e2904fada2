"""Boundaries against published tables, intervals against their formulas and against simulated looks."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from upshot.errors import DesignError
from upshot.impact.looks import (
    always_valid,
    classical_boundaries,
    error_spent,
    planned_looks,
    spending_boundaries,
)


def equal(n):
    return [(k + 1) / n for k in range(n)]


@pytest.mark.parametrize(
    ("n", "pocock", "obrien_fleming"),
    [(1, 1.960, 1.960), (2, 2.178, 1.977), (3, 2.289, 2.004), (4, 2.361, 2.024), (5, 2.413, 2.040)],
)
def test_classical_constants_are_jennison_and_turnbulls_tables(n, pocock, obrien_fleming):
    """Jennison & Turnbull (2000), tables 2.1 and 2.3, alpha 0.05, printed to three digits."""
    assert classical_boundaries(n, kind="pocock") == pytest.approx([pocock] * n, abs=5.1e-4)
    assert classical_boundaries(n)[-1] == pytest.approx(obrien_fleming, abs=5.1e-4)
    assert classical_boundaries(n)[0] == pytest.approx(obrien_fleming * math.sqrt(n), abs=1.2e-3)


@pytest.mark.parametrize(("n", "printed"), [(2, 2.772), (5, 2.986)])
def test_classical_pocock_constants_at_one_per_cent(n, printed):
    """The same table, alpha 0.01."""
    assert classical_boundaries(n, level=0.99, kind="pocock")[0] == pytest.approx(printed, abs=5.1e-4)


@pytest.mark.parametrize(
    ("n", "printed"),
    [
        (2, [2.9626, 1.9686]),
        (3, [3.7103, 2.5114, 1.9930]),
        (4, [4.3326, 2.9631, 2.3590, 2.0141]),
        (5, [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
    ],
)
def test_obrien_fleming_spending_matches_the_lan_demets_program(n, printed):
    """Output of the published Lan-DeMets programs (Reboussin et al. 2000), good to about 1e-4 themselves."""
    assert spending_boundaries(equal(n)) == pytest.approx(printed, abs=1.5e-4)


def test_the_second_boundary_solves_its_double_integral():
    """P(|Z1| < z1, |Z2| >= z2) by quadrature of the bivariate normal, to 1e-7 in z."""
    z1, z2 = spending_boundaries([0.2, 0.4])
    root = math.sqrt(0.5)

    def integrand(u):
        return norm.pdf(u) * (norm.sf((z2 - root * u) / root) + norm.cdf((-z2 - root * u) / root))

    newly = error_spent(0.4) - error_spent(0.2)
    assert quad(integrand, -z1, z1, epsabs=1e-14)[0] == pytest.approx(newly, rel=1e-8)


def test_pocock_spending_matches_the_lan_demets_program():
    printed = [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]
    assert spending_boundaries(equal(5), spending="pocock") == pytest.approx(printed, abs=1.1e-4)


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_one_look_at_the_end_is_the_ordinary_test(spending):
    assert spending_boundaries([1.0], spending=spending)[0] == pytest.approx(1.959964, abs=1e-6)
    assert error_spent(1.0, level=0.9, spending=spending) == pytest.approx(0.1)


def test_a_look_too_early_has_no_boundary():
    assert spending_boundaries([0.001, 1.0])[0] is None
    assert spending_boundaries([0.001, 1.0])[1] == pytest.approx(1.959964, abs=1e-5)


def test_many_close_looks_still_spend_exactly_the_error():
    t = np.array(equal(60))
    z = spending_boundaries(t.tolist())
    first = next(k for k, b in enumerate(z) if b is not None)
    assert all(b > a for a, b in zip(z[first + 1 :], z[first:-1], strict=True))
    continuous = norm.isf(0.0125)
    assert spending_boundaries(equal(5))[-1] < z[-1] < continuous


def paths(n_looks, n_paths, seed=5):
    steps = np.random.default_rng(seed).normal(size=(n_paths, n_looks)) / math.sqrt(n_looks)
    return steps.cumsum(axis=1) / np.sqrt(equal(n_looks))


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_simulated_looks_cross_as_often_as_promised(spending):
    """200,000 paths: Monte Carlo error 0.0005; four of them."""
    z = paths(6, 200_000)
    crossed = (np.abs(z) >= np.array(spending_boundaries(equal(6), spending=spending))).any(axis=1)
    assert crossed.mean() == pytest.approx(0.05, abs=0.002)


def test_repeated_intervals_use_the_boundary_of_their_look():
    looks = planned_looks([1.0, 0.8], [0.5, 0.3], planned_information=1 / 0.3**2)
    z = spending_boundaries([0.36, 1.0])
    assert looks[0].conf_low == pytest.approx(1.0 - z[0] * 0.5)
    assert looks[1].conf_high == pytest.approx(0.8 + z[1] * 0.3)
    assert [look.decided for look in looks] == [False, True]
    assert looks[1].spent == pytest.approx(0.05)


def test_a_look_past_the_plan_counts_as_the_last():
    looks = planned_looks([1.0, 0.8], [0.5, 0.29], planned_information=1 / 0.3**2)
    assert looks[-1].fraction == 1.0
    with pytest.raises(DesignError, match="Only the last look"):
        planned_looks([1.0, 0.8, 0.8], [0.5, 0.29, 0.28], planned_information=1 / 0.3**2)


def test_always_valid_widths_are_the_asymptotic_sequences_formula():
    """Waudby-Smith et al. (2024, eq. 2.4) with t observations of unit variance and their rho."""
    alpha, n = 0.05, 400
    looks = always_valid([0.0], [1 / math.sqrt(n)], planned_information=n)
    half = looks[0].conf_high
    rhos = np.geomspace(1e-3, 10, 20_001)
    theirs = np.sqrt(2 * (n * rhos**2 + 1) / (n**2 * rhos**2) * np.log(np.sqrt(n * rhos**2 + 1) / alpha))
    assert half == pytest.approx(theirs.min(), rel=1e-6)


def test_always_valid_interval_and_p_value_agree():
    for y in np.linspace(0, 1, 101):
        look = always_valid([y], [0.2], planned_information=20.0)[0]
        assert look.decided == (look.conf_low >= 0)


def test_always_valid_intervals_miss_at_most_as_promised_over_all_looks():
    z = paths(300, 4000)
    t = np.array(equal(300))
    missed = np.zeros(len(z), bool)
    for k in range(300):
        look = always_valid([0.0], [1 / math.sqrt(t[k])], planned_information=0.5)[0]
        missed |= np.abs(z[:, k] / math.sqrt(t[k])) > look.conf_high
    assert 0.005 < missed.mean() <= 0.05
    assert always_valid([0.0], [1.0], planned_information=1.0)[0].conf_high > norm.isf(0.025)


def test_the_running_p_value_never_rises():
    looks = always_valid([0.9, 0.1], [0.2, 0.15], planned_information=40.0)
    assert looks[1].p_value == looks[0].p_value < 0.05


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_units_do_not_matter(scale):
    looks = always_valid([scale], [0.4 * scale], planned_information=1 / (0.2 * scale) ** 2)
    assert looks[0].conf_low / scale == pytest.approx(always_valid([1.0], [0.4], planned_information=25.0)[0].conf_low)


@pytest.mark.parametrize(
    ("y", "s", "planned", "words"),
    [
        ([1.0], [0.0], 1.0, "positive"),
        ([math.nan], [1.0], 1.0, "finite"),
        ([], [], 1.0, "at least one look"),
        ([1.0, 1.0], [1.0, 1.0], 1.0, "must rise"),
        ([1.0], [1.0], -1.0, "planned_information"),
    ],
)
def test_bad_looks_are_refused(y, s, planned, words):
    for function in (planned_looks, always_valid):
        with pytest.raises(DesignError, match=words):
            function(y, s, planned_information=planned)


def test_bad_plans_are_refused():
    with pytest.raises(DesignError, match="rise within"):
        spending_boundaries([0.5, 0.5])
    with pytest.raises(DesignError, match="level"):
        spending_boundaries([1.0], level=1.0)
    with pytest.raises(DesignError, match="spending"):
        error_spent(0.5, spending="linear")
    with pytest.raises(DesignError, match="n_looks"):
        classical_boundaries(0)
    with pytest.raises(DesignError, match="fraction"):
        error_spent(0.0)
