"""Content in a real browser: a cmi5 unit and SCORM units of our own, opened by a learner, followed to the end."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.content.packages import a_cmi5_package, a_scorm_package
from tests.web.content.test_running import recorded, verbs

from upshot.web.content.models import Registration
from upshot.web.content.services.importing import import_course

MINE = "/o/nordvik/courses/"


@pytest.fixture(autouse=True)
def served(live_server: Any, settings: Any) -> None:
    """The live server's own name is among those the product answers to."""
    settings.ALLOWED_HOSTS = ["*"]


def opened_unit(page: Page, name: str) -> Page:
    """Press a unit's button, and wait until its own code says what came of it."""
    with page.expect_popup() as popup:
        page.get_by_role("button", name=name).click()
    unit = popup.value
    unit.wait_for_function("!['', 'working', undefined].includes(document.getElementById('state')?.textContent)")
    return unit


def said(unit: Page) -> str:
    return unit.locator("#state").inner_text()


def recorded_to_the_end(cast: Cast) -> list[dict[str, Any]]:
    """Every statement once the unit's last message is in: a SCORM unit is left before that one is answered."""
    patience = time.monotonic() + 30
    while "terminated" not in verbs(made := recorded(cast)) and time.monotonic() < patience:
        time.sleep(0.05)
    return made


def test_a_cmi5_unit_runs_in_a_sandbox_and_its_statements_satisfy_the_course(cast: Cast, opened: Opener) -> None:
    import_course(cast.organisation, a_cmi5_package())
    page = opened(MINE, cast.users["learner"])
    assert said(opened_unit(page, "Open “A title”")) == "204 204 204 cookies closed pages closed"
    made = recorded(cast)
    assert verbs(made) == ["launched", "initialized", "completed", "satisfied", "satisfied", "terminated"]
    assert made[2]["actor"]["account"]["name"] == "p-1"
    page.reload()
    assert page.get_by_text("Done.").is_visible()


def test_a_scorm_12_unit_finds_its_api_reports_and_remembers(cast: Cast, opened: Opener) -> None:
    import_course(cast.organisation, a_scorm_package())
    page = opened(MINE, cast.users["learner"])
    assert said(opened_unit(page, "Open “First”")) == "true|before |true|true"
    made = recorded_to_the_end(cast)
    assert verbs(made) == ["initialized", "completed", "passed", "satisfied", "terminated"]
    assert made[2]["result"]["score"]["scaled"] == 0.85
    page.reload()
    assert said(opened_unit(page, "Open “First”")) == "true|before page=3|true|true"


def test_a_scorm_2004_unit_that_fails_is_completed_and_failed(cast: Cast, opened: Opener) -> None:
    import_course(cast.organisation, a_scorm_package("2004 4th Edition"))
    page = opened(MINE, cast.users["learner"])
    assert said(opened_unit(page, "Open “First”")) == "true|before |true|true"
    made = recorded_to_the_end(cast)
    assert verbs(made) == ["initialized", "completed", "satisfied", "failed", "terminated"]
    page.reload()
    assert said(opened_unit(page, "Open “First”")) == "true|before 7|true|true"
    assert Registration.objects.get().progress["completed"] == [0]


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_pages_about_courses_are_accessible(mode: str, cast: Cast, opened: Opener) -> None:
    course = import_course(cast.organisation, a_cmi5_package())
    import_course(cast.organisation, a_scorm_package())
    accessible(opened(MINE, cast.users["learner"], mode=mode), f"courses-mine-{mode}")
    for name, path in (("all", "all/"), ("import", "import"), ("one", f"{course.pk}/")):
        accessible(opened(MINE + path, cast.users["designer"], mode=mode), f"courses-{name}-{mode}")
