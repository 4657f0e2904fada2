"""The weekly message: once a week for each manager whose plan asks for it, read in two minutes, forgotten in time."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.challenges.builders import handed_in, with_challenge
from tests.web.courses import TODAY, with_course
from tests.web.outbox.builders import run
from tests.web.trials import trying

from upshot.web.accounts.viewer import workspace_of
from upshot.web.outbox.models import Delivery, Message
from upshot.web.people.models import Person
from upshot.web.teams.digest import due, propose_week
from upshot.web.teams.messages import WEEK
from upshot.web.teams.models import NoCapacity, Round
from upshot.web.teams.personal import TeamStore
from upshot.web.teams.services import no_capacity
from upshot.web.teams.week import monday

NOW = dt.datetime.combine(monday(TODAY), dt.time(9), dt.UTC)
"""Monday morning."""


def hearing(cast: Cast, often: str = "weekly") -> None:
    """The plan lets managers hear of the course so often."""
    plan = workspace_of(cast.organisation).root / "plan.yaml"
    text = plan.read_text(encoding="utf-8")
    here = "manager: {before: {ask: Agree one customer to try it with, minutes: 10}"
    assert here in text
    plan.write_text(text.replace(here, f"{here}, during: {{digest: {often}}}"), encoding="utf-8")


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    with_course(cast, tmp_path)
    hearing(cast)
    return cast


def to(person: str) -> list[Message]:
    return list(Message.objects.filter(person=person, kind=WEEK))


def test_a_manager_gets_one_message_a_week_with_at_most_three_people(firm: Cast) -> None:
    due(NOW)
    due(NOW + dt.timedelta(minutes=1))
    propose_week(firm.organisation, TODAY)
    (message,) = to("m-1")
    text = message.context["text"]
    assert text.count("\n– ") == 3
    assert "Value selling: Customers get the offer they need." in text
    assert "Ask: " in text
    assert len(text.split()) < 250
    assert Round.objects.filter(organisation=firm.organisation).count() == 1


def test_it_arrives_as_text_and_html_with_a_link_to_say_there_is_no_room(firm: Cast, mailoutbox: list) -> None:
    due(NOW)
    run(firm.organisation, NOW)
    mail = next(one for one in mailoutbox if one.to == ["manager@nordvik.example"])
    (html, _kind) = mail.alternatives[0]
    assert mail.subject == "Your team this week: two minutes"
    for part in (mail.body, html):
        assert "Talk to, in alphabetical order:" in part
        assert "/act/no-room/" in part
        assert "0.37" not in part


def test_the_plan_says_how_often_managers_hear(cast: Cast, tmp_path: Path) -> None:
    with_course(cast, tmp_path)
    due(NOW)
    assert to("m-1") == []
    hearing(cast, "monthly")
    for week, count in ((dt.date(2026, 11, 9), 0), (dt.date(2026, 12, 7), 1), (dt.date(2026, 12, 14), 1)):
        propose_week(cast.organisation, week)
        assert len(to("m-1")) == count


def test_where_it_is_tried_by_lot_a_team_hears_nothing_before_its_turn_and_why_is_on_record(
    firm: Cast, mailoutbox: list
) -> None:
    trying(firm, "digest")
    due(NOW)
    run(firm.organisation, NOW)
    assert mailoutbox == []
    (held,) = to("m-1")
    assert (held.state, held.note) == (Message.State.DROPPED, "turn")
    assert "to some teams earlier than to others" in held.why
    assert held.context == {"text": "Value selling", "people": []}
    page = firm.client("manager").get("/o/nordvik/messages/").content.decode()
    assert "your turn comes later, so that its effect can be told" in page


def test_of_several_teams_only_those_whose_turn_has_come_are_in_the_message(firm: Cast) -> None:
    trying(firm, "digest")
    plan = workspace_of(firm.organisation).root / "plan.yaml"
    both = plan.read_text(encoding="utf-8").replace("start: 2099-01-05", "start: 2025-03-03")
    plan.write_text(both, encoding="utf-8")
    due(NOW)
    sent, held = sorted(to("m-2"), key=lambda one: one.state, reverse=True)
    assert (sent.state, held.state) == (Message.State.WAITING, Message.State.DROPPED)
    teams = dict(Person.objects.values_list("key", "team"))
    assert {teams[person] for person in sent.context["people"]} == {"Dal"}


def test_a_trial_of_something_else_changes_nothing(firm: Cast) -> None:
    trying(firm, "debrief")
    due(NOW)
    assert [one.state for one in to("m-1")] == [Message.State.WAITING]


def test_from_thursday_on_nothing_is_begun(firm: Cast) -> None:
    due(NOW + dt.timedelta(days=3))
    assert not Message.objects.exists()


def test_who_said_there_is_no_room_gets_nothing_that_week(firm: Cast, mailoutbox: list) -> None:
    no_capacity(organisation=firm.organisation, manager="m-1", week=NOW.date())
    due(NOW)
    run(firm.organisation, NOW)
    assert mailoutbox == []
    assert to("m-1")[0].state == Message.State.DROPPED


def test_saying_so_withdraws_what_was_not_sent(firm: Cast) -> None:
    due(NOW)
    no_capacity(organisation=firm.organisation, manager="m-1", week=TODAY)
    assert to("m-1")[0].note == "withdrawn"
    assert NoCapacity.objects.get().week == monday(TODAY)


def test_a_manager_who_left_is_replaced_one_up_and_administrators_are_told(firm: Cast) -> None:
    Person.objects.filter(key="m-1").update(left="2026-01-01", manager="m-2")
    due(NOW)
    assert to("m-1") == []
    assert len(to("m-2")) == 1
    told = Message.objects.get(kind="teams-without-manager")
    assert told.person == f"@{firm.users['administrator'].pk}"
    assert told.context == {"teams": 1, "above": 1, "nobody": 0}


def test_a_team_with_nobody_above_is_said_to_be_shown_to_nobody(firm: Cast) -> None:
    Person.objects.filter(key="m-1").update(left="2026-01-01")
    due(NOW)
    assert Message.objects.get(kind="teams-without-manager").context["nobody"] == 1
    assert to("m-2") == []


def test_sign_offs_that_wait_come_with_a_link_each(cast: Cast, tmp_path: Path) -> None:
    with_challenge(cast, tmp_path)
    made = handed_in(cast)
    due(NOW)
    (message,) = to("m-1")
    assert "Waiting for your sign-off: 1." in message.context["text"]
    assert [label for label, _ in message.also] == [f"Sign or return: {made.title}", "I have no capacity this week"]


def test_with_a_person_their_name_goes_from_messages_that_were_sent(firm: Cast) -> None:
    due(NOW)
    run(firm.organisation, NOW)
    (message,) = to("m-1")
    named = message.context["people"][0]
    assert named in Delivery.objects.get(person="m-1").text
    assert TeamStore().erase(firm.organisation, named) == 1
    (message,) = to("m-1")
    assert message.context == {"text": "–", "people": []}
    assert named not in Delivery.objects.get(person="m-1").text


def test_a_plan_that_does_not_load_asks_nobody_for_anything(firm: Cast) -> None:
    (workspace_of(firm.organisation).root / "plan.yaml").write_text("nonsense: [", encoding="utf-8")
    assert propose_week(firm.organisation, TODAY) == 0
