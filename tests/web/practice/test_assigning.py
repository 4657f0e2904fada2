"""Who gets a scenario, and from when: the plan's path, its audience and its waves, as estimates count them."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.cast import Cast
from tests.web.plans.builders import PLAN
from tests.web.plans.builders import a_version as a_plan
from tests.web.practice.builders import TEXT, a_published

from upshot.sources import import_feed
from upshot.web.accounts.viewer import workspace_of
from upshot.web.practice.assigning import assignments
from upshot.web.practice.models import Scenario
from upshot.web.practice.selectors import offers, scenario_for_ref

STEP = "    path: [{id: call, kind: scenario, title: The first call, ref: REF, minutes: 15}]\n    costs:"
BEFORE, FIRST, SECOND = dt.date(2030, 1, 1), dt.date(2030, 2, 4), dt.date(2030, 5, 6)


PROFILE = """version: upshot-profile/1
name: people-with-waves
feed: people
description: People with the wave they were drawn into.
extends: plain-people
attributes: {wave: {columns: [wave]}}
"""


def people(cast: Cast, folder: Path, role: str, wave: str) -> None:
    """One person on the roster, drawn into a wave as the lot records it."""
    profile, file = folder / "profile.yaml", folder / "people.csv"
    profile.write_text(PROFILE, encoding="utf-8")
    file.write_text(f"person,role,valid_from,wave\np-1,{role},2020-03-01,{wave}\n", encoding="utf-8")
    report = import_feed(workspace_of(cast.organisation).lake(), "people", file, profile)
    assert report.rows_taken == 1, report.problems


def firm(cast: Cast, folder: Path, *, role: str = "agent", wave: str = "w1", ref: str = "late-parcel") -> Scenario:
    people(cast, folder, role, wave)
    a_plan(cast, PLAN.replace("    costs:", STEP.replace("REF", ref), 1))
    return a_published(cast).scenario


@pytest.mark.parametrize(
    ("wave", "on", "waits", "opens"),
    [("w1", BEFORE, True, FIRST), ("w1", FIRST, False, FIRST), ("w2", FIRST, True, SECOND), ("", SECOND, True, None)],
)
def test_a_scenario_opens_with_the_persons_wave(
    cast: Cast, tmp_path: Path, wave: str, on: dt.date, waits: bool, opens: dt.date | None
) -> None:
    scenario = firm(cast, tmp_path, wave=wave)
    found = assignments(cast.viewer("learner"), [scenario], on=on)["late-parcel"]
    assert (found.mine, found.waits, found.opens, found.minutes) == (True, waits, opens, 15)


def test_who_waits_sees_the_day_and_cannot_begin(cast: Cast, tmp_path: Path) -> None:
    firm(cast, tmp_path, wave="w2")
    client = cast.client("learner")
    assert "opens with your wave on 6 May 2030" in client.get("/o/nordvik/practice/").content.decode()
    reply = client.post("/o/nordvik/practice/late-parcel/begin", follow=True)
    assert "not open to you yet" in reply.content.decode()


def test_a_scenario_of_another_audience_is_not_listed(cast: Cast, tmp_path: Path) -> None:
    firm(cast, tmp_path, role="driver")
    assert offers(cast.viewer("learner")) == []
    assert cast.client("learner").get("/o/nordvik/practice/late-parcel/").status_code == 404


def test_a_scenario_that_no_path_names_is_open_to_everybody(cast: Cast, tmp_path: Path) -> None:
    firm(cast, tmp_path, ref="something-else")
    (found,) = offers(cast.viewer("learner"))
    assert found.open
    assert found.assignment is None


@pytest.mark.parametrize("ref", ["late-parcel", "scenarios/late-parcel.scenario.md"])
def test_a_step_names_a_scenario_by_its_name_or_its_file(cast: Cast, tmp_path: Path, ref: str) -> None:
    scenario = firm(cast, tmp_path, ref=ref)
    assert "late-parcel" in assignments(cast.viewer("learner"), [scenario])
    assert scenario_for_ref(cast.organisation, ref) == scenario


def test_a_step_names_a_scenario_by_the_address_of_its_records(cast: Cast, tmp_path: Path) -> None:
    scenario = firm(cast, tmp_path, ref='"lms:LP-1"')
    assert assignments(cast.viewer("learner"), [scenario]) == {}
    scenario.activity = "lms:LP-1"
    assert assignments(cast.viewer("learner"), [scenario])["late-parcel"].mine
    scenario.save()
    assert scenario_for_ref(cast.organisation, "lms:LP-1") == scenario


def test_the_list_asks_the_database_as_often_for_many_as_for_few(cast: Cast, tmp_path: Path) -> None:
    firm(cast, tmp_path, ref="something-else")
    client = cast.client("learner")
    counts = []
    for more in ("b", "c", "d", "e"):
        with CaptureQueriesContext(connection) as asked:
            client.get("/o/nordvik/practice/")
        counts.append(len(asked))
        a_published(cast, TEXT.replace("id: late-parcel", f"id: parcel-{more}"))
    assert len(set(counts)) == 1
