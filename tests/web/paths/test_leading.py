"""Leading a path: numbers without names, a changed path and the choice it asks for, live sessions."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.web.cast import Cast
from tests.web.paths.builders import ON, STEPS, a_round, enrolled, records, with_path, write_plan

from upshot.errors import InputError
from upshot.plan.rolepath import PathChange
from upshot.web.lrs.models import Statement
from upshot.web.lrs.services.lake import follow
from upshot.web.paths.models import Certificate, Enrolment, LiveSession, PathVersion, SignUp
from upshot.web.paths.selectors_path import path_rows, shift_rows, states_of
from upshot.web.paths.services.changing import Shift, choose, shifts_to
from upshot.web.paths.services.holding import cancel_session, note_attendance, plan_session
from upshot.web.paths.services.recording import record_step
from upshot.web.paths.wording import ENROLMENTS

PATH = "/o/nordvik/paths/selling/"
LONGER = STEPS + '      - {id: exam, kind: assessment, title: Exam, ref: "lms:VS-9", needs: [openings]}\n'
SHORTER = "".join(line for line in STEPS.splitlines(keepends=True) if "id: openings" not in line).replace(
    "needs: [openings]", "needs: [basics]"
)


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    """Ten people of the first wave: six begun, one of them through."""
    with_path(cast, tmp_path)
    rows = [(f"p-{n}", "selling/basics", "completed", "2026-11-05") for n in (3, 6, 9, 12, 15, 18)]
    rows += [("p-18", f"selling/{step}", "completed", "2026-11-06") for step in ("openings", "mine")]
    records(cast, tmp_path, *rows)
    a_round(cast)
    return cast


def newest(firm: Cast) -> PathVersion:
    return PathVersion.objects.filter(organisation=firm.organisation, initiative="selling").order_by("-number")[0]


def on_version(firm: Cast, number: int) -> int:
    return Enrolment.objects.filter(organisation=firm.organisation, version__number=number).count()


def test_a_changed_path_leaves_those_under_way_where_they_are_until_somebody_chooses(firm: Cast) -> None:
    write_plan(firm, LONGER)
    a_round(firm)
    assert (on_version(firm, 1), on_version(firm, 2)) == (6, 24)
    shift = shifts_to(newest(firm))[0]
    assert (shift.people, shift.more, shift.fewer, shift.through) == (5, 5, 0, 0)
    assert [step.id for step in shift.change.added] == ["exam"]


def test_those_who_finish_theirs_stay_and_the_choice_is_on_record(firm: Cast) -> None:
    write_plan(firm, LONGER)
    a_round(firm)
    assert choose(viewer=firm.viewer("leader"), version=newest(firm), choice="finish", on=ON) == 0
    a_round(firm)
    assert on_version(firm, 1) == 6
    assert newest(firm).choice == PathVersion.Choice.FINISH


def test_those_who_are_moved_keep_what_they_did_and_who_was_through_stays_through(firm: Cast) -> None:
    write_plan(firm, LONGER)
    a_round(firm)
    assert choose(viewer=firm.viewer("leader"), version=newest(firm), choice="move", on=ON) == 5
    assert on_version(firm, 1) == 1
    assert enrolled(firm).records.get().step == "basics"
    assert enrolled(firm, "p-18").state == Enrolment.State.DONE
    assert Certificate.objects.get().version.number == 1


def test_moving_to_a_shorter_path_can_finish_somebody_and_says_so_before(firm: Cast) -> None:
    record_step(enrolment=enrolled(firm), step="mine", at=dt.datetime(2026, 11, 8, 9, tzinfo=dt.UTC))
    write_plan(firm, SHORTER)
    a_round(firm)
    assert shifts_to(newest(firm))[0].through == 1
    choose(viewer=firm.viewer("leader"), version=newest(firm), choice="move", on=ON)
    assert enrolled(firm).done == dt.date(2026, 11, 8)


def test_a_choice_for_a_version_that_is_no_longer_the_newest_is_refused(firm: Cast) -> None:
    old = newest(firm)
    write_plan(firm, LONGER)
    a_round(firm)
    with pytest.raises(InputError, match="changed again meanwhile"):
        choose(viewer=firm.viewer("leader"), version=old, choice="move", on=ON)


def test_the_page_shows_the_choice_and_carries_it_out_once(firm: Cast) -> None:
    write_plan(firm, LONGER)
    client = firm.client("designer")
    page = client.get(PATH).content.decode()
    assert "The path changed after people began" in page
    assert "New: Exam" in page
    stale = client.post(f"{PATH}choice", {"version": "1", "choice": "move"}, follow=True).content.decode()
    assert "changed meanwhile" in stale
    done = client.post(f"{PATH}choice", {"version": "2", "choice": "move"}, follow=True).content.decode()
    assert "what they did is kept" in done
    assert "The path changed after people began" not in done


def test_small_groups_are_withheld_and_no_name_stands_on_the_page(firm: Cast) -> None:
    page = firm.client("leader").get(PATH).content.decode()
    assert "p-3" not in page
    assert '<td class="number">6</td>' not in page.replace("\n", "")
    assert "–" in page


def test_what_one_page_withholds_does_not_follow_from_the_other(firm: Cast) -> None:
    """27 of 30 people wait or are on the way, so that the total less those two would give the other three."""
    begun = list(Enrolment.objects.filter(state=Enrolment.State.ACTIVE).values_list("pk", flat=True))
    Enrolment.objects.all().update(state=Enrolment.State.WAITING)
    Enrolment.objects.filter(pk__in=begun[:7]).update(state=Enrolment.State.ACTIVE)
    Enrolment.objects.filter(person__in=("p-1", "p-2", "p-4")).update(state=Enrolment.State.PAUSED)
    viewer = firm.viewer("leader")
    states = states_of(viewer, "selling")
    row = path_rows(viewer)[0]
    assert states[ENROLMENTS[Enrolment.State.PAUSED]] is None
    shown = [states[ENROLMENTS[state]] for state in (Enrolment.State.WAITING, Enrolment.State.ACTIVE)]
    assert (row.people, *shown).count(None) == 1


@pytest.mark.parametrize(
    ("more", "fewer", "through", "expected"),
    [(0, 18, 0, (20, 0, None, 0)), (8, 10, 0, (20, None, 10, 0)), (0, 20, 18, (20, 0, 20, None)),
     (6, 8, 8, (20, 6, 8, 8)), (4, 0, 0, (20, None, 0, 0))],
)  # fmt: skip
def test_what_a_move_would_do_tells_of_no_few_people(
    firm: Cast, more: int, fewer: int, through: int, expected: tuple[int | None, ...]
) -> None:
    shift = Shift(version=newest(firm), change=PathChange(), people=20, more=more, fewer=fewer, through=through)
    row = shift_rows(firm.viewer("leader"), [shift])[0]
    assert (row.people, row.more, row.fewer, row.through) == expected


def a_session(firm: Cast, starts: dt.datetime, seats: int = 2) -> LiveSession:
    return plan_session(
        viewer=firm.viewer("designer"), initiative="selling", step="live", starts=starts, minutes=60, place="Room 1",
        seats=seats,
    )  # fmt: skip


def test_who_was_there_is_noted_corrected_and_said_to_the_record_store(firm: Cast) -> None:
    held = a_session(firm, timezone.now() - dt.timedelta(hours=2))
    seats = [SignUp.objects.create(session=held, enrolment=enrolled(firm, key)) for key in ("p-3", "p-6")]
    note_attendance(viewer=firm.viewer("designer"), session=held, present={one.pk for one in seats})
    assert enrolled(firm).records.filter(step="live", verb="completed").count() == 1
    note_attendance(viewer=firm.viewer("designer"), session=held, present={seats[1].pk})
    assert not enrolled(firm).records.filter(step="live").exists()
    follow(firm.organisation)
    a_round(firm)
    assert not enrolled(firm).records.filter(step="live").exists()
    assert enrolled(firm, "p-6").records.filter(step="live").count() == 1
    assert Statement.objects.filter(voided=True).count() == 1


def test_nobody_was_at_a_session_that_lies_ahead_and_one_that_was_held_is_not_cancelled(firm: Cast) -> None:
    ahead = a_session(firm, timezone.now() + dt.timedelta(days=2))
    with pytest.raises(InputError, match="once a session has begun"):
        note_attendance(viewer=firm.viewer("designer"), session=ahead, present=set())
    held = a_session(firm, timezone.now() - dt.timedelta(days=2))
    SignUp.objects.create(session=held, enrolment=enrolled(firm), attended=True)
    with pytest.raises(InputError, match="was held"):
        cancel_session(viewer=firm.viewer("designer"), session=held)


def test_the_pages_of_sessions_plan_note_and_cancel(firm: Cast) -> None:
    client = firm.client("designer")
    told = {"step": "live", "starts": "2099-05-04T09:00", "minutes": "60", "place": "Room 2", "seats": "5"}
    assert client.post(f"{PATH}sessions/", {**told, "place": ""}).status_code == 422
    for _ in range(2):
        client.post(f"{PATH}sessions/", told)
    session = LiveSession.objects.get()
    assert "Room 2" in client.get(f"{PATH}sessions/").content.decode()
    page = client.get(f"{PATH}sessions/{session.pk}/").content.decode()
    assert "Nobody has a seat yet." in page
    client.post(f"{PATH}sessions/{session.pk}/cancel")
    assert "cancelled" in client.get(f"{PATH}sessions/").content.decode()


def test_more_people_need_no_more_queries(
    cast: Cast, tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with_path(cast, tmp_path, count=120)
    records(cast, tmp_path, *((f"p-{n}", "selling/basics", "completed", "2026-11-05") for n in range(3, 120, 3)))
    a_round(cast)
    write_plan(cast, LONGER)
    client = cast.client("leader")
    client.get(PATH)
    with django_assert_max_num_queries(24):
        assert client.get(PATH).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get("/o/nordvik/paths/").status_code == 200
