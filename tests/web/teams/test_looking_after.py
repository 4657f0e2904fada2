"""Who looks after a team: its manager; one up where they left or are away; nobody where the line ends."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.courses import TODAY
from tests.web.roster import with_roster

from upshot.web.challenges.models import StandIn
from upshot.web.outbox.models import Leave
from upshot.web.people.models import Person
from upshot.web.teams.looking_after import Charge, Line, Reason, charges, line_of

LINE = Line(above={"a": "b", "b": "c", "c": ""}, gone=frozenset({"x"}), away={})


@pytest.mark.parametrize(
    ("line", "manager", "expected"),
    [
        (LINE, "a", ("a", Reason.OWN)),
        (Line(above=LINE.above, away={"a": ""}), "a", ("b", Reason.AWAY)),
        (Line(above=LINE.above, away={"a": "c"}), "a", ("c", Reason.AWAY)),
        (Line(above=LINE.above, away={"a": "", "b": ""}), "a", ("c", Reason.AWAY)),
        (Line(above=LINE.above, away={"a": "of the team"}), "a", ("b", Reason.AWAY)),
        (Line(above=LINE.above, gone=frozenset({"a"})), "a", ("b", Reason.LEFT)),
        (Line(above=LINE.above, gone=frozenset({"c"})), "c", ("", Reason.NOBODY)),
        (LINE, "unknown", ("", Reason.NOBODY)),
        (LINE, "", ("", Reason.NOBODY)),
        (Line(above={"a": "b", "b": "a"}, gone=frozenset({"a", "b"})), "a", ("", Reason.NOBODY)),
    ],
)
def test_a_team_falls_to_the_first_up_the_line_who_is_there(
    line: Line, manager: str, expected: tuple[str, Reason]
) -> None:
    assert line.keeper(manager) == expected


def of_fjord(cast: Cast) -> Charge:
    found = charges(cast.organisation, line_of(cast.organisation, TODAY))
    return next(one for one in found if one.team == "Fjord")


def test_leave_and_stand_ins_count_on_their_days_only(cast: Cast, tmp_path: Path) -> None:
    with_roster(cast, tmp_path)
    Person.objects.filter(key="m-1").update(manager="m-2")
    assert of_fjord(cast).keeper == "m-1"
    yesterday = TODAY - dt.timedelta(days=1)
    Leave.objects.create(organisation=cast.organisation, person="m-1", first=yesterday, last=yesterday)
    assert of_fjord(cast).reason is Reason.OWN
    StandIn.objects.create(organisation=cast.organisation, person="m-1", first=yesterday, last=TODAY)
    assert of_fjord(cast) == Charge(team="Fjord", keeper="m-2", reason=Reason.AWAY)


def test_a_colleague_who_signs_for_the_manager_is_not_shown_the_team(cast: Cast, tmp_path: Path) -> None:
    with_roster(cast, tmp_path)
    Person.objects.filter(key="m-1").update(manager="m-2")
    StandIn.objects.create(organisation=cast.organisation, person="m-1", delegate="p-3", first=TODAY, last=TODAY)
    assert of_fjord(cast) == Charge(team="Fjord", keeper="m-2", reason=Reason.AWAY)


def test_the_top_of_the_line_makes_no_team_vacant(cast: Cast, tmp_path: Path) -> None:
    with_roster(cast, tmp_path)
    found = charges(cast.organisation, line_of(cast.organisation, TODAY))
    assert {one.team: one.reason for one in found} == dict.fromkeys(("Dal", "Fjord", "Vidde"), Reason.OWN)
