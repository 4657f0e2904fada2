"""Overdue decisions and actions: the owner first, the sponsor after two weeks, nothing twice, nothing once decided."""

import datetime as dt

import pytest
from tests.web.cast import Cast
from tests.web.outbox.builders import run
from tests.web.reviews.firm import a_review, days, decided

from upshot.web.measures.models import Run
from upshot.web.outbox.models import Message
from upshot.web.reviews.escalating import due, escalate
from upshot.web.reviews.models import Action
from upshot.web.reviews.selectors import today

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def firm(cast: Cast, run_: Run) -> Cast:
    return cast


def told(cast: Cast, part: str, kind: str = "review-overdue") -> int:
    return Message.objects.filter(person=f"@{cast.users[part].pk}", kind=kind).count()


@pytest.mark.parametrize(
    ("late", "owner", "sponsor"), [(0, 0, 0), (1, 1, 0), (6, 1, 0), (7, 2, 0), (13, 2, 0), (14, 2, 1), (61, 0, 0)]
)
def test_the_owner_is_told_after_a_day_and_a_week_and_the_sponsor_after_two(
    cast: Cast, late: int, owner: int, sponsor: int
) -> None:
    a_review(cast, days(-late))
    for _round in range(2):
        escalate(cast.organisation, today())
    assert (told(cast, "leader"), told(cast, "executive")) == (owner, sponsor)


def test_a_decision_in_the_meantime_drops_the_message(cast: Cast, run_: Run, mailoutbox: list) -> None:
    a_review(cast, days(-2))
    escalate(cast.organisation, today())
    decided(cast, days(-2), seen=str(run_.pk))
    at = dt.datetime.now(dt.UTC).replace(hour=10) + DAY
    run(cast.organisation, at + DAY * ((7 - at.weekday()) % 7))
    assert Message.objects.get(kind="review-overdue").note == "done"
    assert mailoutbox == []


def test_an_overdue_action_goes_to_its_owner_then_to_the_leaders(cast: Cast, run_: Run) -> None:
    held = decided(cast, days(-30), seen=str(run_.pk))
    mine = cast.users["analyst"]
    Action.objects.create(review=held, what="Ask the branches", owner=mine, due=days(-14))
    escalate(cast.organisation, today())
    assert told(cast, "analyst", "action-overdue") == 2
    assert told(cast, "leader", "action-overdue") == 1


def test_the_chore_runs_once_a_day(cast: Cast) -> None:
    a_review(cast, days(-1))
    now = dt.datetime.now(dt.UTC)
    due(now)
    Message.objects.all().delete()
    due(now)
    assert not Message.objects.exists()
