"""Levels follow from the log by stated rules; entries are added, never changed; managers see no score."""

import datetime as dt

import pytest
from tests.web.cast import Cast
from tests.web.competencies.builders import NOW, a_framework, a_plan, an_entry, on_the_roster
from tests.web.practice.builders import BEST, WORST, a_learner, a_published, played

from upshot.errors import InputError
from upshot.web.competencies import evidence, services
from upshot.web.competencies.levels import HOUSE, Entry, Ladder, Level, Standing, standing
from upshot.web.competencies.models import Ask, Evidence
from upshot.web.competencies.personal import CompetencyStore
from upshot.web.competencies.selectors import asks_of, mine
from upshot.web.people.models import Person


def an(
    number: int, kind: str = "measured", *, share: float | None = None, level: int | None = None, about: str = "",
    sets_aside: int | None = None,
) -> Entry:  # fmt: skip
    """An entry of its own day, about its own scenario unless said."""
    return Entry(
        number=number, kind=kind, at=NOW + dt.timedelta(days=number), about=about or f"s{number}", share=share,
        level=level, sets_aside=sets_aside,
    )  # fmt: skip


def where(*log: Entry, ladder: Ladder = HOUSE) -> tuple[int, int | None]:
    found = standing(log, ladder)
    return found.level, found.recommended


def test_without_evidence_it_is_the_lowest_level() -> None:
    assert standing([], HOUSE) == Standing(level=0, recommended=None, seen=False, rests_on=())


@pytest.mark.parametrize(
    ("share", "level", "recommended"), [(0.49, 0, None), (0.5, 1, None), (0.749, 1, None), (0.75, 1, 2), (1.0, 1, 2)]
)
def test_practice_lifts_as_far_as_the_scale_lets_it_and_recommends_above(
    share: float, level: int, recommended: int | None
) -> None:
    assert where(an(1, share=share)) == (level, recommended)


def test_the_newest_three_scenarios_count_each_by_its_first_attempt() -> None:
    log = [an(1, share=0.0), *(an(n, share=0.6) for n in (2, 3, 4)), an(5, share=1.0, about="s4")]
    assert standing(log, HOUSE).rests_on == (2, 3, 4)
    assert where(*log) == (1, None)


def test_later_attempts_and_what_was_set_aside_change_nothing() -> None:
    assert where(an(1, share=0.2), an(2, "practised", share=1.0)) == (0, None)
    aside = an(2, "set-aside", sets_aside=1)
    assert where(an(1, share=0.9), aside) == (0, None)
    again = an(3, "set-aside", sets_aside=2)
    assert where(an(1, share=0.9), aside, again) == (1, 2)
    assert where(an(1, share=0.9), aside, again, an(4, "set-aside", sets_aside=1)) == (0, None)


def test_what_was_seen_at_work_sets_the_level_and_practice_never_lowers_it() -> None:
    seen = an(1, "observed", level=3)
    assert where(seen, an(2, share=0.0)) == (3, None)
    assert where(an(1, "observed", level=3), an(2, "observed", level=1)) == (1, None)


def test_practice_measured_after_the_last_look_may_recommend_more() -> None:
    assert where(an(2, "observed", level=1), an(1, share=0.9)) == (1, None)
    assert where(an(1, "observed", level=1), an(2, share=0.9)) == (1, 2)


def test_the_highest_level_is_for_work_unless_there_are_but_two() -> None:
    three = Ladder((Level("a"), Level("b"), Level("c")))
    assert where(an(1, share=1.0), ladder=three) == (1, None)
    assert where(an(1, share=1.0), ladder=Ladder((Level("no"), Level("yes")), 0)) == (0, 1)


def test_an_entry_of_the_log_is_never_written_again(cast: Cast) -> None:
    row = an_entry(cast)
    row.share = 1.0
    with pytest.raises(TypeError, match="never changed"):
        row.save()
    assert Evidence.objects.get().share == 0.8


def test_an_attempt_enters_what_it_shows_the_first_as_measurement(cast: Cast) -> None:
    version, learner = a_published(cast), cast.viewer("learner")
    played(learner, version, WORST)
    played(learner, version, BEST)
    rows = Evidence.objects.order_by("at", "competency").values_list("competency", "kind", "share")
    assert list(rows) == [
        ("calm", "measured", 0.0), ("clear", "measured", 0.0), ("calm", "practised", 1.0), ("clear", "practised", 1.0),
    ]  # fmt: skip
    assert [one.level.name for one in mine(learner)] == ["Not shown yet", "Not shown yet"]


def test_a_learner_sees_their_own_levels_with_what_shows_them(cast: Cast) -> None:
    a_plan(cast)
    version = a_published(cast)
    played(cast.viewer("learner"), version)
    played(a_learner(cast, 2), version, WORST)
    text = cast.client("learner").get("/o/nordvik/my-competencies/").content.decode()
    assert "Staying calm" in text
    assert "With help" in text
    assert "Practice recommends <strong>Alone</strong>" in text
    assert "100 %" in text
    assert "First attempt: it counts as the measurement." in text


