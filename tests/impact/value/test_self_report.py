"""Self-estimates: the worked arithmetic, silence as nothing, and a ceiling nothing lifts."""

import math
from dataclasses import FrozenInstanceError, replace

import pytest

from upshot.errors import InputError
from upshot.impact.value import Principles, self_estimate

# Improvement, isolation, confidence; each product worked by hand.
CLAIMS = [
    (36_000, 0.50, 0.85, 15_300),
    (90_000, 0.40, 0.90, 32_400),
    (144_000, 0.55, 0.60, 47_520),
    (68_000, 0.60, 0.75, 30_600),
    (10_000, 1.00, 1.00, 10_000),
]
MONEY, SHARE, SURE, WORTH = (list(column) for column in zip(*CLAIMS, strict=True))


def test_each_claim_counts_improvement_times_isolation_times_confidence():
    found = self_estimate(MONEY, SHARE, SURE, asked=5)
    assert found.total == pytest.approx(sum(WORTH))
    assert found.per_person == pytest.approx(sum(WORTH) / 5)
    assert found.bcr is None


def test_silence_counts_as_no_improvement():
    found = self_estimate(MONEY, SHARE, SURE, asked=20)
    assert found.total == pytest.approx(sum(WORTH))
    assert found.per_person == pytest.approx(sum(WORTH) / 20)
    hopeful = self_estimate(MONEY, SHARE, SURE, asked=20, principles=Principles(no_data_no_improvement=False))
    assert hopeful.total == pytest.approx(4 * sum(WORTH))
    assert "without-no-data-no-improvement" in {c.code for c in hopeful.cautions}


def test_the_nations_hotel_ratio():
    """Phillips (2007): total benefit 1,861,158 on a cost of 579,800 is 3.21 to 1, an ROI of 221 %."""
    found = self_estimate([1_861_158 / 5] * 5, [1.0] * 5, [1.0] * 5, asked=5, cost=579_800)
    assert round(found.bcr, 2) == 3.21
    assert round(found.roi, 2) == 2.21


def test_nothing_lifts_it_above_self_report():
    found = self_estimate([1e9] * 500, [1.0] * 500, [1.0] * 500, asked=500, cost=1.0)
    assert found.evidence == "self-report"
    assert not hasattr(found, "grade")
    assert "carries no grade" in found.text
    with pytest.raises(FrozenInstanceError):
        found.evidence = "A"
    with pytest.raises((TypeError, ValueError)):
        replace(found, evidence="A")


def test_extreme_claims_are_left_out_and_counted():
    money = [1000.0] * 6 + [2000.0] * 6 + [1e6]
    careful = self_estimate(money, [1.0] * 13, [1.0] * 13, asked=13)
    assert careful.left_out_extremes == 1
    assert careful.total == 18_000
    assert self_estimate(money, [1.0] * 13, [1.0] * 13, asked=13, principles=Principles(no_extremes=False)).total > 1e6


@pytest.mark.parametrize(("name", "factor"), [("isolate", "isolation"), ("adjust_for_error", "confidence")])
def test_switching_a_factor_off_says_so(name, factor):
    found = self_estimate([100.0] * 5, [0.5] * 5, [0.5] * 5, asked=5, principles=Principles(**{name: False}))
    assert found.total == pytest.approx(250.0)
    assert f"without-{name.replace('_', '-')}" in {c.code for c in found.cautions}


@pytest.mark.parametrize("answers", [0, 4])
def test_few_answers_show_no_number(answers):
    found = self_estimate([100.0] * answers, [1.0] * answers, [1.0] * answers, asked=30, cost=10.0)
    assert (found.total, found.per_person, found.roi) == (None, None, None)
    assert found.cautions[0].code == "too-few-to-show"


def test_everything_wrong_is_said_at_once():
    with pytest.raises(InputError) as found:
        self_estimate([math.nan] * 5, [50] * 5, [1.0] * 5, asked=2, cost=-1)
    assert len(found.value.problems) == 4
    with pytest.raises(InputError, match="one number of each kind"):
        self_estimate([1.0], [1.0, 1.0], [1.0], asked=3)
