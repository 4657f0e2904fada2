"""The player's pages: without JavaScript, back and forth, on another device, as nobody and as somebody else."""

import pytest
from django.test import Client
from tests.web.cast import Cast
from tests.web.practice.builders import BEST, TEXT, a_learner, a_published, a_version, played

from upshot.web.lrs.store.transactions import StoreBusy
from upshot.web.practice.models import Attempt, Picture

PLAYER = "/o/nordvik/practice/late-parcel/"


def page(client: Client, path: str = PLAYER) -> str:
    reply = client.get(path)
    assert reply.status_code == 200
    return reply.content.decode()


def begun(cast: Cast) -> Client:
    a_published(cast)
    client = cast.client("learner")
    client.post(f"{PLAYER}begin")
    return client


def decide(client: Client, number: int, choice: str) -> str:
    reply = client.post(f"{PLAYER}answer", {"number": number, "choice": choice}, follow=True)
    return reply.content.decode()


def test_the_list_shows_what_is_published_and_nothing_else(cast: Cast) -> None:
    a_version(cast)
    assert "Nothing to practise yet" in page(cast.client("learner"), "/o/nordvik/practice/")
    a_published(cast, TEXT.replace("late-parcel", "second-parcel").replace("The late parcel", "The second parcel"))
    shown = page(cast.client("learner"), "/o/nordvik/practice/")
    assert "The second parcel" in shown
    assert "The late parcel" not in shown


def test_a_step_is_shown_with_its_words_and_one_form(cast: Cast) -> None:
    shown = page(begun(cast))
    assert "Where is my <strong>parcel</strong>?" in shown
    assert 'alt="A parcel on a rainy doorstep"' in shown
    assert f'src="{PLAYER}pictures/door.png"' in shown
    assert shown.count('name="choice"') == 2
    assert '<h2 id="step" tabindex="-1"' in shown


def test_an_answer_leads_to_the_next_step_with_feedback_in_place(cast: Cast) -> None:
    client = begun(cast)
    reply = client.post(f"{PLAYER}answer", {"number": 1, "choice": "ask"})
    assert reply["Location"] == f"{PLAYER}#step"
    shown = page(client)
    assert "Now you can look it up." in shown
    assert "She reads out the number." in shown
    assert "What happened so far: 1 step" in shown


def test_an_answer_sent_again_says_so_and_changes_nothing(cast: Cast) -> None:
    client = begun(cast)
    decide(client, 1, "ask")
    shown = decide(client, 1, "fault")
    assert "That step was answered before." in shown
    assert "She reads out the number." in shown


def test_nothing_chosen_is_said_beside_the_choices(cast: Cast) -> None:
    client = begun(cast)
    reply = client.post(f"{PLAYER}answer", {"number": 1})
    assert reply.status_code == 422
    assert "Choose one of these first." in reply.content.decode()


def test_nonsense_in_the_form_is_no_fault_of_the_server(cast: Cast) -> None:
    client = begun(cast)
    for fields in (
        {"number": "x", "choice": "ask"},
        {"number": 1, "choice": "<b>"},
        {"clock": "a:b", "number": "9" * 30, "choice": "ask"},
    ):
        assert client.post(f"{PLAYER}answer", fields, follow=True).status_code == 200
    assert Attempt.objects.get().decisions.count() == 0


def test_it_goes_on_where_it_stood_on_another_device(cast: Cast) -> None:
    decide(begun(cast), 1, "ask")
    other = cast.client("learner")
    assert "Go on" in page(other, "/o/nordvik/practice/")
    assert "She reads out the number." in page(other)


def test_the_end_shows_points_and_asks_for_a_thought_that_only_the_learner_reads(cast: Cast) -> None:
    client = begun(cast)
    decide(client, 1, "ask")
    shown = decide(client, 2, "day")
    assert "Passed" in shown
    assert "Staying calm" in shown
    assert "What did she hear?" in shown
    client.post(f"{PLAYER}thought", {"text": "I will ask first."})
    assert "I will ask first." in page(client)
    assert "I will ask first." not in page(cast.client("designer"), "/o/nordvik/studio/late-parcel/answers/")


def test_the_second_time_is_said_to_be_practice(cast: Cast) -> None:
    played(cast.viewer("learner"), a_published(cast), BEST)
    client = cast.client("learner")
    assert "Your first time stays what was measured" in page(client, f"{PLAYER}?again").replace(
        "your first", "Your first"
    )
    client.post(f"{PLAYER}begin")
    assert "practice" in page(client)
    assert Attempt.objects.filter(number=2).exists()


def test_an_attempt_is_nobody_elses(cast: Cast) -> None:
    client = begun(cast)
    decide(client, 1, "ask")
    stranger = Client()
    stranger.force_login(a_learner(cast, 1).user)
    assert "Your first time counts as the measurement" in page(stranger)
    assert stranger.post(f"{PLAYER}answer", {"number": 2, "choice": "day"}).status_code == 404


def test_words_that_would_be_code_stay_words(cast: Cast) -> None:
    hostile = TEXT.replace("The late parcel", "The <script>alert(1)</script> parcel").replace(
        "She writes", "`<img src=x onerror=alert(1)>` She writes"
    )
    a_published(cast, hostile)
    client = cast.client("learner")
    assert "<script>alert" not in page(client)
    client.post(f"{PLAYER}begin")
    decide(client, 1, "ask")
    shown = decide(client, 2, "day")
    assert "<img src=x" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown


def test_a_picture_is_served_to_those_who_play_and_to_nobody_else(cast: Cast) -> None:
    version = a_version(cast)
    Picture.objects.create(
        scenario=version.scenario, name="door.png", content_type="image/png", content=b"\x89PNG\r\n\x1a\n"
    )
    path = f"{PLAYER}pictures/door.png"
    assert cast.client("learner").get(path).status_code == 404
    assert cast.client("designer").get(path)["Content-Type"] == "image/png"
    a_published(cast, TEXT + "\n", base=1)
    assert cast.client("learner").get(path).status_code == 200
    assert cast.client("outsider").get(path).status_code == 404


def test_a_busy_database_loses_nothing_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = begun(cast)

    def busy(work: object) -> None:
        raise StoreBusy

    monkeypatch.setattr("upshot.web.practice.playing.repeated", busy)
    assert "the database is busy" in decide(client, 1, "ask")
    assert Attempt.objects.get().decisions.count() == 0
