"""A file's way in the browser: upload, mapping, trial, import, rejects."""

import gzip
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast

from upshot.sources import parse_profile
from upshot.web.imports import profiles, services
from upshot.web.imports.guessing import guess_columns, guess_verbs
from upshot.web.imports.models import Upload
from upshot.web.jobs.models import Job
from upshot.web.people.models import Person

LEARNING = """Employee ID;Course;Status;Date completed;Score;Remarks
p-1;Needs-first talks;Completed;03.02.2025;80;
p-2;Needs-first talks;In Progress;04.02.2025;;
p-3;Needs-first talks;Abandoned;05.02.2025;;=1+1
p-4;Needs-first talks;Completed;soon;90;
"""
PEOPLE = "Personnel number,Department,Line manager,Job title,Office,Hire date\n" + "".join(
    f"p-{number},Fjord,m-1,adviser,Bergen,2020-03-01\n" for number in range(1, 5)
)


def uploaded(client: Client, feed: str, text: str, name: str = "export.csv", data: bytes | None = None) -> Upload:
    file = SimpleUploadedFile(name, data if data is not None else text.encode())
    reply = client.post("/o/nordvik/data/upload", {"feed": feed, "file": file})
    assert reply.status_code == 302, reply.content.decode()[:3000]
    return Upload.objects.latest("created")


def mapped(client: Client, upload: Upload, **changes: str) -> None:
    """Send the mapping form as it was guessed, with changes."""
    page = client.get(f"/o/nordvik/data/uploads/{upload.pk}/mapping")
    form = page.context["form"]
    sent = {name: form[name].initial or "" for name in form.fields} | changes
    reply = client.post(f"/o/nordvik/data/uploads/{upload.pk}/mapping", sent)
    assert reply.status_code == 302, reply.content.decode()[-3000:]


@pytest.fixture
def analyst(cast: Cast, django_capture_on_commit_callbacks: object) -> Client:
    return cast.client("analyst")


def imported(client: Client, upload: Upload, capture) -> Upload:
    with capture(execute=True):
        client.post(f"/o/nordvik/data/uploads/{upload.pk}/import")
    upload.refresh_from_db()
    return upload


def test_headers_of_common_exports_are_guessed() -> None:
    header = PEOPLE.splitlines()[0].split(",")
    assert guess_columns("people", header) == {
        "person": "Personnel number",
        "team": "Department",
        "manager": "Line manager",
        "role": "Job title",
        "site": "Office",
        "hired": "Hire date",
    }
    assert guess_columns("kpis", ["Agent", "Month", "Opportunities", "Won"]) == {
        "entity": "Agent",
        "period": "Month",
        "numerator": "Won",
        "denominator": "Opportunities",
    }


def test_a_status_word_that_is_not_plain_is_left_to_a_person() -> None:
    assert guess_verbs(["Completed", "In Progress", "Abandoned"]) == {
        "Completed": "completed",
        "In Progress": "launched",
    }


def test_a_mapping_made_in_the_form_is_a_profile_the_command_line_reads() -> None:
    text = profiles.written(
        name="mine",
        feed="learning",
        columns={"person": "ID", "verb": "Status", "at": "When", "score": "Score", "duration": "Minutes"},
        words={"Done": "completed"},
        skipped=["No show"],
        day_format="%d.%m.%Y",
        activity="talks",
        score_percent=True,
        decimal=",",
    )
    profile = parse_profile(text)
    assert profile.fields["verb"].words == {"completed": ("done",)}
    assert profile.fields["verb"].skip == ("no show",)
    assert profile.fields["at"].formats == ("%d.%m.%Y",)
    assert profile.fields["score"].divide_by == 100
    assert profile.fields["activity"].constant == "talks"
    assert profile.file.decimal == ","


def test_a_people_file_goes_from_upload_to_roster(analyst, django_capture_on_commit_callbacks) -> None:
    upload = uploaded(analyst, "people", PEOPLE)
    mapped(analyst, upload)
    trial = analyst.get(f"/o/nordvik/data/uploads/{upload.pk}/").content.decode()
    assert "Of the first 4 rows, 4 would be taken." in trial
    assert not Person.objects.exists()
    imported(analyst, upload, django_capture_on_commit_callbacks)
    assert upload.report["rows_taken"] == 4
    assert Person.objects.get(key="p-1").team == "Fjord"
    assert not upload.path.exists()


def test_refused_rows_are_listed_with_line_reason_and_way_out(analyst, django_capture_on_commit_callbacks) -> None:
    people = uploaded(analyst, "people", PEOPLE)
    mapped(analyst, people)
    imported(analyst, people, django_capture_on_commit_callbacks)
    upload = uploaded(analyst, "learning", LEARNING)
    mapped(analyst, upload, dates="%d.%m.%Y", percent="on")
    imported(analyst, upload, django_capture_on_commit_callbacks)
    report = upload.report
    assert (report["rows_in"], report["rows_taken"], report["rows_rejected"]) == (4, 2, 2)
    page = analyst.get(f"/o/nordvik/data/uploads/{upload.pk}/").content.decode()
    assert "Download the refused rows" in page
    listed = b"".join(analyst.get(f"/o/nordvik/data/uploads/{upload.pk}/rejects.csv")).decode()
    lines = listed.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("4,")
    assert "Abandoned" in lines[1]
    assert lines[2].startswith("5,")


def test_a_second_import_of_the_same_file_changes_nothing(analyst, django_capture_on_commit_callbacks) -> None:
    for expected in ((4, 0), (0, 4)):
        upload = uploaded(analyst, "people", PEOPLE)
        mapped(analyst, upload)
        imported(analyst, upload, django_capture_on_commit_callbacks)
        assert (upload.report["rows_taken"], upload.report["rows_already_there"]) == expected


