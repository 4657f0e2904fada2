"""Fully loaded costs: every kind of line, the principle that loads them, and bad lines."""

import math

import pytest

from upshot.errors import InputError
from upshot.impact.value import CostItem, Principles, load_costs

PLAN = [
    CostItem(item="Design and build", kind="fixed", amount=48_000),
    CostItem(item="Licences", kind="per-person", amount=22, people=300),
    CostItem(item="Learner time", kind="time", minutes=240, hourly_rate=65, people=300),
    CostItem(item="Manager time", kind="time", minutes=130, hourly_rate=90, people=30),
]


def test_every_kind_of_line_is_counted():
    found = load_costs(PLAN)
    assert dict(found.lines) == {
        "Design and build": 48_000,
        "Licences": 6_600,
        "Learner time": 78_000,
        "Manager time": pytest.approx(5_850),
    }
    assert found.total == pytest.approx(138_450)
    assert found.std_error == 0


def test_without_loading_time_is_left_out_and_named():
    found = load_costs(PLAN, Principles(load_all_costs=False))
    assert found.total == pytest.approx(54_600)
    assert found.left_out == ("Learner time", "Manager time")


def test_noise_in_lines_adds_up_and_products_are_exact():
    found = load_costs(
        [
            CostItem(item="a", kind="per-person", amount=10, std_error=2, people=3),
            CostItem(item="b", kind="time", minutes=60, hourly_rate=50, people=2, std_error=6, rate_std_error=5),
        ]
    )
    time_variance = (2 / 60) ** 2 * (60**2 * 5**2 + 50**2 * 6**2 + 6**2 * 5**2)
    assert found.std_error == pytest.approx(math.sqrt(36 + time_variance))


def test_every_bad_line_is_named_at_once():
    with pytest.raises(InputError) as found:
        load_costs(
            [
                CostItem(item="a", kind="fixed", amount=-1),
                CostItem(item="b", kind="time", minutes=10),
                CostItem(item="c", kind="fixed", amount=math.nan),
                CostItem(item="d", kind="gift", amount=1),
            ]
        )
    assert [p.column for p in found.value.problems] == ["a", "b", "b", "c", "d"]


@pytest.mark.parametrize("items", [[], [CostItem(item="x", kind="fixed", amount=0)]])
def test_a_return_needs_a_cost(items):
    with pytest.raises(InputError, match=r"no cost|add up to nothing"):
        load_costs(items)
