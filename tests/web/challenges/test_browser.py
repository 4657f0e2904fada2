"""In Chromium: a challenge from plan to the 30-day check-in of both, with and without JavaScript, at every width."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.challenges.builders import handed_in, on_path, planned, signed, somebody, with_challenge

from upshot.web.challenges.chores import due, make_pairs
from upshot.web.challenges.models import Challenge, CheckIn, Evidence
from upshot.web.outbox.models import Message

HERE = "/o/nordvik/"


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_challenge(cast, tmp_path)


def days_pass(days: int) -> None:
    """Everything about check-ins happened so many days earlier."""
    for one in CheckIn.objects.all():
        one.due -= dt.timedelta(days=days)
        one.save()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_plan_to_the_check_in_of_both(firm: Cast, opened: Opener, tmp_path: Path, javascript: bool) -> None:
    learner = opened(f"{HERE}challenges/path/{on_path(firm).pk}/talk/", firm.users["learner"], javascript=javascript)
    learner.get_by_label("Which real case will you try it with?").fill("A couple asks only for a lower rate.")
    learner.get_by_label("If …").fill("they ask for the rate first")
    learner.get_by_label("… then I will …").fill("ask who lives in the flat")
    learner.get_by_role("button", name="Keep my plan").click()
    learner.get_by_text("Your plan is kept. Now try it at work.").wait_for()
    learner.get_by_label("What you did and what came of it").fill("I asked, and they told me about the baby.")
    note = tmp_path / "note.txt"
    note.write_text("What I noted down afterwards.")
    learner.get_by_label("A file").set_input_files(note)
    learner.get_by_role("button", name="Hand in").click()
    learner.get_by_text("Handed in. Whoever signs is asked").wait_for()

    manager = opened(f"{HERE}sign-offs/", firm.users["manager"], javascript=javascript)
    manager.get_by_role("link", name="Look at it").click()
    with manager.expect_download() as download:
        manager.get_by_role("link", name="note.txt").click()
    assert download.value.path().read_text() == "What I noted down afterwards."
    manager.get_by_label("Asks and says back").check()
    manager.get_by_label("A step and its date").check()
    manager.get_by_role("button", name="Sign it").click()
    manager.get_by_text("Signed. They are told.").wait_for()

    learner.reload()
    assert learner.get_by_text("Asks and says back").is_visible()
    days_pass(30)
    due(timezone.now())
    assert Message.objects.filter(kind="check-in").count() == 2
    for page, where in ((learner, "challenges/"), (manager, "sign-offs/")):
        page.goto(f"{HERE}{where}")
        page.get_by_role("link", name="Answer").click()
        page.get_by_label("Yes").check()
        page.get_by_label("Nearly every time there was occasion").check()
        page.get_by_role("button", name="Send").click()
        page.get_by_text("Thank you. Your answers are kept.").wait_for()
    kept = CheckIn.objects.filter(days=30).values_list("source", "used", "how_often")
    assert sorted(kept) == [("observer", True, "most"), ("self", True, "most")]


def test_two_windows_of_signers_one_wins_the_other_reads_who_came_first(firm: Cast, opened: Opener) -> None:
    made = handed_in(firm)
    first, second = (opened(f"{HERE}sign-offs/{made.pk}/", firm.users["manager"]) for _ in range(2))
    for page in (first, second):
        page.get_by_label("Asks one question").check()
        page.get_by_label("A step and its date").check()
    first.get_by_role("button", name="Sign it").click()
    first.get_by_text("Signed. They are told.").wait_for()
    second.get_by_role("button", name="Return it").click()
    second.get_by_text("You signed it already.").wait_for()
    assert Challenge.objects.get(pk=made.pk).state == "signed"


def test_what_was_typed_stays_when_something_is_missing(firm: Cast, opened: Opener) -> None:
    made = planned(firm)
    page = opened(f"{HERE}challenges/{made.pk}/", firm.users["learner"])
    page.get_by_label("A link").fill("ftp://somewhere.example/file")
    page.get_by_label("What you did and what came of it").fill("I asked.")
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("What you did and what came of it").input_value() == "I asked."
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("mode", MODES)
def test_every_page_passes_axe(firm: Cast, opened: Opener, mode: str) -> None:
    learner, manager = firm.users["learner"], firm.users["manager"]
    page = opened(f"{HERE}challenges/", learner, mode=mode)
    accessible(page, f"challenges-none-{mode}")
    page.goto(f"{HERE}challenges/path/{on_path(firm).pk}/talk/")
    accessible(page, f"challenges-plan-{mode}")
    page.get_by_role("button", name="Keep my plan").click()
    accessible(page, f"challenges-plan-errors-{mode}")
    mine = planned(firm, shared_with="m-1")
    page.goto(f"{HERE}challenges/{mine.pk}/")
    accessible(page, f"challenges-own-planned-{mode}")
    boss = opened(f"{HERE}challenges/{mine.pk}/shared", manager, mode=mode)
    accessible(boss, f"challenges-shared-{mode}")
    waiting = handed_in(firm)
    boss.goto(f"{HERE}sign-offs/")
    accessible(boss, f"challenges-sign-offs-{mode}")
    boss.goto(f"{HERE}sign-offs/{waiting.pk}/")
    accessible(boss, f"challenges-sign-off-{mode}")
    boss.get_by_role("button", name="Sign it").click()
    accessible(boss, f"challenges-sign-off-errors-{mode}")
    boss.goto(f"{HERE}sign-offs/away")
    accessible(boss, f"challenges-away-{mode}")


@pytest.mark.parametrize("mode", MODES)
def test_pages_after_the_signature_pass_axe(firm: Cast, opened: Opener, mode: str) -> None:
    done = signed(firm)
    signed(firm, "p-6")
    make_pairs(firm.organisation, timezone.now())
    days_pass(30)
    page = opened(f"{HERE}challenges/{done.pk}/", firm.users["learner"], mode=mode)
    accessible(page, f"challenges-own-signed-{mode}")
    page.goto(f"{HERE}challenges/")
    accessible(page, f"challenges-list-{mode}")
    page.goto(f"{HERE}check-ins/{done.check_ins.get(days=30, source='self').pk}/")
    accessible(page, f"challenges-check-in-{mode}")
    boss = opened(
        f"{HERE}check-ins/{done.check_ins.get(days=30, source='observer').pk}/", firm.users["manager"], mode=mode
    )
    accessible(boss, f"challenges-check-in-observer-{mode}")
    designer = opened(f"{HERE}application/selling/", firm.users["designer"], mode=mode)
    accessible(designer, f"challenges-application-{mode}")
    designer.goto(f"{HERE}application/selling/observers")
    accessible(designer, f"challenges-observers-{mode}")
    assert somebody(firm, "p-6").person == "p-6"
