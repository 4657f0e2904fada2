"""What learners do: each act once, only where the step is open, only on their own path, and said to the store."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from tests.web.cast import Cast
from tests.web.content.packages import a_cmi5_package
from tests.web.paths.builders import ON, STEPS, a_plan, a_round, enrolled, with_path, write_plan

from upshot.errors import InputError
from upshot.web.accounts.models import Membership
from upshot.web.accounts.viewer import workspace_of
from upshot.web.content.services.closing import waive
from upshot.web.content.services.importing import import_course
from upshot.web.content.services.launching import enrol, open_unit
from upshot.web.content.services.recording import structure_of
from upshot.web.lrs.services.lake import follow
from upshot.web.paths.models import Commitment, Enrolment, LiveSession, SignUp, StepRecord
from upshot.web.paths.personal import PathStore
from upshot.web.paths.services.catching_up import catch_up
from upshot.web.paths.services.recording import enrolment_of, record_step, waive_step

LEARNING = "/o/nordvik/learning/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    with_path(cast, tmp_path)
    a_round(cast)
    return cast


def at(firm: Cast, step: str, act: str = "", person: str = "p-3") -> str:
    return f"{LEARNING}paths/{enrolled(firm, person).pk}/{step}/{act}"


def test_a_page_worked_through_twice_is_recorded_once_and_reaches_the_lake(firm: Cast) -> None:
    client = firm.client("learner")
    for _ in range(2):
        client.post(at(firm, "basics", "done"))
    assert enrolled(firm).records.count() == 1
    assert follow(firm.organisation).added == 1
    rows = workspace_of(firm.organisation).lake().query("SELECT person, activity, verb FROM learning").to_pylist()
    assert rows == [{"person": "p-3", "activity": "https://intranet.nordvik.example/basics", "verb": "completed"}]
    a_round(firm)
    assert enrolled(firm).records.count() == 1


def test_only_a_page_that_reports_nothing_counts_on_the_learners_word(firm: Cast) -> None:
    write_plan(firm, STEPS.replace('ref: "lms:VS-0"', 'ref: "https://tests.nordvik.example/vs-0"'))
    a_round(firm)
    assert firm.client("learner").post(at(firm, "stand", "done")).status_code == 404
    assert not StepRecord.objects.exists()


def test_a_page_said_done_after_the_test_made_it_needless_changes_nothing(firm: Cast) -> None:
    record_step(enrolment=enrolled(firm), step="stand", scaled=0.95)
    assert firm.client("learner").post(at(firm, "basics", "done"), follow=True).status_code == 200
    assert [one.step for one in enrolled(firm).records.all()] == ["stand"]


def test_a_course_that_is_only_opened_again_is_not_completed_again(firm: Cast) -> None:
    course = import_course(firm.organisation, a_cmi5_package())
    write_plan(firm, STEPS.replace("https://intranet.nordvik.example/basics", f"course:{course.pk}"))
    a_round(firm)
    taken = enrol(course, person="p-3")
    for place in range(len(structure_of(course).units)):
        waive(taken, place, "Tested Out")
    completed = enrolled(firm).records.filter(step="basics", verb="completed")
    assert catch_up(firm.organisation, "p-3", on=ON)
    first = completed.get().at
    open_unit(taken, 0, base="http://testserver", return_url="http://testserver/back")
    catch_up(firm.organisation, "p-3", on=ON)
    assert completed.get().at == first
    follow(firm.organisation)
    a_round(firm)
    assert completed.get().at == first


def test_a_step_that_waits_is_not_taken_and_says_what_comes_first(firm: Cast) -> None:
    client = firm.client("learner")
    reply = client.post(at(firm, "mine", "commit"), {"sentence": "If it rains, then I will call.", "reader": ""})
    assert reply.status_code == 422
    assert not Commitment.objects.exists()
    assert "First:" in client.get(at(firm, "mine")).content.decode()


def test_nobody_opens_somebody_elses_path(firm: Cast) -> None:
    client = firm.client("learner")
    assert client.get(at(firm, "basics", person="p-6")).status_code == 404
    assert client.post(at(firm, "basics", "done", person="p-6")).status_code == 404
    assert client.get(at(firm, "nothing")).status_code == 404


def test_somebody_who_waits_is_asked_for_nothing(firm: Cast) -> None:
    Membership.objects.filter(user=firm.users["learner"]).update(person="p-1")
    client = firm.client("learner")
    assert "nothing is asked of you" in client.get(at(firm, "basics", person="p-1")).content.decode()
    client.post(at(firm, "basics", "done", person="p-1"))
    assert not StepRecord.objects.exists()


def ready(firm: Cast) -> None:
    """The learner is at the sentence."""
    for step in ("basics", "openings"):
        record_step(enrolment=enrolled(firm), step=step)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [("", "Write your sentence."), ("If a customer says …cue…", "still has gaps"), ("x" * 2000, "at most 1000")],
)
def test_a_sentence_with_gaps_is_not_kept_and_what_was_typed_stays(firm: Cast, sentence: str, said: str) -> None:
    ready(firm)
    reply = firm.client("learner").post(at(firm, "mine", "commit"), {"sentence": sentence, "reader": ""})
    assert reply.status_code == 422
    assert not Commitment.objects.exists()
    if sentence:
        assert sentence in reply.content.decode()


def test_a_sentence_is_shared_with_one_person_of_the_team_or_nobody_and_can_be_said_anew(firm: Cast) -> None:
    ready(firm)
    client = firm.client("learner")
    said = {"sentence": "If it rains, then I will call.", "reader": "p-2"}
    assert client.post(at(firm, "mine", "commit"), said).status_code == 422
    client.post(at(firm, "mine", "commit"), {**said, "reader": "m-1"})
    client.post(at(firm, "mine", "commit"), {"sentence": "If it snows, then I will call.", "reader": ""})
    kept = Commitment.objects.get()
    assert (kept.sentence, kept.reader) == ("If it snows, then I will call.", "")
    assert enrolled(firm).records.filter(step="mine").count() == 1
    assert enrolled(firm).state == Enrolment.State.DONE
    assert "snows" not in firm.client("manager").get(f"{LEARNING}shared/").content.decode()


def test_the_last_seat_is_given_once_and_another_date_gives_the_first_back(firm: Cast) -> None:
    record_step(enrolment=enrolled(firm), step="basics")
    days = [timezone.now() + dt.timedelta(days=day) for day in (2, 3, 4)]
    full, one, two = (
        LiveSession.objects.create(
            organisation=firm.organisation, initiative="selling", step="live", starts=day, place="Room 1", seats=1
        )
        for day in days
    )
    SignUp.objects.create(session=full, enrolment=enrolled(firm, "p-6"))
    client = firm.client("learner")
    page = client.post(at(firm, "live", "seat"), {"session": full.pk}, follow=True).content.decode()
    assert "Every seat is taken." in page
    for session in (one, one, two):
        client.post(at(firm, "live", "seat"), {"session": session.pk})
    assert SignUp.objects.get(enrolment=enrolled(firm)).session == two
    client.post(at(firm, "live", "seat"), {"session": two.pk, "give_back": "1"})
    assert not SignUp.objects.filter(enrolment=enrolled(firm)).exists()
    assert client.post(at(firm, "live", "seat"), {"session": "9" * 30}).status_code == 404


def test_a_path_by_choice_is_offered_joined_once_and_nobody_is_put_on_it(cast: Cast, tmp_path: Path) -> None:
    with_path(cast, tmp_path)
    text = a_plan().replace("random-by-team, seed: 1", "voluntary")
    text = text[: text.index("    waves:")] + text[text.index("    path:") :]
    (workspace_of(cast.organisation).root / "plan.yaml").write_text(text, encoding="utf-8")
    a_round(cast)
    assert not Enrolment.objects.exists()
    client = cast.client("learner")
    assert "Open to you, if you want" in client.get(LEARNING).content.decode()
    for _ in range(2):
        client.post(f"{LEARNING}join/selling")
    assert Enrolment.objects.get().person == "p-3"
    assert "Next: Basics" in client.get(LEARNING).content.decode()
    assert client.post(f"{LEARNING}join/nothing", follow=True).status_code == 200


def test_unknown_steps_and_reasons_are_refused(firm: Cast) -> None:
    with pytest.raises(InputError, match="no such step"):
        record_step(enrolment=enrolled(firm), step="gone")
    with pytest.raises(InputError, match="no reason for waiving"):
        waive_step(enrolment=enrolled(firm), step="basics", reason="Because")
    assert enrolment_of(firm.organisation, person="", initiative="selling") is None


def test_erasure_takes_everything_and_the_reader_out_of_others_sentences(firm: Cast) -> None:
    ready(firm)
    Commitment.objects.create(enrolment=enrolled(firm), step="mine", sentence="If …", reader="p-6")
    store = PathStore()
    assert store.export(firm.organisation, "p-3")[0]["records"]
    store.erase(firm.organisation, "p-6")
    assert Commitment.objects.get().reader == ""
    store.erase(firm.organisation, "p-3")
    assert not StepRecord.objects.exists()
    assert store.export(firm.organisation, "p-3") == []
    assert store.erase(firm.organisation, "") == 0
