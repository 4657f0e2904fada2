"""The work list: what is found, who mends it by when, what changed, and nothing about small groups."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import Cast
from tests.web.courses import with_course
from tests.web.practice.builders import BEST, TEXT, a_learner, a_published, played
from tests.web.spacing.builders import practised

from upshot.errors import InputError
from upshot.web.accounts.models import Organisation
from upshot.web.improving import chores, finding, services
from upshot.web.improving.finding import Late
from upshot.web.improving.looking import look
from upshot.web.improving.models import WorkItem
from upshot.web.practice import playing
from upshot.web.practice.authoring import retire
from upshot.web.practice.counting import Item, Spread
from upshot.web.practice.models import Attempt, Scenario
from upshot.web.spacing.models import Card, Review
from upshot.web.teams.models import Barrier

TITLES = {"call": "The call"}


def an_item(discrimination: float | None, people: int | None = 40) -> dict[str, Item]:
    return {"call": Item(step="call", spread=Spread(people, {}, {}, {}), discrimination=discrimination)}


@pytest.mark.parametrize(
    ("told", "kinds"), [(0.4, []), (0.1, ["flat"]), (0.0, ["flat"]), (-0.3, ["backwards"]), (None, [])]
)
def test_decisions_that_tell_nobody_apart_are_found(told: float | None, kinds: list[str]) -> None:
    assert [one.kind for one in finding.flat(an_item(told), TITLES)] == kinds


def test_nothing_is_said_of_groups_that_may_not_be_shown() -> None:
    assert list(finding.flat(an_item(0.0, None), TITLES)) == []
    assert list(finding.forgotten({"call": Late(None, None)}, TITLES)) == []
    assert list(finding.drops({"call": None}, 40, TITLES)) == []


def test_drops_late_answers_and_versions_are_found_by_their_rules() -> None:
    assert [one.facts for one in finding.drops({"call": 4}, 40, TITLES)] == [{"left": 4, "began": 40}]
    assert list(finding.drops({"call": 3}, 40, TITLES)) == []
    (late,) = finding.forgotten({"call": Late(20, 9)}, TITLES)
    assert late.what == "«The call»: 55\u202f% of 20 people decide wrong a week or more later."
    assert list(finding.forgotten({"call": Late(20, 11)}, TITLES)) == []
    (worse,) = finding.versions([(1, 0.8, 30), (2, 0.6, 25), (3, 0.62, 20)])
    assert (worse.kind, worse.place) == ("version", "2")
    assert [one.what for one in finding.barriers([("No time", 7)])] == ["7 people say it was in the way: No time"]


def left_behind(cast: Cast, people: int) -> None:
    """People who began weeks ago and stand at the second step."""
    version = a_published(cast)
    for number in range(people):
        learner = a_learner(cast, number)
        attempt = playing.begin(viewer=learner, version=version)
        playing.answer(viewer=learner, attempt=attempt, number=1, choice="ask", seconds=1.0)
    Attempt.objects.update(touched=timezone.now() - dt.timedelta(days=20))


def test_looking_puts_a_drop_off_on_the_list_once(cast: Cast) -> None:
    left_behind(cast, 6)
    designer = cast.viewer("designer")
    assert look(viewer=designer) == 1
    assert look(viewer=designer) == 0
    item = WorkItem.objects.get()
    assert (item.kind, item.place, item.state, item.version) == ("drop", "number", "open", 1)
    assert item.what == "6 of 6 people who began leave at «The number»."


def test_lists_fill_by_themselves_once_a_day(cast: Cast) -> None:
    cache.clear()
    now = timezone.now()
    left_behind(cast, 6)
    chores.due(now)
    assert WorkItem.objects.count() == 1
    WorkItem.objects.all().delete()
    chores.due(now)
    assert not WorkItem.objects.exists()
    chores.due(now + dt.timedelta(days=1))
    assert WorkItem.objects.count() == 1


def test_fewer_people_than_may_be_shown_put_nothing_on_the_list(cast: Cast) -> None:
    left_behind(cast, 4)
    assert look(viewer=cast.viewer("designer")) == 0


def test_what_is_wrong_after_a_week_is_found_from_spaced_answers(cast: Cast) -> None:
    version = practised(cast)
    for number in range(12):
        card = Card.objects.create(
            organisation=cast.organisation, person=f"x-{number}", scenario=version.scenario, version=version,
            step="call", initiative="listen", path_step="again", memory={}, first=timezone.now(), due=timezone.now(),
        )  # fmt: skip
        for at, right in enumerate((True, number < 5), 1):
            Review.objects.create(
                card=card, number=at, version=version, step="call", choice="ask", success=right, days=8, way="page"
            )
    look(viewer=cast.viewer("designer"))
    item = WorkItem.objects.get(kind="forgotten")
    assert item.facts == {"people": 12, "right": 5}


def test_a_thing_is_given_closed_with_what_changed_and_comes_back_only_with_a_newer_version(cast: Cast) -> None:
    left_behind(cast, 6)
    client, designer = cast.client("designer"), cast.viewer("designer")
    look(viewer=designer)
    address = f"/o/nordvik/improving/{WorkItem.objects.get().pk}/"
    bad = client.post(f"{address}give", {"owner": designer.user.pk, "due": "2020-01-01"})
    assert bad.status_code == 422
    due = timezone.localdate() + dt.timedelta(days=14)
    client.post(f"{address}give", {"owner": designer.user.pk, "due": str(due)})
    assert client.post(f"{address}close", {"changed": " "}).status_code == 422
    client.post(f"{address}close", {"changed": "The text is half as long"})
    client.post(f"{address}close", {"changed": "Something else"})
    item = WorkItem.objects.get()
    assert (item.state, item.owner, item.due, item.changed) == ("done", designer.user, due, "The text is half as long")
    assert "The text is half as long" in client.get("/o/nordvik/improving/").content.decode()
    assert look(viewer=designer) == 0
    a_published(cast, TEXT.replace("She reads out", "She slowly reads out"), base=1)
    assert look(viewer=designer) == 1
    again = WorkItem.objects.get(closed=None)
    assert again.before == item
    assert "The text is half as long" in client.get(f"/o/nordvik/improving/{again.pk}/").content.decode()


def test_it_is_opened_again_unless_the_same_is_open(cast: Cast) -> None:
    a_published(cast)
    leader = cast.viewer("leader")
    made = services.add(viewer=leader, activity="a:1", scenario="late-parcel", title="T", what="Too long")
    assert services.add(viewer=leader, activity="a:1", scenario="late-parcel", title="T", what="Too long") == made
    services.close(viewer=leader, item=made, changed="Cut it", left=True)
    assert services.reopen(viewer=leader, item=made).state == "open"
    services.close(viewer=leader, item=made, changed="Cut it again")
    services.add(viewer=leader, activity="a:1", scenario="late-parcel", title="T", what="Too long")
    assert services.reopen(viewer=leader, item=made).closed is not None


def test_giving_is_refused_with_every_reason(cast: Cast) -> None:
    made = services.add(viewer=cast.viewer("leader"), activity="a:1", scenario="", title="T", what="Too long")
    with pytest.raises(InputError) as caught:
        services.give(viewer=cast.viewer("leader"), item=made, owner=None, due=None)
    assert [one.code for one in caught.value.problems] == ["no-owner", "no-day"]


def test_a_designer_adds_what_they_noticed_and_the_history_of_retired_content_stays(cast: Cast) -> None:
    version = a_published(cast)
    played(cast.viewer("learner"), version, BEST)
    client = cast.client("designer")
    assert client.post("/o/nordvik/improving/add", {"scenario": "late-parcel", "what": ""}).status_code == 422
    client.post("/o/nordvik/improving/add", {"scenario": "late-parcel", "what": "Nobody reads the second step"})
    retire(viewer=cast.viewer("designer"), scenario=Scenario.objects.get(), retired=True)
    page = client.get("/o/nordvik/improving/").content.decode()
    assert "Nobody reads the second step" in page
    assert "The late parcel" in page
    assert Attempt.objects.count() == 1


def test_the_list_takes_as_many_queries_for_many_things(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    leader, client = cast.viewer("leader"), cast.client("designer")
    services.add(viewer=leader, activity="a:0", scenario="", title="T", what="One")
    with django_assert_num_queries(7) as few:
        client.get("/o/nordvik/improving/")
    for number in range(20):
        services.add(viewer=leader, activity=f"a:{number}", scenario="", title="T", what=f"Thing {number}")
    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/o/nordvik/improving/")


def test_nobody_sees_another_firms_list(cast: Cast) -> None:
    made = services.add(viewer=cast.viewer("leader"), activity="a:1", scenario="", title="T", what="Too long")
    WorkItem.objects.update(organisation=Organisation.objects.get(slug="elsewhere"))
    assert cast.client("designer").get(f"/o/nordvik/improving/{made.pk}/").status_code == 404


def barriers(cast: Cast, kind: str, managers: int) -> None:
    for number in range(managers):
        Barrier.objects.create(
            organisation=cast.organisation, initiative="selling", kind=kind, manager=f"m-{kind}-{number}"
        )


def test_what_managers_say_is_in_the_way_comes_to_the_list_from_five_on(cast: Cast, tmp_path: Path) -> None:
    with_course(cast, tmp_path)
    barriers(cast, "time", 5)
    barriers(cast, "tools", 4)
    assert look(viewer=cast.viewer("designer")) == 1
    assert look(viewer=cast.viewer("designer")) == 0
    item = WorkItem.objects.get()
    assert (item.kind, item.activity, item.title) == ("barrier", "selling", "Value selling")
    assert item.what == "5 managers say it is in the way: No time beside the daily work"
    assert "tools" not in str(item.facts)
