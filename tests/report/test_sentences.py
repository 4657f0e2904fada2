"""What the page says in words, for every kind of answer."""

from dataclasses import replace

import pytest
from tests.report.builders import (
    a_grade,
    an_estimate,
    an_event_study,
    chicago,
    of_size,
    one_term,
    precise_zero,
    refused,
    some_checks,
    value_selling,
)

from upshot.impact.estimate import CheckResult, Grade, Naive
from upshot.report.findings import Findings, PlanFacts
from upshot.report.numbers import NARROW, display_for
from upshot.report.sentences import (
    check_title,
    dashboard_error,
    direction,
    event_finding,
    event_note,
    headline,
    method_name,
    method_paragraph,
    next_design,
    promise,
)


def says(findings: Findings) -> str:
    return headline(findings, display_for(findings)).replace(NARROW, " ")


def test_an_experiment_says_what_the_programme_did_with_its_range() -> None:
    assert says(value_selling()) == "The training raised win rate by 2.1 points (0.9 to 3.3)."


def test_a_fall_is_said_as_a_fall_with_its_range_from_small_to_large() -> None:
    assert (
        says(value_selling(estimate=an_estimate("A", -0.021, 0.0061)))
        == "The training lowered win rate by 2.1 points (0.9 to 3.3)."
    )


def test_a_suggestive_answer_speaks_of_association_and_never_of_cause() -> None:
    assert says(value_selling("C")) == "The training is associated with win rate 2.1 points higher (0.9 to 3.3)."
    none_seen = says(chicago(estimate=an_estimate("C")))
    assert none_seen == "No difference in complaints that can be seen: between −12 % and +7 %."


def test_an_interval_around_zero_is_no_effect_that_can_be_seen() -> None:
    assert says(chicago()) == "No effect on complaints that can be seen: between −12 % and +7 %."


def test_without_a_baseline_the_interval_is_in_the_units_of_the_kpi() -> None:
    estimate = an_estimate(baseline=None)
    assert says(chicago(estimate=estimate)).endswith("between −0.53 and +0.30 complaints per 100 officer-months.")


def test_a_precise_zero_is_measured_against_what_would_be_worth_having() -> None:
    assert says(precise_zero()) == (
        "The training made no difference to win rate as large as 1 point, the smallest worth having: "
        "the effect lies between −0.59 and +0.39."
    )


def test_an_effect_without_an_interval_says_so() -> None:
    estimate = an_estimate("B", 0.021, conf_low=None, conf_high=None)
    assert says(value_selling(estimate=estimate)).endswith("; how exact this is could not be computed.")


@pytest.mark.parametrize(
    "findings", [refused(), chicago(estimate=an_estimate("D")), chicago(estimate=an_estimate("A", claimable=False))]
)
def test_a_refusal_says_no_number(findings: Findings) -> None:
    assert says(findings).startswith("We cannot tell whether the training changed")
    assert not any(letter.isdigit() for letter in says(findings))
    assert direction(findings)[1] == "no clear direction"


@pytest.mark.parametrize("effect", [0.021, -0.021])
@pytest.mark.parametrize("wanted", ["up", "down", "hold-within"])
def test_direction_is_told_against_the_goal(effect: float, wanted: str) -> None:
    findings = value_selling(estimate=an_estimate("A", effect, 0.005))
    findings = replace(findings, measure=replace(findings.measure, direction=wanted))
    arrow, words, tone = direction(findings)
    assert arrow == ("↑" if effect > 0 else "↓")
    better = (effect > 0) == (wanted == "up") and wanted != "hold-within"
    assert tone == ("better" if better else "worse")
    assert ("towards the goal" in words) == better


