"""Numbers, intervals and dates as people write them."""

import datetime as dt

import pytest
from tests.report.builders import an_estimate, chicago, of_size, precise_zero, value_selling

from upshot.report.numbers import (
    MINUS,
    NARROW,
    count,
    display_for,
    event_label,
    long_date,
    percent,
    percent_range,
    period_label,
)


def plain(text: str) -> str:
    return text.replace(NARROW, " ")


def test_precision_follows_the_width_of_the_interval() -> None:
    display = display_for(chicago())
    assert display.bare(-0.001126981) == "−0.11"
    assert display.between(-0.005273, 0.003019) == "−0.53 to +0.30"


def test_a_share_has_levels_in_per_cent_and_differences_in_points() -> None:
    display = display_for(value_selling())
    assert plain(display.level(0.212)) == "21.2 %"
    assert display.difference(0.021) == "+2.1 points"


def test_chosen_figures_lose_their_idle_zeros() -> None:
    display = display_for(precise_zero())
    assert display.planned(0.01) == "1 point"
    assert display.planned(0.02) == "2 points"
    assert display.trimmed(0.0125, signed=True) == "+1.25"


@pytest.mark.parametrize(
    ("size", "said"),
    [(1e9, "+20 million euros"), (1e13, "+200 billion euros"), (1e-7, "+2.0 × 10⁻⁹ euros"), (50.0, "+1.00 euros")],
)
def test_sizes_far_from_one_get_a_word_or_a_power_of_ten(size: float, said: str) -> None:
    assert plain(display_for(of_size(size)).difference(0.02 * size)) == said


def test_zero_has_no_sign() -> None:
    display = display_for(chicago())
    assert display.bare(-1e-9, signed=True) == "0.00"
    assert MINUS not in percent(-1e-9, signed=True)


def test_an_effect_without_an_interval_is_printed_to_two_figures() -> None:
    estimate = an_estimate(effect=-0.0213, conf_low=None, conf_high=None)
    assert display_for(chicago(estimate=estimate)).bare(-0.0213) == "−2.13"


def test_an_answer_without_numbers_has_a_display_too() -> None:
    estimate = an_estimate(estimate=None, conf_low=None, conf_high=None, baseline=None, naive=None)
    assert display_for(chicago(estimate=estimate)).bare(0.01) == "1.0"


def test_relative_intervals_are_as_fine_as_their_width() -> None:
    assert plain(percent_range(-0.113, 0.066)) == "−11 % to +7 %"
    assert plain(percent_range(-0.004, 0.003)) == "−0.4 % to +0.3 %"
    assert plain(percent_range(0.01, 0.01)) == "+1.0 % to +1.0 %"


def test_counts_and_dates_are_written_out() -> None:
    assert count(7785, "officers") == "7,785 officers"
    assert long_date(dt.date(2026, 6, 30)) == "30 June 2026"
    assert period_label("2026-06-30", "day") == "30 June 2026"
    assert period_label("2026-W06", "week") == "week 6 of 2026"
    assert period_label("2026", "year") == "2026"


@pytest.mark.parametrize("text", ["2026-Q9", "2026-13", "soon", ""])
def test_a_label_that_is_no_period_is_left_as_it_is(text: str) -> None:
    assert period_label(text, "quarter") == text
    assert period_label(text, "month") == text


def test_event_times_are_said_as_before_and_after() -> None:
    assert event_label(-1, "month") == "1 month before"
    assert event_label(12, "week") == "12 weeks after"
