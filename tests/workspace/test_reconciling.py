"""What came in: every row accounted for, fresh or late, and people without a row."""

import datetime as dt
from pathlib import Path

import pytest
from tests.workspace.firm import a_file, a_firm, a_profile, a_roster, readings, records

from upshot.plan.values import Duration
from upshot.sources import import_feed
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.reconciling import FeedState, days_of, reconciliation_of

TODAY = dt.date(2026, 1, 20)


def states(workspace: Workspace, today: dt.date = TODAY, minimum: int = 5) -> dict[str, FeedState]:
    found = reconciliation_of(workspace, today=today, disclosure=Disclosure(minimum=minimum))
    return {feed.feed: feed for feed in found}


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A firm whose learning file came twice, the second time with three rows nobody can place."""
    workspace = a_firm(tmp_path_factory.mktemp("firm") / "firm", kpi={"freshness": "15d"})
    strangers = [{**records()[0], "person": f"x{number}"} for number in range(3)]
    rows = [*records(), *strangers]
    profile = a_profile(workspace.root, "learning", rows[0], "month")
    import_feed(workspace.lake(), "learning", a_file(workspace.root / "again.csv", rows), profile)
    return workspace


def test_every_row_is_accounted_for(firm: Workspace) -> None:
    for feed in states(firm).values():
        assert feed.rows_in == feed.taken + feed.already_there + feed.left_out + feed.rejected
    learning = states(firm)["learning"]
    assert (learning.imports, learning.rows_in) == (2, 32 + 35)
    assert (learning.taken, learning.already_there, learning.rejected) == (32, 32, 3)
    assert learning.last_file == "again.csv"


def test_refused_rows_are_counted_by_reason_without_their_values(firm: Workspace) -> None:
    (trouble,) = states(firm)["learning"].troubles
    assert trouble.rows == 3
    assert "not known" in trouble.reason
    assert trouble.fix
    assert "x1" not in repr(states(firm))


def test_a_kpi_is_late_from_the_day_after_it_was_due(firm: Workspace) -> None:
    (kpi,) = states(firm)["kpis"].kpis
    assert (kpi.newest, kpi.due) == (dt.date(2025, 12, 31), dt.date(2026, 1, 15))
    assert states(firm, dt.date(2026, 1, 15))["kpis"].late is False
    assert states(firm, dt.date(2026, 1, 16))["kpis"].late is True
    assert states(firm)["people"].late is None


def test_newest_days_come_from_the_rows(firm: Workspace) -> None:
    found = states(firm)
    assert found["learning"].newest == dt.date(2025, 8, 20)
    assert found["kpis"].newest == dt.date(2025, 12, 31)


def test_people_without_a_row_are_counted_unless_they_are_few(firm: Workspace, tmp_path: Path) -> None:
    assert states(firm)["learning"].people_without == 16
    assert states(firm)["kpis"].people_without == 0
    few = a_firm(tmp_path / "few", kpis=[row for row in readings() if row["person"] != "p07"])
    kpis = states(few)["kpis"]
    assert kpis.people_without is None
    assert kpis.withheld == "fewer than 5 people"


def test_people_who_left_are_not_missed(tmp_path: Path) -> None:
    people = a_roster(left=lambda number: "2025-06-30" if number % 6 > 3 else "")
    workspace = a_firm(tmp_path / "firm", people=people)
    assert states(workspace)["learning"].people_without == 0


def test_a_firm_without_any_rows_is_no_error(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm", people=[], learning=[], kpis=[], kpi={"freshness": "15d"})
    found = states(workspace)
    assert all(feed.imports == 0 and feed.newest is None for feed in found.values())
    assert found["kpis"].late is True


def test_a_month_is_a_twelfth_of_a_year() -> None:
    assert days_of(Duration(months=12, days=1)) == pytest.approx(366.25)
