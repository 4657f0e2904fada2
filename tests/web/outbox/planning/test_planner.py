"""The planner by property: everything once, one a day, never over the cap, never too early, binding never lost."""

import datetime as dt
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from upshot.web.outbox.planning.hours import Rules, is_open, week_of
from upshot.web.outbox.planning.planner import GATHER, Wish, plan

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MOMENTS = st.integers(-10_000, 40_000).map(lambda minutes: NOW + dt.timedelta(minutes=minutes))


def a_wish(number: int, *, hours: float = 0, expires: float | None = None, binding: bool = False) -> Wish:
    end = None if expires is None else NOW + dt.timedelta(hours=expires)
    return Wish(id=number, not_before=NOW + dt.timedelta(hours=hours), expires=end, binding=binding)


@st.composite
def some_wishes(draw: st.DrawFn) -> list[Wish]:
    found = draw(st.lists(st.tuples(MOMENTS, st.none() | MOMENTS, st.booleans()), max_size=25))
    return [
        Wish(id=number, not_before=start, expires=end, binding=binding)
        for number, (start, end, binding) in enumerate(found, 1)
    ]


@st.composite
def some_rules(draw: st.DrawFn) -> Rules:
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles"]))
    return Rules(zone=zone, cap=draw(st.integers(1, 7)), days=draw(st.frozensets(st.integers(0, 6), min_size=1)))


@settings(max_examples=200, deadline=None)
@given(some_rules(), some_wishes(), st.integers(0, 3))
def test_what_holds_of_every_plan(rules: Rules, wishes: list[Wish], used: int) -> None:
    today = rules.today(NOW)
    before = {week_of(today): min(used, rules.cap)}
    planned = plan(rules, wishes, now=NOW, taken={today}, used=before)
    said = [number for bundle in planned.bundles for number in bundle.messages]

    everything = sorted([*said, *planned.expired, *planned.never])
    assert everything == [wish.id for wish in wishes], "every message ends in one place"

    days = [rules.today(bundle.at) for bundle in planned.bundles]
    assert len(set(days)) == len(days)
    assert today not in days
    weeks = Counter(before) + Counter(week_of(day) for day in days)
    assert max(weeks.values(), default=0) <= rules.cap

    by_number = {wish.id: wish for wish in wishes}
    for bundle in planned.bundles:
        assert is_open(rules, bundle.at)
        assert bundle.at >= NOW
        for wish in (by_number[number] for number in bundle.messages):
            assert wish.not_before <= bundle.at
            assert wish.binding or wish.expires is None or wish.expires > bundle.at
    assert not any(by_number[number].binding for number in planned.expired)

    shuffled = list(reversed(wishes))
    assert plan(rules, shuffled, now=NOW, taken={today}, used=before) == planned


def test_messages_that_come_close_together_go_out_together() -> None:
    planned = plan(Rules(), [a_wish(1), a_wish(2, hours=0.25), a_wish(3, hours=30)], now=NOW)
    assert [bundle.messages for bundle in planned.bundles] == [(1, 2), (3,)]
    assert planned.bundles[0].at == NOW + GATHER


def test_the_fourth_day_of_a_week_waits_for_the_next_one() -> None:
    planned = plan(Rules(), [a_wish(day, hours=24 * day) for day in range(5)], now=NOW)
    assert [(bundle.at.strftime("%a %d"), bundle.messages) for bundle in planned.bundles] == [
        ("Mon 02", (0,)),
        ("Tue 03", (1,)),
        ("Wed 04", (2,)),
        ("Mon 09", (3, 4)),
    ]


def test_what_would_come_too_late_is_not_said_but_what_binds_is() -> None:
    full = {"2026-W10": 3}
    planned = plan(Rules(), [a_wish(1, expires=48), a_wish(2, expires=48, binding=True)], now=NOW, used=full)
    assert planned.expired == (1,)
    assert [bundle.messages for bundle in planned.bundles] == [(2,)]
    assert planned.bundles[0].at == dt.datetime(2026, 3, 9, 8, 0, tzinfo=dt.UTC)


def test_nobody_is_planned_for_who_is_never_there() -> None:
    assert plan(Rules(days=frozenset()), [a_wish(1)], now=NOW).never == (1,)


def test_a_message_at_the_end_of_a_day_does_not_slip_into_the_night() -> None:
    evening = a_wish(1, hours=8.8)
    planned = plan(Rules(), [evening], now=NOW)
    assert planned.bundles[0].at == dt.datetime(2026, 3, 3, 8, 0, tzinfo=dt.UTC)
