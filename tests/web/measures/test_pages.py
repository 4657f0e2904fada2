"""The pages of an answer: what each says, at A to D and without training, for whom, and in a real browser."""

import datetime as dt
import os
from collections import Counter
from pathlib import Path

import pytest
from django.urls import reverse
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast, a_member
from tests.web.measures.firms import with_answer, with_firm
from tests.workspace.firm import a_roster

from upshot.web.accounts.roles import Role, ScopeKind
from upshot.web.jobs.models import Job
from upshot.web.jobs.services import run as run_job
from upshot.web.measures.handouts import KEPT, Handout
from upshot.web.measures.keeping import answer_of
from upshot.web.measures.models import CostLine, Run
from upshot.web.measures.reports import draw, report_handout
from upshot.web.measures.selectors import newest_answers
from upshot.web.privacy.services import answered

TABS = ("", "impact", "value", "slices", "data", "runs/", "reports")
FIRM = "/o/nordvik/initiatives/"


def text_of(cast: Cast, path: str, part: str = "analyst") -> str:
    reply = cast.client(part).get(FIRM + path)
    assert reply.status_code == 200
    return reply.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.parametrize("kind", ["managed", "everyone"])
def test_every_page_is_accessible_at_every_width(cast: Cast, home: Path, opened: Opener, kind: str, mode: str) -> None:
    with_answer(cast, home, kind)
    for tab in TABS:
        page = opened(f"{FIRM}coaching/{tab}", cast.users["analyst"], mode=mode)
        accessible(page, f"answers-{kind}-{tab.strip('/') or 'chain'}-{mode}")


@pytest.mark.django_db(transaction=True)
def test_the_list_and_a_comparison_of_answers_are_accessible(cast: Cast, home: Path, opened: Opener) -> None:
    run = with_answer(cast, home)
    for mode in MODES:
        accessible(opened(FIRM, cast.users["analyst"], mode=mode), f"answers-list-{mode}")
        for path in (f"coaching/runs/{run.pk}", "rule/", "later/impact"):
            accessible(opened(FIRM + path, cast.users["analyst"], mode=mode), f"answers-{path.split('/')[0]}-{mode}")


