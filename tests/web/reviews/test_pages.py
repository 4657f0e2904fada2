"""The pages of the loop: calendar, alerts, the pack, the executive page, and what waits at home."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.reviews.firm import a_review, days, decided

from upshot.web.jobs.models import Job
from upshot.web.measures.models import Run
from upshot.web.reviews.executive import glance_of
from upshot.web.reviews.handing_out import glance_handout, overview_of
from upshot.web.reviews.selectors import board_of, due_for, pack_kept
from upshot.web.reviews.services import AskedAction
from upshot.web.teams.models import Barrier


def page(cast: Cast, path: str, part: str = "leader") -> str:
    reply = cast.client(part).get(f"/o/nordvik/{path}")
    assert reply.status_code == 200, path
    return reply.content.decode()


def review_path(number: int) -> str:
    return f"reviews/coaching/{days(number).isoformat()}/"


def with_goal(cast: Cast) -> None:
    """The firm's objective with a key result, and a rhythm nobody kept."""
    path = cast.viewer("leader").workspace.root / "plan.yaml"
    plan = json.loads(path.read_text(encoding="utf-8"))
    plan["period"]["review_every"] = "1m"
    plan["objectives"][0]["key_results"] = [{"kpi": "calls", "baseline": 12, "target": 8, "by": "2030-12-31"}]
    path.write_text(json.dumps(plan), encoding="utf-8")


def test_the_calendar_says_what_is_overdue_due_and_held(cast: Cast, run_: Run) -> None:
    a_review(cast, days(-4))
    a_review(cast, days(60))
    text = page(cast, "reviews/")
    assert text.index("Overdue") < text.index("Later")
    decided(cast, days(-4), seen=str(run_.pk))
    text = page(cast, "reviews/")
    assert "Overdue" not in text
    assert "Look back" in text


