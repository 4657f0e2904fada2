"""When reviews are due: by the plan, by its rhythm, by hand, and what a decision since takes away."""

import datetime as dt

from upshot.plan import Plan, parse
from upshot.web.reviews.dates import Calendar, calendar
from upshot.web.reviews.models import Review

TODAY = dt.date(2026, 6, 15)


def a_plan(reviews: str = "[]", period: str = "{}") -> Plan:
    return parse(
        f"""
period: {period}
owners: {{boss: {{role: Head of service}}}}
objectives: [{{id: calm, statement: Fewer complaints}}]
kpis: [{{id: letters, label: Letters, unit: letters, direction: down}}]
initiatives:
  - {{id: listen, title: Listening, serves: [calm], hypothesis: {{if: we practise, then: they fall}}, audience: {{}},
     reviews: {reviews}}}
"""
    ).plan


def laid(plan: Plan, *rows: Review, reviewed: dt.date | None = None) -> Calendar:
    return calendar(plan, rows, {} if reviewed is None else {"listen": reviewed}, TODAY)


def test_reviews_are_laid_out_by_when_they_are() -> None:
    dates = "[{date: 2026-05-01, by: [boss]}, {date: 2026-06-15}, {date: 2026-06-30}, {date: 2026-07-01}]"
    found = laid(a_plan(dates))
    assert [(due.day.isoformat(), due.by) for due in found.overdue] == [("2026-05-01", ("Head of service",))]
    assert [due.day.day for due in found.this_month] == [15, 30]
    assert [due.day.month for due in found.later] == [7]


def test_only_the_newest_of_several_missed_days_is_asked_for() -> None:
    found = laid(a_plan("[{date: 2026-01-01}, {date: 2026-05-01}]"))
    assert [due.day for due in found.overdue] == [dt.date(2026, 5, 1)]


def test_a_decision_since_answers_for_the_days_before_it() -> None:
    plan = a_plan("[{date: 2026-05-01}, {date: 2026-09-01}]")
    assert laid(plan, reviewed=dt.date(2026, 5, 20)).overdue == ()
    assert len(laid(plan, reviewed=dt.date(2026, 4, 20)).overdue) == 1


def test_the_rhythm_counts_from_the_last_decision_or_the_start_of_the_plan() -> None:
    plan = a_plan(period="{start: 2026-05-01, review_every: 30d}")
    assert [due.day for due in laid(plan).ahead] == [dt.date(2026, 5, 31)]
    assert [due.day for due in laid(plan, reviewed=dt.date(2026, 6, 1)).ahead] == [dt.date(2026, 7, 1)]


def test_a_plan_without_dates_asks_for_nothing() -> None:
    assert laid(a_plan()).ahead == ()


def test_a_day_set_by_hand_stands_with_those_of_the_plan_once() -> None:
    by_hand = Review(initiative="listen", due=dt.date(2026, 7, 1), by_hand=True)
    found = laid(a_plan("[{date: 2026-07-01, by: [boss]}, {date: 2026-08-01}]"), by_hand)
    assert [(due.day.month, due.removable) for due in found.later] == [(7, True), (8, False)]
    assert found.later[0].by == ("Head of service",)


def test_a_held_review_is_no_longer_ahead_and_keeps_its_name_when_the_plan_drops_it() -> None:
    at = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    held = Review(initiative="gone", due=dt.date(2026, 6, 1), held=at)
    own = Review(initiative="listen", due=dt.date(2026, 7, 1), held=at)
    found = laid(a_plan("[{date: 2026-07-01}]"), held, own, reviewed=at.date())
    assert found.ahead == ()
    assert {due.title for due in found.held} == {"gone", "Listening"}