@pytest.mark.django_db(transaction=True)
def test_the_dose_is_read_beside_the_answer_as_the_weaker_reading(cast: Cast, home: Path, opened: Opener) -> None:
    run = with_answer(cast, home, "dosed")
    for mode in MODES:
        page = opened(f"{FIRM}coaching/impact", cast.users["analyst"], mode=mode)
        accessible(page, f"answers-dose-{mode}")
        text = page.locator("#dose").inner_text()
        assert "A second, weaker reading" in text
        assert "never changes the grade" in text
    assert "90" in page.locator("#dose table").inner_text()
    assert run.grade in ("B", "C")


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_asks_for_no_dose_has_no_such_section(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    assert "Does more of it do more" not in text_of(cast, "coaching/impact")


@pytest.mark.django_db(transaction=True)
def test_the_slider_works_with_and_without_javascript(cast: Cast, home: Path, opened: Opener) -> None:
    with_answer(cast, home)
    page = opened(f"{FIRM}coaching/impact", cast.users["analyst"], javascript=False)
    page.select_option("#sensitivity-m", "0")
    page.click("form[data-slider] button")
    assert "m=0" in page.url
    assert "keeps its sign" in page.inner_text("form[data-slider]")
    page = opened(f"{FIRM}coaching/impact", cast.users["analyst"])
    page.focus("form[data-slider] input[type=range]")
    page.keyboard.press("Home")
    assert "keeps its sign" in page.inner_text("form[data-slider]")
    page.keyboard.press("End")
    assert "could go either way" in page.inner_text("form[data-slider]")


@pytest.mark.django_db(transaction=True)
def test_a_refusal_names_the_reason_and_the_next_design_and_no_number(cast: Cast, home: Path) -> None:
    with_answer(cast, home, "everyone")
    for tab in ("", "impact"):
        page = text_of(cast, f"coaching/{tab}")
        assert "We cannot tell whether the training changed repeat calls." in page
        assert "What would make it knowable" in page
    value = text_of(cast, "coaching/value")
    assert "No return is stated" in value
    assert "ROI" not in value
    assert "its parts cannot either" in text_of(cast, "coaching/slices")


@pytest.mark.django_db(transaction=True)
def test_no_training_is_credited(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    assert "Training was not the answer, and that was found before the cost." in text_of(cast, "rule/")
    assert "No training needed" in text_of(cast, "")


@pytest.mark.django_db(transaction=True)
def test_money_and_slices_stay_with_those_who_may_see_them(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    page = cast.client("designer").get(f"{FIRM}coaching/report.html").content.decode()
    assert "Was it worth it?" not in page
    assert "For whom does it work?" not in page
    assert "Was it worth it?" in cast.client("analyst").get(f"{FIRM}coaching/report.html").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF"), ("pptx", b"PK"), ("xlsx", b"PK")])
def test_the_report_is_handed_out_in_every_format(cast: Cast, home: Path, form: str, start: bytes) -> None:
    with_answer(cast, home)
    client = cast.client("analyst")
    asked = client.get(f"{FIRM}coaching/report.{form}")
    job = Job.objects.get(kind="report")
    assert asked["Location"] == reverse("job", kwargs={"org": "nordvik", "job_id": job.pk})
    ready = client.get(asked["Location"], follow=True).content.decode()
    assert "ready" in ready
    reply = client.get(f"{FIRM}coaching/report.{form}")
    assert reply.content.startswith(start)
    assert reply["Content-Disposition"].endswith(f'.{form}"')
    assert Job.objects.filter(kind="report").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_kept_report_is_shared_only_by_those_who_see_the_same(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    run = Run.objects.get()
    keys = {part: report_handout(cast.viewer(part), run, "xlsx").key for part in ("designer", "analyst", "leader")}
    assert len(set(keys.values())) == 3
    council = report_handout(cast.viewer("council"), run, "xlsx")
    assert council.key == keys["designer"]
    assert council.key != report_handout(cast.viewer("council"), run, "pdf").key


@pytest.mark.django_db(transaction=True)
def test_a_report_is_drawn_for_the_one_who_asked_or_not_at_all(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    job = draw(viewer=cast.viewer("designer"), run=Run.objects.get(), form="xlsx")
    assert job.status == Job.Status.DONE
    assert report_handout(cast.viewer("designer"), Run.objects.get(), "xlsx").there
    assert not report_handout(cast.viewer("analyst"), Run.objects.get(), "xlsx").there
    cast.users["designer"].memberships.all().delete()
    gone = Job.objects.create(organisation=cast.organisation, kind="report", parameters=job.parameters, title="Again")
    Job.objects.filter(pk=gone.pk).update(requested_by=cast.users["designer"])
    run_job(gone.pk)
    gone.refresh_from_db()
    assert gone.status == Job.Status.CANCELLED


def test_what_is_kept_is_whole_and_does_not_stay_for_ever(tmp_path: Path) -> None:
    old, new = (Handout(folder=tmp_path / "handouts", key=key, form="pdf") for key in ("old", "new"))
    old.keep(b"%PDF old")
    assert old.response("report").content == b"%PDF old"
    long_ago = (dt.datetime.now(dt.UTC) - KEPT - dt.timedelta(days=1)).timestamp()
    os.utime(old.path, (long_ago, long_ago))
    new.keep(b"%PDF new")
    assert [file.name for file in new.folder.iterdir()] == ["new.pdf"]
    assert (new.size, old.size) == (8, 0)


@pytest.mark.django_db(transaction=True)
def test_a_role_for_a_part_of_the_firm_reads_why_it_sees_no_answer(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    cast.users["part"] = a_member(cast.organisation, Role.ANALYST, name="part", scope=(ScopeKind.SITE, "north"))
    client = cast.client("part")
    for path in ("", "coaching/", "coaching/value", "coaching/slices", "coaching/report.xlsx"):
        reply = client.get(FIRM + path)
        assert reply.status_code == 403
        assert "reaches a part of the organisation" in reply.content.decode()
    assert newest_answers(cast.viewer("part")) == {}


@pytest.mark.django_db(transaction=True)
def test_costs_are_entered_once_reconciled_and_taken_back(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    client, url = cast.client("analyst"), f"{FIRM}coaching/costs"
    typed = {"item": "coaches", "amount": "3100.50", "day": "2025-06-01", "source": "Invoice 12"}
    typed["token"] = "6a0e7f0e-8f0e-4a3e-9f0e-000000000001"
    for _ in range(2):
        client.post(url, typed)
    line = CostLine.objects.get()
    page = text_of(cast, "coaching/value")
    assert "3,101" in page or "3,100" in page
    assert "Costs were entered since." in page
    client.post(f"{url}/{line.pk}/take-back")
    assert "Costs were entered since." not in text_of(cast, "coaching/value")


@pytest.mark.django_db(transaction=True)
def test_a_cost_form_keeps_what_was_typed_and_says_what_is_wrong(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    reply = cast.client("analyst").post(f"{FIRM}coaching/costs", {"item": "Trips <b>", "amount": "-4", "day": "x"})
    page = reply.content.decode()
    assert reply.status_code == 422
    assert "Trips &lt;b&gt;" in page
    assert "greater than or equal to 0" in page
    assert CostLine.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_small_group_cannot_be_had_by_subtracting_one_answer_from_another(cast: Cast, home: Path) -> None:
    with_answer(cast, home)
    shown = text_of(cast, "coaching/slices")
    assert "north" in shown
    viewer = cast.viewer("analyst")
    run = Run.objects.get()
    answer = answer_of(viewer.workspace, run)
    assert answer is not None
    for only in ("site=north", "region=east", "site=south", "region=west"):
        text_of(cast, f"coaching/slices?only={only}")
    history = answered(viewer, subject="coaching/calls", fingerprint=run.inputs["data"])
    assert smallest_difference(history) >= viewer.minimum_group


def smallest_difference(history: list[frozenset[tuple[str, ...]]]) -> int:
    """Fewest people that any two selections a reader was shown tell apart, counted from the roster."""
    sizes: Counter[tuple[str, ...]] = Counter()
    for row in a_roster(region=lambda n: "west" if n % 4 else "east"):
        sizes[(row["role"], row["site"], row["region"])] += 1

    def people(groups: frozenset[tuple[str, ...]]) -> int:
        return sum(sizes[group] for group in groups)

    apart = [people(one - two) for one in history for two in history if one - two]
    assert all(group in sizes for groups in history for group in groups)
    return min([*apart, *(people(groups) for groups in history)])
