"""What needs an eye: each alert is raised by what it is for, and by nothing else."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.workspace.firm import a_firm, a_plan

from upshot.impact.estimate import CheckResult, Estimate
from upshot.plan import Plan, parse
from upshot.workspace.alerting import Alert, KpiSeries, alerts_of, series_of
from upshot.workspace.reconciling import FeedState, KpiState

TODAY = dt.date(2025, 9, 20)


def planned(**initiative: Any) -> Plan:
    return parse(json.dumps(a_plan({}, initiative, [])).encode(), "plan.yaml").plan


def alerts(plan: Plan | None = None, today: dt.date = TODAY, **more: Any) -> tuple[Alert, ...]:
    return alerts_of(plan or planned(), today=today, **more)


def a_series(*last: float) -> KpiSeries:
    values = [10.0, 11.0, 10.5, 9.5, 10.0, 10.8, 9.9, 10.2, *last]
    return KpiSeries(
        kpi="calls", label="calls", grain="month", periods=tuple(map(str, range(len(values)))), values=tuple(values)
    )


def test_a_quiet_plan_raises_nothing() -> None:
    assert alerts() == ()


def test_late_data_name_the_day_they_were_due() -> None:
    kpi = KpiState(kpi="calls", label="calls", newest=dt.date(2025, 7, 31), due=dt.date(2025, 8, 15), late=True)
    (found,) = alerts(feeds=[FeedState(feed="kpis", late=True, kpis=(kpi,))])
    assert (found.code, found.subject, found.since) == ("data-late", "calls", dt.date(2025, 8, 15))
    assert "15 August 2025" in found.text
    (never,) = alerts(feeds=[FeedState(feed="kpis", kpis=(KpiState(kpi="calls", label="calls", late=True),))])
    assert "no reading" in never.text


def test_a_kpi_that_leaves_its_own_ups_and_downs_drifts() -> None:
    assert [found.code for found in alerts(series=[a_series(14.0)])] == ["kpi-drift"]
    assert "above" in alerts(series=[a_series(14.0)])[0].text
    assert "below" in alerts(series=[a_series(6.0)])[0].text
    assert alerts(series=[a_series(10.9)]) == ()


def test_a_steady_rise_is_no_drift_and_a_jump_off_it_is() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, 20)
    values = [float(v) for v in 10 + 0.5 * np.arange(20) + noise]

    def series(last: float) -> KpiSeries:
        return KpiSeries(kpi="k", label="k", grain="month", periods=tuple(map(str, range(21))), values=(*values, last))

    assert alerts(series=[series(20.0)]) == ()
    assert [found.code for found in alerts(series=[series(18.0)])] == ["kpi-drift"]


def test_steady_noise_is_told_rarely() -> None:
    """Limits of 2.66 mean moving ranges are three standard deviations; few periods widen the tails a little."""
    draw = np.random.default_rng(5)
    raised = 0
    for _ in range(400):
        values = tuple(float(v) for v in draw.normal(10, 1, 24))
        series = KpiSeries(kpi="k", label="k", grain="month", periods=tuple(map(str, range(24))), values=values)
        raised += len(alerts(series=[series]))
    assert raised <= 12


def test_too_few_periods_say_nothing() -> None:
    series = KpiSeries(kpi="k", label="k", grain="month", periods=("a", "b", "c"), values=(1.0, 1.1, 90.0))
    assert alerts(series=[series]) == ()


@pytest.mark.parametrize(("name", "status", "raised"), [("balance", "failed", 1), ("balance", "passed", 0)])
def test_waves_that_came_out_uneven_are_told(name: str, status: Any, raised: int) -> None:
    check = CheckResult(name=name, status=status, text="The waves differ.")
    estimate = Estimate(
        method="m", estimand="att", outcome="calls", level=0.95, registration="exploratory", n_units=48, checks=(check,)
    )
    assert [found.code for found in alerts(estimates={"coaching": estimate})] == ["waves-uneven"] * raised


def test_a_window_that_ends_soon_is_told_until_it_ends() -> None:
    design = {"assign": "managed", "period": "month", "window": {"after": 3}, "first_treated": {"round": "floor"}}
    plan = planned(waves=[{"id": "w", "start": "2025-06-10"}], design=design)
    (found,) = alerts(plan, today=dt.date(2025, 9, 20))
    assert (found.code, found.since) == ("window-ends", dt.date(2025, 9, 30))
    assert alerts(plan, today=dt.date(2025, 8, 20)) == ()
    assert alerts(plan, today=dt.date(2025, 10, 1)) == ()


def test_a_review_that_passed_without_a_decision_is_told() -> None:
    plan = planned(reviews=[{"date": "2025-06-30"}, {"date": "2025-12-15"}])
    (found,) = alerts(plan)
    assert (found.code, found.since) == ("never-reviewed", dt.date(2025, 6, 30))
    assert alerts(plan, reviewed={"coaching": dt.date(2025, 7, 2)}) == ()
    assert alerts(plan, today=dt.date(2025, 6, 30)) == ()


def test_series_come_from_the_lake_without_the_period_that_is_not_over(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    (whole,) = series_of(workspace, today=dt.date(2026, 1, 5))
    assert len(whole.periods) == 12
    (early,) = series_of(workspace, today=dt.date(2025, 9, 20))
    assert early.periods[-1] == "2025-08"
    assert early.values == whole.values[:8]


def test_a_plan_that_nobody_reviews_in_its_rhythm_is_told() -> None:
    document = a_plan({}, {}, [])
    document["period"]["review_every"] = "90d"
    plan = parse(json.dumps(document).encode(), "plan.yaml").plan
    (never,) = alerts(plan)
    assert (never.subject, never.since) == ("plan", dt.date(2025, 4, 1))
    assert "was never reviewed" in never.text
    assert alerts(plan, reviewed={"coaching": dt.date(2025, 7, 1)}) == ()
    (again,) = alerts(plan, today=dt.date(2025, 12, 1), reviewed={"coaching": dt.date(2025, 7, 1)})
    assert "last reviewed on 1 July 2025" in again.text
    (late,) = alerts(plan, planned_since=dt.date(2025, 3, 1))
    assert late.since == dt.date(2025, 5, 30)


def test_a_drift_is_told_with_label_unit_and_period_as_people_write_them() -> None:
    values = (0.65, 0.651, 0.652, 0.651, 0.65, 0.652, 0.651, 0.65, 0.6291)
    periods = tuple(f"2026-{month:02d}" for month in range(1, 10))
    share = KpiSeries(kpi="k", label="happy callers", grain="month", share=True, periods=periods, values=values)
    (found,) = alerts(series=[share])
    text = found.text.replace("\u202f", " ")
    assert text.startswith("September 2026: happy callers read 62.91 %, below the 64.")
    minutes = KpiSeries(
        kpi="k", label="wait", grain="month", unit="minutes", periods=periods, values=tuple(100 * v for v in values)
    )
    assert "read 62.91 minutes, below the 64." in alerts(series=[minutes])[0].text
