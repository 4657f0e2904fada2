"""Decisions come back: cards from first attempts, a cap a week, by page and by link, and what may be claimed by it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import Cast
from tests.web.practice.builders import BEST, TEXT, WORST, a_published, played
from tests.web.spacing.builders import LATER, PLAN, a_card, cards_of, moved_back, practised

from upshot.errors import InputError
from upshot.web.competencies.models import Evidence
from upshot.web.lrs.models import Statement
from upshot.web.outbox.models import Message
from upshot.web.practice.authoring import retire
from upshot.web.practice.models import Scenario
from upshot.web.spacing import chores
from upshot.web.spacing.messages import answered
from upshot.web.spacing.models import Card, Claim, Review
from upshot.web.spacing.personal import SpacingStore
from upshot.web.spacing.selectors import overview
from upshot.web.spacing.services.answering import answer

PAGE = Review.Way.PAGE
TWO_A_WEEK = PLAN.replace("max_per_week: 1", "max_per_week: 2")


def test_every_decision_of_a_first_attempt_comes_back_the_wrong_one_sooner(cast: Cast) -> None:
    practised(cast, ("ask", "soon", "go"))
    right, wrong = a_card(cast, "call"), a_card(cast, "number")
    assert (right.initiative, right.path_step) == ("listen", "again")
    assert len(cards_of(cast)) == 2
    assert wrong.due < right.due


def test_later_attempts_and_paths_without_practice_ask_nothing_more(cast: Cast) -> None:
    version = practised(
        cast, plan=PLAN.replace("kind: practice", "kind: document").replace(", max_per_week: 1, for: 26w", "")
    )
    assert cards_of(cast) == []
    played(cast.viewer("learner"), version)
    assert cards_of(cast) == []


def test_what_is_due_is_sent_within_the_weekly_cap_and_once(cast: Cast) -> None:
    practised(cast)
    now = timezone.now() + LATER
    chores.due(now)
    chores.due(now)
    assert Message.objects.filter(kind="spaced-question").count() == 1
    first = Card.objects.get(asked=1)
    answer(card=first, number=1, choice=BEST[0] if first.step == "call" else BEST[1], way=PAGE, at=now)
    chores.due(now + dt.timedelta(days=3))
    assert Message.objects.count() == 1
    chores.due(now + dt.timedelta(days=8))
    assert Message.objects.count() == 2


def test_an_answer_on_the_page_is_taken_once_told_and_moved_to_its_next_day(cast: Cast) -> None:
    practised(cast, plan=TWO_A_WEEK)
    moved_back(10)
    client, card = cast.client("learner"), a_card(cast, "number")
    listed = client.get("/o/nordvik/again/").content.decode()
    assert "The number" in listed
    address = f"/o/nordvik/again/{card.pk}/1/"
    asked = client.get(address).content.decode()
    assert "Name the new day" in asked
    assert client.post(address, {}).status_code == 422
    client.post(address, {"choice": "soon"})
    client.post(address, {"choice": "day"})
    told = client.get(address).content.decode()
    assert "Not this time" in told
    assert "What a skilled person does here" in told
    review = Review.objects.get()
    assert (review.choice, review.success, review.way) == ("soon", False, "page")
    card.refresh_from_db()
    assert card.due > timezone.now()


def test_an_answer_is_a_statement_that_says_how_many_days_later(cast: Cast) -> None:
    practised(cast)
    moved_back(10)
    before = Statement.objects.count()
    answer(card=a_card(cast), number=1, choice="ask", way=PAGE)
    made = Statement.objects.order_by("-stored")[0]
    assert Statement.objects.count() == before + 1
    said = bytes(made.payload).decode()
    assert '"urn:upshot:spaced:number":1' in said.replace(" ", "")
    assert "verbs/answered" in said


def by_link(cast: Cast) -> str:
    """The address in the learner's message."""
    chores.due(timezone.now())
    return Message.objects.get().link


def test_a_link_in_a_message_shows_and_answers_without_sign_in(cast: Cast) -> None:
    practised(cast)
    moved_back(10)
    address, client = by_link(cast), Client()
    shown = client.get(address)
    assert shown.status_code == 200
    assert not Review.objects.exists()
    choice = BEST[0] if Card.objects.get(asked=1).step == "call" else BEST[1]
    told = client.post(address, {"choice": choice}, follow=True).content.decode()
    assert "Remembered" in told
    client.post(address, {"choice": "soon"})
    assert Review.objects.get().way == "link"
    assert "no-store" in shown["Cache-Control"]


def test_a_link_that_expired_or_was_bent_shows_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    practised(cast)
    moved_back(10)
    address = by_link(cast)
    assert Client().get(address[:-4] + "xxx/").status_code == 410
    later = timezone.now() + dt.timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert Client().get(address).status_code == 410


def test_a_message_is_dropped_once_its_question_is_answered(cast: Cast) -> None:
    practised(cast)
    moved_back(10)
    by_link(cast)
    message, card = Message.objects.get(), Card.objects.get(asked=1)
    assert list(answered(cast.organisation, [message])) == []
    answer(card=card, number=1, choice="ask" if card.step == "call" else "day", way=PAGE)
    assert list(answered(cast.organisation, [message])) == [message.pk]