def test_a_grade_depends_on_nothing_but_itself_and_none_given_is_a_refusal() -> None:
    assert chicago(estimate=an_estimate(grade=None)).refused
    assert chicago(estimate=an_estimate(grade=a_grade("B"))).letter == "B"


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        (0.02, "leaves room for that"),
        (0.05, "rule that out: the effect is smaller"),
        (0.001, "the effect is larger"),
        (-0.02, "the effect is smaller"),
    ],
)
def test_a_promise_is_held_against_the_interval(promised: float, said: str) -> None:
    findings = value_selling(plan=PlanFacts(promised=promised))
    assert said in promise(findings, display_for(findings))


def test_a_promise_is_not_judged_where_nothing_is_claimed() -> None:
    findings = value_selling("D")
    assert promise(findings, display_for(findings)).endswith("These data cannot say whether that was kept.")
    assert promise(replace(findings, plan=PlanFacts()), display_for(findings)) == ""


def test_the_dashboard_is_told_wrong_only_where_the_interval_says_so() -> None:
    inside = chicago(estimate=an_estimate(naive=Naive(treated_vs_rest=-0.002)))
    assert "happens to lie within the interval" in dashboard_error(inside, display_for(inside))[-1]
    outside = dashboard_error(chicago(), display_for(chicago()))[-1]
    assert outside.startswith("Like compared with like, −0.11")
    assert dashboard_error(refused(), display_for(refused()))[-1].endswith("so none of it is an answer.")
    assert dashboard_error(of_size(1.0), display_for(of_size(1.0))) == ()


@pytest.mark.parametrize(
    ("codes", "word"),
    [
        (("everyone-at-once",), "waves instead"),
        (("few-clusters",), "more teams"),
        (("too-few-people",), "more people"),
        (("voluntary",), "those who ask"),
        (("pre-trends-failed",), "no different"),
        (("other",), "lock the plan"),
    ],
)
def test_the_next_design_follows_from_why_it_cannot_be_known(codes: tuple[str, ...], word: str) -> None:
    findings = chicago(estimate=an_estimate(grade=Grade(letter="D", codes=codes, text="Reason.")))
    assert word in next_design(findings)
    assert next_design(replace(findings, next_design="Ask again in May.")) == "Ask again in May."


def test_the_event_study_says_what_stands_out() -> None:
    assert event_finding(chicago()) == "No month after the start stands out, and none before it"
    assert event_finding(value_selling()) == "A difference is clear from the month of the start"
    assert event_finding(one_term()) == "No month after the start stands out"
    apart = chicago(event_study=an_event_study(range(-4, 5), effect=-0.05, se=0.001, seed=2))
    shifted = (
        replace(
            apart.event_study, terms=tuple(replace(t, band_low=0.1, band_high=0.2) for t in apart.event_study.terms)
        )
        if apart.event_study
        else None
    )
    assert event_finding(replace(apart, event_study=shifted)) == "The groups already moved apart before the start"
    assert event_finding(refused()) == ""


def test_without_a_time_before_the_start_the_page_says_what_cannot_be_checked() -> None:
    assert event_note(one_term()).startswith("Nothing is known about the time before the start")
    assert event_note(chicago()).startswith("Points left of the dashed line")


def test_a_late_difference_names_its_first_month() -> None:
    event = an_event_study(range(-2, 4))
    terms = tuple(replace(t, band_low=0.01, band_high=0.02) if t.event_time == 3 else t for t in event.terms)
    assert (
        event_finding(chicago(event_study=replace(event, terms=terms)))
        == "A difference is clear in month 3 after the start"
    )


def test_checks_are_asked_as_questions_and_unknown_ones_keep_their_name() -> None:
    assert [check_title(check)[-1] for check in some_checks()] == ["?"] * 4
    assert check_title(CheckResult(name="lead_mix", status="passed", text="Fine.")) == "Lead mix"


def test_the_method_is_named_as_people_cite_it() -> None:
    assert method_name("callaway-santanna") == "Callaway and Sant'Anna (2021)"
    assert method_name("kaplan-meier") == "Kaplan meier"
    assert "weighted by the number of people" in method_paragraph(an_estimate())
    assert method_paragraph(an_estimate(estimate=None)).startswith("No effect was estimated.")
