"""A person's data through every store: exported whole, erased whole, proven without a name."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast
from tests.web.roster import take_in, with_roster

from upshot.lake.lake import Lake
from upshot.web.accounts.models import Membership, User
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Access, Event
from upshot.web.people.models import Person
from upshot.web.privacy import services
from upshot.web.privacy.models import Erasure
from upshot.web.privacy.stores import stores


@pytest.fixture
def firm(cast: Cast, tmp_path: Path) -> Cast:
    with_roster(cast, tmp_path)
    rows = [{"person": "p-1", "activity": "talks", "verb": "completed", "at": "2025-02-01"}]
    take_in(cast.organisation, "learning", rows, tmp_path)
    return cast


def ours() -> list[type]:
    return [model for model in apps.get_models() if model.__module__.startswith("upshot.web.")]


def test_every_model_says_what_personal_data_it_holds_and_how_it_is_retired() -> None:
    silent = [
        model.__name__
        for model in ours()
        if "Personal data:" not in (model.__doc__ or "") or "Retired:" not in (model.__doc__ or "")
    ]
    assert silent == []


def test_every_model_with_an_identifier_of_the_roster_belongs_to_a_store() -> None:
    answered_for = {name for store in stores() for name in store.models}
    holding = {
        f"{model._meta.app_label}.{model.__name__}"
        for model in ours()
        if {field.name for field in model._meta.get_fields()} & {"person", "account", "learner", "actor"}
    }
    assert holding <= answered_for


def test_the_export_holds_what_every_store_knows(firm: Cast) -> None:
    client = firm.client("administrator")
    client.get("/o/nordvik/people/of/p-1/")
    body = json.loads(client.get("/o/nordvik/privacy/export/p-1").content)
    found = body["stores"]
    assert found["roster"][0]["key"] == "p-1"
    assert found["sign-in"][0]["email"] == "learner@nordvik.example"
    assert {row["table"] for row in found["lake"]} == {"people", "learning"}
    assert [row["what"] for row in found["access log"]] == ["history"]


def test_erasing_needs_the_identifier_typed_and_keeps_what_was_typed(firm: Cast) -> None:
    reply = firm.client("administrator").post("/o/nordvik/privacy/person/p-1", {"confirm": "p-2"})
    assert "This is not the identifier above" in reply.content.decode()
    assert Person.objects.filter(key="p-1").exists()


def test_an_erased_person_is_in_no_store_and_the_proof_names_nobody(firm: Cast) -> None:
    client = firm.client("administrator")
    client.get("/o/nordvik/people/of/p-1/")
    client.post("/o/nordvik/privacy/person/p-1", {"confirm": "p-1"})
    viewer = firm.viewer("administrator")
    assert all(not part.rows for part in services.export(viewer=viewer, person="p-1") if part.store != "access log")
    assert not Person.objects.filter(key="p-1").exists()
    assert not Membership.objects.filter(person="p-1").exists()
    assert not User.objects.filter(email="learner@nordvik.example").exists()
    kept = Erasure.objects.get()
    written = json.dumps([kept.rows, kept.digest, list(Event.objects.values_list("subject", "detail"))])
    assert "p-1" not in written
    assert "Yes: erased on" in client.get("/o/nordvik/privacy/erasures?identifier=p-1").content.decode()
    assert "No erasure of this" in client.get("/o/nordvik/privacy/erasures?identifier=p-2").content.decode()


def test_erasing_twice_does_no_harm(firm: Cast) -> None:
    viewer = firm.viewer("administrator")
    services.erase(viewer=viewer, person="p-1")
    assert sum(services.erase(viewer=viewer, person="p-1").rows.values()) == 0


def test_moments_kept_while_a_person_is_being_erased_do_not_stay(firm: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = workspace_of(firm.organisation).root / "moments" / "of-a-slice.parquet"
    erase = Lake.erase

    def meanwhile(lake: Lake, person: str) -> int:
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(b"moments with p-1 in them")
        return erase(lake, person)

    monkeypatch.setattr(Lake, "erase", meanwhile)
    services.erase(viewer=firm.viewer("administrator"), person="p-1")
    assert not kept.exists()


def test_erasing_nobody_does_not_touch_those_without_an_identifier(firm: Cast) -> None:
    before = Membership.objects.count()
    services.erase(viewer=firm.viewer("administrator"), person="")
    assert Membership.objects.count() == before


def test_what_was_answered_is_remembered_per_reader_and_data(firm: Cast) -> None:
    analyst, leader = firm.viewer("analyst"), firm.viewer("leader")
    west = frozenset({("West",)})
    assert services.remember(analyst, subject="talks", fingerprint="f1", selections=[west, west]) == 1
    assert services.remember(analyst, subject="talks", fingerprint="f1", selections=[west]) == 0
    assert services.answered(analyst, subject="talks", fingerprint="f1") == [west]
    assert services.answered(analyst, subject="talks", fingerprint="f2") == []
    assert services.answered(leader, subject="talks", fingerprint="f1") == []


def test_the_audit_export_disarms_formulas(firm: Cast) -> None:
    Event.objects.create(organisation=firm.organisation, user=None, action="note", subject='=HYPERLINK("x")')
    text = firm.client("administrator").get("/o/nordvik/audit/export.csv").content.decode()
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_pages_pass_axe(firm: Cast, opened: Opener, mode: str) -> None:
    Access.objects.create(organisation=firm.organisation, user=None, what="roster", purpose="a look")
    for path in ("privacy/person/p-1", "privacy/erasures", "audit/", "audit/access"):
        page = opened(f"/o/nordvik/{path}", firm.users["administrator"], mode=mode)
        accessible(page, f"{path.strip('/').replace('/', '-')}-{mode}")