def test_a_manager_sees_what_is_asked_and_no_score_and_their_answer_enters_the_log(cast: Cast) -> None:
    a_plan(cast)
    on_the_roster(cast)
    an_entry(cast, share=0.876)
    learner, manager = cast.client("learner"), cast.client("manager")
    learner.post("/o/nordvik/my-competencies/ask", {"competency": "calm"})
    learner.post("/o/nordvik/my-competencies/ask", {"competency": "calm"})
    number = Ask.objects.get().pk
    text = manager.get("/o/nordvik/team/competencies/").content.decode()
    assert "Ina Lund: Staying calm" in text
    assert "87" not in text.split("<main")[1]
    refused = manager.post(f"/o/nordvik/team/competencies/{number}", {f"a{number}-seen": "yes"})
    assert refused.status_code == 422
    said = {f"a{number}-seen": "yes", f"a{number}-note": "Calmed a caller on Monday"}
    manager.post(f"/o/nordvik/team/competencies/{number}", said)
    manager.post(f"/o/nordvik/team/competencies/{number}", said)
    (one,) = mine(cast.viewer("learner"))
    assert (one.level.name, one.seen, one.recommended) == ("Alone", True, None)
    assert Evidence.objects.filter(kind="observed").count() == 1
    assert asks_of(cast.viewer("manager")) == []


def test_another_manager_cannot_answer_and_not_yet_leaves_the_level(cast: Cast) -> None:
    a_plan(cast)
    on_the_roster(cast)
    an_entry(cast)
    made = evidence.ask(viewer=cast.viewer("learner"), competency="calm", level=2)
    with pytest.raises(InputError, match="Nobody asked you"):
        evidence.answer(viewer=cast.viewer("other_manager"), number=made.pk, seen=True, note="x")
    evidence.answer(viewer=cast.viewer("manager"), number=made.pk, seen=False, note="")
    assert mine(cast.viewer("learner"))[0].level.name == "With help"


def test_a_request_goes_to_the_manager_of_today_and_leaves_the_one_before(cast: Cast) -> None:
    a_plan(cast)
    on_the_roster(cast)
    an_entry(cast)
    learner = cast.viewer("learner")
    made = evidence.ask(viewer=learner, competency="calm", level=2)
    assert [one.asked for one in mine(learner)] == [True]
    Person.objects.filter(key="p-1").update(manager=cast.viewer("other_manager").person)
    assert [one.asked for one in mine(learner)] == [False]
    assert asks_of(cast.viewer("manager")) == []
    assert evidence.ask(viewer=learner, competency="calm", level=2) == made
    assert [one.number for one in asks_of(cast.viewer("other_manager"))] == [made.pk]
    assert [one.asked for one in mine(learner)] == [True]


def test_a_look_at_what_is_no_longer_used_is_refused_in_words_and_stays_open(cast: Cast) -> None:
    on_the_roster(cast)
    item = a_framework(cast).items.get(key="asking-for-dates")
    made = evidence.ask(viewer=cast.viewer("learner"), competency=item.key, level=2)
    services.retire(viewer=cast.viewer("designer"), item=item, why="Said in another")
    said = {f"a{made.pk}-seen": "yes", f"a{made.pk}-note": "On Monday"}
    reply = cast.client("manager").post(f"/o/nordvik/team/competencies/{made.pk}", said, follow=True)
    assert "There is no such competency." in reply.content.decode()
    assert not Evidence.objects.exists()
    cast.client("manager").post(f"/o/nordvik/team/competencies/{made.pk}", {f"a{made.pk}-seen": "no"})
    made.refresh_from_db()
    assert made.seen is False


def test_observations_are_refused_with_every_reason(cast: Cast) -> None:
    a_plan(cast)
    with pytest.raises(InputError) as caught:
        evidence.observe(viewer=cast.viewer("learner"), person="p-1", competency="calm", level=9, what=" ", source="x")
    assert [one.code for one in caught.value.problems] == ["unknown-level", "no-reason", "own-evidence"]


def test_retiring_a_competency_keeps_its_history(cast: Cast) -> None:
    made = a_framework(cast)
    item = made.items.get(key="asking-for-dates")
    an_entry(cast, competency=item.key)
    services.retire(viewer=cast.viewer("designer"), item=item, why="Said in another")
    assert [one.label for one in mine(cast.viewer("learner"))] == ["Asking for dates"]


def test_the_log_is_handed_out_and_erased_with_the_person(cast: Cast) -> None:
    on_the_roster(cast)
    an_entry(cast)
    an_entry(cast, person="p-2")
    evidence.ask(viewer=cast.viewer("learner"), competency="calm", level=2)
    store = CompetencyStore()
    assert len(store.export(cast.organisation, "p-1")) == 2
    assert store.erase(cast.organisation, "m-1") == 1
    assert Ask.objects.get().manager == ""
    assert store.erase(cast.organisation, "p-1") == 2
    assert list(Evidence.objects.values_list("person", flat=True)) == ["p-2"]
