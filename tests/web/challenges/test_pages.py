"""Pages of challenges: as few queries for many as for few, what is counted for whom, and where they are found."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.web.cast import Cast
from tests.web.challenges.builders import (
    a_verdict,
    handed_in,
    on_path,
    planned,
    signed,
    somebody,
    the_asks,
    with_challenge,
)
from tests.web.paths.builders import a_round

from upshot.web.challenges.applied import applied_of
from upshot.web.challenges.chores import ask_anew
from upshot.web.challenges.models import Challenge, CheckIn
from upshot.web.challenges.services.deciding import decide
from upshot.web.challenges.services.handing_in import Handed, hand_in
from upshot.web.people.models import Person

FJORD = [f"p-{number}" for number in range(3, 61, 3)]
"""The twenty people of team Fjord, whose wave has begun."""


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_challenge(cast, tmp_path, count=60)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def copies(challenge: Challenge, people: list[str]) -> None:
    """The same challenge of other people, as rows alone."""
    for person in people:
        asked = list(challenge.asked.all())
        copy = Challenge.objects.get(pk=challenge.pk)
        copy.pk, copy.person, copy._state.adding = None, person, True
        copy.id = Challenge._meta.pk.get_default()
        copy.save()
        for one in asked:
            copy.asked.create(person=one.person, relationship=one.relationship)


def test_a_manager_with_twenty_waiting_costs_as_many_queries_as_one_with_three(firm: Cast) -> None:
    made = handed_in(firm)
    copies(made, FJORD[1:3])
    few = queries(firm.client("manager"), "/o/nordvik/sign-offs/")
    copies(made, FJORD[3:])
    assert queries(firm.client("manager"), "/o/nordvik/sign-offs/") == few
    page = firm.client("manager").get("/o/nordvik/sign-offs/").content.decode()
    assert page.count("Look at it") == len(FJORD)


def test_a_learner_with_many_challenges_costs_no_more_queries(firm: Cast) -> None:
    made = signed(firm)
    few = queries(firm.client("learner"), "/o/nordvik/challenges/")
    for number in range(2, 20):
        made.pk, made.number, made._state.adding = Challenge._meta.pk.get_default(), number, True
        made.save()
    assert queries(firm.client("learner"), "/o/nordvik/challenges/") == few


def test_a_wave_that_has_not_begun_does_not_plan(firm: Cast) -> None:
    viewer = somebody(firm, "p-4")
    client = Client()
    client.force_login(viewer.user)
    path = f"/o/nordvik/challenges/path/{on_path(firm, 'p-4').pk}/talk/"
    assert "Your turn on this path has not begun yet." in client.get(path).content.decode()
    said = {"case": "A case", "cue": "they ask", "action": "ask back", "shared_with": ""}
    assert "Your turn on this path has not begun yet." in client.post(path, said).content.decode()
    assert not Challenge.objects.exists()


def test_the_path_opens_the_challenge_and_the_challenge_under_way(firm: Cast) -> None:
    number = on_path(firm).pk
    client = firm.client("learner")
    route = settings.STEP_PAGES["challenge"]
    there = reverse(route, kwargs={"org": "nordvik", "number": number, "step": "talk"})
    assert "which case, and what will you do?" in client.get(there).content.decode()
    made = planned(firm)
    reply = client.get(f"/o/nordvik/challenges/path/{number}/talk/")
    assert reply["Location"] == f"/o/nordvik/challenges/{made.pk}/"


def test_a_step_of_somebody_elses_path_is_not_there(firm: Cast) -> None:
    other = on_path(firm, "p-6").pk
    assert firm.client("learner").get(f"/o/nordvik/challenges/path/{other}/talk/").status_code == 404
    assert firm.client("learner").get(f"/o/nordvik/challenges/path/{on_path(firm).pk}/basics/").status_code == 404


def answered(firm: Cast, used: int, of: int, source: str) -> None:
    """So many of so many people said yes, at thirty days."""
    for at, person in enumerate(FJORD[:of]):
        one = Challenge.objects.filter(person=person).first() or planned(firm, person)
        CheckIn.objects.create(
            challenge=one, days=30, source=source, person=person, due=timezone.localdate(), answered=timezone.now(),
            used=at < used, how_often="some" if at < used else "never", hindered=["no-time"],
        )  # fmt: skip


def test_use_at_work_is_counted_by_source_and_the_two_are_never_joined(firm: Cast) -> None:
    answered(firm, 12, 20, "self")
    answered(firm, 7, 14, "observer")
    found = applied_of(firm.viewer("designer"), "selling")
    ((days, own, other),) = found.said
    assert (days, own.used, own.answered) == (30, 12, 20)
    assert (other.used, other.answered) == (7, 14)
    assert [(str(one.text), one.people) for one in found.hindered] == [("No time for it in the working day", 20)]


def test_a_number_that_would_give_a_few_people_away_is_not_shown(firm: Cast) -> None:
    answered(firm, 18, 20, "self")
    answered(firm, 3, 4, "observer")
    ((_days, own, other),) = applied_of(firm.viewer("designer"), "selling").said
    assert (own.answered, own.used) == (None, 18)
    assert (other.answered, other.used) == (None, None)
    page = firm.client("designer").get("/o/nordvik/application/selling/").content.decode()
    assert "too few to show" in page
    assert "18 of 20" not in page


def test_states_of_few_are_withheld_with_a_neighbour(firm: Cast) -> None:
    for person in FJORD[:14]:
        planned(firm, person)
    for person in FJORD[14:16]:
        handed_in(firm, person)
    shown = dict(applied_of(firm.viewer("designer"), "selling").states)
    assert shown == {"Planned": None, "Handed in": None}


def test_one_person_with_many_challenges_counts_as_one(firm: Cast) -> None:
    made = planned(firm)
    for number in range(5):
        made.pk, made.step, made._state.adding = Challenge._meta.pk.get_default(), f"talk-{number}", True
        made.save()
    assert dict(applied_of(firm.viewer("designer"), "selling").states) == {"Planned": None}


def test_a_signers_page_is_logged_and_the_person_reads_that_somebody_looked(firm: Cast) -> None:
    made = handed_in(firm)
    firm.client("manager").get(f"/o/nordvik/sign-offs/{made.pk}/")
    page = firm.client("learner").get("/o/nordvik/learning/").content.decode()
    assert "To observe it and sign it off" in page


def test_an_observation_needs_a_word_on_every_item_and_keeps_what_was_typed(firm: Cast) -> None:
    made = handed_in(firm)
    said = {"revision": str(made.revision), "item-asks": "2", "comment": "Well asked.", "reason": "", "act": "sign"}
    reply = firm.client("manager").post(f"/o/nordvik/sign-offs/{made.pk}/", said)
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "Say what you saw, or that there was no occasion." in page
    assert "Well asked." in page
    made.refresh_from_db()
    assert made.state == "submitted"


def test_after_the_verdict_the_page_shows_it_and_takes_no_second_one(firm: Cast) -> None:
    made = handed_in(firm)
    decide(viewer=firm.viewer("manager"), challenge=made, verdict=a_verdict(made))
    page = firm.client("manager").get(f"/o/nordvik/sign-offs/{made.pk}/").content.decode()
    assert "Calm, and to the point." in page
    assert 'name="act"' not in page


def sent(challenge: Challenge, act: str) -> dict[str, str]:
    """A verdict as the page sends it."""
    seen = {"item-asks": "2", "item-date": "1", "comment": "", "reason": "Say what you asked."}
    return {**seen, "revision": str(challenge.revision), "act": act}


def test_whoever_is_not_asked_any_more_is_told_that_nothing_was_stored(firm: Cast) -> None:
    made = handed_in(firm)
    Person.objects.filter(key="p-3").update(manager="m-2")
    ask_anew(firm.organisation, timezone.now())
    reply = firm.client("manager").post(f"/o/nordvik/sign-offs/{made.pk}/", sent(made, "sign"), follow=True)
    assert "Nothing was stored: it does not wait for your sign-off" in reply.content.decode()
    made.refresh_from_db()
    assert made.state == "submitted"


def test_after_it_was_handed_in_anew_the_page_takes_a_verdict_on_what_it_shows(firm: Cast) -> None:
    made = handed_in(firm)
    client, path = firm.client("manager"), f"/o/nordvik/sign-offs/{made.pk}/"
    client.post(path, sent(made, "return"))
    made.refresh_from_db()
    handed = Handed(text="I asked again.")
    again = hand_in(viewer=somebody(firm, "p-3"), challenge=made, asks=the_asks(firm), handed=handed)
    page = client.post(path, sent(made, "sign")).content.decode()
    assert "It was handed in anew since you opened it." in page
    assert f'name="revision" value="{again.revision}"' in page


def test_a_reader_of_the_plan_is_not_told_what_became_of_it(firm: Cast) -> None:
    made = handed_in(firm, shared_with="p-6")
    firm.client("manager").post(f"/o/nordvik/sign-offs/{made.pk}/", sent(made, "return"))
    client = Client()
    client.force_login(somebody(firm, "p-6").user)
    page = client.get(f"/o/nordvik/challenges/{made.pk}/shared").content.decode()
    assert "A couple asks only for a lower rate." in page
    assert "Returned" not in page


def test_an_absence_that_ends_before_it_begins_is_refused(firm: Cast) -> None:
    today = timezone.localdate()
    said = {"first": today.isoformat(), "last": (today - dt.timedelta(days=3)).isoformat(), "delegate": ""}
    page = firm.client("manager").post("/o/nordvik/sign-offs/away", said).content.decode()
    assert "This is before it begins." in page


def test_a_checklist_outside_the_workspace_is_refused(firm: Cast, tmp_path: Path) -> None:
    plan = tmp_path / "nordvik" / "plan.yaml"
    plan.write_text(plan.read_text().replace("checklists/talk.yaml", "../../secret.yaml"), encoding="utf-8")
    a_round(firm)
    path = f"/o/nordvik/challenges/path/{on_path(firm, 'p-9').pk}/talk/"
    client = Client()
    client.force_login(somebody(firm, "p-9").user)
    said = {"case": "A case", "cue": "they ask", "action": "ask back", "shared_with": ""}
    assert "which is not a YAML file of the workspace" in client.post(path, said).content.decode()
