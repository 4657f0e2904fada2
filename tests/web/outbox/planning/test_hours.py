"""When a person may be written to: never in quiet hours by their own clock, whatever the clock does."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upshot.web.outbox.planning.days_off import days_off, is_known
from upshot.web.outbox.planning.hours import Rules, is_open, next_open, week_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Chatham"]


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


def berlin(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=BERLIN)


def quiet(rules: Rules, moment: dt.datetime) -> bool:
    """Whether the person's own clock shows a quiet hour: said again, in other words than the code's."""
    clock = moment.astimezone(ZoneInfo(rules.zone)).time()
    if rules.quiet_from > rules.quiet_until:
        return clock >= rules.quiet_from or clock < rules.quiet_until
    return rules.quiet_from <= clock < rules.quiet_until


@st.composite
def some_rules(draw: st.DrawFn) -> Rules:
    hours = st.times(max_value=dt.time(23, 59)).map(lambda time: time.replace(second=0, microsecond=0))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    first = draw(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)))
    away = ((first, first + dt.timedelta(days=draw(st.integers(0, 20)))),)
    zone = draw(st.sampled_from(ZONES))
    return Rules(zone=zone, quiet_from=draw(hours), quiet_until=draw(hours), days=days, away=away)


@settings(max_examples=150, deadline=None)
@given(some_rules(), st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)))
def test_the_next_open_moment_is_never_quiet_never_off_and_never_before(rules: Rules, naive: dt.datetime) -> None:
    moment = naive.replace(tzinfo=dt.UTC)
    found = next_open(rules, moment)
    assert found is not None
    day = rules.today(found)
    assert found >= moment
    assert not quiet(rules, found)
    assert rules.works(day)
    assert is_open(rules, found)


@settings(max_examples=100, deadline=None)
@given(some_rules(), st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)))
def test_a_moment_that_is_open_is_its_own_next_open_moment(rules: Rules, naive: dt.datetime) -> None:
    moment = naive.replace(tzinfo=dt.UTC)
    assert is_open(rules, moment) == (next_open(rules, moment) == moment)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (berlin(2026, 3, 29, 1, 0), berlin(2026, 3, 29, 8, 0)),
        (berlin(2026, 10, 25, 2, 30), berlin(2026, 10, 25, 8, 0)),
        (berlin(2026, 3, 28, 23, 0), berlin(2026, 3, 29, 8, 0)),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall_across_a_change(clock: dt.datetime, expected: dt.datetime) -> None:
    everyday = Rules(zone="Europe/Berlin", days=frozenset(range(7)))
    assert next_open(everyday, clock) == expected


def test_an_hour_that_is_skipped_or_comes_twice_is_taken_on_the_safe_side() -> None:
    night = Rules(zone="Europe/Berlin", quiet_from=dt.time(22), quiet_until=dt.time(2, 30), days=frozenset(range(7)))
    spring = next_open(night, berlin(2026, 3, 29, 1, 0))
    autumn = next_open(night, berlin(2026, 10, 25, 1, 0))
    assert spring == utc(2026, 3, 29, 1, 30), "02:30 does not exist that night: 03:30 by the new time"
    assert autumn == utc(2026, 10, 25, 1, 30), "02:30 comes twice that night: the second"


def test_weekends_holidays_and_leave_are_waited_out() -> None:
    bavaria = days_off("DE", "BY", [2026])
    assert dt.date(2026, 1, 6) in bavaria
    assert dt.date(2026, 1, 6) not in days_off("DE", "BE", [2026])
    rules = Rules(zone="Europe/Berlin", off=bavaria, away=((dt.date(2026, 1, 7), dt.date(2026, 1, 9)),))
    assert next_open(rules, berlin(2026, 1, 5, 18, 0)) == berlin(2026, 1, 12, 8, 0)


def test_somebody_who_never_works_is_never_written_to() -> None:
    assert next_open(Rules(days=frozenset()), utc(2026, 1, 1)) is None
    assert next_open(Rules(away=((dt.date(2026, 1, 1), dt.date(2029, 1, 1)),)), utc(2026, 1, 1)) is None


def test_the_week_is_that_of_the_persons_own_day() -> None:
    monday_there = Rules(zone="Pacific/Auckland").today(utc(2026, 3, 1, 12, 0))
    assert week_of(monday_there) == "2026-W10"
    assert week_of(Rules().today(utc(2026, 3, 1, 12, 0))) == "2026-W09"


def test_holidays_are_known_by_country_and_part() -> None:
    assert is_known("DE", "BY")
    assert not is_known("DE", "XX")
    assert not is_known("QQ")
    assert days_off("QQ", "", [2026]) == frozenset()
