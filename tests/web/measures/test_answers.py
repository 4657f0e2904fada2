"""Answers in the background: stored whole, once, and told apart from what changed since."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries
from tests.web.cast import Cast
from tests.web.measures.firms import answered, with_answer, with_firm
from tests.web.roster import take_in

from upshot.errors import InputError
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import cancel, clear_lost
from upshot.web.jobs.services import run as do_job
from upshot.web.ledger.models import Entry
from upshot.web.measures import work
from upshot.web.measures.keeping import answer_of, digest_of, page_of
from upshot.web.measures.models import Run
from upshot.web.measures.selectors import newest_answers
from upshot.web.measures.services import ask, put_on_record

pytestmark = pytest.mark.django_db(transaction=True)


def a_job(cast: Cast, **more: Any) -> Job:
    viewer = cast.viewer("analyst")
    return Job.objects.create(
        organisation=viewer.organisation,
        requested_by=viewer.user,
        kind="estimate",
        title="Answering",
        parameters={"initiative": "coaching"},
        **more,
    )


def more_readings(cast: Cast, folder: Path) -> None:
    rows = [{"kpi": "calls", "person": "p00", "month": "2026-01", "value": "9"}]
    take_in(cast.organisation, "kpis", rows, folder)


def test_an_answer_is_stored_with_all_its_pages_need(cast: Cast, home: Path) -> None:
    run = with_answer(cast, home)
    assert (run.grade, run.claimable, run.registration) == ("B", True, "exploratory")
    summary = newest_answers(cast.viewer("executive"))["coaching"]
    assert summary.sentence == "The training lowered repeat calls by 3.01 calls (2.51 to 3.50)."
    assert (summary.effect, summary.interval) == ("−3.01 calls", "−3.50 to −2.51 calls")
    assert not summary.stale
    assert summary.money.startswith("EUR 28,")


def test_what_is_kept_reads_back_as_it_was(cast: Cast, home: Path) -> None:
    run = with_answer(cast, home)
    again = Run.objects.get(pk=run.pk)
    answer = answer_of(cast.viewer("analyst").workspace, again)
    assert answer is not None
    assert digest_of(answer.estimate) == again.digest
    assert page_of(again).headline == again.sentence


def test_an_answer_is_never_changed_and_never_removed(cast: Cast, home: Path) -> None:
    run = with_answer(cast, home)
    with pytest.raises(RuntimeError):
        run.save()
    with pytest.raises(RuntimeError):
        run.delete()


def test_asking_twice_makes_one_answer(cast: Cast, home: Path) -> None:
    run = with_answer(cast, home)
    assert answered(cast) == run
    client = cast.client("analyst")
    for _ in range(2):
        assert client.post("/o/nordvik/initiatives/coaching/answer").status_code == 302
    assert Run.objects.count() == 1


def test_data_that_came_in_since_is_said_calmly_and_answered_again(cast: Cast, home: Path, tmp_path: Path) -> None:
    run = with_answer(cast, home)
    more_readings(cast, tmp_path)
    assert newest_answers(cast.viewer("leader"))["coaching"].changed == ("data",)
    page = cast.client("leader").get("/o/nordvik/initiatives/coaching/impact").content.decode()
    assert "Data came in since this answer." in page
    assert "Answer again" in page
    assert answered(cast).pk != run.pk
    assert not newest_answers(cast.viewer("leader"))["coaching"].stale


def test_an_old_answer_computed_again_is_the_same_to_the_byte(cast: Cast, home: Path, tmp_path: Path) -> None:
    run = with_answer(cast, home)
    more_readings(cast, tmp_path)
    again = answered(cast, repeat=run)
    assert (again.digest, again.fingerprint) == (run.digest, run.fingerprint)
    page = cast.client("analyst").get(f"/o/nordvik/initiatives/coaching/runs/{again.pk}").content.decode()
    assert "the same to the last digit" in page
    assert newest_answers(cast.viewer("analyst"))["coaching"].run == run.pk


def test_a_cancelled_or_killed_answer_leaves_nothing_half_stored(
    cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_firm(cast, home)
    job, stored = a_job(cast), work._stored

    def cancelled_meanwhile(*given: Any) -> Run:
        made = stored(*given)
        cancel(Job.objects.get(pk=job.pk))
        given[0].progress("one more stage")
        return made

    monkeypatch.setattr(work, "_stored", cancelled_meanwhile)
    do_job(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert Run.objects.count() == 0


def test_an_answer_whose_worker_was_killed_is_taken_up_once(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    long_ago = timezone.now() - dt.timedelta(hours=1)
    job = a_job(cast, status=Job.Status.RUNNING, attempts=1, beat=long_ago)
    assert clear_lost() == 1
    assert Run.objects.filter(job=job).count() == 1
    Job.objects.filter(pk=job.pk).update(status=Job.Status.WAITING)
    do_job(job.pk)
    assert Run.objects.count() == 1


def test_only_an_answer_to_a_locked_promise_goes_on_record(cast: Cast, home: Path) -> None:
    run = with_answer(cast, home)
    with pytest.raises(InputError):
        put_on_record(viewer=cast.viewer("leader"), run=run)
    assert not Entry.objects.exists()


def test_a_second_click_on_record_makes_no_second_entry(cast: Cast, home: Path) -> None:
    run = with_answer(cast, home)
    Run.objects.filter(pk=run.pk).update(lock={"hash": "x"})
    url, client = "/o/nordvik/initiatives/coaching/record", cast.client("leader")
    for _ in range(2):
        assert client.post(url, {"run": run.pk}).status_code == 302
    entry = Entry.objects.get()
    assert (entry.kind, entry.subject, entry.body["grade"]) == ("result", "coaching", "B")
    assert entry.body["conf_low"] < entry.body["estimate"] < entry.body["conf_high"]


def test_facts_that_form_no_panel_fail_the_job_with_the_reason(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    found = ask(viewer=cast.viewer("analyst"), initiative="later")
    assert isinstance(found, Job)
    page = cast.client("analyst").get("/o/nordvik/initiatives/later/impact").content.decode()
    assert "Not answered yet" in page or "Cannot tell" in page


def test_the_list_costs_the_same_for_one_answer_as_for_many(
    cast: Cast, home: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    run = with_answer(cast, home)
    viewer = cast.viewer("analyst")
    with django_assert_max_num_queries(6) as one:
        assert len(newest_answers(viewer)) == 1
    names = [field.name for field in Run._meta.concrete_fields if field.name not in ("id", "job", "initiative")]
    for number in range(30):
        Run.objects.create(initiative=f"other-{number}", **{name: getattr(run, name) for name in names})
    with django_assert_max_num_queries(len(one)):
        assert len(newest_answers(viewer)) == 31


def test_the_map_of_objectives_is_coloured_by_the_grades_of_answers(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    leader = cast.client("leader")
    assert "No answer yet" in leader.get("/o/nordvik/objectives/").content.decode()
    run = answered(cast)
    covered = leader.get("/o/nordvik/objectives/").context["coverage"]
    assert {row.id: row.grade for row in covered.initiatives} == {"coaching": run.grade, "later": None, "rule": None}
