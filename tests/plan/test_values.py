"""Lengths of time and limits on values."""

import re

import pytest

from upshot.plan.values import AtLeast, Between, Duration, Matches, duration


@pytest.mark.parametrize(
    ("text", "length", "words"),
    [
        ("30d", Duration(days=30), "30 days"),
        ("8w", Duration(days=56), "8 weeks"),
        ("1d", Duration(days=1), "1 day"),
        ("6m", Duration(months=6), "6 months"),
        ("1y", Duration(months=12), "12 months"),
        (" 4 w", Duration(days=28), "4 weeks"),
        ("0d", Duration(), "0 days"),
    ],
)
def test_a_length_of_time_is_read_and_said(text: str, length: Duration, words: str) -> None:
    assert duration(text) == length
    assert str(length) == words
    assert duration(length.short) == length


@pytest.mark.parametrize("text", ["8", "w", "-1w", "1.5w", "8 weeks", "P8W", "999999d"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        duration(text)


def test_limits_say_what_would_be_right() -> None:
    assert AtLeast(5).problem(4) == "at least 5"
    assert AtLeast(5).problem(5) is None
    assert Between(0, 1, above=True).problem(0) == "above 0 to 1"
    assert Between(0, 1).problem(0) is None
    assert Matches("[A-Z]{3}", "three capitals").problem("eur") == "three capitals"
