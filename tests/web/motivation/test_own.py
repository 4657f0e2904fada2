"""Goals with progress from path and assessment, missions, bests, and sentences from colleagues within a cap."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from tests.web.cast import Cast
from tests.web.challenges.builders import on_path, somebody
from tests.web.courses import with_course
from tests.web.motivation.builders import chose, offering, seen_at_work
from tests.web.plans.builders import a_version
from tests.web.practice.builders import BEST, WORST, a_published, played
from tests.web.roster import take_in

from upshot.errors import InputError
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Access
from upshot.web.motivation.models import Choice, Firm, Goal, Programme, Recognition
from upshot.web.motivation.offering import standing_of
from upshot.web.motivation.selectors import Own
from upshot.web.motivation.services.goals import drop_goal, reach_goal, set_goal
from upshot.web.motivation.services.recognising import colleagues_of, hide, recognise, remove
from upshot.web.outbox.kinds import kind_of
from upshot.web.outbox.models import Message
from upshot.web.paths.models import StepRecord

PAGE = "/o/nordvik/learning/what-i-see/"
SAID = "You asked the caller twice before you offered anything."


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return offering(cast, tmp_path)


def own_of(cast: Cast, person: str = "p-3") -> Own:
    viewer = somebody(cast, person)
    today = timezone.localdate()
    return Own(viewer, standing_of(viewer, on=today), on=today)


def with_competency(cast: Cast) -> None:
    plan = (workspace_of(cast.organisation).root / "plan.yaml").read_text(encoding="utf-8")
    a_version(cast, plan + "competencies:\n  - {id: calm, label: Staying calm}\n")


def refused(cast: Cast, part: str, person: str, text: str = SAID) -> set[str]:
    with pytest.raises(InputError) as caught:
        recognise(viewer=cast.viewer(part), person=person, text=text)
    return {one.code for one in caught.value.problems}


def test_a_goal_about_a_path_goes_with_the_steps_that_count(firm: Cast) -> None:
    viewer = chose(firm, "goals")
    set_goal(viewer=viewer, kind="path", about="selling", text="Finish it")
    assert [(one.done, one.of, one.reached) for one in own_of(firm).goals or ()] == [(0, 2, False)]
    StepRecord.objects.create(enrolment=on_path(firm), step="basics", verb="launched")
    assert [(one.done, one.of) for one in own_of(firm).goals or ()] == [(0, 2)], "opening a step counts for nothing"
    StepRecord.objects.create(enrolment=on_path(firm), step="basics", verb="completed")
    assert [(one.done, one.of) for one in own_of(firm).goals or ()] == [(1, 2)]


def test_a_goal_about_a_level_is_reached_by_assessment_and_never_by_playing_again(firm: Cast) -> None:
    with_competency(firm)
    viewer = chose(firm, "goals", "levels")
    set_goal(viewer=viewer, kind="level", about="calm", level=2, text="Staying calm: Alone")
    version = a_published(firm)
    for _ in range(3):
        played(viewer, version, BEST)
    (goal,) = own_of(firm).goals or ()
    assert (goal.done, goal.of, goal.reached) == (1, 2, False), "practice alone lifts to the first level and no further"
    seen_at_work(firm, 2)
    (goal,) = own_of(firm).goals or ()
    assert (goal.done, goal.of, goal.reached) == (2, 2, True)


def test_three_goals_at_a_time_each_once_and_dropped_without_a_trace(firm: Cast) -> None:
    viewer = chose(firm, "goals")
    goals = [set_goal(viewer=viewer, kind="own", text=f"Goal {number}") for number in (1, 2, 3, 3)]
    assert goals[2] == goals[3]
    with pytest.raises(InputError, match="Three goals"):
        set_goal(viewer=viewer, kind="own", text="Goal 4")
    with pytest.raises(InputError, match="is over"):
        set_goal(viewer=viewer, kind="own", text="Goal 4", by=dt.date(2020, 1, 1))
    assert reach_goal(viewer=viewer, number=goals[0].pk) == 1
    set_goal(viewer=viewer, kind="own", text="Goal 4")
    assert reach_goal(viewer=firm.viewer("manager"), number=goals[1].pk) == 0
    assert drop_goal(viewer=firm.viewer("manager"), number=goals[1].pk) == 0
    assert drop_goal(viewer=viewer, number=goals[1].pk) == 1
    assert Goal.objects.count() == 3


def test_only_own_words_are_reached_by_ones_own_word(firm: Cast) -> None:
    viewer = chose(firm, "goals")
    goal = set_goal(viewer=viewer, kind="path", about="selling", text="Finish it")
    assert reach_goal(viewer=viewer, number=goal.pk) == 0


def test_whoever_did_not_choose_goals_sets_none(firm: Cast) -> None:
    with pytest.raises(InputError, match="did not choose"):
        set_goal(viewer=somebody(firm, "p-3"), kind="own", text="Something")
    assert firm.client("learner").post(f"{PAGE}goals", {"what": "own", "text": "Something"}).status_code == 302
    assert not Goal.objects.exists()


def test_a_mission_is_a_challenge_of_a_path_by_a_friendly_name(firm: Cast) -> None:
    chose(firm, "missions")
    (mission,) = own_of(firm).missions or ()
    assert (mission.path, mission.step.title, mission.done) == ("Value selling", "One conversation of my own", False)
    text = firm.client("learner").get(PAGE).content.decode()
    assert "My missions" in text
    assert mission.step.url in text


def test_a_best_stands_beside_ones_own_first_time_and_nobody_elses(firm: Cast) -> None:
    version = a_published(firm)
    viewer = chose(firm, "bests")
    played(viewer, version, WORST)
    played(viewer, version, BEST)
    played(somebody(firm, "p-6"), version, BEST)
    (best,) = own_of(firm).bests or ()
    assert (best.title, best.times, best.best) == ("The late parcel", 2, 1.0)
    assert best.first < best.best


def test_a_sentence_reaches_whoever_wants_it_and_the_message_does_not_repeat_it(firm: Cast) -> None:
    chose(firm, "recognition")
    made = recognise(viewer=firm.viewer("manager"), person="p-3", text=f"  {SAID} ")
    assert (made.text, made.writer) == (SAID, "m-1")
    message = Message.objects.get(kind="recognition")
    assert SAID not in str(message.context)
    assert message.person == "p-3"
    assert [one.row.text for one in own_of(firm).sentences or ()] == [SAID]


def test_nobody_is_written_to_who_did_not_choose_it_or_is_far_away(firm: Cast) -> None:
    assert colleagues_of(firm.viewer("manager")) == []
    chose(firm, "recognition", person="p-4")
    chose(firm, "recognition")
    assert [key for key, _name in colleagues_of(firm.viewer("manager"))] == ["p-3"]
    assert [key for key, _name in colleagues_of(somebody(firm, "p-6"))] == ["p-3"]
    assert refused(firm, "manager", "p-4") == {"not-wanted"}
    assert refused(firm, "manager", "p-6") == {"not-wanted"}
    assert refused(firm, "leader", "p-3") == {"not-wanted"}, "who is not on the roster is near nobody"


def test_a_sentence_says_something_concrete_and_stays_within_the_cap(firm: Cast) -> None:
    for person in ("p-3", "p-6", "p-9"):
        chose(firm, "recognition", person=person)
    assert refused(firm, "manager", "p-3", "Well done.") == {"too-short"}
    assert refused(firm, "manager", "p-3", "Well done. " * 40) == {"too-long"}
    Firm.objects.update(sentences=2)
    first = recognise(viewer=firm.viewer("manager"), person="p-3", text=SAID)
    assert recognise(viewer=firm.viewer("manager"), person="p-3", text=SAID) == first
    assert refused(firm, "manager", "p-3", f"{SAID} Again.") == {"written-lately"}
    recognise(viewer=firm.viewer("manager"), person="p-6", text=SAID)
    assert refused(firm, "manager", "p-9") == {"cap-reached"}
    Recognition.objects.update(at=timezone.now() - dt.timedelta(days=8))
    recognise(viewer=firm.viewer("manager"), person="p-9", text=SAID)


def test_the_receiver_hides_or_removes_and_nobody_else_does(firm: Cast) -> None:
    viewer = chose(firm, "recognition")
    made = recognise(viewer=firm.viewer("manager"), person="p-3", text=SAID)
    message, done = Message.objects.get(), import_string(kind_of("recognition").done)
    assert list(done(firm.organisation, [message])) == []
    assert hide(viewer=firm.viewer("manager"), number=made.pk, hidden=True) == 0
    assert remove(viewer=firm.viewer("manager"), number=made.pk) == 0
    assert hide(viewer=viewer, number=made.pk, hidden=True) == 1
    assert list(done(firm.organisation, [message])) == [message.pk]
    text = firm.client("learner").get(PAGE).content.decode()
    assert SAID not in text
    assert "hidden by you" in text
    assert remove(viewer=viewer, number=made.pk) == 1
    assert not Recognition.objects.exists()


def test_the_page_of_recognition_keeps_what_was_typed(firm: Cast) -> None:
    chose(firm, "recognition")
    client = firm.client("manager")
    reply = client.post("/o/nordvik/recognise/", {"person": "p-3", "text": "Thanks for all"})
    assert reply.status_code == 422
    assert "Thanks for all" in reply.content.decode()
    assert client.post("/o/nordvik/recognise/", {"person": "p-3", "text": SAID}).status_code == 302
    assert not Access.objects.exists()


def test_a_goal_is_set_through_the_page(firm: Cast) -> None:
    with_competency(firm)
    chose(firm, "goals")
    seen_at_work(firm, 1)
    client = firm.client("learner")
    assert client.post(f"{PAGE}goals", {"what": "own", "text": " "}).status_code == 422
    client.post(f"{PAGE}goals", {"what": "level:calm:2", "by": "2099-01-31"})
    client.post(f"{PAGE}goals", {"what": "path:selling"})
    made = {one.kind: (one.about, one.level, one.text) for one in Goal.objects.all()}
    assert made == {
        "level": ("calm", 2, "Staying calm: Alone"), "path": ("selling", None, "Finish “Value selling”")
    }  # fmt: skip


def test_the_managers_week_leads_to_writing_only_where_the_person_wants_it(cast: Cast, tmp_path: Path) -> None:
    with_course(cast, tmp_path)
    today = str(timezone.localdate())
    row = {"person": "p-9", "activity": "selling/own", "verb": "completed", "at": today}
    take_in(
        cast.organisation, "learning", [row | {"activity": one} for one in ("VS-1", "VS-2", "selling/own")], tmp_path
    )
    Firm.objects.create(organisation=cast.organisation, on=True)
    Programme.objects.create(organisation=cast.organisation, initiative="selling", elements=["recognition"])
    client = cast.client("manager")
    assert "<h3>Recognise</h3>" in client.get("/o/nordvik/team/").content.decode()
    assert "Write them a sentence" not in client.get("/o/nordvik/team/").content.decode()
    for number in range(3, 31, 3):
        Choice.objects.create(organisation=cast.organisation, person=f"p-{number}", element="recognition")
    (path,) = re.findall(r'href="(/o/nordvik/recognise/\?to=p-\d+)"', client.get("/o/nordvik/team/").content.decode())
    assert f'value="{path.partition("=")[2]}" selected' in client.get(path).content.decode()
