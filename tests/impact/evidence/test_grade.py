"""Every rule of the grade table on both sides, every design's grade, and that no grade sees the effect."""

import numpy as np
import pytest
from tests.impact.checks.panels import a_panel

from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.estimate import Caution, CheckResult, Estimate
from upshot.impact.evidence.facts import facts_of, kind_of, reasons_of
from upshot.impact.evidence.grade import applying, grade, graded
from upshot.impact.evidence.rules import BY_CODE, RULES, next_steps
from upshot.impact.experiment import experiment
from upshot.impact.series import interrupted_time_series
from upshot.impact.spells import spells
from upshot.impact.synthetic import synthetic_did, team_panel

LOCKED = frozenset({"assignment:random", "registration:as-planned", "kind:panel", "method:roth-santanna"})
FIRED = [(rule, fact) for rule in RULES for fact in sorted(rule.when)]


def found(codes, method="ancova", assignment="random", registration="as-planned", cautions=(), **fields):
    checks = tuple(CheckResult(name=code, status="failed", code=code, text="") for code in codes)
    numbers = {"estimate": 2.0, "conf_low": 1.0, "conf_high": 3.0, **fields}
    bare = Estimate(
        method=method,
        estimand="itt",
        outcome="sales",
        level=0.95,
        registration=registration,
        n_units=100,
        checks=checks,
        cautions=tuple(Caution(code=code, text="") for code in cautions),
        **numbers,
    )
    return graded(bare, Design(assignment=assignment))


@pytest.mark.parametrize(("rule", "fact"), FIRED, ids=[f"{rule.code}-{fact}" for rule, fact in FIRED])
def test_each_rule_caps_when_its_fact_holds_and_not_otherwise(rule, fact):
    assert rule in applying(frozenset({fact}))
    assert grade(frozenset({fact})).letter >= rule.ceiling
    assert rule not in applying(LOCKED - rule.when)
    for exempt in rule.unless:
        assert rule not in applying(frozenset({fact, exempt}))


def test_codes_are_unique_and_no_reason_holds_a_number():
    assert len(BY_CODE) == len(RULES)
    assert not any(character.isdigit() for rule in RULES for character in rule.text + rule.next_step)


def test_a_locked_lot_without_a_failed_check_is_an_a():
    assert grade(LOCKED).letter == "A"
    assert grade(LOCKED).codes == ()


@pytest.mark.parametrize(
    ("assignment", "letter", "code"),
    [
        ("random", "A", None),
        ("as-if-random", "B", "as-if-by-lot"),
        ("managed", "B", "not-drawn-by-lot"),
        ("unknown", "B", "assignment-unknown"),
        ("voluntary", "D", "volunteers-only"),
        ("everyone", "D", "everyone-by-design"),
    ],
)
def test_how_people_came_to_a_panel_sets_its_ceiling(assignment, letter, code):
    answered = grade(facts_of(assignment, "as-planned"))
    assert answered.letter == letter
    assert code is None or code in answered.codes


@pytest.mark.parametrize(("registration", "letter"), [("as-planned", "A"), ("amended", "B"), ("exploratory", "B")])
def test_only_a_plan_locked_and_kept_reaches_an_a(registration, letter):
    assert found((), registration=registration).grade.letter == letter


@pytest.mark.parametrize(
    ("method", "assignment", "letter"),
    [
        ("ancova", "random", "A"),
        ("difference-in-means", "managed", "C"),
        ("ancova", "as-if-random", "B"),
        ("two-stage-least-squares", "random", "B"),
        ("interrupted-time-series", "random", "C"),
        ("interrupted-time-series", "everyone", "C"),
        ("interrupted-time-series", "voluntary", "D"),
        ("kaplan-meier", "random", "B"),
        ("kaplan-meier", "unknown", "C"),
        ("synthetic-did", "random", "B"),
        ("synthetic-control", "managed", "B"),
        ("top-box", "unknown", "C"),
        ("poisson-etwfe", "managed", "B"),
        ("twfe", "managed", "C"),
        ("self-report", "random", "D"),
    ],
)
def test_each_kind_of_design_has_its_best_grade(method, assignment, letter):
    assert found((), method=method, assignment=assignment).grade.letter == letter


@pytest.mark.parametrize(
    ("code", "method", "letter"),
    [
        ("imbalance", "ancova", "D"),
        ("sample-ratio-mismatch", "ancova", "D"),
        ("differential-attrition", "ancova", "C"),
        ("too-few-clusters", "ancova", "D"),
        ("few-clusters", "ancova", "C"),
        ("weak-first-stage", "two-stage-least-squares", "D"),
        ("moderate-first-stage", "two-stage-least-squares", "B"),
        ("placebo-start", "interrupted-time-series", "D"),
        ("residual-autocorrelation", "interrupted-time-series", "C"),
        ("poor-pre-fit", "synthetic-did", "D"),
        ("effect-before-start", "synthetic-did", "D"),
        ("one-donor-decides", "synthetic-did", "C"),
        ("sensitivity-fragile", "callaway-santanna", "A"),
        ("fading", "callaway-santanna", "A"),
    ],
)
def test_a_check_caps_the_grade_where_it_should_and_only_there(code, method, letter):
    assert found((code,), method=method).grade.letter == letter


