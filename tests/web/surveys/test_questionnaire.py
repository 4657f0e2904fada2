"""Survey files, and the figures they add up to, held to brute force and to another implementation."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from upshot.errors import DesignError, InputError
from upshot.web.surveys.figures import application_rate, net_impact, scrap_learning, two_sources
from upshot.web.surveys.questionnaire import STANDARDS, Answer, Standard, parse_survey
from upshot.web.surveys.texts import STANDARD, standard_text

USE = {"none": 0.0, "little": 0.25, "half": 0.5, "most": 0.9}


def an_answer(share: float | None = None, standard: Standard = "acceptable") -> Answer:
    return Answer(id="a", text="", standard=standard, action="", share=share)


def chosen(seed: int, people: int) -> list[Answer]:
    draw = random.Random(seed)  # noqa: S311
    return [an_answer(draw.choice(list(USE.values())), draw.choice(STANDARDS)) for _ in range(people)]


@pytest.mark.parametrize("name", STANDARD)
def test_the_surveys_that_ship_ask_for_use_and_effect_and_every_answer_leads_somewhere(name: str) -> None:
    survey = parse_survey(standard_text(name))
    assert {one.measures for one in survey.questions} >= {"use", "effect"}
    assert all(answer.action for one in survey.questions for answer in one.answers)


BROKEN = """format: upshot-survey/1
id: after
title: After
to: learner
after: 28d
questions:
  - id: use
    text: How much?
    measures: use
    answers:
      - {id: a, text: All, standard: superior, action: Nothing, share: 0.9}
      - {id: a, text: None, standard: alarming, action: Look, share: 0.1}
  - id: use
    text: Did you like it?
    measures: effect
  - id: one
    text: Which?
    answers: [{id: b, text: B, standard: low, action: Look, share: 1}]
"""


def test_every_problem_of_a_survey_is_told_at_once_with_its_line() -> None:
    with pytest.raises(InputError) as caught:
        parse_survey(BROKEN)
    found = [(one.line, one.code) for one in caught.value.problems]
    assert found == [
        (10, "same-id"), (10, "not-ordered"), (10, "share-order"), (13, "same-id"), (15, "open-measure"),
        (18, "few-answers"), (18, "one-standard"), (18, "share-elsewhere"),
    ]  # fmt: skip


@pytest.mark.parametrize(("used", "people"), [(0, 5), (5, 5), (8, 10), (31, 40), (1, 200)])
def test_the_application_rate_has_wilsons_interval(used: int, people: int) -> None:
    found = application_rate([an_answer(0.5)] * used + [an_answer(0.0)] * (people - used))
    low, high = proportion_confint(used, people, method="wilson")
    assert found is not None
    assert found.value == used / people
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


@pytest.mark.parametrize("seed", range(5))
def test_scrap_and_net_impact_are_means_with_students_interval(seed: int) -> None:
    answers = chosen(seed, 37)
    worth = {"superior": 1, "alarming": -1}
    for found, values in (
        (scrap_learning(answers), [1 - one.share for one in answers if one.share is not None]),
        (net_impact(answers), [worth.get(one.standard, 0) for one in answers]),
    ):
        mean, error = np.mean(values), stats.sem(values)
        low, high = stats.t.interval(0.95, len(values) - 1, loc=mean, scale=error)
        assert found is not None
        assert found.value == pytest.approx(mean)
        assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


@given(st.lists(st.sampled_from(list(USE.values())), min_size=1, max_size=60))
def test_no_figure_leaves_what_is_possible(shares: list[float]) -> None:
    answers = [an_answer(share, STANDARDS[int(share * 3)]) for share in shares]
    for found, least in ((application_rate(answers), 0), (scrap_learning(answers), 0), (net_impact(answers), -1)):
        assert found is not None
        low, high = (found.value if edge is None else edge for edge in (found.low, found.high))
        assert least - 1e-9 <= low <= found.value + 1e-9
        assert found.value - 1e-9 <= high <= 1 + 1e-9


def test_nothing_is_made_of_no_answers() -> None:
    assert application_rate([]) is None
    assert scrap_learning([an_answer()]) is None
    assert net_impact([]) is None


def test_what_people_say_is_not_held_against_what_the_same_people_say() -> None:
    assert two_sources("self", "manager") == ("self", "manager")
    with pytest.raises(DesignError, match="same people"):
        two_sources("self", "self")
