"""In Chromium: from an empty workspace to a locked plan, and every page at every width."""

import pytest
from playwright.sync_api import Page
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.plans.builders import PLAN, a_version, changed, locked

from upshot.web.plans.models import PromiseLock, Version
from upshot.web.plans.selectors import lock_in_force
from upshot.web.plans.services import keep_draft

PATHS = {
    "objectives": "objectives/",
    "objective": "objectives/calm/",
    "kpis": "kpis/",
    "kpi-new": "kpis/new?template=conversion",
    "plan": "plan/",
    "document": "plan/document",
    "promise": "plan/promise/listen/",
    "promise-open": "plan/promise/speak/",
    "waves": "plan/promise/listen/edit/waves",
    "goal-builder": "plan/new",
    "versions": "plan/versions/",
    "version": "plan/versions/2/",
    "visibility": "plan/promise/listen/visibility",
    "rollout": "plan/promise/listen/roll-out",
    "file": "plan/file",
}

EVERYWHERE = frozenset({"objectives", "document", "promise", "waves", "version", "rollout"})
"""Looked at in the dark and on a phone as well: one page of each kind."""


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_the_plan_passes_axe(cast: Cast, opened: Opener, mode: str) -> None:
    locked(cast, a_version(cast))
    changed(cast, "effect: -3", "effect: -4", note="Finance expects more")
    page = opened("/o/nordvik/plan/", cast.users["leader"], mode=mode)
    for name, path in PATHS.items():
        if mode != "light" and name not in EVERYWHERE:
            continue
        page.goto(f"/o/nordvik/{path}")
        assert page.locator("h1").count() == 1
        accessible(page, f"plans-{name}-{mode}")


def test_the_choice_between_two_changes_passes_axe_on_a_phone(cast: Cast, opened: Opener) -> None:
    first = a_version(cast)
    changed(cast, "effect: -3", "effect: -4", part="analyst")
    keep_draft(viewer=cast.viewer("leader"), text=PLAN.replace("effect: -3", "effect: -2"), base=first)
    page = opened("/o/nordvik/plan/merge", cast.users["leader"], mode="phone")
    page.get_by_label("Theirs, as stored").check()
    accessible(page, "plans-merge-phone")
    page.get_by_role("button", name="Store what I chose").click()
    assert page.url.endswith("/plan/")


def test_problems_follow_what_is_typed(cast: Cast, opened: Opener) -> None:
    a_version(cast)
    page = opened("/o/nordvik/plan/document", cast.users["leader"])
    page.get_by_label("The plan").fill(PLAN.replace("serves: [calm]", "serves: [clam]", 1))
    page.get_by_text("'clam' is not in objectives.").wait_for()
    page.get_by_text("Your draft is kept.").wait_for()
    assert Version.objects.count() == 1


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without"])
def test_from_an_empty_workspace_to_a_locked_plan(cast: Cast, opened: Opener, javascript: bool) -> None:
    page = opened("/o/nordvik/objectives/", cast.users["leader"], javascript=javascript)
    page.get_by_role("link", name="KPIs").click()
    page.get_by_role("link", name="New KPI").click()
    page.get_by_role("link", name="Conversion").click()
    press(page, "Add the KPI")
    page.goto("/o/nordvik/objectives/new")
    page.get_by_label("What does the business want?").fill("Customers leave with what they need")
    page.get_by_label("Read by the KPI").select_option("conversion")
    page.get_by_label("Reads today").fill("0.21")
    page.get_by_label("Must read").fill("0.24")
    page.get_by_label("By", exact=False).last.fill("2030-12-31")
    press(page, "Add the objective")
    page.goto("/o/nordvik/plan/new")
    page.get_by_label("Name of the initiative").fill("Needs first")
    page.get_by_label("Which objective does it serve?").select_option("customers-leave-with-what-they-need")
    page.get_by_label("What do people do today?").fill("One in five asks what else is needed")
    page.get_by_label("They know, and cannot do it yet").check()
    page.get_by_label("The measure").select_option("conversion")
    page.locator("#id_amount").fill("0.02")
    page.locator("#id_by").fill("2030-12-31")
    page.locator("#id_who").fill("adviser")
    page.locator("#id_action").fill("Asks for the second need before closing")
    page.locator("#id_seen_by").fill("lead")
    page.locator("#id_smallest").fill("0.01")
    press(page, "Add the initiative")
    assert "will rise by 2 points by 31 December 2030" in page.locator(".promise-line").inner_text()
    page.get_by_role("link", name="Waves", exact=True).click()
    page.locator("#id_design__assign").select_option("random-by-team")
    page.locator("#id_design__seed").fill("20300101")
    for at, start in enumerate(("2030-02-04", "2030-05-06")):
        page.locator(f"#id_rows-{at}-id").fill(f"w{at + 1}")
        page.locator(f"#id_rows-{at}-start").fill(start)
    press(page, "Store as a new version")
    press(page, "Lock the promise")
    assert page.get_by_role("alert").get_by_text("has not signed.").count() == 3
    press(page, "Sign as Sponsor")
    path = "/o/nordvik/plan/promise/needs-first/"
    for part, function in (("executive", "Sign as Finance"), ("council", "Sign as Works council")):
        press(opened(path, cast.users[part], javascript=javascript), function)
    page.goto(path)
    press(page, "Lock the promise")
    page.get_by_text("Locked, and written into the ledger.").wait_for()
    assert PromiseLock.objects.get().initiative == "needs-first"
    lock = lock_in_force(cast.organisation, "needs-first")
    assert lock is not None
    assert lock.signatories == ("sponsor", "finance", "works council")
