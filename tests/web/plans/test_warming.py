"""What follows from facts is worked out once, ahead of the first visit, and anew only when the facts change."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.plans.builders import a_version
from tests.web.roster import people_rows, take_in, with_roster

from upshot.lake import Lake
from upshot.web.imports.kept import kept, lake_state
from upshot.web.plans import warming

NOW = dt.datetime(2029, 12, 1, 9, tzinfo=dt.UTC)
PAGES = ("", "reviews/", "at-a-glance/", "data/", "objectives/", "objectives/calm/")


@pytest.mark.django_db
def test_after_warming_no_page_reads_the_lake(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_version(with_roster(cast, tmp_path))
    warming.warm(cast.organisation)

    def touched(self: Lake, **how: object) -> None:
        raise AssertionError("a page read the lake")

    monkeypatch.setattr(Lake, "connect", touched)
    client = cast.client("leader")
    assert [client.get(f"/o/nordvik/{path}").status_code for path in PAGES] == [200] * len(PAGES)


@pytest.mark.django_db
def test_a_value_is_worked_out_anew_only_when_facts_or_parts_change(cast: Cast, tmp_path: Path) -> None:
    with_roster(cast, tmp_path)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept("sum", cast.organisation, 5, make=make) for _ in range(2)] == [1, 1]
    assert kept("sum", cast.organisation, 10, make=make) == 2
    before = lake_state(cast.organisation)
    take_in(cast.organisation, "people", people_rows(31), tmp_path)
    assert lake_state(cast.organisation) != before
    assert kept("sum", cast.organisation, 5, make=make) == 3


@pytest.mark.django_db
def test_nothing_is_a_value_too(cast: Cast) -> None:
    made: list[None] = []
    for _ in range(2):
        assert kept("nothing", cast.organisation, make=lambda: made.append(None)) is None
    assert len(made) == 1


@pytest.mark.django_db
def test_the_worker_warms_what_came_in_some_other_way_and_rests_between(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_version(with_roster(cast, tmp_path))
    warmed: list[str] = []
    monkeypatch.setattr(warming, "warm", lambda organisation: warmed.append(organisation.slug))
    own = warmed.count
    warming.due(NOW)
    warming.due(NOW)
    assert own("nordvik") == 1
    take_in(cast.organisation, "people", people_rows(31), tmp_path)
    warming.due(NOW + dt.timedelta(minutes=1))
    assert own("nordvik") == 2
    warming.due(NOW + dt.timedelta(days=1))
    assert own("nordvik") == 3


@pytest.mark.django_db
def test_a_workspace_that_was_moved_away_keeps_nobody_from_being_warmed(cast: Cast) -> None:
    root = cast.viewer("leader").workspace.root
    root.rename(root.with_name("moved-away"))
    warming.due(NOW)
    assert not root.exists()
