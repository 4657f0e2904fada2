"""Units after a number: the singular after a one and only there, words that have none left alone."""

import pytest

from upshot.plan.chain import change_text
from upshot.plan.units import unit_after


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        ("1", "errors per 1,000 cases", "error per 1,000 cases"),
        ("+1", "points", "point"),
        ("−1", "boxes", "box"),
        ("1", "losses", "loss"),
        ("1", "status", "status"),
        ("1", "EUR", "EUR"),
        ("10", "errors", "errors"),
        ("1.0", "errors", "errors"),
        ("1", "", ""),
    ],
)
def test_a_unit_follows_its_number(number: str, unit: str, said: str) -> None:
    assert unit_after(number, unit) == said


def test_a_change_of_one_is_told_in_the_singular() -> None:
    assert change_text(-1, "errors per 1,000 cases") == "−1 error per 1,000 cases"
    assert change_text(0.01, "proportion") == "+1 point"
