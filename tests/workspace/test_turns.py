"""Support that is tried wave by wave: whose turn has not come, and what the engine says it did."""

import datetime as dt
from pathlib import Path

import pytest
from tests.workspace.trials import EFFECT, TEAMS, a_firm_that_tries, a_trial, turn_of

from upshot.plan import lock, parse
from upshot.workspace.answering import answer_initiative
from upshot.workspace.folder import Workspace
from upshot.workspace.turns import waiting


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return a_firm_that_tries(tmp_path_factory.mktemp("trial") / "firm")


def late(firm: Workspace, day: dt.date, kind: str = "digest") -> set[int]:
    """Teams that wait on a day."""
    people = waiting(firm, firm.plan().plan, kind, on=day).get("coaching", frozenset())
    return {int(person[1:]) % TEAMS for person in people}


def test_who_waits_follows_the_waves_day_by_day(firm: Workspace) -> None:
    starts = {team: turn_of(team) for team in range(TEAMS)}
    assert late(firm, dt.date(2025, 4, 30)) == set(range(TEAMS))
    assert late(firm, dt.date(2025, 5, 1)) == {team for team, start in starts.items() if start != 4}
    assert late(firm, dt.date(2025, 12, 1)) == {team for team, start in starts.items() if start is None}


def test_another_kind_of_support_comes_to_everybody(firm: Workspace) -> None:
    assert late(firm, dt.date(2025, 4, 30), "nudge") == set()


def test_the_engine_finds_what_the_message_did(firm: Workspace) -> None:
    """Locked before the first turn and drawn by lot, it is the best grade there is."""
    locked = lock(
        firm.plan().plan, at=dt.datetime(2025, 4, 1, tzinfo=dt.UTC), signatories=["sponsor"], initiative="weekly"
    )
    found = answer_initiative(firm, "weekly", locked=locked).estimate
    assert found.grade is not None
    assert found.grade.letter == "A"
    assert found.n_units == 6 * TEAMS
    assert found.estimate == pytest.approx(EFFECT, abs=3 * (found.std_error or 0))
    assert (found.conf_low or 0) < EFFECT < (found.conf_high or 0) < 0


def test_it_finds_nothing_where_the_message_did_nothing(tmp_path: Path) -> None:
    found = answer_initiative(a_firm_that_tries(tmp_path / "firm", effect=0), "weekly").estimate
    assert (found.conf_low or 0) < 0 < (found.conf_high or 0)


@pytest.mark.parametrize(
    ("kind", "of", "chosen"), [("spacing", "coaching", False), ("motivation", "goals, team", True)]
)
def test_the_engine_finds_what_questions_and_the_offer_of_motivation_did(
    tmp_path: Path, kind: str, of: str, chosen: bool
) -> None:
    """Of motivation the effect on the whole group, as drawn: half of it took nothing up."""
    firm = a_firm_that_tries(tmp_path / "firm", trial=a_trial(kind, of), chosen=chosen)
    locked = lock(
        firm.plan().plan, at=dt.datetime(2025, 4, 1, tzinfo=dt.UTC), signatories=["sponsor"], initiative="weekly"
    )
    found = answer_initiative(firm, "weekly", locked=locked).estimate
    assert found.grade is not None
    assert found.grade.letter == "A"
    assert found.n_units == 6 * TEAMS
    assert (found.conf_low or 0) < EFFECT < (found.conf_high or 0) < 0


def test_each_element_that_is_handed_out_waits_for_the_same_people(tmp_path: Path) -> None:
    firm = a_firm_that_tries(tmp_path / "firm", trial=a_trial("motivation", "goals, team"))
    found = waiting(firm, firm.plan().plan, "motivation", on=dt.date(2025, 5, 1))
    assert set(found) == {"goals", "team"}
    assert found["goals"] == found["team"] != frozenset()


def test_the_example_of_the_guide_is_a_plan() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "test-a-digest-or-a-reminder.md").read_text("utf-8")
    trial = guide.partition("```yaml\n")[2].partition("```")[0]
    plan = parse(
        "objectives: [{id: offers, statement: More offers}]\nkpis: [{id: offers}]\ninitiatives:\n"
        "  - {id: value-selling, hypothesis: {if: a, then: b}, audience: {}, path: [{id: basics, kind: module}]}\n"
        + trial
    ).plan
    support = plan.initiative("weekly-message").support
    assert support is not None
    assert (support.kind, support.of) == ("digest", "value-selling")
