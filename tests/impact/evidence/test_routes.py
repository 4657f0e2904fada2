"""The design router: every situation has a route, the menu of the design page holds, refusals name the next step."""

from itertools import product
from typing import get_args

import pytest

from upshot.impact.design import Assignment, Design
from upshot.impact.evidence.routes import ROUTES, KpiType, Situation, panel_estimator, route
from upshot.impact.evidence.rules import BY_CODE
from upshot.impact.methods import METHODS, default_estimator

EVERY = [
    Situation(
        assignment=assignment,
        starts=starts,
        untreated=untreated,
        periods_before=before,
        units=units,
        kpi=kpi,
        offered_by_lot=offered,
    )
    for assignment, starts, untreated, before, units, kpi, offered in product(
        get_args(Assignment), (0, 1, 4), (True, False), (0, 12), (8, 400), get_args(KpiType), (True, False)
    )
]


def test_every_situation_has_a_route_and_every_route_a_situation():
    reached = {route(situation).code for situation in EVERY}
    assert reached == {row.code for row in ROUTES}


def test_a_route_without_a_method_says_why_and_what_next():
    for row in ROUTES:
        assert (row.primary is None) <= (row.refusal is not None)
        if row.refusal is not None:
            assert row.refusal in BY_CODE
            assert row.next_design


@pytest.mark.parametrize(
    ("situation", "primary", "refusal"),
    [
        (Situation(assignment="random", starts=4), "roth-santanna", None),
        (Situation(assignment="random", starts=1), "roth-santanna", None),
        (Situation(assignment="random", starts=1, periods_before=0), "ancova", None),
        (Situation(assignment="random", starts=4, units=8), "roth-santanna", "few-units"),
        (Situation(assignment="managed", starts=4), "callaway-santanna", None),
        (Situation(assignment="managed", starts=1), "callaway-santanna", None),
        (Situation(assignment="managed", starts=1, untreated=False), None, "everyone-at-once"),
        (Situation(assignment="everyone", starts=1, untreated=False), None, "everyone-by-design"),
        (Situation(assignment="voluntary"), None, "volunteers-only"),
        (Situation(assignment="voluntary", offered_by_lot=True), "ancova", None),
        (Situation(assignment="managed", periods_before=0), None, "no-pre-period"),
        (Situation(assignment="managed", units=6, unit="team"), "synthetic-did", None),
        (Situation(assignment="managed", starts=3, kpi="duration"), "rmst-by-intake", None),
        (Situation(assignment="random", kpi="duration"), "kaplan-meier", None),
        (Situation(assignment="managed", starts=0), None, "nobody-treated"),
    ],
)
def test_the_menu_of_the_design_page_holds(situation, primary, refusal):
    assert (route(situation).primary, route(situation).refusal) == (primary, refusal)


def test_the_second_opinion_follows_the_kpi():
    assert route(Situation(assignment="managed", kpi="count")).second == "poisson-etwfe"
    assert route(Situation(assignment="managed", kpi="binary")).second == "logit-etwfe"
    assert route(Situation(assignment="managed", kpi="mean", starts=3)).second == "imputation"


@pytest.mark.parametrize("assignment", get_args(Assignment))
def test_the_engine_takes_the_tables_estimator_for_panels(assignment):
    assert default_estimator(Design(assignment=assignment)) == panel_estimator(assignment)
    assert panel_estimator(assignment) in METHODS
    assert default_estimator(Design(assignment=assignment, adjust="regression")) == "callaway-santanna"