def test_a_mapping_is_kept_and_offered_for_the_next_file(analyst) -> None:
    mapped(analyst, uploaded(analyst, "people", PEOPLE), name="hr-monthly")
    second = uploaded(analyst, "people", PEOPLE)
    page = analyst.get(f"/o/nordvik/data/uploads/{second.pk}/mapping").content.decode()
    assert "hr-monthly" in page
    analyst.post(f"/o/nordvik/data/uploads/{second.pk}/profile", {"profile": "hr-monthly"})
    second.refresh_from_db()
    assert parse_profile(second.profile).name == "hr-monthly"


def test_a_preset_is_offered_where_every_column_it_needs_is_there(analyst) -> None:
    text = "person,activity,verb,at\np-1,talks,completed,2025-02-01\n"
    page = analyst.get(f"/o/nordvik/data/uploads/{uploaded(analyst, 'learning', text).pk}/mapping")
    assert [fit.name for fit in page.context["presets"]] == ["plain-learning"]


def test_a_mapping_that_cannot_be_is_refused_beside_its_field_and_kept(analyst) -> None:
    upload = uploaded(analyst, "kpis", "Agent,Month,Won\np-1,2025-01,3\n")
    page = analyst.get(f"/o/nordvik/data/uploads/{upload.pk}/mapping")
    sent = {name: page.context["form"][name].initial or "" for name in page.context["form"].fields}
    reply = analyst.post(f"/o/nordvik/data/uploads/{upload.pk}/mapping", sent | {"name": "won"}).content.decode()
    assert "Choose a reading, or a numerator and a denominator." in reply
    assert "Choose the column with the KPI, or name one for every row." in reply
    assert 'value="won"' in reply


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("notes.pdf", b"%PDF-1.7 this is not a table", "PDF"),
        ("broken.csv.gz", b"\x1f\x8bnot really gzip", ""),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_plain_words(analyst, name: str, data: bytes, said: str) -> None:
    reply = analyst.post(
        "/o/nordvik/data/upload", {"feed": "people", "file": SimpleUploadedFile(name, data)}, follow=True
    )
    text = reply.content.decode()
    assert reply.status_code == 200
    assert said in text
    assert "Traceback" not in text
    assert not (Upload.objects.exists() and Upload.objects.get().report)


def test_a_file_over_the_limit_is_refused_with_the_way_out(analyst, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 10
    file = SimpleUploadedFile("people.csv", PEOPLE.encode())
    reply = analyst.post("/o/nordvik/data/upload", {"feed": "people", "file": file}).content.decode()
    assert "import it on the server: upshot import" in reply
    assert not Upload.objects.exists()


def test_a_hostile_file_name_stays_inside_its_folder(analyst) -> None:
    upload = uploaded(analyst, "people", PEOPLE, name="..\\..\\etc/pass<b>wd=.csv")
    assert upload.path.parent == upload.folder
    assert "<" not in upload.file_name


def test_packed_files_are_tried_and_imported(analyst, django_capture_on_commit_callbacks) -> None:
    upload = uploaded(analyst, "people", "", name="people.csv.gz", data=gzip.compress(PEOPLE.encode()))
    mapped(analyst, upload)
    assert imported(analyst, upload, django_capture_on_commit_callbacks).report["rows_taken"] == 4


def test_throwing_away_deletes_the_file_and_double_clicks_do_no_harm(
    analyst, django_capture_on_commit_callbacks
) -> None:
    upload = uploaded(analyst, "people", PEOPLE)
    with django_capture_on_commit_callbacks(execute=True):
        assert analyst.post(f"/o/nordvik/data/uploads/{upload.pk}/throw-away").status_code == 302
    assert not upload.folder.exists()
    assert analyst.post(f"/o/nordvik/data/uploads/{upload.pk}/throw-away").status_code == 404


def test_importing_twice_at_once_makes_one_job(analyst) -> None:
    upload = uploaded(analyst, "people", PEOPLE)
    mapped(analyst, upload)
    for _click in range(2):
        analyst.post(f"/o/nordvik/data/uploads/{upload.pk}/import")
    assert Job.objects.filter(kind="import").count() == 1


def test_another_firm_cannot_see_an_upload(analyst, cast: Cast) -> None:
    upload = uploaded(analyst, "people", PEOPLE)
    assert cast.client("outsider").get(f"/o/elsewhere/data/uploads/{upload.pk}/").status_code == 404


def test_old_uploads_lose_their_files(analyst, home: Path) -> None:
    import datetime as dt

    upload = uploaded(analyst, "people", PEOPLE)
    assert services.clear_old() == 0
    assert services.clear_old(now=upload.created + dt.timedelta(days=31)) == 1
    assert not upload.folder.exists()


@pytest.mark.parametrize("mode", ["light", "phone", "dark"])
def test_the_pages_pass_axe(analyst, cast: Cast, opened: Opener, mode: str, django_capture_on_commit_callbacks) -> None:
    done = uploaded(analyst, "people", PEOPLE)
    mapped(analyst, done, name="hr")
    imported(analyst, done, django_capture_on_commit_callbacks)
    tried = uploaded(analyst, "people", PEOPLE, name="again.csv")
    mapped(analyst, tried, name="hr")
    fresh = uploaded(analyst, "learning", LEARNING)
    paths = {
        "data": "data/",
        "upload-new": "data/upload",
        "mapping": f"data/uploads/{fresh.pk}/mapping",
        "preview": f"data/uploads/{tried.pk}/",
        "done": f"data/uploads/{done.pk}/",
    }
    for name, path in paths.items():
        accessible(opened(f"/o/nordvik/{path}", cast.users["analyst"], mode=mode), f"imports-{name}-{mode}")
