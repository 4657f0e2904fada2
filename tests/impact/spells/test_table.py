import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.spells import EventTable, kaplan_meier

DAYS = np.array([3, 5, 5, 8, 2, 9, 4, 6, 7, 1])
ENDED = np.array([1, 1, 0, 1, 1, 0, 1, 1, 1, 1], dtype=bool)
INTAKE = ["jan"] * 5 + ["feb"] * 5


def table(rows=slice(None), **options):
    return EventTable.from_spells(DAYS[rows], ENDED[rows], INTAKE[rows], **options)


def test_merging_parts_in_any_order_gives_the_whole():
    whole = table()
    for parts in ((slice(0, 3), slice(3, 10)), (slice(6, 10), slice(0, 6))):
        merged = table(parts[0]).merge(table(parts[1]))
        np.testing.assert_array_equal(merged.at_risk, whole.at_risk)
        np.testing.assert_array_equal(merged.events, whole.events)
        assert merged.groups == ("feb", "jan")


def test_survival_on_whole_periods_is_kaplan_meier():
    both = EventTable.from_spells(DAYS, ENDED, ["all"] * 10)
    curve = kaplan_meier(DAYS.astype(float), ENDED, np.full(10, -np.inf))
    np.testing.assert_allclose(both.survival[0][curve.times.astype(int) - 1], curve.survival, rtol=1e-14)


def test_a_spell_that_came_under_observation_late_is_at_risk_only_from_then_on():
    late = EventTable.from_spells([5, 5], [True, True], ["a", "a"], entry=[0, 3])
    np.testing.assert_array_equal(late.at_risk, [[1, 1, 1, 2, 2]])


def test_periods_may_be_wider_than_the_unit():
    weeks = EventTable.from_spells([3, 7, 8, 15], [True] * 4, ["a"] * 4, width=7)
    np.testing.assert_array_equal(weeks.events, [[2, 1, 1]])


def test_tables_of_different_width_do_not_merge():
    with pytest.raises(DesignError, match="one width"):
        table().merge(table(width=2))
    with pytest.raises(DesignError, match="width"):
        table(width=0)
