"""Who reads evidence, what is refused before it is read, what is deleted when, and what is left of an erased person."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from tests.web.cast import Cast
from tests.web.challenges.builders import handed_in, later, planned, signed, somebody, the_asks, with_challenge

from upshot.errors import InputError
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Access
from upshot.web.challenges.chores import due
from upshot.web.challenges.files import LARGEST, path_of_file
from upshot.web.challenges.models import Challenge, CheckIn, Evidence
from upshot.web.challenges.personal import ChallengeStore
from upshot.web.challenges.rules import EVIDENCE_KEPT
from upshot.web.challenges.services import handing_in
from upshot.web.challenges.services.handing_in import Handed, hand_in
from upshot.web.challenges.services.moving import in_one


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    return with_challenge(cast, tmp_path)


def with_file(firm: Cast, content: bytes = b"what I noted", name: str = "note.txt") -> Evidence:
    made = planned(firm)
    handed = Handed(file_name=name, size=len(content), chunks=lambda: [content])
    hand_in(viewer=somebody(firm, "p-3"), challenge=made, asks=the_asks(firm), handed=handed)
    return Evidence.objects.get(kind="file")


def at(evidence: Evidence) -> str:
    return f"/o/nordvik/challenges/evidence/{evidence.pk}"


def folder(firm: Cast) -> Path:
    return workspace_of(firm.organisation).root / "evidence"


def test_a_file_goes_to_its_owner_and_to_whoever_signs_and_each_look_is_written_down(firm: Cast) -> None:
    evidence = with_file(firm)
    reply = firm.client("manager").get(at(evidence))
    assert b"".join(reply.streaming_content) == b"what I noted"
    assert reply["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert reply["X-Content-Type-Options"] == "nosniff"
    own = firm.client("learner").get(at(evidence))
    assert b"".join(own.streaming_content) == b"what I noted"
    looks = Access.objects.filter(what="evidence").values_list("user__email", "person")
    assert list(looks) == [("manager@nordvik.example", "p-3")]


@pytest.mark.parametrize("part", ["leader", "analyst", "designer", "other_manager", "administrator", "council"])
def test_nobody_else_gets_a_file_whatever_their_role(firm: Cast, part: str) -> None:
    evidence = with_file(firm)
    assert firm.client(part).get(at(evidence)).status_code == 404
    assert firm.client(part).get(f"/o/nordvik/sign-offs/{evidence.challenge_id}/").status_code == 404


def test_a_reader_of_the_plan_sees_the_plan_and_not_the_evidence(firm: Cast) -> None:
    made = handed_in(firm, shared_with="p-6")
    client = Client()
    client.force_login(somebody(firm, "p-6").user)
    page = client.get(f"/o/nordvik/challenges/{made.pk}/shared").content.decode()
    assert "A couple asks only for a lower rate." in page
    assert "about the baby" not in page
    assert client.get(f"/o/nordvik/challenges/{made.pk}/").status_code == 404


def test_two_gigabytes_are_refused_before_a_byte_is_read(firm: Cast) -> None:
    made = planned(firm)

    class Unread(BytesIO):
        def read(self, *size: int | None) -> bytes:
            raise AssertionError("The body was read.")

    reply = firm.client("learner").post(
        f"/o/nordvik/challenges/{made.pk}/hand-in", CONTENT_LENGTH=str(2 * 1024**3), **{"wsgi.input": Unread()}
    )
    assert reply.status_code == 413
    page = reply.content.decode()
    assert "Nothing was read or stored. A file of evidence may have 25 MB." in page
    assert f'href="/o/nordvik/challenges/{made.pk}/"' in page
    assert not Evidence.objects.exists()


def test_a_forged_request_is_refused_although_the_size_is_looked_at_first(firm: Cast) -> None:
    made = planned(firm)
    client = Client(enforce_csrf_checks=True)
    client.force_login(firm.users["learner"])
    assert client.post(f"/o/nordvik/challenges/{made.pk}/hand-in", {"text": "I asked."}).status_code == 403
    assert not Evidence.objects.exists()


def test_files_that_are_too_large_empty_or_of_another_kind_are_refused_with_every_reason(firm: Cast) -> None:
    for name, size in (("big.pdf", LARGEST + 1), ("empty.pdf", 0), ("tool.exe", 10)):
        with pytest.raises(InputError):
            hand_in(
                viewer=somebody(firm, "p-3"), challenge=planned(firm), asks=the_asks(firm),
                handed=Handed(file_name=name, size=size, chunks=lambda: [b"x"]),
            )  # fmt: skip
    file = SimpleUploadedFile("tool.exe", b"x")
    reply = firm.client("learner").post(f"/o/nordvik/challenges/{planned(firm).pk}/hand-in", {"file": file})
    assert reply.status_code == 422
    assert "This kind of file is not taken." in reply.content.decode()
    assert not folder(firm).exists()


def test_a_disk_that_fails_leaves_neither_a_row_nor_half_a_file(firm: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handing_in, "keep_file", full)
    made = planned(firm)
    handed = Handed(file_name="note.txt", size=4, chunks=lambda: [b"note"])
    with pytest.raises(OSError, match="No space"):
        hand_in(viewer=somebody(firm, "p-3"), challenge=made, asks=the_asks(firm), handed=handed)
    made.refresh_from_db()
    assert (made.state, Evidence.objects.count()) == ("planned", 0)


def test_a_file_that_breaks_off_leaves_no_half_of_it(firm: Cast) -> None:
    def broken() -> Iterator[bytes]:
        yield b"not"
        raise OSError(5, "Input/output error")

    made = planned(firm)
    handed = Handed(file_name="note.txt", size=4, chunks=broken)
    with pytest.raises(OSError, match="Input/output"):
        hand_in(viewer=somebody(firm, "p-3"), challenge=made, asks=the_asks(firm), handed=handed)
    assert list(folder(firm).iterdir()) == []


def test_a_transaction_done_again_leaves_one_file(firm: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(work: Callable[[], object]) -> object:
        with suppress(IntegrityError), transaction.atomic():
            work()
            raise IntegrityError
        return in_one(work)

    monkeypatch.setattr(handing_in, "in_one", twice)
    evidence = with_file(firm)
    assert [path.name for path in folder(firm).iterdir()] == [str(evidence.pk)]


def test_evidence_is_deleted_on_its_day_and_what_was_signed_stays(firm: Cast) -> None:
    evidence = with_file(firm)
    path = path_of_file(firm.organisation, evidence)
    due(later(EVIDENCE_KEPT.days - 1))
    assert path.is_file()
    due(later(EVIDENCE_KEPT.days + 2))
    evidence.refresh_from_db()
    assert not path.exists()
    assert (evidence.file_name, evidence.deleted is None) == ("", False)
    assert Challenge.objects.filter(pk=evidence.challenge_id).exists()


def test_a_person_takes_home_everything_about_them_what_others_said_included(firm: Cast) -> None:
    made = signed(firm)
    made.check_ins.filter(days=30, source="observer").update(used=True, answered=later(0), example="Twice in March.")
    (row,) = ChallengeStore().export(firm.organisation, "p-3")
    assert row["case"] == "A couple asks only for a lower rate."
    assert row["observations"] == [{"levels": {"asks": 2, "date": 1}, "comment": "Calm, and to the point."}]
    assert "Twice in March." in [check["example"] for check in row["check_ins"]]
    theirs = ChallengeStore().export(firm.organisation, "m-1")
    assert {"said_as_observer", "observed_on", "decided_on"} <= {next(iter(one)) for one in theirs}
    assert [one["comment"] for one in theirs if "observed_on" in one] == ["Calm, and to the point."]
    assert not [one for one in theirs if "p-3" in str(one)]


def test_an_erased_person_leaves_no_row_and_no_file_and_an_erased_signer_no_name(firm: Cast) -> None:
    evidence = with_file(firm)
    path = path_of_file(firm.organisation, evidence)
    signed(firm, "p-6")
    store = ChallengeStore()
    assert store.erase(firm.organisation, "m-1") > 0
    other = Challenge.objects.get(person="p-6")
    assert (other.signed_by, other.state) == ("", "signed")
    assert not CheckIn.objects.filter(person="m-1").exists()
    store.erase(firm.organisation, "p-3")
    assert not path.exists()
    assert not Challenge.objects.filter(person="p-3").exists()
    assert store.export(firm.organisation, "p-3") == []
    assert store.erase(firm.organisation, "") == 0


def test_the_day_evidence_goes_stands_beside_the_field(firm: Cast) -> None:
    made = planned(firm)
    page = firm.client("learner").get(f"/o/nordvik/challenges/{made.pk}/").content.decode()
    day = dt.date.today() + EVIDENCE_KEPT
    assert "Confidential: about your work, not about a customer. At most 25 MB." in page
    assert f"Deleted on {day.day} {day:%B %Y}." in page
