"""Support by the plan: a talk before, an opportunity, a talk every fortnight until day 90, each with its minutes."""

import datetime as dt

from tests.web.teams.builders import MONDAY, a_place, days, support_of

from upshot.plan.initiatives import Initiative
from upshot.plan.support import Manager, ManagerAfter, ManagerBefore, ManagerDuring
from upshot.plan.values import Duration
from upshot.web.teams.asked import next_of
from upshot.web.teams.models import Support
from upshot.web.teams.supporting import minutes_for
from upshot.workspace.participation import Place, Standing

PLAN = Manager(before=ManagerBefore(minutes=10), during=ManagerDuring(minutes=15), after=ManagerAfter(minutes=25))
KIND = Support.Kind


def a_course(manager: Manager | None = PLAN) -> Initiative:
    return Initiative(id="selling", manager=manager)


def learned(day: dt.date, manager: Manager | None = PLAN) -> Place:
    return a_place(standing=Standing.FINISHED, last=day, initiative=a_course(manager))


def test_before_the_start_one_talk_is_asked_for() -> None:
    place = a_place(standing=Standing.WAITING, start=days(7), last=None, initiative=a_course())
    assert next_of(place, []) == (KIND.BEFORE, days(7))
    assert next_of(place, [support_of(KIND.BEFORE, MONDAY)])[1] is None


def test_while_they_learn_one_opportunity_is_asked_for() -> None:
    place = a_place(initiative=a_course())
    assert next_of(place, []) == (KIND.OPPORTUNITY, days(12))
    assert next_of(place, [support_of(KIND.OBSERVATION, MONDAY)])[1] is None


def test_after_learning_a_talk_is_asked_for_every_fortnight_until_day_90() -> None:
    talks: list[Support] = []
    asked = []
    while (due := next_of(learned(MONDAY), talks)[1]) is not None:
        asked.append((due - MONDAY).days)
        talks.append(support_of(KIND.PEERS if len(talks) % 2 else KIND.DEBRIEF, due))
    assert asked == [14, 28, 42, 56, 70, 84]


def test_the_plan_may_set_another_rhythm() -> None:
    monthly = Manager(after=ManagerAfter(debrief_every=Duration(days=30), until=Duration(days=60), minutes=5))
    assert next_of(learned(MONDAY, monthly), [])[1] == days(30)
    assert next_of(learned(MONDAY, monthly), [support_of(KIND.DEBRIEF, days(40))])[1] is None


def test_where_the_plan_asks_nothing_of_managers_nothing_is_asked() -> None:
    assert next_of(learned(MONDAY, None), [])[1] is None


def test_minutes_are_the_plans_and_a_quarter_of_an_hour_where_it_sets_none() -> None:
    assert minutes_for(PLAN) == {"before": 10, "opportunity": 15, "observation": 15, "debrief": 25, "peers": 25}
    assert set(minutes_for(None).values()) == {15}
