"""Certificates: counted from completion, renewed in their window, moved by late completion, begun anew once revoked."""

import datetime as dt

import pytest

from upshot.plan.certificates import Given, Standing, given, renewal, standing, validity
from upshot.plan.practice import Recertify, Step
from upshot.plan.progress import Fact
from upshot.plan.rolepath import RolePath
from upshot.plan.values import duration

RULE = Recertify(every=duration("1y"), window_opens=duration("60d"), path=("test",), grace=duration("14d"))
PATH = RolePath(
    path=(Step(id="read", kind="module"), Step(id="test", kind="assessment", needs=("read",))), recertify=RULE
)
FIRST = dt.date(2025, 2, 12)


def facts(*days: dt.date) -> list[Fact]:
    """Read once on the first day, and the test on each day."""
    return [
        Fact(step="read", verb="completed", day=FIRST),
        *(Fact(step="test", verb="passed", day=day) for day in days),
    ]


STANDINGS: list[tuple[dt.date, Standing]] = [
    (FIRST, "valid"),
    (dt.date(2025, 12, 12), "valid"),
    (dt.date(2025, 12, 13), "window-open"),
    (dt.date(2026, 2, 10), "window-open"),
    (dt.date(2026, 2, 11), "due"),
    (dt.date(2026, 2, 12), "in-grace"),
    (dt.date(2026, 2, 25), "in-grace"),
    (dt.date(2026, 2, 26), "overdue"),
]


@pytest.mark.parametrize(("on", "stands"), STANDINGS)
def test_a_certificate_stands_as_its_dates_say(on: dt.date, stands: Standing) -> None:
    assert standing(validity(FIRST, RULE), "overdue", on=on) == stands


@pytest.mark.parametrize(("rule", "stands"), [("notify", "due"), ("expired", "expired"), ("overdue", "overdue")])
def test_after_grace_the_plan_says_what_it_is(rule: str, stands: Standing) -> None:
    assert standing(validity(FIRST, RULE), rule, on=dt.date(2027, 1, 1)) == stands


def test_without_a_rule_it_holds_without_end_unless_it_is_revoked() -> None:
    dates = validity(FIRST, None)
    assert standing(dates, "overdue", on=dt.date(2125, 1, 1)) == "valid"
    assert standing(dates, "overdue", on=FIRST, revoked=True) == "revoked"


def test_the_29th_of_february_ends_on_the_27th_a_year_later() -> None:
    assert validity(dt.date(2024, 2, 29), RULE).expires == dt.date(2025, 2, 27)


def test_a_renewal_in_the_window_gives_the_next_one_and_one_before_the_window_gives_none() -> None:
    early, inside = dt.date(2025, 12, 12), dt.date(2026, 1, 5)
    assert given(PATH, facts(FIRST, early)) == (FIRST,)
    assert given(PATH, facts(FIRST, early, inside)) == (FIRST, inside)


def test_a_late_renewal_counts_from_its_own_day() -> None:
    late = dt.date(2026, 2, 20)
    assert given(PATH, facts(FIRST, late)) == (FIRST, late)
    assert validity(late, RULE).expires == dt.date(2027, 2, 19)


def test_the_renewal_asks_only_for_its_own_steps() -> None:
    opens = validity(FIRST, RULE).opens
    assert opens is not None
    found = renewal(PATH, facts(FIRST), opens)
    assert [(one.step.id, one.state) for one in found.steps] == [("test", "open")]


def test_after_a_revocation_the_whole_path_counts_anew() -> None:
    gone = Given(day=FIRST, revoked=dt.date(2025, 6, 1))
    only_test = facts(FIRST, dt.date(2025, 7, 1))
    assert given(PATH, only_test, [gone]) == (FIRST,)
    whole = [*only_test, Fact(step="read", verb="completed", day=dt.date(2025, 7, 2))]
    assert given(PATH, whole, [gone]) == (FIRST, dt.date(2025, 7, 2))


def test_one_given_by_hand_is_a_round_like_others_and_is_renewed_by_the_short_way() -> None:
    hand = Given(day=dt.date(2025, 3, 1), by_hand=True)
    assert given(PATH, [], [hand]) == (hand.day,)
    renewed = dt.date(2026, 2, 1)
    assert given(PATH, [Fact(step="test", verb="passed", day=renewed)], [hand]) == (hand.day, renewed)
