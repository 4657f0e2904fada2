import datetime as dt

import numpy as np
import pytest

from upshot.impact.series.timeline import read_timeline


@pytest.mark.parametrize(
    ("time", "start", "index"),
    [
        ([10, 20, 40], 20, [0, 1, 3]),
        ([2012.0, 2012.25, 2012.75], 2012.25, [0, 1, 3]),
        (["2026-01", "2026-02", "2026-04"], "2026-02", [0, 1, 3]),
        (["2025-Q4", "2026-Q1", "2026-Q3"], "2026-Q1", [0, 1, 3]),
        (["2025-W52", "2026-W01", "2026-W02"], "2026-W01", [0, 1, 2]),
        (["2024-01-31", "2024-02-29", "2024-03-31"], "2024-03-01", [0, 1, 2]),
        ([dt.date(2026, 1, 5), dt.date(2026, 1, 12), dt.date(2026, 1, 26)], dt.date(2026, 1, 12), [0, 1, 3]),
        (np.array(["2020-01-01", "2021-01-01"], dtype="datetime64[D]"), np.datetime64("2021-01-01"), [0, 1]),
        (["2020", "2021", "2023"], "2021", [0, 1, 3]),
    ],
)
def test_times_are_counted_in_their_own_steps(time, start, index):
    np.testing.assert_array_equal(read_timeline(time, start).index, index)


def test_rows_are_put_in_order_and_keep_their_labels():
    timeline = read_timeline(["2026-03", "2026-01", "2026-02"], "2026-02-15")
    assert timeline.labels == ("2026-01", "2026-02", "2026-03")
    assert timeline.order.tolist() == [1, 2, 0]
    assert timeline.first_post == 2
    assert timeline.n_missing == 0
