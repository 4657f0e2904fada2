"""Another wave for a team: asked by its own manager, answered before the start, never against the lot."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.plans.builders import PLAN, a_version, changed, locked
from tests.web.roster import take_in

from upshot.errors import InputError
from upshot.web.accounts.viewer import workspace_of
from upshot.web.people.services import mirror
from upshot.web.plans import swapping
from upshot.web.plans.models import SwapRequest
from upshot.web.plans.parsed import parsed
from upshot.web.plans.selectors import locked_of
from upshot.web.plans.services import opened

TODAY = dt.date(2029, 12, 3)
State = SwapRequest.State
MANAGED = PLAN.replace("design: {assign: random-by-team, seed: 7}", "design: {assign: managed}").replace(
    """      - {id: w1, start: 2030-02-04, share: 0.5}
      - {id: w2, start: 2030-05-06, share: 0.5}
""",
    """      - {id: w1, start: 2030-02-04, where: "team = 'north' or team = 'mixed' and site = 'a'"}
      - {id: w2, start: 2030-05-06, where: "team in ('south', 'mixed')"}
""",
)
ROSTER = [
    ("p-1", "north", "a"),
    ("p-2", "north", "b"),
    ("p-3", "south", "a"),
    ("p-4", "mixed", "a"),
    ("p-5", "mixed", "b"),
]


def a_firm(cast: Cast, text: str = MANAGED) -> None:
    """Three teams of the cast's manager, on the roster and in the plan."""
    rows = [
        {"person": person, "team": team, "manager": manager, "role": "agent", "site": site, "valid_from": "2024-01-01"}
        for person, team, site, manager in [*((*row, "m-1") for row in ROSTER), ("p-9", "theirs", "a", "m-2")]
    ]
    folder = workspace_of(cast.organisation).root / "exports"
    folder.mkdir()
    take_in(cast.organisation, "people", rows, folder)
    mirror(cast.organisation)
    a_version(cast, text)


def asked(
    cast: Cast, team: str = "north", wave: str = "w2", reason: str = "The move falls into that week."
) -> SwapRequest:
    document = parsed(opened(cast.organisation).text)
    viewer = cast.viewer("manager")
    return swapping.ask(
        viewer=viewer, document=document, key="listen", team=team, wave=wave, reason=reason, today=TODAY
    )


def answered(cast: Cast, row: SwapRequest, state: str, today: dt.date = TODAY, text: str = "It fits.") -> SwapRequest:
    return swapping.answer(viewer=cast.viewer("leader"), number=row.pk, state=state, text=text, today=today)


def wave_of(cast: Cast, team: str) -> str:
    document = parsed(opened(cast.organisation).text)
    slots = swapping.slots_of(cast.viewer("manager"), document, "listen", today=TODAY)
    found = next(slot for slot in slots if slot.team == team)
    assert found.wave is not None
    return found.wave.id


@pytest.mark.django_db
def test_a_manager_sees_their_teams_slots_and_why_one_has_none(cast: Cast) -> None:
    a_firm(cast)
    document = parsed(opened(cast.organisation).text)
    slots = {s.team: s for s in swapping.slots_of(cast.viewer("manager"), document, "listen", today=TODAY)}
    assert sorted(slots) == ["mixed", "north", "south"]
    assert [wave.id for wave in slots["north"].others] == ["w2"]
    assert "different waves" in slots["mixed"].why
    later = swapping.slots_of(cast.viewer("manager"), document, "listen", today=dt.date(2030, 3, 1))
    assert {slot.team: slot.why for slot in later}["north"] == "It has started already."


@pytest.mark.django_db
def test_a_request_is_made_once_for_ones_own_team_only(cast: Cast) -> None:
    a_firm(cast)
    assert asked(cast).pk == asked(cast).pk
    document = parsed(opened(cast.organisation).text)
    with pytest.raises(PermissionDenied):
        swapping.ask(
            viewer=cast.viewer("manager"),
            document=document,
            key="listen",
            team="theirs",
            wave="w2",
            reason="So.",
            today=TODAY,
        )
    with pytest.raises(InputError) as refused:
        asked(cast, team="south", wave="w2", reason=" ")
    assert {problem.code for problem in refused.value.problems} == {"wave", "no-reason"}


@pytest.mark.django_db
def test_an_accepted_request_moves_the_team_and_nobody_else(cast: Cast) -> None:
    a_firm(cast)
    row = answered(cast, asked(cast), State.ACCEPTED)
    assert row.version is not None
    assert row.amendment is None
    assert wave_of(cast, "north") == "w2"
    assert wave_of(cast, "south") == "w2"
    plan = parsed(row.version.text).plan.initiative("listen")
    assert [str(wave.where) for wave in plan.waves] == [
        "(team = 'north' or (team = 'mixed' and site = 'a')) and not team = 'north'",
        "team in ('south', 'mixed') or team = 'north'",
    ]
    assert answered(cast, row, State.ACCEPTED).version == row.version


