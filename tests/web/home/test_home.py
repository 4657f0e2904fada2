"""The home page by role, and the first steps of an empty workspace."""

from pathlib import Path

import pytest
from tests.web.browser import Opener, accessible
from tests.web.cast import ROLES, Cast
from tests.web.courses import with_course

from upshot.web.home.ladder import ladder_of
from upshot.web.home.needs import MOST, needs_of
from upshot.web.jobs.models import Job


def a_failed_job(cast: Cast, title: str, **more: object) -> Job:
    return Job.objects.create(
        organisation=cast.organisation,
        kind="import",
        title=title,
        **{
            "requested_by": cast.users["analyst"],
            "status": Job.Status.FAILED,
            "error": "The disk is full.",
            **more,
        },
    )


def test_an_empty_workspace_shows_the_ladder_to_those_who_climb_it(cast: Cast) -> None:
    rungs = ladder_of(cast.viewer("leader"))
    assert [rung.done for rung in rungs] == [False] * 6
    assert [rung.next for rung in rungs] == [True, *[False] * 5]
    assert ladder_of(cast.viewer("learner")) == ()
    assert "From an empty workspace" in cast.client("leader").get("/o/nordvik/").content.decode()


def test_what_is_there_is_ticked(cast: Cast, tmp_path: Path) -> None:
    with_course(cast, tmp_path)
    rungs = ladder_of(cast.viewer("leader"))
    assert [rung.done for rung in rungs[:2]] == [False, True]


def test_a_promise_with_its_launch_ahead_waits_for_a_signature(cast: Cast, tmp_path: Path) -> None:
    with_course(cast, tmp_path)
    root = tmp_path / "nordvik" / "plan.yaml"
    root.write_text(root.read_text(encoding="utf-8").replace("2025-03-03", "2098-03-03"), encoding="utf-8")
    (need,) = [need for need in needs_of(cast.viewer("executive")) if "Sign" in need.text]
    assert need.text == "Sign the promise of Value selling"
    assert "3 March 2098" in need.note
    assert [need for need in needs_of(cast.viewer("analyst")) if "Sign" in need.text] == []


def test_failed_work_is_told_to_whoever_asked_until_it_was_done(cast: Cast) -> None:
    a_failed_job(cast, "Importing people")
    (need,) = needs_of(cast.viewer("analyst"))
    assert (need.text, need.note) == ("Importing people did not finish", "The disk is full.")
    assert needs_of(cast.viewer("administrator")) == ()
    a_failed_job(cast, "Importing people", status=Job.Status.DONE, error="")
    assert needs_of(cast.viewer("analyst")) == ()


def test_managers_and_learners_are_led_to_their_pages(cast: Cast, tmp_path: Path) -> None:
    with_course(cast, tmp_path)
    assert [need.url for need in needs_of(cast.viewer("manager"))] == ["/o/nordvik/team/?team=Fjord"]
    assert needs_of(cast.viewer("learner")) == ()


def test_never_more_than_five_things(cast: Cast) -> None:
    for number in range(9):
        a_failed_job(cast, f"Work {number}")
    assert len(needs_of(cast.viewer("analyst"))) == MOST


@pytest.mark.parametrize("part", sorted(ROLES))
def test_every_role_has_a_home(cast: Cast, part: str) -> None:
    reply = cast.client(part).get("/o/nordvik/")
    assert reply.status_code == 200
    assert "What needs you now?" in reply.content.decode()


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_page_is_accessible_at_every_width(cast: Cast, opened: Opener, mode: str) -> None:
    a_failed_job(cast, "Importing people", requested_by=cast.users["leader"])
    accessible(opened("/o/nordvik/", cast.users["leader"], mode=mode), f"home-{mode}")
