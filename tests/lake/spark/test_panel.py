"""An initiative answered on two Spark executors over the workspace's lake: the answer of one machine, word for word."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.firm import a_file, a_firm, a_profile, a_roster, level, teams

from upshot.impact.estimate import Estimate
from upshot.sources import import_feed
from upshot.workspace.answering import answer_initiative
from upshot.workspace.folder import Workspace

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark"), pytest.mark.usefixtures("spark")]


def answered_alike(workspace: Workspace) -> Estimate:
    """Both engines' answers, compared; the one of one machine."""
    ours = answer_initiative(workspace, "coaching", engine="spark")
    theirs = answer_initiative(workspace, "coaching")
    assert ours.built == theirs.built
    same(ours.estimate, theirs.estimate)
    return theirs.estimate


def numbers(found: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of an answer with its place in it."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from numbers(value, f"{path}.{key}")
    elif isinstance(found, list):
        for index, value in enumerate(found):
            yield from numbers(value, f"{path}[{index}]")
    else:
        yield path, found


def same(ours: Estimate, theirs: Estimate) -> None:
    """Every word equal, every number to 1e-10; in checks to 1e-6, since some are roots that are searched for."""
    left, right = dict(numbers(ours.to_dict())), dict(numbers(theirs.to_dict()))
    assert left.keys() == right.keys()
    for place, value in right.items():
        if isinstance(value, float):
            assert left[place] == pytest.approx(value, rel=1e-6 if "checks" in place else 1e-10, abs=1e-10), place
        else:
            assert left[place] == value, place


def test_executors_build_the_panel_that_one_machine_builds(tmp_path: Path) -> None:
    """Daily ratios in weeks, restated, two accounts of one person; strata, clusters and weights of the roster."""
    days = [dt.date(2025, month, day) for month in range(4, 7) for day in (2, 9, 10, 16, 23)]
    rows = [
        {"kpi": "calls", "person": person, "date": str(day), "numerator": level(number, at), "denominator": 3 + at % 4}
        for number, person in enumerate(teams())
        for at, day in enumerate(days)
    ]
    workspace = a_firm(
        tmp_path / "firm",
        kpis=rows,
        grain="day",
        kpi={"type": "ratio", "numerator": "numerator", "denominator": "denominator"},
        audience={"where": "hired_within_days > 100 and team in ('t0', 't1', 't2', 't3', 't4', 't5')"},
        people=a_roster(weight=lambda number: 1 + number % 4),
        design={
            "assign": "managed",
            "period": "week",
            "first_treated": {"round": "next"},
            "strata": ["site"],
            "cluster": "team",
            "weights": "weight",
        },
    )
    changed = [{**row, "numerator": row["numerator"] + 1} for row in rows[:40]]
    file = a_file(tmp_path / "restated.csv", changed)
    profile = a_profile(tmp_path, "kpis", changed[0], "day")
    lake = workspace.lake()
    report = import_feed(lake, "kpis", file, profile, as_of=dt.date.today() + dt.timedelta(days=1))
    assert report.rows_taken == 40
    lake.merge_accounts("p05", "p11", reason="one person under two names")
    found = answered_alike(workspace)
    assert found.n_units == 46
    assert found.n_clusters == 6
    assert "two-readings-after-merge" in {caution.code for caution in found.cautions}