def test_the_pack_shows_planned_and_actual_and_money_only_to_those_who_may_see_it(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    told = page(cast, review_path(3))
    assert run_.sentence in told
    assert "−3 calls" in told
    assert "EUR 2,500" in told
    kept_from = page(cast, review_path(3), "designer")
    assert "EUR" not in kept_from
    assert "Write the decision" not in kept_from


def test_a_review_nobody_planned_is_not_there(cast: Cast, run_: Run) -> None:
    client = cast.client("leader")
    for path in (review_path(5), "reviews/nothing/2026-01-01/", "reviews/coaching/2026-13-45/"):
        assert client.get(f"/o/nordvik/{path}").status_code == 404


def test_alerts_are_told_in_words_with_one_thing_to_do(cast: Cast, run_: Run) -> None:
    with_goal(cast)
    board = board_of(cast.viewer("leader"))
    assert board is not None
    told = {alert.code: alert for alert in board.alerts}
    assert told["never-reviewed"].text.startswith("The plan was never reviewed")
    assert told["never-reviewed"].label == "Plan a review"
    assert told["never-reviewed"].url.endswith("/reviews/#plan-one")
    assert "A review is missing" in page(cast, "reviews/")


def test_home_tells_at_most_five_things_reviews_first(cast: Cast, run_: Run) -> None:
    for number in range(8):
        a_review(cast, days(number))
    found = due_for(cast.viewer("leader"))
    assert len(found) == 5
    assert all(thing.url and thing.label for thing in found)
    assert found[0].text == "Decide on Coaching"
    assert due_for(cast.viewer("manager")) == ()


def test_home_tells_an_analyst_of_their_own_actions_and_not_of_decisions(cast: Cast, run_: Run) -> None:
    a_review(cast, days(2))
    asked = (AskedAction(what="Book rooms", owner=cast.users["analyst"], due=days(5)),)
    decided(cast, days(3), seen=str(run_.pk), actions=asked)
    assert "Book rooms" in [thing.text for thing in due_for(cast.viewer("analyst"))]
    assert not [thing for thing in due_for(cast.viewer("analyst")) if thing.text.startswith("Decide")]
    assert "Book rooms" not in [thing.text for thing in due_for(cast.viewer("executive"))]


def test_the_calendar_file_holds_every_review_ahead(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    reply = cast.client("designer").get("/o/nordvik/reviews/calendar.ics")
    assert reply["Content-Type"].startswith("text/calendar")
    text = reply.content.decode().replace("\r\n ", "")
    assert f"UID:review.coaching.{days(3).isoformat()}@nordvik.upshot" in text
    assert f"/o/nordvik/reviews/coaching/{days(3).isoformat()}/" in text


def test_the_executive_page_says_each_objective_in_one_line(cast: Cast, run_: Run) -> None:
    a_review(cast, days(3))
    glance = glance_of(cast.viewer("executive"))
    assert glance is not None
    assert glance.lines[0].first is not None
    assert (glance.lines[0].first.sentence, glance.lines[0].first.grade) == (run_.sentence, "B")
    assert glance.lines[0].first.money == run_.money
    assert run_.money.startswith("EUR ")
    assert glance.lines[0].first.asked.startswith("Decide by")
    text = page(cast, "at-a-glance/", "executive")
    assert "What did we get for the money?" in text
    assert run_.sentence in text


def test_both_pages_say_what_to_do_while_the_plan_does_not_load(cast: Cast) -> None:
    (cast.viewer("leader").workspace.root / "plan.yaml").write_text("objectives: 3\n", encoding="utf-8")
    assert "The plan does not load" in page(cast, "reviews/")
    assert "There is no plan that loads yet" in page(cast, "at-a-glance/")


@pytest.mark.parametrize("path", ["reviews/", "at-a-glance/"])
def test_pages_ask_the_database_the_same_whatever_their_length(cast: Cast, run_: Run, path: str) -> None:
    client, counts = cast.client("executive"), []
    for more in (3, 30):
        for number in range(more):
            a_review(cast, days(more * 10 + number))
        client.get(f"/o/nordvik/{path}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/o/nordvik/{path}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_pages_pass_axe(cast: Cast, run_: Run, opened: Opener, mode: str) -> None:
    with_goal(cast)
    for number in (-4, 3, 60):
        a_review(cast, days(number))
    asked = (AskedAction(what="Book rooms for the next groups", owner=cast.users["executive"], due=days(9)),)
    decided(cast, days(1), seen=str(run_.pk), actions=asked, reason="Calls fell where it ran, at a cost we can bear.")
    for name, path in {
        "reviews": "reviews/",
        "review": review_path(3),
        "review-held": review_path(1),
        "executive": "at-a-glance/",
    }.items():
        accessible(opened(f"/o/nordvik/{path}", cast.users["executive"], mode=mode), f"{name}-{mode}")


@pytest.mark.parametrize("form", ["pdf", "pptx"])
@pytest.mark.django_db
def test_the_executive_page_is_taken_along_as_slides_and_pdf(cast: Cast, run_: Run, form: str) -> None:
    with_goal(cast)
    client, path = cast.client("executive"), f"/o/nordvik/at-a-glance/report.{form}"
    asked = client.get(path)
    job = Job.objects.get(kind="glance-report")
    assert asked["Location"].endswith(f"/jobs/{job.pk}/")
    back = client.get(asked["Location"], follow=True).content.decode()
    assert "is ready." in back or "are ready." in back
    kept = client.get(path)
    assert kept.content.startswith(b"%PDF" if form == "pdf" else b"PK")
    assert kept["Content-Disposition"].endswith(f'.{form}"')
    assert Job.objects.filter(kind="glance-report").count() == 1


@pytest.mark.django_db
def test_the_executive_page_is_drawn_anew_when_what_it_says_changed(cast: Cast, run_: Run) -> None:
    viewer = cast.viewer("executive")
    before = overview_of(viewer, drawn=False)
    assert before is not None
    with_goal(cast)
    after = overview_of(viewer, drawn=False)
    assert after is not None
    assert glance_handout(viewer, before, "pdf").key != glance_handout(viewer, after, "pdf").key
    drawn = overview_of(viewer)
    assert drawn is not None
    assert glance_handout(viewer, drawn, "pdf").key == glance_handout(viewer, after, "pdf").key


def test_what_managers_say_is_in_the_way_is_in_the_pack_from_five_on_and_stays_in_it(cast: Cast, run_: Run) -> None:
    for kind, managers in (("time", 5), ("tools", 4)):
        for number in range(managers):
            Barrier.objects.create(
                organisation=cast.organisation, initiative="coaching", kind=kind, manager=f"m-{kind}-{number}"
            )
    page = cast.client("leader").get(f"/o/nordvik/reviews/coaching/{a_review(cast, days(3)).due}/").content.decode()
    assert "No time beside the daily work" in page
    assert "5 managers" in page
    assert "A system or a form" not in page
    held = decided(cast, days(3), seen=str(run_.pk))
    Barrier.objects.all().delete()
    kept = pack_kept(cast.viewer("leader"), held)
    assert kept is not None
    assert kept.barriers == (("No time beside the daily work", 5),)
