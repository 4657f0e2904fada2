"""In Chromium: a month of somebody who chooses, and every page in light, dark, and on a phone."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.challenges.builders import on_path, somebody
from tests.web.motivation.builders import a_badge_rule, a_certificate, chose, offering, seen_at_work, taken_badge
from tests.web.plans.builders import a_version
from tests.web.practice.builders import BEST, WORST, a_published, played

from upshot.web.accounts.viewer import workspace_of
from upshot.web.motivation.models import Badge, Choice, Element, Goal, Recognition, TeamGoal
from upshot.web.motivation.services.consenting import choose
from upshot.web.paths.models import StepRecord

ORG = "/o/nordvik/"
PAGE = f"{ORG}learning/what-i-see/"
SAID = "You asked the caller twice before you offered anything."


def a_full_page(cast: Cast, folder: Path) -> Cast:
    """Somebody who chose everything, with something of each kind."""
    offering(cast, folder)
    plan = (workspace_of(cast.organisation).root / "plan.yaml").read_text(encoding="utf-8")
    a_version(cast, plan + "competencies:\n  - {id: calm, label: Staying calm}\n")
    taken_badge(cast, named=True)
    viewer = chose(cast, *Element.values)
    version = a_published(cast)
    played(viewer, version, WORST)
    played(viewer, version, BEST)
    seen_at_work(cast, 1)
    StepRecord.objects.create(enrolment=on_path(cast), step="basics", verb="completed")
    mine = {"organisation": cast.organisation, "person": "p-3"}
    Goal.objects.create(**mine, kind="path", about="selling", text="Finish “Value selling”", by=timezone.localdate())
    Goal.objects.create(**mine, kind="level", about="calm", level=2, text="Staying calm: Alone")
    monday = timezone.localdate() - dt.timedelta(days=timezone.localdate().weekday() + 7)
    TeamGoal.objects.create(
        organisation=cast.organisation, team="Fjord", text="Ask about the household in every talk", target=12,
        starts=monday, ends=monday + dt.timedelta(days=41),
    )  # fmt: skip
    Goal.objects.create(**mine, kind="own", text="Ask one question more before I offer")
    Recognition.objects.create(**mine, writer="m-1", text=SAID)
    Recognition.objects.create(**mine, writer="p-6", text=SAID, hidden=timezone.now())
    return cast


def test_somebody_chooses_sets_a_goal_takes_a_badge_and_withdraws_without_javascript(
    cast: Cast, opened: Opener, tmp_path: Path
) -> None:
    offering(cast, tmp_path)
    a_badge_rule(cast)
    a_certificate(cast)
    page = opened(f"{ORG}learning/", somebody(cast, "p-3").user, javascript=False)
    page.get_by_role("link", name="choose what you want to see").click()
    assert not page.get_by_role("checkbox", checked=True).count()
    page.get_by_label("Goals of my own").check()
    page.get_by_label("Badges I can take along").check()
    page.get_by_role("button", name="Keep my choice").click()
    page.get_by_label("What do you want to reach?").select_option("own")
    page.get_by_label("In your own words").fill("Ask one question more")
    page.get_by_role("button", name="Set it").click()
    page.get_by_text("Only you see it.").wait_for()
    page.get_by_role("link", name="Value selling").click()
    page.get_by_role("button", name="Take it").click()
    page.get_by_text("It is yours.").wait_for()
    badge = Badge.objects.get()
    page.goto(f"/badges/{badge.pk}/")
    page.get_by_text("Valid.").wait_for()
    page.goto(PAGE)
    page.get_by_label("Goals of my own").uncheck()
    page.get_by_label("Badges I can take along").uncheck()
    page.get_by_role("button", name="Keep my choice").click()
    page.get_by_text("Nothing is shown, and nothing is computed about you.").wait_for()
    assert not Choice.objects.exists()
    page.goto(f"/badges/{badge.pk}/")
    page.get_by_role("heading", name="Its holder does not show this badge at present").wait_for()


@pytest.mark.parametrize("mode", MODES)
def test_pages_of_whoever_chooses_pass_axe(cast: Cast, opened: Opener, tmp_path: Path, mode: str) -> None:
    a_full_page(cast, tmp_path)
    badge = Badge.objects.get()
    page = opened(PAGE, somebody(cast, "p-3").user, mode=mode)
    accessible(page, f"what-i-see-{mode}")
    page.goto(f"{PAGE}badges/{badge.pk}/")
    accessible(page, f"badge-{mode}")
    Badge.objects.update(accepted=None, token="")
    page.reload()
    accessible(page, f"badge-offered-{mode}")
    choose(viewer=somebody(cast, "p-3"), wanted=["bests"], quiet=["bests"])
    page.goto(PAGE)
    accessible(page, f"what-i-see-quiet-{mode}")
    choose(viewer=somebody(cast, "p-3"), wanted=["recognition"])
    writer = opened(f"{ORG}recognise/", somebody(cast, "p-6").user, mode=mode)
    writer.get_by_label("What did they do?").fill("Thanks")
    writer.get_by_role("button", name="Write it").click()
    writer.get_by_text("too short").first.wait_for()
    accessible(writer, f"recognise-{mode}")


@pytest.mark.parametrize("mode", MODES)
def test_pages_of_those_who_offer_and_of_strangers_pass_axe(
    cast: Cast, opened: Opener, tmp_path: Path, mode: str
) -> None:
    a_full_page(cast, tmp_path)
    badge = Badge.objects.get()
    designer = opened(f"{ORG}motivation/", cast.users["designer"], mode=mode)
    accessible(designer, f"motivation-{mode}")
    designer.goto(f"{ORG}motivation/programmes/selling/")
    accessible(designer, f"programme-{mode}")
    designer.goto(f"{ORG}motivation/badges/new")
    accessible(designer, f"achievement-{mode}")
    manager = opened(f"{ORG}team/goal/", cast.users["manager"], mode=mode)
    accessible(manager, f"team-goal-{mode}")
    administrator = opened(f"{ORG}consent/", cast.users["administrator"], mode=mode)
    accessible(administrator, f"firm-{mode}")
    administrator.goto(f"{ORG}consent/badges/{badge.pk}/revoke")
    accessible(administrator, f"revoke-{mode}")
    stranger = opened(f"/badges/{badge.pk}/", mode=mode)
    accessible(stranger, f"shown-{mode}")
    Choice.objects.all().delete()
    stranger.reload()
    accessible(stranger, f"not-shown-{mode}")