def test_tier_five_is_claimed_only_when_every_decision_was_remembered_days_later(cast: Cast) -> None:
    practised(cast)
    answer(card=a_card(cast), number=1, choice="ask", way=PAGE)
    moved_back(10)
    answer(card=a_card(cast, "number"), number=1, choice="day", way=PAGE)
    assert not Claim.objects.exists()
    answer(card=a_card(cast), number=2, choice="ask", way=PAGE)
    claim = Claim.objects.get()
    assert (claim.tier, claim.right, claim.of) == (5, 2, 2)
    said = [bytes(one.payload).decode() for one in Statement.objects.all()]
    (mastered,) = [one for one in said if "verbs/mastered" in one]
    assert "LTEM tier 5, Decision-making competence." in mastered
    assert set(Evidence.objects.filter(kind="remembered").values_list("competency", flat=True)) == {"calm", "clear"}
    page = cast.client("learner").get("/o/nordvik/again/").content.decode()
    assert "LTEM tier 5" in page
    assert "Somebody decides well in realistic cases" in page


def test_tier_six_takes_the_whole_scenario_passed_again_days_later(cast: Cast) -> None:
    version = practised(cast)
    played(cast.viewer("learner"), version)
    assert not Claim.objects.exists()
    first = version.attempts.get(number=1)
    first.finished = timezone.now() - dt.timedelta(days=9)
    first.save()
    played(cast.viewer("learner"), version, WORST)
    assert not Claim.objects.exists()
    played(cast.viewer("learner"), version)
    played(cast.viewer("learner"), version)
    assert list(Claim.objects.values_list("tier", flat=True)) == [6]


def test_a_step_that_got_another_name_is_asked_under_it_and_one_that_is_gone_no_more(cast: Cast) -> None:
    practised(cast)
    newer = TEXT.replace("{#number}", "{#order}").replace("(#number)", "(#order)")
    a_published(cast, newer, base=1, renamed={"number": "order"})
    moved_back(10)
    found = overview(cast.viewer("learner"))
    assert {one.step for one in found.open} <= {"call", "order"}
    review, _new = answer(card=a_card(cast, "number"), number=1, choice="day", way=PAGE)
    assert (review.step, review.version.number) == ("order", 2)


def test_a_retired_scenario_asks_nothing_more_and_keeps_its_answers(cast: Cast) -> None:
    practised(cast)
    moved_back(10)
    answer(card=a_card(cast), number=1, choice="ask", way=PAGE)
    retire(viewer=cast.viewer("designer"), scenario=Scenario.objects.get(), retired=True)
    with pytest.raises(InputError, match="no longer asked"):
        answer(card=a_card(cast, "number"), number=1, choice="day", way=PAGE)
    chores.due(timezone.now())
    assert not Message.objects.exists()
    assert Review.objects.count() == 1


def test_it_ends_when_the_plan_says_so(cast: Cast) -> None:
    practised(cast, plan=PLAN.replace("for: 26w", "for: 2w"))
    moved_back(13)
    answer(card=a_card(cast), number=1, choice="ask", way=PAGE)
    assert a_card(cast).ended is not None


def test_what_was_never_answered_ends_when_its_time_is_over(cast: Cast) -> None:
    practised(cast, plan=PLAN.replace("for: 26w", "for: 8w"))
    moved_back(10)
    chores.due(timezone.now())
    chores.due(timezone.now() + dt.timedelta(days=60))
    assert all(card.ended is not None for card in cards_of(cast))
    assert Message.objects.count() == 1


def test_those_who_do_not_answer_keep_nobody_else_waiting(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_AT_ONCE", 2)
    practised(cast)
    moved_back(10)
    one = a_card(cast)
    cards = [
        Card(organisation=one.organisation, person=f"x-{person}", scenario=one.scenario, version=one.version, step=step,
             initiative="listen", path_step="again", memory=one.memory, first=one.first,
             due=one.due - dt.timedelta(days=person == 1))
        for person in range(3) for step in ("call", "number")
    ]  # fmt: skip
    Card.objects.bulk_create(cards)
    for _ in range(3):
        chores.due(timezone.now())
    asked = Card.objects.filter(asked=1).values_list("person", flat=True)
    assert sorted(asked) == ["p-1", "x-0", "x-1", "x-2"]


def test_nobody_sees_or_answers_another_persons_questions(cast: Cast) -> None:
    practised(cast)
    moved_back(10)
    card = a_card(cast)
    Card.objects.update(person="p-9")
    assert cast.client("learner").get(f"/o/nordvik/again/{card.pk}/1/").status_code == 404
    assert overview(cast.viewer("learner")).decisions == 0


def test_the_list_takes_as_many_queries_for_many_questions(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    practised(cast, plan=PLAN.replace("max_per_week: 1", "max_per_week: 99"))
    moved_back(10)
    client = cast.client("learner")
    client.get("/o/nordvik/again/")
    with django_assert_num_queries(12) as few:
        client.get("/o/nordvik/again/")
    card = a_card(cast)
    cards = [
        Card(organisation=card.organisation, person="p-1", scenario=card.scenario, version=card.version, step=f"x{n}",
             initiative="listen", path_step="again", memory=card.memory, first=card.first, due=timezone.now() + LATER)
        for n in range(20)
    ]  # fmt: skip
    Card.objects.bulk_create(cards)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/o/nordvik/again/")


def test_what_is_held_is_handed_out_and_erased(cast: Cast) -> None:
    practised(cast)
    moved_back(10)
    answer(card=a_card(cast), number=1, choice="ask", way=PAGE)
    store = SpacingStore()
    assert len(store.export(cast.organisation, "p-1")) == 2
    assert store.erase(cast.organisation, "p-1") == 3
    assert not Card.objects.exists()