@pytest.mark.django_db
def test_under_a_lock_the_move_is_an_amendment_with_its_reason(cast: Cast) -> None:
    a_firm(cast)
    locked(cast, opened(cast.organisation))
    row = answered(cast, asked(cast), State.ACCEPTED)
    found = locked_of(cast.organisation, "listen")
    assert found is not None
    assert found.sound
    assert row.amendment is not None
    assert found.lock.amendments[-1].reason.endswith("at its manager's request: It fits.")
    assert found.version == row.version


@pytest.mark.django_db
def test_a_move_never_carries_other_changes_of_a_locked_promise_with_it(cast: Cast) -> None:
    a_firm(cast)
    locked(cast, opened(cast.organisation))
    row = asked(cast)
    changed(cast, "effect: -3", "effect: -2")
    with pytest.raises(InputError) as refused:
        answered(cast, row, State.ACCEPTED)
    assert [problem.code for problem in refused.value.problems] == ["changed-since"]
    row.refresh_from_db()
    assert row.state == State.OPEN


@pytest.mark.django_db
def test_the_lot_is_never_broken_and_a_departure_goes_on_record(cast: Cast) -> None:
    a_firm(cast, MANAGED.replace("assign: managed", "assign: random-by-team, seed: 7"))
    row = asked(cast)
    with pytest.raises(InputError) as refused:
        answered(cast, row, State.ACCEPTED)
    assert [problem.code for problem in refused.value.problems] == ["breaks-the-lot"]
    before = opened(cast.organisation)
    kept = answered(cast, row, State.DEPARTURE)
    assert kept.version is None
    assert opened(cast.organisation) == before
    assert wave_of(cast, "north") == "w1"


@pytest.mark.parametrize(
    ("state", "today", "text", "codes"),
    [
        (State.ACCEPTED, dt.date(2030, 2, 4), "So.", ["started"]),
        (State.DEPARTURE, TODAY, "So.", ["no-lot"]),
        (State.DECLINED, TODAY, " ", ["no-answer"]),
    ],
)
@pytest.mark.django_db
def test_an_answer_comes_before_the_start_fits_the_design_and_has_a_reason(
    cast: Cast, state: str, today: dt.date, text: str, codes: list[str]
) -> None:
    a_firm(cast)
    row = asked(cast)
    with pytest.raises(InputError) as refused:
        answered(cast, row, state, today=today, text=text)
    assert [problem.code for problem in refused.value.problems] == codes


@pytest.mark.django_db
def test_what_was_answered_or_taken_back_is_over(cast: Cast) -> None:
    a_firm(cast)
    row = answered(cast, asked(cast), State.DECLINED, today=dt.date(2031, 1, 1))
    with pytest.raises(InputError) as refused:
        answered(cast, row, State.ACCEPTED)
    assert "answered" in {problem.code for problem in refused.value.problems}
    again = asked(cast)
    assert not swapping.withdraw(viewer=cast.viewer("other_manager"), number=again.pk)
    assert swapping.withdraw(viewer=cast.viewer("manager"), number=again.pk)
    with pytest.raises(PermissionDenied):
        swapping.answer(viewer=cast.viewer("analyst"), number=row.pk, state=State.DECLINED, text="So.", today=TODAY)


@pytest.mark.django_db
def test_the_pages_lead_from_the_wish_to_the_answer(cast: Cast) -> None:
    a_firm(cast)
    manager, leader = cast.client("manager"), cast.client("leader")
    path = "/o/nordvik/plan/promise/listen/swap"
    page = manager.get(path).content.decode()
    assert "Planned start: 4 February 2030." in page
    wrong = manager.post(path, {"team": "north", "wave": "w2", "reason": ""})
    assert wrong.status_code == 422
    assert manager.post(path, {"team": "north", "wave": "w2", "reason": "We move house."}).status_code == 302
    assert "Take the request back" in manager.get(path).content.decode()
    row = SwapRequest.objects.get()
    rollout = leader.get("/o/nordvik/plan/promise/listen/roll-out").content.decode()
    assert "We move house." in rollout
    reply = leader.post(f"/o/nordvik/plan/swaps/{row.pk}/answer", {"state": "accepted", "text": "Agreed."}, follow=True)
    assert "Accepted: the team changes its wave" in reply.content.decode()
    assert "Agreed." in manager.get(path).content.decode()
    assert manager.get("/o/nordvik/plan/promise/speak/swap").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", sorted(MODES))
def test_the_pages_of_a_swap_are_accessible(cast: Cast, opened: Opener, mode: str) -> None:
    a_firm(cast)
    asked(cast)
    path = "/o/nordvik/plan/promise/listen/"
    accessible(opened(f"{path}swap", cast.users["manager"], mode=mode), f"swap-{mode}")
    accessible(opened(f"{path}roll-out", cast.users["leader"], mode=mode), f"swap-answer-{mode}")
