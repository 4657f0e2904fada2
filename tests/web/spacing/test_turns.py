"""Questions asked again by lot: whoever waits is asked nothing, by message, page or address, until their turn."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from tests.web.cast import Cast
from tests.web.plans.builders import changed
from tests.web.practice.builders import BEST
from tests.web.roster import with_roster
from tests.web.spacing.builders import LATER, PLAN, a_card, cards_of, moved_back, practised

from upshot.errors import InputError
from upshot.web.outbox.models import Message
from upshot.web.spacing import chores
from upshot.web.spacing.models import Card, Review
from upshot.web.spacing.services.answering import answer

TRIAL = """  - id: trial
    title: Questions by lot
    serves: [calm]
    support: {kind: spacing, of: listen}
    hypothesis: {if: decisions are asked again, then: complaints fall}
    audience: {where: "role = 'adviser'"}
    expected: [{kpi: complaints, effect: -1, smallest_worth_having: 0.5}]
    design: {assign: random-by-team, seed: 3, period: month}
    waves:
      - {id: first, start: %DAY%, share: 0.5, where: "team != 'Fjord'"}
"""
FAR, BEGUN = "2099-01-05", "2025-01-06"
WAITS = PLAN + TRIAL.replace("%DAY%", FAR)


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    """The learner, p-1 of a team whose turn comes in 2099, has played the scenario."""
    with_roster(cast, tmp_path)
    practised(cast, plan=WAITS)
    return cast


def test_nothing_is_sent_and_it_is_written_down_once_with_its_reason(firm: Cast) -> None:
    now = timezone.now() + LATER
    chores.due(now)
    chores.due(now + dt.timedelta(days=1))
    (held,) = Message.objects.filter(kind="spaced-question")
    assert (held.person, held.state, held.note) == ("p-1", Message.State.DROPPED, "turn")
    assert "so that its effect can be told" in held.why
    assert not Card.objects.filter(asked__gt=0).exists()


def test_the_page_says_so_and_lists_no_question(firm: Cast) -> None:
    moved_back(30)
    page = firm.client("learner").get("/o/nordvik/again/").content.decode()
    assert "2 decisions are not asked of you yet" in page
    assert "your turn comes later, or not at all" in page
    assert "Nothing yet" not in page
    assert "/again/" + str(a_card(firm).pk) not in page


def test_a_question_cannot_be_answered_by_its_address_before_its_turn(firm: Cast) -> None:
    moved_back(30)
    address = f"/o/nordvik/again/{a_card(firm).pk}/1/"
    assert "Your turn comes later" in firm.client("learner").get(address).content.decode()
    assert firm.client("learner").post(address, {"choice": BEST[0]}).status_code == 422
    with pytest.raises(InputError, match="comes later"):
        answer(card=a_card(firm), number=1, choice=BEST[0], way=Review.Way.PAGE)
    assert not Review.objects.exists()


def test_when_the_turn_has_come_what_is_due_is_asked_within_the_cap(firm: Cast) -> None:
    now = timezone.now() + LATER
    chores.due(now)
    changed(firm, FAR, BEGUN)
    chores.due(now)
    assert sorted(Message.objects.values_list("state", flat=True)) == ["dropped", "waiting"]
    assert Card.objects.filter(asked=1).count() == 1
    assert "not asked of you yet" not in firm.client("learner").get("/o/nordvik/again/").content.decode()


def test_the_time_of_a_practice_step_counts_from_the_turn_where_that_came_later(firm: Cast) -> None:
    moved_back(200)
    recent = f"{timezone.localdate() - dt.timedelta(days=3)}"
    changed(firm, FAR, recent)
    chores.due(timezone.now())
    assert [card.ended for card in cards_of(firm)] == [None, None]
    changed(firm, recent, BEGUN)
    chores.due(timezone.now())
    assert all(card.ended is not None for card in cards_of(firm))


def test_people_outside_the_audience_are_asked_as_if_nothing_were_tried(firm: Cast) -> None:
    changed(firm, "role = 'adviser'", "team = 'Fjord'")
    chores.due(timezone.now() + LATER)
    assert Message.objects.get().state == "waiting"