def test_a_number_without_an_interval_is_no_evidence():
    answered = found((), conf_low=None, conf_high=None)
    assert (answered.grade.letter, answered.claimable) == ("D", False)
    assert "no-interval" in answered.grade.codes


def test_an_answer_without_a_number_is_refused_with_its_reason_and_the_next_design():
    refused = found((), method="kaplan-meier", cautions=("too-few-spells",), estimate=None)
    assert refused.grade.codes[0] == "too-few-units"
    odd = found((), cautions=("never-heard-of",), estimate=None)
    assert (odd.grade.letter, odd.grade.codes[0]) == ("D", "not-estimable")
    assert reasons_of(odd) == ("never-heard-of",)
    assert next_steps(odd.grade.codes)[0].startswith("Next time start in waves")


@pytest.mark.parametrize(
    ("starts", "design", "code", "step"),
    [
        ((8,), Design(), "everyone-at-once", "waves drawn by lot"),
        ((0,), Design(), "no-pre-period", "readings from before"),
        ((None,), Design(), "nobody-treated", "Extend the readings"),
        ((8, 10), Design(control="never-treated"), "no-never-treated", "not yet treated"),
        ((8, None), Design(assignment="voluntary"), "volunteers-only", "drawn by lot"),
    ],
)
def test_the_classic_hopeless_designs_are_refused_with_reason_and_next_step(starts, design, code, step):
    answered = answer(a_panel(people=200, starts=starts), design)
    assert answered.grade.letter == "D"
    assert code in answered.grade.codes
    assert any(step in text for text in next_steps(answered.grade.codes))
    assert not answered.claimable


def test_too_few_people_are_refused():
    assert "too-few-units" in answer(a_panel(people=10, starts=(8, None)), Design()).grade.codes


def test_one_period_is_refused():
    from upshot.impact.accumulate import moments_of
    from upshot.impact.moments import Cell

    single = moments_of([[1.0], [2.0]], [0, 1], periods=(1,), cells=(Cell(1), Cell(None)))
    assert answer(single, Design()).grade.codes[0] == "one-period"


def test_real_answers_of_every_design_are_graded():
    rng = np.random.default_rng(0)
    arm, before = rng.permutation(np.arange(300) % 2), rng.normal(size=300)
    after = before + arm + rng.normal(size=300)
    by_lot = Design(assignment="random", registration="as-planned")
    itt = experiment(after, arm, covariates={"before": before}, planned_shares={0: 1, 1: 1}, design=by_lot)
    assert graded(itt, by_lot).grade.letter == "A"
    assert graded(itt, Design(assignment="unknown")).grade.letter == "C"
    unplanned = experiment(after, arm, covariates={"before": before}, design=by_lot)
    assert graded(unplanned, by_lot).grade.codes == ("no-planned-shares",)
    late = experiment(after, arm, take_up=arm * (rng.random(300) < 0.8), planned_shares={0: 1, 1: 1}, design=by_lot)
    assert graded(late, by_lot).grade.letter == "B"
    series = interrupted_time_series(50 + np.random.default_rng(1).normal(size=40), np.arange(40), 30)
    assert graded(series, Design()).grade.letter == "C"
    short = interrupted_time_series(50 + rng.normal(size=8), np.arange(8), 5)
    assert graded(short, Design()).grade.codes[0] == "too-few-pre-periods"
    lasting = spells(rng.exponential(10, 200), np.ones(200), np.arange(200) % 2, registration="as-planned")
    assert graded(lasting, by_lot).grade.letter == "B"
    teams = team_panel(rng.normal(size=(30, 24)).cumsum(axis=1), [18] + [None] * 29)
    assert graded(synthetic_did(teams), Design(assignment="managed")).grade.letter >= "B"


def test_methods_nobody_listed_are_panels():
    assert kind_of("callaway-santanna") == kind_of("sun-abraham") == "panel"


DESIGNS = [
    Design(assignment="random", registration="as-planned"),
    Design(assignment="managed"),
    Design(assignment="as-if-random", estimator="callaway-santanna"),
]


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.assignment)
@pytest.mark.parametrize("seed", range(3))
def test_the_grade_sees_neither_sign_nor_scale_nor_size_of_the_effect(design, seed):
    plain = answer(a_panel(seed=seed, people=300), design).grade
    for changed in ({"scale": -3.0}, {"scale": 1e6}, {"effect": 2.0}, {"effect": -0.5}):
        other = answer(a_panel(seed=seed, people=300, **changed), design).grade
        assert (other.letter, other.codes, other.text) == (plain.letter, plain.codes, plain.text)
