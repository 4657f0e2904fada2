"""Dose: a planted slope is found, waived and unknown people stand apart, small groups are not shown, no grade moves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.workspace.firm import MONTHS, a_firm, records, teams

from upshot.report.findings import DoseFacts
from upshot.workspace.answering import answer_initiative
from upshot.workspace.disclosing import Disclosure
from upshot.workspace.dosing import dose_of
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace

PATH = [{"id": "one", "kind": "module", "ref": "coaching"}]
WAVES = [
    {"id": "w1", "start": "2025-05-01", "where": "team in ('t0', 't1')"},
    {"id": "w2", "start": "2025-08-01", "where": "team in ('t2', 't3')"},
]
STARTS = {"t0": 4, "t1": 4, "t2": 7, "t3": 7}
"""Months, counted from 0, in which teams start; t4 and t5 never do."""
HOURS = (1, 2, 3)


def hours(person: str) -> int:
    """Of the trained, every third person takes one, two or three hours."""
    return HOURS[int(person[1:]) // 6 % 3]


def timed(**more: Any) -> list[dict[str, Any]]:
    return [{**row, "duration": hours(row["person"]) * 3600, **more} for row in records()]


def moved(slope: float, dose: Callable[[str], float] = hours, *, noise: float = 0.4) -> list[dict[str, Any]]:
    """Calls change by ``slope`` for every unit of dose, from the month of the start on."""
    draw = np.random.default_rng(11)
    return [
        {
            "kpi": "calls",
            "person": person,
            "month": month,
            "value": 12
            + 0.2 * at
            + draw.normal(0, noise)
            + (slope * dose(person) if at >= STARTS.get(team, 99) else 0.0),
        }
        for person, team in teams().items()
        for at, month in enumerate(MONTHS)
    ]


def a_dosed_firm(root: Path, by: str = "minutes", *, dose: dict[str, Any] | None = None, **more: Any) -> Workspace:
    design = {"assign": "managed", "period": "month", "first_treated": {"round": "floor"}}
    more = {"learning": timed(), "kpis": moved(-1.0), "path": PATH, "waves": WAVES, **more}
    return a_firm(root, design={**design, "dose": {"by": by, **(dose or {})}}, **more)


def found_in(workspace: Workspace, **options: Any) -> DoseFacts:
    found = dose_of(workspace, answer_initiative(workspace, "coaching"), **options)
    assert found is not None
    return found


def groups(found: DoseFacts) -> dict[str, tuple[int | None, float | None]]:
    return {row.group: (row.people, row.dose) for row in found.rows}


def test_a_planted_slope_is_found_within_its_noise(tmp_path: Path) -> None:
    """A call fewer for every hour; the tolerances are three standard errors of 32 people with noise 0.4."""
    found = found_in(a_dosed_firm(tmp_path / "firm"))
    assert groups(found) == {"part-1": (12, 60), "part-2": (12, 120), "part-3": (8, 180)}
    assert found.slope is not None
    assert found.slope.estimate == pytest.approx(-1 / 60, abs=0.003)
    effects = [row.effect.estimate for row in found.rows if row.effect is not None]
    assert effects == pytest.approx([-1, -2, -3], abs=0.35)
    assert "cannot be tested" in found.cautions[0]
    assert found.withheld == ""


def test_the_answer_is_the_same_to_the_byte_whether_or_not_it_asks_for_a_dose(tmp_path: Path) -> None:
    asks = answer_initiative(a_dosed_firm(tmp_path / "asks"), "coaching")
    workspace = a_firm(tmp_path / "plain", learning=timed(), kpis=moved(-1.0), path=PATH, waves=WAVES)
    plain = answer_initiative(workspace, "coaching")
    assert asks.estimate.grade == plain.estimate.grade
    assert (asks.estimate.estimate, asks.estimate.std_error) == (plain.estimate.estimate, plain.estimate.std_error)
    assert dose_of(workspace, plain) is None
    assert findings_of(workspace, plain).dose is None


def test_without_any_minutes_on_record_the_dose_is_not_known_and_that_is_said(tmp_path: Path) -> None:
    found = found_in(a_dosed_firm(tmp_path / "firm", learning=records()))
    assert found.slope is None
    assert "nobody who started has minutes on record" in found.withheld


def test_who_has_records_without_minutes_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = [{**row, "duration": ""} if int(row["person"][1:]) < 12 else row for row in timed()]
    found = found_in(a_dosed_firm(tmp_path / "firm", learning=rows))
    assert groups(found)["unknown"] == (8, None)
    assert sum(row.people or 0 for row in found.rows) == 32
    assert found.slope is not None
    assert found.slope.estimate == pytest.approx(-1 / 60, abs=0.004)


def test_who_took_nothing_has_a_dose_of_nothing_and_shows_none(tmp_path: Path) -> None:
    def taken(person: str) -> float:
        return hours(person) % 3

    learning = [{**row, "duration": taken(row["person"]) * 3600} for row in records() if taken(row["person"])]
    found = found_in(a_dosed_firm(tmp_path / "firm", learning=learning, kpis=moved(-1.0, taken)))
    assert found.rows[0].group == "none"
    assert (found.rows[0].people, found.rows[0].dose) == (8, 0.0)
    assert found.rows[0].effect is not None
    assert found.rows[0].effect.estimate == pytest.approx(0, abs=0.35)


def test_waived_people_stay_with_their_wave_as_an_arm_of_their_own(tmp_path: Path) -> None:
    waived = [{**row, "verb": "waived", "duration": ""} for row in records(days={"t4": "2025-05-10"})]
    waves = [{**WAVES[0], "where": "team in ('t0', 't1', 't4')"}, WAVES[1]]
    found = found_in(a_dosed_firm(tmp_path / "firm", learning=[*timed(), *waived], waves=waves))
    assert groups(found)["waived"] == (8, None)
    assert [row.effect for row in found.rows if row.group == "waived"] == [None]


def test_the_share_of_the_path_follows_what_each_step_asks_for(tmp_path: Path) -> None:
    test = {"id": "two", "kind": "assessment", "mastery": 0.7, "move_on": "Passed"}
    tests = [
        {**row, "activity": "coaching/two", "title": "", "verb": "completed", "score": 0.9 if hours(p) == 3 else 0.2}
        for row in records()
        if (p := str(row["person"])) and hours(p) > 1
    ]
    learning = [{"score": "", **row} for row in [*timed(), *tests]]
    found = found_in(
        a_dosed_firm(
            tmp_path / "firm", "share", learning=learning, path=[*PATH, test, {"id": "mine", "kind": "practice"}]
        )
    )
    assert groups(found) == {"part-1": (24, 0.5), "part-2": (8, 1.0)}


def test_mastery_is_the_mean_of_first_attempts_and_unseen_without_a_score(tmp_path: Path) -> None:
    first = [{**row, "score": hours(row["person"]) / 4} for row in records() if row["person"] >= "p12"]
    again = [{**row, "score": 1.0, "at": "2025-11-20"} for row in first]
    found = found_in(a_dosed_firm(tmp_path / "firm", "mastery", learning=[*again, *first]))
    assert groups(found) == {"part-1": (8, 0.25), "part-2": (8, 0.5), "part-3": (8, 0.75), "unknown": (8, None)}
    assert found.slope is not None
    assert found.slope.estimate == pytest.approx(-4, abs=0.8)


def test_mastery_of_a_competency_is_what_scenarios_measured_of_it(tmp_path: Path) -> None:
    shown = [
        {**row, "activity": "urn:upshot:competency:calm", "verb": "progressed", "score": hours(row["person"]) / 4}
        for row in records()
    ]
    learning = [{"score": "", **row} for row in [*records(), *shown]]
    found = found_in(a_dosed_firm(tmp_path / "firm", "mastery", learning=learning, dose={"competency": "calm"}))
    assert found.about == ("calm",)
    assert [row.dose for row in found.rows] == [0.25, 0.5, 0.75]


def test_use_at_work_is_yes_or_no_and_unknown_where_nothing_would_record_it(tmp_path: Path) -> None:
    used = [{**row, "activity": "coaching/try", "title": ""} for row in records() if hours(row["person"]) == 3]
    path = [*PATH, {"id": "try", "kind": "challenge"}]
    found = found_in(a_dosed_firm(tmp_path / "firm", "applied", learning=[*records(), *used], path=path))
    assert groups(found) == {"none": (24, 0.0), "part-1": (8, 1.0)}
    nothing = found_in(a_dosed_firm(tmp_path / "other", "applied", learning=records()))
    assert "use at work on record" in nothing.withheld


def test_a_group_too_small_to_show_takes_its_neighbour_with_it(tmp_path: Path) -> None:
    found = found_in(a_dosed_firm(tmp_path / "firm"), disclosure=Disclosure(minimum=10))
    withheld = [row for row in found.rows if row.withheld]
    assert len(withheld) == 2
    assert "part-3" in {row.group for row in withheld}
    assert [(row.people, row.dose, row.effect) for row in withheld] == [(None, None, None)] * 2
    assert found.slope is None


def test_an_answer_that_cannot_tell_says_nothing_of_the_dose(tmp_path: Path) -> None:
    found = found_in(a_dosed_firm(tmp_path / "firm", waves=WAVES[:1], audience={"where": "team in ('t0', 't1')"}))
    assert found.rows == ()
    assert "the answer itself cannot tell" in found.withheld
