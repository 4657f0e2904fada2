"""Test-out by competency: a level on the evidence log waives a step with the evidence named, and goes with it."""

from pathlib import Path

import pytest
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.competencies.builders import an_entry
from tests.web.paths.builders import ON, STEPS, a_plan, a_round, enrolled, records, with_path

from upshot.web.accounts.viewer import workspace_of
from upshot.web.competencies.models import Evidence
from upshot.web.competencies.setting_aside import count_again, set_aside
from upshot.web.lrs.models import Statement
from upshot.web.lrs.services.lake import follow
from upshot.web.paths.models import StepRecord
from upshot.web.paths.services.rounds import go_round_once
from upshot.web.paths.walking import progress_of

KNOWN = "skip_from: [{competency: needs, level: Reliably}, {competency: calm, level: Always}], due: 14d}"
COMPETENCIES = """competencies:
  - {id: needs, label: Finding out what else is needed, levels: [Not yet, With help, Reliably]}
  - {id: calm, label: Staying calm, levels: [Not yet, Always]}
initiatives:
"""


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    """A path whose first step is waived for who finds out what is needed reliably and always stays calm."""
    with_path(cast, tmp_path)
    text = a_plan(STEPS.replace("due: 14d}", KNOWN, 1)).replace("initiatives:\n", COMPETENCIES)
    (workspace_of(cast.organisation).root / "plan.yaml").write_text(text, encoding="utf-8")
    a_round(cast)
    return cast


def seen(firm: Cast, competency: str, level: int, person: str = "p-3") -> int:
    return an_entry(firm, person=person, competency=competency, kind="observed", level=level, share=None).pk


def kept(firm: Cast, person: str = "p-3") -> list[tuple[str, str, str]]:
    return [(one.step, one.verb, one.reason) for one in enrolled(firm, person).records.all()]


def test_a_step_is_waived_once_all_its_levels_are_shown_and_says_by_what(firm: Cast) -> None:
    seen(firm, "needs", 2)
    a_round(firm)
    assert kept(firm) == []
    seen(firm, "calm", 1)
    for _ in range(2):
        a_round(firm)
    assert kept(firm) == [("basics", "waived", "Tested Out")]
    basics = progress_of(enrolled(firm)).steps[1]
    assert basics.state == "waived"
    assert basics.evidence.startswith("Finding out what else is needed: Reliably. Scenario a (2 March 2026) / Staying")
    assert kept(firm, "p-6") == []


def test_the_statement_names_the_evidence_and_reaches_the_lake(firm: Cast) -> None:
    seen(firm, "needs", 2)
    seen(firm, "calm", 1)
    a_round(firm)
    assert b"urn:upshot:path:evidence" in bytes(Statement.objects.get().payload)
    follow(firm.organisation)
    rows = workspace_of(firm.organisation).lake().query("SELECT person, verb FROM learning").to_pylist()
    assert rows == [{"person": "p-3", "verb": "waived"}]


def test_what_is_only_recommended_or_too_low_waives_nothing(firm: Cast) -> None:
    seen(firm, "calm", 1)
    an_entry(firm, person="p-3", competency="needs", share=1.0)
    a_round(firm)
    assert kept(firm) == []


def test_evidence_that_is_set_aside_takes_the_waiver_back_with_its_statement(firm: Cast) -> None:
    seen(firm, "needs", 2)
    number = seen(firm, "calm", 1)
    a_round(firm)
    set_aside(viewer=firm.viewer("designer"), number=number, why="It was somebody else.")
    a_round(firm)
    assert kept(firm) == []
    assert progress_of(enrolled(firm)).steps[1].state == "open"
    assert Statement.objects.filter(voided=True).count() == 1
    count_again(viewer=firm.viewer("designer"), number=Evidence.objects.get(kind="set-aside").pk)
    a_round(firm)
    assert kept(firm) == [("basics", "waived", "Tested Out")]


def test_a_step_that_was_taken_stays_taken(firm: Cast, tmp_path: Path) -> None:
    records(firm, tmp_path, ("p-3", "selling/basics", "completed", "2026-11-05"))
    seen(firm, "needs", 2)
    seen(firm, "calm", 1)
    a_round(firm)
    a_round(firm)
    assert [verb for _step, verb, _reason in kept(firm)] == ["completed"]


def test_new_evidence_is_reason_enough_for_a_round(firm: Cast) -> None:
    assert go_round_once(firm.organisation, on=ON)
    assert not go_round_once(firm.organisation, on=ON)
    seen(firm, "needs", 2)
    seen(firm, "calm", 1)
    assert go_round_once(firm.organisation, on=ON)
    assert StepRecord.objects.get().step == "basics"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_learner_reads_why_a_step_is_not_needed(firm: Cast, opened: Opener, mode: str) -> None:
    seen(firm, "needs", 2)
    seen(firm, "calm", 1)
    a_round(firm)
    page = opened(f"/o/nordvik/learning/paths/{enrolled(firm).pk}/basics/", firm.users["learner"], mode=mode)
    accessible(page, f"tested-out-{mode}")
    text = page.locator("main").inner_text()
    assert "you showed that you can already" in text
    assert "Staying calm: Always" in text
