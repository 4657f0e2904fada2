"""The sentence says what grade and interval allow: verbs by grade, precise zeros, the goal, no digits at D."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Relative
from upshot.impact.evidence.amounts import amounts
from upshot.impact.evidence.claim import claim
from upshot.impact.evidence.grade import grade
from upshot.impact.evidence.rules import RULES

FACT = {"A": "nothing", "B": "assignment:managed", "C": "kind:series", "D": "assignment:voluntary"}
PLAIN = Design(registration="as-planned")


def said(low, high, *, letter="A", design=PLAIN, baseline=None, estimand="att", method="ancova"):
    middle = (low + high) / 2
    share = (
        None
        if baseline is None
        else Relative(estimate=middle / baseline, conf_low=low / baseline, conf_high=high / baseline)
    )
    found = Estimate(
        method=method,
        estimand=estimand,
        outcome="sales",
        level=0.95,
        registration=design.registration,
        n_units=100,
        estimate=middle,
        conf_low=low,
        conf_high=high,
        baseline=baseline,
        relative=share,
        grade=grade(frozenset({FACT[letter]})),
    )
    return claim(found, design)


def test_an_effect_is_said_to_have_raised_or_lowered_at_a_and_b():
    assert said(1.0, 3.0) == "It raised sales by 2 (between 1 and 3)."
    assert said(1.0, 3.0, letter="B") == said(1.0, 3.0)
    assert said(-3.0, -1.0, design=Design(direction="down")).startswith("It lowered sales by 2 (between −3 and −1).")


def test_at_c_it_only_goes_with():
    sentence = said(1.0, 3.0, letter="C")
    assert sentence == "Taking part goes with sales 2 higher (between 1 and 3); this may have other causes."
    series = said(1.0, 3.0, letter="C", method="interrupted-time-series")
    assert series.startswith("Since the start sales has been 2 higher than on its earlier path")


def test_with_a_baseline_it_is_said_in_per_cent():
    assert said(5.0, 15.0, baseline=100.0) == "It raised sales by 10 % (between +5 % and +15 %)."


def test_shares_are_said_in_percentage_points():
    sentence = said(0.02, 0.08, estimand="risk-difference", baseline=0.5)
    assert sentence == "It raised sales by 5 percentage points (between +2 percentage points and +8 percentage points)."


def test_the_effect_on_those_who_took_up_an_offer_names_them():
    assert said(1.0, 3.0, estimand="late").startswith("For those who take part because it is offered, it raised")


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_nothing_seen_is_said_with_its_width(letter):
    assert said(-1.0, 3.0, letter=letter) == "No effect on sales that can be seen: between −1 and 3."


def test_a_precise_zero_rules_out_what_would_have_been_worth_having():
    worth = Design(registration="as-planned", smallest_worth_having=4.0)
    assert (
        said(-1.0, 3.0, design=worth)
        == "No effect on sales larger than 4 is compatible with the data (between −1 and 3)."
    )
    assert said(-1.0, 3.0, design=worth, letter="C").endswith("One worth having (4 or more) is outside that range.")


def test_an_improvement_can_be_ruled_out_while_a_change_for_the_worse_is_not():
    sentence = said(-9.0, 1.0, design=Design(smallest_worth_having=4.0))
    assert sentence.endswith("An improvement worth having (4 or more) is ruled out; a change for the worse is not.")
    mirrored = said(-1.0, 9.0, design=Design(smallest_worth_having=4.0, direction="down"))
    assert mirrored.endswith("An improvement worth having (4 or more) is ruled out; a change for the worse is not.")


def test_a_wide_interval_leaves_room_and_says_so_in_the_same_unit():
    sentence = said(-10.0, 20.0, baseline=100.0, design=Design(smallest_worth_having=5.0))
    assert sentence.endswith("One worth having (5 % or more) is still possible.")


def test_an_effect_smaller_than_worth_having_is_said_so():
    assert said(1.0, 3.0, design=Design(smallest_worth_having=4.0)).endswith("smallest effect worth having (4).")
    assert said(1.0, 5.0, design=Design(smallest_worth_having=4.0)).count("probably less") == 1
    assert said(4.0, 6.0, design=Design(smallest_worth_having=4.0)) == "It raised sales by 5 (between 4 and 6)."


def test_an_effect_against_the_goal_is_said_so_where_a_goal_was_stated():
    down = Design(direction="down", registration="as-planned")
    assert said(1.0, 3.0, design=down).endswith("That is against the goal.")
    assert not said(-3.0, -1.0, design=down).endswith("That is against the goal.")
    assert not said(-3.0, -1.0, design=Design()).endswith("That is against the goal.")
    steady = Design(direction="hold-within", registration="as-planned")
    assert said(1.0, 3.0, design=steady).endswith("The goal is to hold it steady.")


def test_an_answer_without_an_interval_has_no_amounts():
    bare = Estimate(method="x", estimand="att", outcome="sales", level=0.95, registration="amended", n_units=1)
    with pytest.raises(ValueError, match="interval"):
        amounts(bare)
    assert claim(bare, PLAIN) == "We cannot tell what this did to sales: nothing could be estimated."


FACTS = sorted({fact for rule in RULES if rule.ceiling == "D" for fact in rule.when})


@given(
    fact=st.sampled_from(FACTS),
    middle=st.floats(-1e6, 1e6),
    half=st.floats(1e-6, 1e6),
    worth=st.none() | st.floats(0.1, 100),
)
def test_a_d_never_holds_a_digit(fact, middle, half, worth):
    found = Estimate(
        method="callaway-santanna",
        estimand="att",
        outcome="sales",
        level=0.95,
        registration="as-planned",
        n_units=100,
        estimate=middle,
        conf_low=middle - half,
        conf_high=middle + half,
        grade=grade(frozenset({fact})),
    )
    sentence = claim(found, Design(smallest_worth_having=worth, registration="as-planned"))
    assert found.grade.letter == "D"
    assert not any(character.isdigit() for character in sentence + found.grade.text)
