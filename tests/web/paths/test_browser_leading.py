"""In Chromium: the pages of those who lead paths and give certificates, at every width and in the dark."""

import datetime as dt
from pathlib import Path

import pytest
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.paths.builders import STEPS, a_round, enrolled, records, with_path, write_plan

from upshot.web.paths.models import Certificate, LiveSession, SignUp
from upshot.web.paths.services.certifying import grant
from upshot.web.plans.selectors import current_document

TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    """A path that some are through, with a date to come, a certificate by hand, and a newer version to decide on."""
    with_path(cast, tmp_path)
    steps = ("basics", "openings")
    done = [(f"p-{n}", f"selling/{step}", "completed", "2026-11-05") for n in (6, 9, 12, 15) for step in steps]
    records(cast, tmp_path, *done)
    a_round(cast)
    course = current_document(cast.organisation).plan.initiative("selling").resolved()
    why = "Did it before the path was here"
    grant(viewer=cast.viewer("administrator"), initiative=course, person="p-3", given=TODAY, reason=why, on=TODAY)
    held = LiveSession.objects.create(
        organisation=cast.organisation, initiative="selling", step="live", place="Room 4", seats=8,
        starts=dt.datetime(2030, 1, 8, 9, tzinfo=dt.UTC), minutes=60,
    )  # fmt: skip
    SignUp.objects.create(session=held, enrolment=enrolled(cast))
    write_plan(cast, STEPS + '      - {id: exam, kind: assessment, title: Exam, ref: "lms:VS-9", needs: [openings]}\n')
    a_round(cast)
    return cast


@pytest.mark.parametrize("mode", list(MODES))
def test_the_pages_of_those_who_lead_are_accessible_at_every_width(firm: Cast, opened: Opener, mode: str) -> None:
    session = LiveSession.objects.get().pk
    for name in ("", "selling/", "selling/sessions/", f"selling/sessions/{session}/"):
        page = opened(f"/o/nordvik/paths/{name}", firm.users["designer"], mode=mode)
        assert "There is no such page" not in page.locator("main").inner_text()
        accessible(page, f"paths-{name.replace('/', '-')}{mode}")


@pytest.mark.parametrize("mode", list(MODES))
def test_the_pages_of_certificates_are_accessible_at_every_width(firm: Cast, opened: Opener, mode: str) -> None:
    number = Certificate.objects.get(enrolment__person="p-3").pk
    for name in ("", "give", f"{number}/revoke"):
        page = opened(f"/o/nordvik/certificates/{name}", firm.users["administrator"], mode=mode)
        assert "There is no such page" not in page.locator("main").inner_text()
        accessible(page, f"certificates-{name.replace('/', '-')}-{mode}")
