"""A team's goal: one number of those who take part, once a week, beside their own past; small groups withheld."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.motivation.builders import chose, offering
from tests.web.roster import take_in

from upshot.errors import InputError
from upshot.web.audit.models import Event
from upshot.web.challenges.models import Challenge
from upshot.web.motivation.beside import beside
from upshot.web.motivation.models import Choice, Firm, TeamGoal
from upshot.web.motivation.services.team_goals import end_team_goal, set_team_goal
from upshot.web.motivation.teaming import TeamStanding, standing_for
from upshot.web.people.models import Person

MONDAY = dt.date(2026, 11, 2)
WEDNESDAY = dt.date(2026, 11, 18)
"""In the third week; the newest Sunday is 15 November."""


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return offering(cast, tmp_path)


def a_goal(
    cast: Cast, *, team: str = "Fjord", starts: dt.date = MONDAY, ends: dt.date = MONDAY + dt.timedelta(days=41)
) -> TeamGoal:
    return TeamGoal.objects.create(
        organisation=cast.organisation, team=team, text="Ask about the household", target=4, starts=starts, ends=ends
    )


def taking_part(cast: Cast, count: int) -> list[str]:
    """People of the team who chose to take part."""
    people = list(Person.objects.filter(team="Fjord").order_by("key").values_list("key", flat=True)[:count])
    Choice.objects.bulk_create(
        Choice(organisation=cast.organisation, person=person, element="team") for person in people
    )
    return people


def signed(cast: Cast, person: str, day: dt.date) -> None:
    Challenge.objects.create(
        organisation=cast.organisation, initiative="selling", step="talk", title="A talk", person=person, case="c",
        cue="i", action="t", state="signed", number=Challenge.objects.filter(person=person).count() + 1,
        decided=dt.datetime.combine(day, dt.time(12), dt.UTC),
    )  # fmt: skip


def seen(goal: TeamGoal, *, managing: bool = False, on: dt.date = WEDNESDAY) -> TeamStanding:
    return standing_for(goal, on=on, managing=managing)


def test_only_what_was_signed_for_those_who_take_part_counts_up_to_the_newest_sunday(firm: Cast) -> None:
    goal, people = a_goal(firm), taking_part(firm, 6)
    outsider = Person.objects.filter(team="Fjord").exclude(key__in=people).first()
    assert outsider is not None
    for day in (MONDAY, dt.date(2026, 11, 15), dt.date(2026, 11, 16), dt.date(2026, 11, 1), dt.date(2026, 10, 18)):
        signed(firm, people[0], day)
    signed(firm, outsider.key, MONDAY)
    found = seen(goal)
    assert (found.as_of, found.done, found.before, found.reached) == (dt.date(2026, 11, 15), 2, 1, False)


@pytest.mark.parametrize(
    ("count", "member", "manager"), [(0, None, None), (4, None, None), (5, 0, None), (9, 0, None), (10, 0, 0)]
)
def test_a_member_sees_a_number_from_five_and_a_manager_from_ten(
    firm: Cast, count: int, member: int | None, manager: int | None
) -> None:
    goal = a_goal(firm)
    taking_part(firm, count)
    assert (seen(goal).done, seen(goal, managing=True).done) == (member, manager)


def test_whoever_withdraws_counts_no_more_in_either_period(firm: Cast) -> None:
    goal, people = a_goal(firm), taking_part(firm, 6)
    signed(firm, people[0], MONDAY)
    signed(firm, people[0], MONDAY - dt.timedelta(days=3))
    Choice.objects.filter(person=people[0]).delete()
    assert (seen(goal).done, seen(goal).before) == (0, 0)


def test_there_is_no_number_before_the_first_sunday_and_the_last_one_stays(firm: Cast) -> None:
    goal, people = a_goal(firm), taking_part(firm, 5)
    signed(firm, people[0], MONDAY)
    assert seen(goal, on=dt.date(2026, 11, 8)).done is None
    assert seen(goal, on=dt.date(2026, 11, 9)).done == 1
    signed(firm, people[1], goal.ends)
    signed(firm, people[1], goal.ends + dt.timedelta(days=1))
    assert seen(goal, on=goal.ends + dt.timedelta(days=20)).done == 2


def test_the_pages_show_the_same_and_never_who(firm: Cast) -> None:
    a_goal(firm, starts=dt.date.today() - dt.timedelta(days=14), ends=dt.date.today() + dt.timedelta(days=14))
    chose(firm, "team")
    text = firm.client("learner").get("/o/nordvik/learning/what-i-see/").content.decode()
    assert "Fewer than 5 take part" in text
    taking_part(firm, 4)
    text = firm.client("learner").get("/o/nordvik/learning/what-i-see/").content.decode()
    assert "0 of 4 signed" in text
    text = firm.client("manager").get("/o/nordvik/team/goal/").content.decode()
    assert "Fewer than 10 take part" in text
    assert "p-3" not in text


def test_a_manager_sets_one_goal_at_a_time_for_their_own_team_and_ends_it(firm: Cast) -> None:
    client = firm.client("manager")
    monday = dt.date.today() + dt.timedelta(days=7)
    told = {"team": "Fjord", "text": "Ask first", "target": 8, "starts": str(monday), "weeks": 6}
    assert client.post("/o/nordvik/team/goal/", told).status_code == 302
    assert client.post("/o/nordvik/team/goal/", told).status_code == 302
    goal = TeamGoal.objects.get()
    assert goal.ends == monday + dt.timedelta(days=41)
    for wrong in ({"weeks": 20}, {"team": "Dal"}, {"text": "Another"}, {"starts": "2020-01-06"}):
        assert client.post("/o/nordvik/team/goal/", told | wrong).status_code == 422, wrong
    assert end_team_goal(viewer=firm.viewer("other_manager"), number=goal.pk) == 0
    client.post(f"/o/nordvik/team/goal/{goal.pk}/end")
    assert not TeamGoal.objects.exists()
    assert Event.objects.filter(action__startswith="team-goal").count() == 2


def test_a_firm_that_has_it_off_sets_no_goal(firm: Cast) -> None:
    Firm.objects.update(on=False)
    with pytest.raises(InputError, match="switched off"):
        set_team_goal(
            viewer=firm.viewer("manager"), team="Fjord", text="Ask first", target=8, starts=dt.date.today(), weeks=6
        )


def six_teams(cast: Cast) -> list[TeamGoal]:
    """Six teams of five who take part; in each of the first four one person more had a challenge signed than before."""
    goals = []
    for place in range(6):
        team = f"T{place}"
        people = [f"{team}-{number}" for number in range(5)]
        Person.objects.bulk_create(
            Person(organisation=cast.organisation, key=key, name=key, team=team, role="adviser") for key in people
        )
        rows = [
            {"person": key, "team": team, "manager": "m-1", "role": "adviser", "site": "Oslo", "region": "East",
             "hired": "2020-03-01", "valid_from": "2020-03-01"}
            for key in people
        ]  # fmt: skip
        take_in(cast.organisation, "people", rows, cast.viewer("leader").workspace.root)
        Choice.objects.bulk_create(Choice(organisation=cast.organisation, person=key, element="team") for key in people)
        goals.append(a_goal(cast, team=team))
        for key in people[:place]:
            signed(cast, key, MONDAY)
    return goals


def test_teams_stand_beside_each_other_only_where_the_firm_wants_it_and_none_is_named(firm: Cast) -> None:
    goals = six_teams(firm)
    assert beside(goals[5], on=WEDNESDAY) is None
    Firm.objects.update(beside=True)
    found = beside(goals[5], on=WEDNESDAY)
    assert found is not None
    each = 28 / 14 / 5  # four weeks from two, a person of five
    assert (found.own, found.low, found.middle, found.high, found.teams) == pytest.approx(
        (5 * each, 1 * each, 2 * each, 3 * each, 5)
    )
    signed(firm, "T5-0", MONDAY - dt.timedelta(days=2))
    assert beside(goals[5], on=WEDNESDAY) == replace(found, own=pytest.approx(4 * each))


def test_too_few_teams_or_people_stand_beside_nobody(firm: Cast) -> None:
    goals = six_teams(firm)
    Firm.objects.update(beside=True)
    assert beside(goals[0], on=MONDAY) is None, "before the first Sunday there is no number"
    Choice.objects.filter(person="T0-0").delete()
    assert beside(goals[0], on=WEDNESDAY) is None
    assert beside(goals[1], on=WEDNESDAY) is None, "four other teams are too few"
