"""The demonstration's doors: one click from role to role, the tour; shut wherever this is no demonstration."""

from dataclasses import replace
from importlib.resources import files

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast, a_member

from upshot.web.accounts.models import User
from upshot.web.accounts.roles import Role
from upshot.web.accounts.viewer import workspace_of
from upshot.web.home.demo.parts import PARTS
from upshot.web.home.tour import STEPS, address, step_number


@pytest.fixture
def demo(cast: Cast, settings: Settings) -> Cast:
    """The cast's firm as a simulated one, with everybody of the demonstration."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, demo=True)
    cast.organisation.simulated = True
    cast.organisation.save()
    for part in PARTS:
        user = a_member(cast.organisation, part.role, name=f"part-{part.key}")
        User.objects.filter(pk=user.pk).update(email=part.email)
    return cast


def test_one_button_lets_in_without_a_password(demo: Cast) -> None:
    client = Client()
    assert "Come in as the learning leader" in client.get("/account/login/").content.decode()
    reply = client.post("/demo/as", {"part": "leader"})
    assert reply["Location"] == "/o/nordvik/"
    assert client.get("/o/nordvik/").status_code == 200


@pytest.mark.parametrize("part", [part.key for part in PARTS])
def test_one_click_changes_the_role(demo: Cast, part: str) -> None:
    client = Client()
    client.post("/demo/as", {"part": "leader"})
    client.post("/demo/as", {"part": part, "org": "nordvik"})
    page = client.get("/o/nordvik/").content.decode()
    role = next(one.role for one in PARTS if one.key == part)
    assert f"<b>{Role(role).label}</b>" in page


def test_outside_a_demonstration_the_doors_are_not_there(demo: Cast, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, demo=False)
    assert Client().post("/demo/as", {"part": "leader"}).status_code == 404
    assert Client().post("/demo/tour", {"go": "1"}).status_code == 404
    assert "Come in as" not in Client().get("/account/login/").content.decode()


def test_nobody_becomes_a_user_of_a_firm_that_is_not_simulated(demo: Cast) -> None:
    demo.organisation.simulated = False
    demo.organisation.save()
    assert Client().post("/demo/as", {"part": "administrator"}).status_code == 404


def test_only_parts_of_the_demonstration_can_be_played(demo: Cast) -> None:
    for wanted in ("", "owner", "leader@harbour.example"):
        assert Client().post("/demo/as", {"part": wanted}).status_code == 404


def test_a_link_from_elsewhere_cannot_change_the_role(demo: Cast) -> None:
    assert Client(enforce_csrf_checks=True).post("/demo/as", {"part": "leader"}).status_code == 403
    assert Client().get("/demo/as").status_code == 405


def test_people_of_the_firm_itself_are_offered_no_other_role(demo: Cast) -> None:
    assert "See it as" not in demo.client("manager").get("/o/nordvik/").content.decode()


def test_every_stop_of_the_tour_is_a_page(demo: Cast) -> None:
    assert [step.route for step in STEPS if address(step, "nordvik") is None] == []
    assert {step.part for step in STEPS} <= {part.key for part in PARTS}


def test_the_tour_goes_from_stop_to_stop_changing_roles_and_ends(demo: Cast) -> None:
    client = Client()
    for number, step in enumerate(STEPS, 1):
        reply = client.post("/demo/tour", {"go": str(number)})
        assert reply["Location"] == address(step, "nordvik")
    page = client.get("/o/nordvik/").content.decode()
    assert f"Step {len(STEPS)} of {len(STEPS)}" in page
    assert "To this step&#x27;s page" in page or "To this step's page" in page
    client.post("/demo/tour", {"go": "0"})
    assert "Step 12" not in client.get("/o/nordvik/").content.decode()


@pytest.mark.parametrize("said", ["", "x", "0", "13", "-1", None])
def test_a_step_that_is_none_is_no_step(said: object) -> None:
    assert step_number(said) == 0


def test_what_was_planted_is_there_for_simulated_firms_only(cast: Cast) -> None:
    assert cast.client("leader").get("/o/nordvik/planted/").status_code == 404


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_what_was_planted_and_the_tour_are_accessible(mode: str, demo: Cast, opened: Opener) -> None:
    plan = files("upshot.workspace.harbour").joinpath("plan.yaml").read_bytes()
    (workspace_of(demo.organisation).root / "plan.yaml").write_bytes(plan)
    page = opened("/account/login/", mode=mode)
    page.get_by_role("button", name="Come in as the learning leader").click()
    page.wait_for_url("**/o/nordvik/")
    page.goto("/o/nordvik/planted/")
    assert page.get_by_role("heading", name="Needs-first conversations").is_visible()
    accessible(page, f"planted-{mode}")
    page.get_by_text("part-leader").first.click()
    page.get_by_role("button", name="Guided tour").click()
    page.get_by_text("Step 1 of").wait_for()
    accessible(page, f"tour-{mode}")
