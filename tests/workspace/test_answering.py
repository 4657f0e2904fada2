"""From plan and facts to an answer: every key of the plan that an answer rests on."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.workspace.firm import MONTHS, PEOPLE, a_firm, a_roster, level, readings, records, teams

from upshot.errors import DesignError, PanelError
from upshot.impact.estimate import CheckResult, Estimate
from upshot.workspace.answering import Answer, answer_initiative, no_training
from upshot.workspace.findings import findings_of
from upshot.workspace.folder import Workspace


def answered(workspace: Workspace, **options: Any) -> Answer:
    return answer_initiative(workspace, "coaching", **options)


def design(**keys: Any) -> dict[str, Any]:
    return {"assign": "managed", "period": "month", "first_treated": {"round": "floor"}, **keys}


def check(estimate: Estimate, name: str) -> CheckResult:
    return next(found for found in estimate.checks if found.name == name)


def codes(estimate: Estimate) -> set[str]:
    return {caution.code for caution in estimate.cautions}


def test_records_readings_and_roster_come_to_one_answer(tmp_path: Path) -> None:
    answer = answered(a_firm(tmp_path / "firm"))
    assert answer.estimate.n_units == PEOPLE
    assert answer.built.starts == (("2025-05", 16), ("2025-08", 16))
    assert answer.built.window == ("2025-01", "2025-12")
    assert answer.estimate.provenance is not None
    assert answer.estimate.provenance.plan_hash
    assert answer.estimate.registration == "exploratory"


def test_every_step_of_the_audit_follows_from_the_one_before(tmp_path: Path) -> None:
    people = [*a_roster(), {"person": "x1", "team": "t9", "role": "boss", "site": "north", "hired": "2020-01-01"}]
    kpis = [*readings(), *({**readings()[0], "person": "x1", "month": month} for month in MONTHS)]
    learning = [
        *records(),
        {**records()[0], "verb": "registered"},
        {**records()[0], "activity": "other", "title": "other"},
    ]
    answer = answered(
        a_firm(tmp_path / "firm", people=people, kpis=kpis, learning=learning, audience={"where": "role = 'agent'"})
    )
    lines = answer.built.audit
    assert all(line.rows_kept <= line.rows_in for line in lines)
    assert all(line.reason for line in lines if line.rows_kept < line.rows_in)
    assert (lines[0].rows_in, lines[0].rows_kept) == (PEOPLE + 1, PEOPLE)
    taken = next(at for at, line in enumerate(lines) if line.step.startswith("Learning records"))
    for before, after in zip(lines[taken : taken + 3], lines[taken + 1 : taken + 4], strict=True):
        assert after.rows_in == before.rows_kept
    read = next(line for line in lines if line.step == "Readings of calls")
    assert (read.rows_in, read.rows_kept) == (12 * (PEOPLE + 1), 12 * PEOPLE)


def test_the_rounding_rule_moves_starts_and_with_them_the_answer(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    floor, nearest, following = (answered(workspace, rounding=rule) for rule in ("floor", "nearest", "next"))
    assert [start for start, _ in floor.built.starts] == ["2025-05", "2025-08"]
    assert [start for start, _ in nearest.built.starts] == ["2025-05", "2025-06", "2025-08", "2025-09"]
    assert [start for start, _ in following.built.starts] == ["2025-06", "2025-09"]
    assert floor.estimate.estimate != nearest.estimate.estimate


def test_weights_are_read_from_the_roster(tmp_path: Path) -> None:
    even = answered(a_firm(tmp_path / "even"))
    people = a_roster(weight=lambda number: 1 + number % 4)
    weighted = answered(a_firm(tmp_path / "weighted", people=people, design=design(weights="weight")))
    assert weighted.built.roles.weights == "weight"
    assert weighted.estimate.estimate != even.estimate.estimate
    same = answered(a_firm(tmp_path / "same", people=a_roster(weight=2), design=design(weights="weight")))
    assert same.estimate.estimate == pytest.approx(even.estimate.estimate, rel=1e-12)
    assert "sampling weight" in " ".join(findings_of(a_firm_at(tmp_path / "weighted"), weighted).method)


def a_firm_at(root: Path) -> Workspace:
    return Workspace.open(root)


def test_a_weight_that_is_no_positive_number_is_refused(tmp_path: Path) -> None:
    people = a_roster(weight=lambda number: 0 if number == 3 else 1)
    with pytest.raises(PanelError, match="weight that is not above zero"):
        answered(a_firm(tmp_path / "firm", people=people, design=design(weights="weight")))


def test_the_window_is_that_of_the_event_study(tmp_path: Path) -> None:
    answer = answered(a_firm(tmp_path / "firm", design=design(window={"before": 3, "after": 2})))
    assert answer.event_study is not None
    times = [term.event_time for term in answer.event_study.terms]
    assert (min(times), max(times)) == (-3, 2)  # type: ignore[type-var]
    whole = answered(a_firm(tmp_path / "whole"))
    assert whole.event_study is not None
    assert whole.estimate.estimate == answer.estimate.estimate
    assert len(whole.event_study.terms) > len(times)


def test_a_kpi_read_by_team_makes_teams_the_units(tmp_path: Path) -> None:
    kpis = [
        {"kpi": "calls", "team": f"t{team}", "month": month, "value": level(team, at)}
        for team in range(6)
        for at, month in enumerate(MONTHS)
    ]
    kpi = {"grain": {"entity": "team", "time": "month"}}
    answer = answered(a_firm(tmp_path / "firm", kpis=kpis, kpi=kpi, design=design(assign="random-by-team")))
    assert answer.estimate.n_units == 6
    assert answer.built.starts == (("2025-05", 2), ("2025-08", 2))
    assert answer.built.roles.cluster is None
    assert findings_of(a_firm_at(tmp_path / "firm"), answer).people == "teams"


def test_a_team_whose_people_start_at_different_times_is_an_error_with_the_count(tmp_path: Path) -> None:
    learning = [{**row, "at": "2025-07-01"} if row["person"] in ("p00", "p01") else row for row in records()]
    kpis = [{"kpi": "calls", "team": f"t{t}", "month": m, "value": t} for t in range(6) for m in MONTHS]
    kpi = {"grain": {"entity": "team", "time": "month"}}
    with pytest.raises(PanelError, match=r"in 2 of 6 teams people start at different times \(t0, t1\)"):
        answered(a_firm(tmp_path / "firm", learning=learning, kpis=kpis, kpi=kpi))


def test_waves_come_from_the_roster_and_their_shares_are_checked(tmp_path: Path) -> None:
    waves = [
        {"id": "w1", "start": "2025-05-01", "share": 0.25},
        {"id": "w2", "start": "2025-08-01", "share": 0.25},
    ]
    people = a_roster(wave=lambda number: {0: "w1", 1: "w2"}.get(number % 4, ""))
    planned = design(assign="random-by-person")
    answer = answered(a_firm(tmp_path / "firm", people=people, waves=waves, design=planned))
    assert answer.estimate.method == "roth-santanna"
    assert check(answer.estimate, "sample-ratio").status == "passed"
    uneven = a_roster(wave=lambda number: "w1" if number < 40 else "w2" if number < 44 else "")
    moved = answered(a_firm(tmp_path / "moved", people=uneven, waves=waves, design=planned))
    assert check(moved.estimate, "sample-ratio").status == "failed"
    assert moved.estimate.grade is not None
    assert moved.estimate.grade.letter == "D"


@pytest.mark.parametrize(("assign", "code"), [("everyone", "everyone-by-design"), ("voluntary", "volunteers-only")])
def test_everyone_and_volunteers_get_no_headline(tmp_path: Path, assign: str, code: str) -> None:
    estimate = answered(a_firm(tmp_path / "firm", design=design(assign=assign))).estimate
    assert estimate.grade is not None
    assert estimate.grade.letter == "D"
    assert code in estimate.grade.codes
    assert not estimate.claimable


def test_a_plan_that_compares_with_nobody_shows_before_and_after_only(tmp_path: Path) -> None:
    estimate = answered(a_firm(tmp_path / "firm", design=design(compare="none"))).estimate
    assert estimate.estimate is None
    assert estimate.naive is not None
    assert estimate.naive.before_after is not None
    assert "no-comparison-planned" in codes(estimate)
    assert estimate.grade is not None
    assert estimate.grade.letter == "D"


def test_a_plan_that_ends_in_no_training_is_told_kindly(tmp_path: Path) -> None:
    diagnosis = {"observed": "calls come back", "because": ["environment"], "verdict": "no-training"}
    diagnosis["not_training"] = ["repair the telephone menu"]
    workspace = a_firm(tmp_path / "firm", diagnosis=diagnosis)
    found = no_training(workspace, "coaching")
    assert found is not None
    assert found.estimate is None
    assert found.claim is not None
    assert "a good outcome" in found.claim
    assert "Repair the telephone menu." in found.claim
    assert no_training(a_firm(tmp_path / "trained"), "coaching") is None


def daily(**values: Any) -> list[dict[str, Any]]:
    """Two readings in every month, on the 3rd and the 17th."""
    return [
        {
            "kpi": "calls",
            "person": person,
            "date": f"{month}-{day}",
            **{name: read(number, at, day) for name, read in values.items()},
        }
        for number, person in enumerate(teams())
        for at, month in enumerate(MONTHS)
        for day in ("03", "17")
    ]


def test_daily_counts_add_up_and_daily_means_are_averaged(tmp_path: Path) -> None:
    kpis = daily(value=lambda number, at, _: level(number, at))
    monthly = answered(a_firm(tmp_path / "monthly"))
    grain = {"grain": {"entity": "person", "time": "day"}}
    mean = answered(a_firm(tmp_path / "mean", kpis=kpis, kpi=grain, grain="day"))
    count = answered(a_firm(tmp_path / "count", kpis=kpis, kpi={**grain, "type": "count"}, grain="day"))
    assert mean.estimate.estimate == pytest.approx(monthly.estimate.estimate, rel=1e-12)
    assert count.estimate.estimate == pytest.approx(2 * monthly.estimate.estimate, rel=1e-12)  # type: ignore[operator]
    assert "added-up" in codes(count.estimate)
    assert "added-up" not in codes(mean.estimate)


def test_a_ratio_is_the_sum_above_over_the_sum_below(tmp_path: Path) -> None:
    parts = {"type": "ratio", "numerator": "numerator", "denominator": "denominator"}
    kpis = daily(
        numerator=lambda number, at, day: level(number, at) if day == "03" else 0.0,
        denominator=lambda _number, _at, day: 1 if day == "03" else 3,
    )
    grain = {"grain": {"entity": "person", "time": "day"}}
    found = answered(a_firm(tmp_path / "ratio", kpis=kpis, kpi={**grain, **parts}, grain="day"))
    monthly = answered(a_firm(tmp_path / "monthly"))
    assert found.estimate.estimate == pytest.approx(monthly.estimate.estimate / 4, rel=1e-9)  # type: ignore[operator]


def test_a_kpi_read_by_the_year_cannot_answer_by_the_month(tmp_path: Path) -> None:
    kpis = [{"kpi": "calls", "person": person, "date": "2025-01-01", "value": 1} for person in teams()]
    with pytest.raises(PanelError, match="read by the year, the design compares by month"):
        answered(a_firm(tmp_path / "firm", kpis=kpis, grain="year"))


def test_two_readings_after_a_merge_are_flagged_and_neither_is_used(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm", kpis=[*readings(), {**readings()[0], "person": "old-p00", "value": 99}])
    workspace.lake().merge_accounts("old-p00", "p00", reason="same person")
    answer = answered(workspace)
    caution = next(found for found in answer.estimate.cautions if found.code == "two-readings-after-merge")
    assert "1 person has two different readings for 1 period" in caution.text
    assert answer.estimate.n_units == PEOPLE - 1
    line = next(line for line in answer.built.audit if line.step == "… one for each person and period")
    assert line.rows_in - line.rows_kept == 2


def test_the_same_reading_twice_after_a_merge_counts_once(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm", kpis=[*readings(), {**readings()[0], "person": "old-p00"}])
    workspace.lake().merge_accounts("old-p00", "p00", reason="same person")
    answer = answered(workspace)
    assert "two-readings-after-merge" not in codes(answer.estimate)
    assert answer.estimate.estimate == pytest.approx(answered(a_firm(tmp_path / "plain")).estimate.estimate, rel=1e-12)


def test_another_initiative_that_reached_the_same_people_fails_its_check(tmp_path: Path) -> None:
    other = {"id": "bonus", "records": {"activities": ["bonus"], "verbs": ["completed"]}}
    learning = [*records(), *records("bonus")]
    reached = answered(a_firm(tmp_path / "reached", learning=learning, more=[other]))
    assert check(reached.estimate, "other-initiatives").status == "failed"
    assert "bonus" in check(reached.estimate, "other-initiatives").text
    apart = answered(a_firm(tmp_path / "apart", more=[other]))
    assert check(apart.estimate, "other-initiatives").status == "passed"


def test_the_lag_is_not_used_and_the_method_says_so(tmp_path: Path) -> None:
    expected = [{"kpi": "calls", "lag": "8w", "smallest_worth_having": 0.5}]
    workspace = a_firm(tmp_path / "firm", expected=expected)
    answer = answered(workspace)
    assert answer.estimate.estimate == answered(a_firm(tmp_path / "plain")).estimate.estimate
    said = " ".join(findings_of(workspace, answer).method)
    assert "The average counts from the start" in said
    assert "8 weeks" in said


def test_another_design_may_be_asked_for(tmp_path: Path) -> None:
    workspace = a_firm(tmp_path / "firm")
    from upshot.impact.design import Design

    asked = answered(workspace, changes=replace(Design(), control="never-treated", outcome="calls"))
    assert asked.estimate.estimate != answered(workspace).estimate.estimate


def test_nothing_to_plan_for_without_training(tmp_path: Path) -> None:
    from upshot.workspace.planning import planned_study

    workspace = a_firm(tmp_path / "firm", diagnosis={"verdict": "no-training"})
    with pytest.raises(DesignError, match="no training"):
        planned_study(workspace, "coaching")
