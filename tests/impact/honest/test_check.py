"""The sensitivity check says what it found, and why when it found nothing."""

import json

import numpy as np
import pytest

from upshot.impact.estimate import Estimate
from upshot.impact.honest import breakdown, sensitivity_check


def a_check(effect=2.0, noise=0.01, earlier=(0.1, -0.1)):
    beta = [*earlier, effect]
    return sensitivity_check(beta, noise * np.eye(len(beta)), len(earlier), 1)


def test_a_multiple_of_one_or_more_passes_and_is_said_in_words():
    check = a_check()
    value = breakdown([0.1, -0.1, 2.0], 0.01 * np.eye(3), 2, 1).value
    assert (check.status, check.code) == ("passed", "sensitivity-robust")
    assert check.statistic == value
    assert f"differed by more than {int(value * 10) / 10:g} times the largest change seen before it" in check.text


def test_a_multiple_below_one_is_informative():
    check = a_check(effect=0.4)
    assert (check.status, check.code) == ("informative", "sensitivity-fragile")
    assert 0 < check.statistic < 1


@pytest.mark.parametrize("effect", [0.0, 0.1, -0.1])
def test_an_interval_that_holds_zero_leaves_nothing_to_overturn(effect):
    check = a_check(effect=effect)
    assert (check.status, check.code) == ("informative", "sensitivity-zero-inside")
    assert check.statistic is None


def test_one_earlier_change_is_too_weak_a_yardstick_to_pass():
    check = a_check(earlier=(0.1,))
    assert (check.status, check.code) == ("informative", "sensitivity-one-change")
    assert "the one change seen before it" in check.text


@pytest.mark.parametrize("earlier", [(0.1, -0.1), (0.1,)])
@pytest.mark.parametrize("effect", [0.4, 2.0])
def test_the_verdict_does_not_depend_on_the_sign_of_the_effect(effect, earlier):
    up, down = a_check(effect, earlier=earlier), a_check(-effect, earlier=tuple(-x for x in earlier))
    assert (up.status, up.code, up.text) == (down.status, down.code, down.text)


def test_a_straight_line_that_explains_the_effect_is_said():
    text = a_check(effect=1.0, earlier=(-2.0, -1.0)).text
    assert "straight line, zero would be inside" in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (([1.0], np.eye(1), 0, 1), "sensitivity-no-pre-period"),
        (([1.0], np.eye(1), 1, 0), "sensitivity-no-post-period"),
        (([1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]], 1, 1), "sensitivity-input"),
        (([1.0, np.nan], np.eye(2), 1, 1), "sensitivity-input"),
    ],
)
def test_what_cannot_be_analysed_is_not_applicable_with_the_reason(arguments, code):
    check = sensitivity_check(*arguments)
    assert (check.status, check.code) == ("not_applicable", code)
    assert check.text.count(".") >= 2


@pytest.mark.parametrize("effect", [0.0, 0.4, 2.0])
def test_the_check_fits_into_an_answer(effect):
    answer = Estimate(
        method="callaway-santanna",
        estimand="att",
        outcome="kpi",
        level=0.95,
        registration="exploratory",
        n_units=3,
        checks=(a_check(effect),),
    )
    details = json.loads(json.dumps(answer.to_dict()))["checks"][0]["details"]
    assert details["bounds"] == [0.5, 1.0, 1.5, 2.0]
    assert len(details["conf_low"]) == 4
