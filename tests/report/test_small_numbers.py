"""Groups under the minimum are withheld, with whatever would give them away."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.builders import an_estimate, an_event_study, chicago

from upshot.impact.estimate import Term
from upshot.report.findings import AuditLine, Wave
from upshot.report.small_numbers import guarded, shown_steps, suppress


@given(st.lists(st.integers(0, 60), max_size=12))
def test_no_hidden_count_follows_from_the_total(counts: list[int]) -> None:
    hidden = suppress(counts, 5)
    held = [n for n, hide in zip(counts, hidden, strict=True) if hide]
    assert all(hide for n, hide in zip(counts, hidden, strict=True) if 0 < n < 5)
    everything_hidden = all(hide or n == 0 for n, hide in zip(counts, hidden, strict=True))
    assert not held or everything_hidden or (len(held) > 1 and sum(held) >= 5)


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(0, 400))
def test_no_two_shown_steps_differ_by_a_small_group(counts: list[int], last: int) -> None:
    shown = [*(n for n in shown_steps(counts, last, 5) if n is not None), last]
    assert all(a == b or abs(a - b) >= 5 for a, b in pairwise(shown))


def test_a_wave_of_three_takes_a_neighbour_and_its_plan_with_it() -> None:
    waves = (
        Wave(start="a", planned=60, people=61),
        Wave(start="b", planned=4, people=3),
        Wave(start="c", planned=20, people=20),
    )
    safe = guarded(chicago(waves=waves)).waves
    assert [wave.people for wave in safe] == [61, None, None]
    assert [wave.planned for wave in safe] == [60, None, None]
    assert [wave.note for wave in safe] == ["", "fewer than 5", "withheld"]


def test_a_cohort_of_one_loses_its_estimate_and_the_covariance_goes_too() -> None:
    terms = tuple(
        Term(term=f"group={g}", group=g, estimate=0.1, std_error=0.1, n_units=n) for g, n in ((1, 50), (2, 1), (3, 8))
    )
    safe = guarded(chicago(estimate=an_estimate(aggregation="group", terms=terms))).estimate
    assert [term.estimate for term in safe.terms] == [0.1, None, 0.1]
    assert [term.n_units for term in safe.terms] == [50, None, None]
    assert safe.covariance is None


def test_event_times_that_differ_by_a_small_cohort_lose_their_count_and_keep_their_estimate() -> None:
    event = an_event_study(range(3))
    terms = tuple(replace(t, n_units=n) for t, n in zip(event.terms, (103, 100, 40), strict=True))
    safe = guarded(chicago(event_study=replace(event, terms=terms))).event_study
    assert safe is not None
    assert [term.n_units for term in safe.terms] == [None, 100, 40]
    assert all(term.estimate is not None for term in safe.terms)


@pytest.mark.parametrize(("units", "treated"), [(3, 2), (400, 3)])
def test_too_few_people_make_a_refusal_without_any_number(units: int, treated: int) -> None:
    safe = guarded(chicago(estimate=an_estimate(n_units=units, n_treated=treated)))
    assert safe.refused
    assert safe.estimate.estimate is None
    assert safe.estimate.grade is not None
    assert safe.estimate.grade.codes == ("too-few-people",)


def test_three_people_never_treated_cannot_be_subtracted() -> None:
    safe = guarded(chicago(estimate=an_estimate(n_units=100, n_treated=97))).estimate
    assert safe.n_treated is None
    assert safe.estimate is not None


def test_people_lost_at_a_step_are_not_told_when_they_are_few() -> None:
    lines = tuple(AuditLine(step="s", rows_in=9, rows_kept=9, people=n) for n in (7800, 7787, 7785))
    assert [line.people for line in guarded(chicago(audit=lines)).audit] == [7800, None, 7785]


def test_units_that_are_no_people_are_all_shown() -> None:
    findings = chicago(
        minimum_group=0, estimate=an_estimate(n_units=39, n_treated=1), waves=(Wave(start="1989", people=1),)
    )
    assert guarded(findings).estimate == findings.estimate
    assert guarded(findings).waves == findings.waves


def test_guarding_twice_changes_nothing_more() -> None:
    once = guarded(chicago())
    assert guarded(once) == once
