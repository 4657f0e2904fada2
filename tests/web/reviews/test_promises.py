"""Promises: what needs whose signature, what changed since the last look, and how units' promises came out."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.measures.firms import locked
from tests.web.reviews.firm import a_review, days, decided

from upshot.web.audit.models import Event
from upshot.web.measures.models import Run
from upshot.web.plans.services import comment, opened
from upshot.web.reviews.promises import SEEN, Board, Kept, Promise, by_unit, kept_of, promises_of
from upshot.web.reviews.selectors import today

URL = "/o/nordvik/promises/"


def board_of(cast: Cast, part: str) -> Board:
    """The page as one of them sees it."""
    found = promises_of(cast.viewer(part))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("promised", "low", "high", "claimable", "expected"),
    [
        (2.0, 1.0, 3.0, True, Kept.AS_PROMISED),
        (2.0, 2.5, 3.0, True, Kept.MORE),
        (2.0, 0.5, 1.5, True, Kept.LESS),
        (2.0, -1.5, -0.5, True, Kept.LESS),
        (-2.0, -3.0, -1.0, True, Kept.AS_PROMISED),
        (-2.0, -5.0, -3.0, True, Kept.MORE),
        (-2.0, -1.0, -0.5, True, Kept.LESS),
        (2.0, 1.0, 3.0, False, Kept.UNKNOWN),
        (None, 1.0, 3.0, True, Kept.UNKNOWN),
        (2.0, None, None, True, Kept.UNKNOWN),
    ],
)
def test_a_promise_is_held_against_the_range_of_its_answer(
    promised: float | None, low: float | None, high: float | None, claimable: bool, expected: Kept
) -> None:
    assert kept_of(promised, {"conf_low": low, "conf_high": high}, claimable=claimable) is expected


def a_promise(unit: str, kept: Kept, **more: Any) -> Promise:
    said: dict[str, Any] = {
        "initiative": "x", "title": "X", "sentence": "", "mine": False, "locked": dt.date(2026, 1, 1), "asked": (),
        "due": None, "late": 0, "answer": "It helps.", "grade": "A", "questions": 0,
    }  # fmt: skip
    return Promise(unit=unit, kept=kept, **{**said, **more})


def test_units_are_counted_by_locked_promises_with_an_answer_in_alphabetical_order() -> None:
    found = by_unit(
        [
            a_promise("Service", Kept.LESS),
            a_promise("Retail", Kept.MORE),
            a_promise("Service", Kept.AS_PROMISED),
            a_promise("Service", Kept.LESS, locked=None),
            a_promise("Retail", Kept.LESS, answer=""),
        ]
    )
    assert [(one.name, one.more, one.as_promised, one.less, one.unknown) for one in found] == [
        ("Retail", 1, 0, 0, 0),
        ("Service", 0, 1, 1, 0),
    ]


def test_the_page_says_what_came_and_what_is_late(cast: Cast, run_: Run) -> None:
    a_review(cast, days(-9))
    locked(cast)
    page = cast.client("executive").get(URL).content.decode()
    assert escape(run_.sentence) in page
    assert "9 days overdue" in page
    assert "Do promises come true, unit by unit?" in page
    (unit,) = board_of(cast, "executive").units
    assert (unit.more, unit.as_promised, unit.less, unit.unknown) == (0, 1, 0, 0)


def test_finance_and_council_are_asked_for_their_own_signature_only(cast: Cast, run_: Run) -> None:
    board = board_of(cast, "council")
    assert {name for one in board.to_sign for name in one.asked} == {"Works council"}
    assert board_of(cast, "analyst").to_sign == ()


def test_who_may_not_open_reviews_reads_what_is_late_without_a_link_to_them(cast: Cast, run_: Run) -> None:
    a_review(cast, days(-9))
    for part, linked in (("executive", True), ("council", False)):
        page = cast.client(part).get(URL).content.decode().split("<main", 1)[1]
        assert "9 days overdue" in page
        assert ('href="/o/nordvik/reviews/"' in page) == linked


def test_a_question_counts_where_it_is_about_the_initiative(cast: Cast, run_: Run) -> None:
    viewer = cast.viewer("analyst")
    version = opened(cast.organisation)
    for anchor in ("initiatives[coaching].design", "objectives[coaching].statement", "period", ""):
        comment(viewer=viewer, version=version, text=f"Why so? {anchor}", anchor=anchor)
    counted = {one.initiative: one.questions for one in board_of(cast, "leader").promises}
    assert counted.pop("coaching") == 1
    assert not any(counted.values())


def test_what_changed_is_told_since_the_last_look_before_today(cast: Cast, run_: Run) -> None:
    viewer = cast.viewer("executive")
    look = Event.objects.create(organisation=cast.organisation, user=viewer.user, action=SEEN)
    assert board_of(cast, "executive").since == today() - dt.timedelta(days=31)
    before = look.at - dt.timedelta(days=4)
    Event.objects.filter(pk=look.pk).update(at=before)
    decided(cast, days(0), seen=str(run_.pk))
    board = board_of(cast, "executive")
    assert board.since == before.date()
    assert "Decision" in [one.kind.capitalize() for one in board.changes]


def test_queries_do_not_grow_with_reviews(cast: Cast, run_: Run) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            cast.client("leader").get(URL)
        return len(seen)

    queries()
    few = queries()
    for number in range(1, 25):
        a_review(cast, days(number))
    assert queries() == few


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_page_is_accessible_at_every_width(cast: Cast, run_: Run, opened: Opener, mode: str) -> None:
    a_review(cast, days(-9))
    locked(cast)
    accessible(opened(URL, cast.users["executive"], mode=mode), f"promises-{mode}")
