"""Published intervals and reference implementations: Benzarti & Carloni's restaurants and a simulated panel."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from upshot.impact.honest import breakdown, relative_magnitudes, smoothness

DATA = Path(__file__).parents[2] / "data" / "honest_did"
CASE = json.loads((DATA / "simulated_case.json").read_text())["runs"][0]
EXPECTED = json.loads((DATA / "simulated_expected.json").read_text())["runs"]["honest"]["results"]
PUBLISHED = json.loads((DATA / "restaurants_published.json").read_text())
TARGETS = {"first": [1, 0, 0, 0], "third": [0, 0, 1, 0]}

# The reference states two steps of its grid: it draws its critical values, Upshot integrates them.
GRID_STEPS = 0.010
HALF_LENGTH = 2e-7
CENTRE = 2e-5


def the_restaurants():
    with (DATA / "restaurants_beta.csv").open(newline="") as file:
        beta = np.array([float(row["betahat"]) for row in csv.DictReader(file)])
    return beta, np.loadtxt(DATA / "restaurants_sigma.csv", delimiter=",", skiprows=1), 4, 4


def the_simulated():
    return CASE["beta"], CASE["sigma"], CASE["num_pre"], CASE["num_post"]


def on_the_published_grid(low, high):
    grid = np.linspace(PUBLISHED["grid"]["lower"], PUBLISHED["grid"]["upper"], PUBLISHED["grid"]["points"])
    inside = grid[(grid >= low) & (grid <= high)]
    return [f"{inside[0]:.3g}", f"{inside[-1]:.3g}"]


@pytest.mark.parametrize("target", ["first", "third"])
def test_relative_magnitudes_meet_every_published_interval_digit_for_digit(target):
    published = PUBLISHED["relative_magnitudes"]
    found = relative_magnitudes(*the_restaurants(), weights=TARGETS[target], bounds=published["bounds"])
    pairs = zip(found.conf_low, found.conf_high, strict=True)
    ours = [on_the_published_grid(low, high) for low, high in pairs]
    assert [[float(a), float(b)] for a, b in ours] == [[float(a), float(b)] for a, b in published[target]]


def test_smoothness_meets_every_published_interval_digit_for_digit():
    published = PUBLISHED["smoothness"]
    found = smoothness(*the_restaurants(), bounds=published["bounds"])
    ours = [[f"{low:.3g}", f"{high:.3g}"] for low, high in zip(found.conf_low, found.conf_high, strict=True)]
    assert ours == published["first"]


def test_the_published_breakdown_value_lies_between_the_same_two_bounds():
    low, high = PUBLISHED["breakdown_first"]
    assert low < breakdown(*the_restaurants()).value < high


@pytest.mark.parametrize("spec", CASE["specs"][:2], ids=lambda spec: spec["id"])
def test_relative_magnitudes_agree_with_r_and_moderndid(spec):
    found = relative_magnitudes(*the_simulated(), weights=spec["l_vec"], bounds=spec["values"])
    for low, high, row in zip(found.conf_low, found.conf_high, EXPECTED[spec["id"]]["rows"], strict=True):
        for reference in (row, row["honestdid_r"]):
            assert low == pytest.approx(reference["lb"], abs=GRID_STEPS)
            assert high == pytest.approx(reference["ub"], abs=GRID_STEPS)


@pytest.mark.parametrize("spec", CASE["specs"][2:], ids=lambda spec: spec["id"])
def test_smoothness_agrees_with_direct_minimisation(spec):
    found = smoothness(*the_simulated(), weights=spec["l_vec"], bounds=spec["values"])
    for low, high, row in zip(found.conf_low, found.conf_high, EXPECTED[spec["id"]]["rows"], strict=True):
        own = row["own"]
        assert (high - low) / 2 == pytest.approx(own["half_length"], abs=HALF_LENGTH)
        assert (high + low) / 2 == pytest.approx((own["lb"] + own["ub"]) / 2, abs=CENTRE)
