"""Whether an effect lasts, and what the answer survives: held to the planted path and to the engine's own check."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.workspace.simulated import a_trained_firm, moved

from upshot.impact.estimate import Grade
from upshot.workspace.answering import answer_initiative
from upshot.workspace.answers import Answer
from upshot.workspace.dynamics import path_after_start, persistence_of, sensitivity_of


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return answer_initiative(a_trained_firm(tmp_path_factory.mktemp("firm") / "firm"), "coaching")


def test_a_lasting_effect_has_a_share_of_the_months_seen_and_no_half_life(answer: Answer) -> None:
    found = persistence_of(answer)
    assert found is not None
    assert [point.event_time for point in found.points] == list(range(8))
    assert all((p.effect.low or 0) < -2 + 1.5 and (p.effect.high or 0) > -2 - 1.5 for p in found.points)
    assert found.half_life is None
    assert found.share is not None
    assert found.share.estimate == pytest.approx(8 / 12)
    assert (found.periods_seen, found.periods_counted) == (8, 12)


def test_a_fading_effect_has_the_planted_half_life_in_its_interval(tmp_path: Path) -> None:
    kpis = moved(lambda _number, since: -6.0 * 0.5 ** (since / 2), noise=0.3)
    found = persistence_of(answer_initiative(a_trained_firm(tmp_path / "firm", kpis=kpis), "coaching"))
    assert found is not None
    assert found.half_life is not None
    assert (found.half_life.low or 0) < 2 < (found.half_life.high or np.inf)
    assert "faded" in found.text


def test_the_path_carries_the_covariance_of_its_terms(answer: Answer) -> None:
    study = path_after_start(answer)
    assert study is not None
    assert study.covariance is not None
    errors = [term.std_error or 0.0 for term in study.terms]
    assert np.sqrt(np.diag(study.covariance)) == pytest.approx(errors, rel=1e-9)


def test_the_slider_starts_at_the_ordinary_interval_and_only_widens(answer: Answer) -> None:
    curve = sensitivity_of(answer)
    assert curve is not None
    widths = [(p.high or 0) - (p.low or 0) for p in curve.points]
    assert widths == sorted(widths)
    assert [p.m for p in curve.points][:3] == [0.0, 0.25, 0.5]
    check = next(found for found in answer.estimate.checks if found.name == "sensitivity")
    assert check.details is not None
    known = dict(zip(check.details["bounds"], check.details["conf_low"], strict=True))
    for point in curve.points:
        if point.m in known:
            assert point.low == pytest.approx(known[point.m], rel=1e-9)
    assert curve.breakdown == check.statistic
    assert curve.breakdown is not None
    outside = [p for p in curve.points if not (p.low or 0) <= 0 <= (p.high or 0)]
    assert max(p.m for p in outside) <= curve.breakdown


def test_nothing_is_said_of_an_answer_that_cannot_be_claimed(answer: Answer) -> None:
    weak = replace(answer.estimate, grade=Grade(letter="D", codes=("weak",), text="Weak."), claimable=False)
    refused = replace(answer, estimate=weak)
    assert persistence_of(refused) is None
    assert sensitivity_of(refused) is None


def test_nothing_is_said_of_a_handful_of_people(answer: Answer) -> None:
    few = replace(answer, kpi=replace(answer.kpi, min_cell=40))
    assert persistence_of(few) is None
    assert sensitivity_of(few) is None
