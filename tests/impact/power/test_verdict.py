"""The verdict in sentences, its alternatives, and what would change it."""

import json

import pytest

from upshot.errors import DesignError
from upshot.impact.estimate import Caution
from upshot.impact.power import (
    Baseline,
    PowerAnswer,
    assumed_baseline,
    one_shot,
    power_answer,
    precision,
    required_units,
    wave_study,
)


def teams(n: int = 30) -> Baseline:
    return assumed_baseline(n, mean=20, std_dev=4, icc=0.1, team_size=10, autocorrelation=0.5, n_periods=2)


def people(n: int = 300) -> Baseline:
    return assumed_baseline(n, mean=20, std_dev=4, autocorrelation=0.5, n_periods=2)


def an_answer(worth: float | None = 0.5, **study: float) -> PowerAnswer:
    plan = wave_study(3, gap=3, before=2, **study)  # type: ignore[arg-type]
    return power_answer(teams(), plan, worth=worth, outcome="calls an hour", other=people())


def test_an_effect_too_small_is_said_not_to_be_seen_with_what_would_change_it() -> None:
    answer = an_answer(0.5)
    assert answer.visible is False
    assert "This cannot be seen" in answer.text
    assert {"more-units", "less-noise"} <= {change.code for change in answer.changes}
    assert all(change.text in answer.text for change in answer.changes)


def test_each_change_offered_is_enough_on_its_own() -> None:
    answer = an_answer(1.2, take_up=0.7)
    study = wave_study(3, gap=3, before=2, take_up=0.7)
    by_code = {change.code: change.value for change in answer.changes}
    assert by_code["more-units"] == required_units(teams(), study, 1.2)
    noise = by_code["less-noise"]
    assert precision(teams(), study).smallest_effect_on_participants * noise == pytest.approx(1.2)
    others = [change for change in answer.changes if change.code.startswith("other")]
    assert all(change.value <= 1.2 for change in others)


def test_raising_take_up_is_offered_only_where_it_is_enough() -> None:
    seen = precision(teams(), wave_study(3, gap=3, before=2)).smallest_effect
    enough = an_answer(1.1 * seen, take_up=0.5)
    needed = next(change.value for change in enough.changes if change.code == "take-up")
    assert an_answer(1.1 * seen, take_up=needed + 1e-9).visible is True
    assert "take-up" not in {change.code for change in an_answer(0.5 * seen, take_up=0.5).changes}


def test_an_effect_large_enough_is_said_to_be_seen_and_nothing_need_change() -> None:
    answer = an_answer(5.0)
    assert answer.visible is True
    assert answer.changes == ()
    assert "can be seen" in answer.text
    assert answer.power_at_worth == pytest.approx(1.0, abs=1e-3)


def test_the_sign_of_the_effect_worth_having_does_not_matter() -> None:
    assert an_answer(-0.5).text == an_answer(0.5).text


def test_without_an_effect_worth_having_there_is_a_number_and_no_verdict() -> None:
    answer = an_answer(None)
    assert answer.visible is None
    assert "Name the smallest effect worth having" in answer.text


def test_at_the_smallest_visible_effect_the_chance_is_the_power_asked_for() -> None:
    answer = an_answer(None, take_up=0.6)
    at_mde = [chance for effect, chance in answer.curve if effect == answer.smallest_effect_on_participants]
    assert at_mde == [pytest.approx(0.8)]


def test_the_smallest_effect_is_said_in_three_units() -> None:
    answer = an_answer()
    seen = answer.smallest_effect_on_participants
    assert seen is not None
    assert answer.smallest_relative == pytest.approx(seen / 20)
    assert answer.smallest_in_std_devs == pytest.approx(seen / 4)


def test_the_alternatives_name_waves_a_held_back_half_and_the_other_unit() -> None:
    answer = an_answer()
    names = [row.name for row in answer.alternatives]
    assert len(names) == len(set(names))
    assert {"half at once, half held back to the end", "the same plan, drawing people one by one"} <= set(names)
    person = next(row for row in answer.alternatives if row.unit == "person")
    assert person.n_units == 300
    assert person.smallest_effect is not None
    assert answer.smallest_effect is not None
    assert person.smallest_effect < answer.smallest_effect


def test_drawing_people_from_shared_teams_comes_with_its_price() -> None:
    seen = an_answer().smallest_effect
    assert seen is not None
    offered = [change for change in an_answer(0.95 * seen).changes if change.code == "other-unit"]
    assert offered
    assert "side by side" in offered[0].text


def test_a_study_with_one_team_is_a_finding_and_not_a_crash() -> None:
    answer = power_answer(teams(), wave_study(3, gap=3, before=2, n_units=1), worth=1.0)
    assert answer.visible is False
    assert answer.std_error is None
    assert "cannot be seen" in answer.text


def test_one_pre_period_for_a_long_study_is_a_finding_and_not_a_crash() -> None:
    from upshot.impact.power import person_baseline

    answer = power_answer(person_baseline(50, [1.0], [[2.0]]), one_shot(after=6), worth=1.0)
    assert answer.visible is False
    assert "pre-period" in answer.text


def test_one_pre_period_is_enough_for_one_reading_after() -> None:
    from upshot.impact.power import person_baseline

    study = one_shot(after=1, before=0, estimator="difference")
    assert power_answer(person_baseline(50, [1.0], [[2.0]]), study, worth=5.0).visible is True


def test_the_answer_is_plain_json_without_what_is_not_known() -> None:
    document = json.loads(json.dumps(an_answer(None).to_dict(), allow_nan=False))
    assert document["schema"] == "upshot-power/1"
    assert "worth" not in document
    assert "visible" not in document
    assert document["alternatives"][0]["name"]


def test_assumptions_and_cautions_are_carried() -> None:
    caution = Caution(code="gaps", text="12% of person-periods have no reading.")
    study = wave_study(2, gap=3, take_up=0.5, lag=1)
    answer = power_answer(teams(), study, cautions=(caution,))
    assert answer.cautions == (caution,)
    assert any("50%" in text for text in answer.assumptions)
    assert any("do not count" in text for text in answer.assumptions)


def test_an_effect_worth_having_of_nought_is_refused() -> None:
    with pytest.raises(DesignError, match="not be 0"):
        an_answer(0.0)
