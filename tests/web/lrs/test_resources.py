"""The resources over HTTP: what was sent comes back, in each form; refusals are explained and logged."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.web.lrs.local import Sender, a_sender, a_store
from tests.xapi.builders import (
    ACTIVITY,
    ID,
    OTHER_ID,
    a_full_statement,
    a_statement,
    a_voiding,
    an_agent,
)

from upshot.web.lrs.models import Refusal, Statement
from upshot.web.lrs.services.refusals import KEPT, forget_old_refusals
from upshot.web.lrs.views import call
from upshot.xapi.decode import decoded, encoded
from upshot.xapi.equality import same
from upshot.xapi.multipart import boundary_of, parsed

pytestmark = pytest.mark.django_db

AGENT = encoded(an_agent()).decode()


@pytest.fixture
def sender(home: Path) -> Sender:
    return a_sender(a_store(home))


def test_what_was_put_comes_back_with_what_the_store_adds(sender: Sender) -> None:
    sent = a_full_statement()
    assert sender.send("PUT", "statements", sent, statementId=ID.upper()).status_code == 204
    answer = sender.send("GET", "statements", statementId=ID)
    back = decoded(answer.content)
    assert same(sent, back)
    assert back["id"] == ID
    assert back["stored"].endswith("Z")
    assert back["timestamp"] == sent["timestamp"]
    assert answer["Last-Modified"].endswith("GMT")
    assert answer["X-Experience-API-Consistent-Through"] >= back["stored"] or back["stored"]
    assert sender.send("HEAD", "statements", statementId=ID).status_code == 200


def test_a_repeat_is_no_conflict_and_a_change_is(sender: Sender) -> None:
    assert sender.post(a_statement(id=ID)).status_code == 200
    assert sender.post(a_statement(id=ID, timestamp="2020-01-01T00:00:00Z")).status_code == 200
    assert sender.post(a_statement(id=ID, actor=an_agent("bo"))).status_code == 409
    assert sender.post([a_statement(id=OTHER_ID), a_statement(id=ID, actor=an_agent("bo"))]).status_code == 409
    assert sender.ids() == [ID]


def test_a_batch_is_stored_whole_or_not_at_all(sender: Sender) -> None:
    response = sender.post([a_statement(id=ID), a_statement(verb={"id": "no iri"})])
    assert response.status_code == 400
    (problem,) = response.json()["problems"]
    assert problem["property"] == "[1].verb.id"
    assert "Data 2.4.3" in problem["text"]
    assert sender.post([a_statement(id=ID), a_statement(id=ID)]).status_code == 400
    assert sender.ids() == []


def test_partial_acceptance_is_asked_for_and_gives_each_its_reason(sender: Sender) -> None:
    sender.post(a_statement(id=OTHER_ID))
    batch = [a_statement(id=ID), a_statement(actor={}), a_statement(id=OTHER_ID, actor=an_agent("bo")), 7]
    answer = sender.post(batch, **{"X-Upshot-Partial": "true"})
    outcomes = answer.json()
    assert [one["stored"] for one in outcomes] == [True, False, False, False]
    assert [len(one["problems"]) > 0 for one in outcomes] == [False, True, True, True]
    assert answer["X-Upshot-Partial"] == "stored=1; sent=4"
    assert set(sender.ids()) == {ID, OTHER_ID}


def test_refusals_are_logged_without_what_was_in_them(sender: Sender) -> None:
    sender.post(a_statement(actor={"mbox": "ada.lovelace@example.com"}, verb={"id": "Did it"}))
    (kept,) = Refusal.objects.all()
    assert (kept.status, kept.resource, kept.credential) == (400, "statements", "system")
    assert {problem["property"] for problem in kept.problems} == {"actor.mbox", "verb.id"}
    assert "lovelace" not in json.dumps(kept.problems)
    assert "Did it" not in json.dumps(kept.problems)
    Refusal.objects.update(at=kept.at - KEPT)
    assert forget_old_refusals() == 1


def test_pages_follow_each_other_without_gap_or_repeat(sender: Sender) -> None:
    sent = sender.post([a_statement() for _ in range(7)]).json()
    for ascending in ("true", "false"):
        found: list[str] = []
        answer = sender.get(limit="3", ascending=ascending)
        while True:
            found += [statement["id"] for statement in answer["statements"]]
            if not answer["more"]:
                break
            answer = decoded(sender.send("GET", answer["more"].removeprefix("/xapi/")).content)
        assert found == (sent if ascending == "true" else sent[::-1])


def test_since_and_until_cut_by_the_time_of_storing(sender: Sender) -> None:
    sent = sender.post([a_statement() for _ in range(3)]).json()
    stored = [sender.get(statementId=one)["stored"] for one in sent]
    assert stored == sorted(stored)
    assert sender.ids(since=stored[0]) == sent[:0:-1]
    assert sender.ids(until=stored[1]) == sent[1::-1]


def test_voiding_works_in_either_order(sender: Sender) -> None:
    sender.post(a_voiding(ID, id=OTHER_ID))
    sender.post(a_statement(id=ID))
    assert sender.send("GET", "statements", statementId=ID).status_code == 404
    assert sender.get(voidedStatementId=ID)["id"] == ID
    assert sender.ids() == [OTHER_ID]
    sender.post(a_voiding(OTHER_ID))
    assert sender.send("GET", "statements", statementId=OTHER_ID).status_code == 200


def test_forms_are_ids_exact_and_canonical(sender: Sender) -> None:
    named = {"id": ACTIVITY, "definition": {"name": {"en": "Negotiation", "de": "Verhandeln"}}}
    sender.post(a_statement(object=named))
    sender.post(a_statement(id=ID, object={"id": ACTIVITY, "definition": {"name": {"fr": "Négocier"}}}))
    exact = sender.get(statementId=ID)["object"]
    assert exact["definition"] == {"name": {"fr": "Négocier"}}
    assert sender.get(statementId=ID, format="ids")["object"] == {"id": ACTIVITY}
    answer = sender.send("GET", "statements", headers={"Accept-Language": "de-CH"}, statementId=ID, format="canonical")
    assert decoded(answer.content)["object"]["definition"]["name"] == {"de": "Verhandeln"}


def test_without_the_define_scope_descriptions_are_not_taken(home: Path) -> None:
    organisation = a_store(home)
    named = {"id": ACTIVITY, "definition": {"name": {"en": "Negotiation"}}}
    a_sender(organisation, "statements/write").post(a_statement(object=named))
    answer = a_sender(organisation).send("GET", "activities", activityId=ACTIVITY)
    assert decoded(answer.content) == {"objectType": "Activity", "id": ACTIVITY}


def test_attachments_come_back_with_their_statements(sender: Sender) -> None:
    content = b"certificate\r\n--x is not a boundary"
    sha2 = hashlib.sha256(content).hexdigest()
    entry = {"usageType": "https://e.example/c", "display": {}, "contentType": "text/plain", "length": 1, "sha2": sha2}
    statement = encoded(a_statement(id=ID, attachments=[entry]))
    body = b"--bb\r\nContent-Type: application/json\r\n\r\n" + statement
    body += b"\r\n--bb\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n"
    body += b"X-Experience-API-Hash: " + sha2.encode() + b"\r\n\r\n" + content + b"\r\n--bb--\r\n"
    assert sender.send("POST", "statements", body, kind="multipart/mixed; boundary=bb").status_code == 200
    answer = sender.send("GET", "statements", attachments="true")
    first, second = parsed(answer.content, boundary_of(answer["Content-Type"]))
    assert decoded(first.content)["statements"][0]["id"] == ID
    assert second.content == content
    assert second.headers["x-experience-api-hash"] == sha2


@pytest.mark.parametrize("resource", ["statements", "activities", "agents", "activities/state"])
def test_a_resource_says_which_methods_it_answers(resource: str, sender: Sender) -> None:
    response = sender.send("PATCH", resource)
    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_a_request_larger_than_the_store_takes_is_refused(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "LARGEST_BODY", 100)
    assert sender.post([a_statement()] * 3).status_code == 413


def test_about_needs_neither_version_nor_credential(home: Path) -> None:
    a_store(home)
    response = Sender("", version="").send("GET", "about")
    assert "2.0.0" in response.json()["version"]
    assert Sender("", version="").send("POST", "about").status_code == 405


def test_an_agent_s_person_has_every_name_it_was_given(sender: Sender) -> None:
    sender.post([a_statement(actor={**an_agent(), "name": name}) for name in ("Ada", "A. Lovelace", "Ada")])
    person = decoded(sender.send("GET", "agents", agent=AGENT).content)
    assert person == {"objectType": "Person", "mbox": ["mailto:ada@example.com"], "name": ["Ada", "A. Lovelace"]}


PLACES: dict[str, dict[str, str]] = {
    "activities/state": {"activityId": ACTIVITY, "agent": AGENT, "stateId": "bookmark"},
    "activities/profile": {"activityId": ACTIVITY, "profileId": "bookmark"},
    "agents/profile": {"agent": AGENT, "profileId": "bookmark"},
}


@pytest.mark.parametrize("resource", sorted(PLACES))
def test_documents_are_kept_merged_listed_and_deleted(resource: str, sender: Sender) -> None:
    place = PLACES[resource]
    new = {"If-None-Match": "*"}
    assert sender.send("PUT", resource, {"a": 1}, headers=new, **place).status_code == 204
    assert sender.send("PUT", resource, {"a": 2}, headers=new, **place).status_code == 412
    kept = sender.send("GET", resource, **place)
    assert kept.json() == {"a": 1}
    assert sender.send("POST", resource, {"b": 2}, headers={"If-Match": kept["ETag"]}, **place).status_code == 204
    assert sender.send("POST", resource, {"b": 3}, headers={"If-Match": kept["ETag"]}, **place).status_code == 412
    assert sender.send("GET", resource, **place).json() == {"a": 1, "b": 2}
    folder = {name: value for name, value in place.items() if name not in ("stateId", "profileId")}
    assert sender.send("GET", resource, **folder).json() == ["bookmark"]
    assert sender.send("GET", resource, since="2100-01-01T00:00:00Z", **folder).json() == []
    assert sender.send("DELETE", resource, **place).status_code == 204
    assert sender.send("GET", resource, **place).status_code == 404


def test_states_of_one_registration_are_deleted_together(sender: Sender) -> None:
    place = PLACES["activities/state"]
    folder = {name: value for name, value in place.items() if name != "stateId"}
    for registration in (ID, OTHER_ID):
        sender.send("PUT", "activities/state", {"r": registration}, registration=registration, **place)
    assert sender.send("DELETE", "activities/state", registration=ID, **folder).status_code == 204
    left = [sender.send("GET", "activities/state", registration=one, **place).status_code for one in (ID, OTHER_ID)]
    assert left == [404, 200]


def test_a_binary_document_comes_back_byte_for_byte(sender: Sender) -> None:
    place: dict[str, Any] = PLACES["activities/state"]
    sender.send("PUT", "activities/state", b"\x00\xff\r\n", kind="image/png", **place)
    answer = sender.send("GET", "activities/state", **place)
    assert (answer.content, answer["Content-Type"]) == (b"\x00\xff\r\n", "image/png")


def test_a_long_batch_is_one_turn_with_increasing_instants(sender: Sender) -> None:
    sender.post([a_statement() for _ in range(300)])
    stored = list(Statement.objects.order_by("stored").values_list("stored", flat=True))
    assert stored == list(range(stored[0], stored[0] + 300))
