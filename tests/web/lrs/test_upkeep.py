"""Bulk load, the lake, erasure, identities, retention, export: late, voided and erased statements are reflected."""

import csv
import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from tests.web.lrs.local import Sender, a_sender, a_store
from tests.xapi.builders import ACTIVITY, ID, OTHER_ID, VERB, a_statement, a_voiding, an_agent

from upshot.errors import FeedError, InputError
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.lrs.chores import do_chores
from upshot.web.lrs.models import (
    Agent,
    Change,
    Erasure,
    RetentionRule,
    Statement,
    StatementActivity,
    StatementAgent,
    StoredDocument,
    Tombstone,
)
from upshot.web.lrs.personal import StatementStore, identifiers_of
from upshot.web.lrs.services.bulk import load_file
from upshot.web.lrs.services.erasing import erase_agent, holds
from upshot.web.lrs.services.exporting import export_file
from upshot.web.lrs.services.identities import link_agents, unlink_agents
from upshot.web.lrs.services.lake import follow
from upshot.web.lrs.services.retention import expire, set_rule
from upshot.xapi.decode import decoded, encoded

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parents[2] / "data" / "fun_mooc_xapi" / "statements.jsonl.gz"
RESULT = {"success": True, "score": {"raw": 8, "min": 0, "max": 10}, "duration": "PT90S"}


@pytest.fixture
def firm(home: Path) -> Organisation:
    return a_store(home)


def records(firm: Organisation) -> list[dict[str, Any]]:
    """The learning records in the lake, by time."""
    found: list[dict[str, Any]] = (
        workspace_of(firm).lake().query('SELECT * FROM learning ORDER BY "at", account').to_pylist()
    )
    return found


def test_a_file_of_real_statements_is_loaded_once_and_reaches_the_lake(firm: Organisation) -> None:
    loaded = load_file(firm, SAMPLE)
    assert (loaded.read, loaded.stored, loaded.refused) == (200, 200, 0)
    assert (load_file(firm, SAMPLE).stored, Statement.objects.count()) == (200, 200)
    done = follow(firm)
    # Of 200 statements 118 are gestures on the player: paused 60, seeked 30, interacted 28.
    assert (done.statements, done.added, done.retracted) == (200, 82, 0)
    assert follow(firm).added == 0
    found = records(firm)
    assert {row["verb"] for row in found} == {"played", "initialized", "completed", "terminated"}
    assert all(row["account"].startswith("http://fun-mooc.fr:learner-") for row in found)
    assert any(row["duration"] and row["duration"] > 0 for row in found if row["verb"] == "completed")


def test_lines_that_cannot_be_stored_are_listed_with_their_number(firm: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    lines = [encoded(a_statement(id=ID)), b"{", encoded(a_statement(actor={})), b"", encoded(a_statement(id=ID))]
    path.write_bytes(b"\n".join(lines))
    loaded = load_file(firm, path)
    assert (loaded.read, loaded.stored, loaded.refused) == (4, 2, 2)
    assert [(line, problem.code) for line, problem in loaded.reasons] == [(2, "xapi-json"), (3, "xapi-identifier")]
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("content", [None, b"\x1f\x8bbroken"])
def test_a_file_that_cannot_be_read_is_refused(content: bytes | None, firm: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FeedError):
        load_file(firm, path)


def test_a_statement_becomes_a_record_with_its_result_and_local_date(firm: Organisation) -> None:
    group = {"objectType": "Group", "member": [an_agent("bo"), an_agent("cem")]}
    named = {"id": ACTIVITY, "definition": {"name": {"en": "Negotiation"}}}
    sender = a_sender(firm)
    sender.post(a_statement(result=RESULT, object=named, timestamp="2026-11-24T23:30:00-05:00"))
    sender.post(a_statement(actor=group, timestamp="2026-11-26T08:00:00Z"))
    sender.post(a_statement(object=an_agent("dora")))
    assert follow(firm).added == 3
    first, *members = records(firm)
    assert (first["account"], first["activity"], first["verb"]) == ("mailto:ada@example.com", ACTIVITY, "completed")
    assert (first["title"], first["success"], first["score"], first["duration"]) == ("Negotiation", True, 0.8, 90.0)
    assert (first["at"].isoformat(), first["date"]) == ("2026-11-25T04:30:00+00:00", dt.date(2026, 11, 24))
    assert [row["account"] for row in members] == ["mailto:bo@example.com", "mailto:cem@example.com"]


def test_an_account_of_this_installation_is_a_person_of_the_roster(firm: Organisation) -> None:
    actor = {"account": {"homePage": "http://127.0.0.1:8000", "name": "P-7"}}
    a_sender(firm).post(a_statement(actor=actor))
    follow(firm)
    assert records(firm)[0]["person"] == "P-7"


def test_late_and_voided_statements_are_reflected(firm: Organisation) -> None:
    sender = a_sender(firm)
    sender.post([a_statement(id=ID, timestamp="2026-11-02T00:00:00Z"), a_statement(timestamp="2026-11-03T00:00:00Z")])
    assert follow(firm).added == 2
    sender.post(a_statement(timestamp="2026-11-01T00:00:00Z"))
    sender.post(a_voiding(ID))
    done = follow(firm)
    assert (done.added, done.retracted) == (1, 1)
    assert [row["date"].day for row in records(firm)] == [1, 3]
    assert Change.objects.count() == 0
    sender.post(a_voiding(OTHER_ID))
    sender.post(a_statement(id=OTHER_ID))
    assert follow(firm).added == 0


def known_of(firm: Organisation) -> str:
    """Everything that is stored, as text."""
    parts = [bytes(one) for one in Statement.objects.values_list("payload", flat=True)]
    parts += [bytes(one) for one in Agent.objects.values_list("described", flat=True)]
    parts += [bytes(one) for one in StoredDocument.objects.values_list("content", flat=True)]
    return b"".join(parts).decode() + str(records(firm)) + str(list(Erasure.objects.values()))


def a_life(sender: Sender) -> None:
    """Somebody acts, is named by others, and leaves a bookmark."""
    ada = {**an_agent(), "name": "Ada Lovelace"}
    sender.post([a_statement(id=ID, actor=ada), a_statement(actor=an_agent("bo"), context={"instructor": ada})])
    sender.post(a_statement(actor=an_agent("cem"), object={**ada, "objectType": "Agent"}))
    place = {"activityId": ACTIVITY, "agent": encoded(an_agent()).decode(), "stateId": "x"}
    sender.send("PUT", "activities/state", b"bookmark of Lovelace", kind="text/plain", **place)


def test_an_erased_person_is_nowhere_and_does_not_come_back(firm: Organisation) -> None:
    sender = a_sender(firm)
    a_life(sender)
    follow(firm)
    assert "Lovelace" in known_of(firm)
    proof = erase_agent(firm, "mailto:ada@example.com", reason="asked to")
    assert proof.counts == {"statements": 1, "mentions": 2, "documents": 1, "learning records": 1}
    assert "Lovelace" not in known_of(firm)
    assert "ada@example.com" not in known_of(firm)
    assert holds(proof, "mailto:ada@example.com")
    assert not holds(proof, "mailto:bo@example.com")
    assert sender.post(a_statement(id=ID)).status_code == 200
    assert sender.send("GET", "statements", statementId=ID).status_code == 404
    assert Tombstone.objects.get().why == "erased"
    assert len(sender.ids()) == 2
    proof.counts["statements"] = 9
    assert not holds(proof, "mailto:ada@example.com")


def test_after_an_erasure_the_same_identifier_starts_anew(firm: Organisation) -> None:
    sender = a_sender(firm)
    a_life(sender)
    erase_agent(firm, "mailto:ada@example.com", reason="asked to")
    (again,) = sender.post(a_statement()).json()
    assert sender.ids(agent=encoded(an_agent()).decode()) == [again]


def test_a_new_address_is_the_same_person(firm: Organisation) -> None:
    sender = a_sender(firm)
    old, new = "mailto:ada@example.com", "mailto:ada.king@example.com"
    sender.post([a_statement(), a_statement(actor=an_agent("ada.king"))])
    link = link_agents(firm, old, new, reason="married")
    person = decoded(sender.send("GET", "agents", agent=encoded(an_agent()).decode()).content)
    assert person["mbox"] == [old, new]
    follow(firm)
    assert {row["person"] for row in records(firm)} == {new}
    unlink_agents(link)
    assert {row["person"] for row in records(firm)} == {old, new}
    link_agents(firm, old, new)
    assert erase_agent(firm, new, reason="asked to").counts["statements"] == 2
    with pytest.raises(InputError):
        link_agents(firm, "ada", new)


def test_a_person_of_the_roster_is_exported_and_erased_with_their_accounts(firm: Organisation) -> None:
    a_life(a_sender(firm))
    follow(firm)
    workspace_of(firm).lake().merge_accounts("mailto:ada@example.com", "P-7", reason="roster")
    assert "mailto:ada@example.com" in identifiers_of(firm, "P-7")
    store = StatementStore()
    assert len(store.export(firm, "P-7")) == 4
    assert store.erase(firm, "P-7") == 5
    assert store.export(firm, "P-7") == []


def test_retention_goes_by_class_and_reaches_the_lake(firm: Organisation) -> None:
    course = {"id": "https://example.com/course", "definition": {"type": "https://example.com/course-type"}}
    seen = {"id": "https://example.com/verbs/seen"}
    sender = a_sender(firm)
    kept, typed, other = sender.post(
        [a_statement(), a_statement(object=course, verb=seen), a_statement(verb=seen)]
    ).json()
    follow(firm)
    set_rule(firm, days=1, verb=VERB)
    set_rule(firm, days=900, verb=VERB)
    set_rule(firm, days=300, activity_type="https://example.com/course-type")
    set_rule(firm, days=30)
    assert RetentionRule.objects.count() == 3
    with pytest.raises(InputError):
        set_rule(firm, days=0)
    assert expire(firm) == 0
    assert expire(firm, now=timezone.now() + dt.timedelta(days=31)) == 1
    assert set(sender.ids()) == {kept, typed}
    assert expire(firm, now=timezone.now() + dt.timedelta(days=301)) == 1
    assert sender.ids() == [kept]
    assert follow(firm).retracted == 2
    assert [row["verb"] for row in records(firm)] == ["completed"]
    assert other not in sender.ids()


def test_what_one_firm_deletes_is_still_found_at_another_that_stored_at_the_same_instant(
    firm: Organisation, home: Path
) -> None:
    course, teacher = {"id": "https://example.com/course"}, an_agent("teacher")
    context = {"instructor": teacher, "contextActivities": {"parent": [course]}}
    elsewhere = a_store(home, "elsewhere")
    for one in (firm, elsewhere):
        a_sender(one).post(a_statement(context=context))
    ours, theirs = (Statement.objects.get(organisation=one).stored for one in (firm, elsewhere))
    for kind in (Statement, StatementAgent, StatementActivity):
        assert kind.objects.filter(stored=theirs).update(stored=ours) == 1
    set_rule(firm, days=1)
    assert expire(firm, now=timezone.now() + dt.timedelta(days=2)) == 1
    reader = a_sender(elsewhere)
    assert len(reader.ids(agent=encoded(teacher).decode(), related_agents="true")) == 1
    assert len(reader.ids(activity=course["id"], related_activities="true")) == 1
    assert (StatementAgent.objects.count(), StatementActivity.objects.count()) == (1, 1)


def test_every_statement_is_exported_and_the_lines_load_again(firm: Organisation, home: Path, tmp_path: Path) -> None:
    sender = a_sender(firm)
    sender.post([a_statement(id=ID, result=RESULT), a_statement(actor={**an_agent(), "name": "=1+1"})])
    lines, table, sheet = tmp_path / "s.jsonl.gz", tmp_path / "s.parquet", tmp_path / "s.csv"
    assert [export_file(firm, path) for path in (lines, table, sheet)] == [2, 2, 2]
    assert pq.read_table(table)["success"].to_pylist() == [True, None]
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8").splitlines()))
    assert [row["actor"] for row in rows] == ["mailto:ada@example.com"] * 2
    with gzip.open(lines) as file:
        assert decoded(next(file))["id"] == ID
    elsewhere = a_store(home, "elsewhere")
    assert load_file(elsewhere, lines).stored == 2
    with pytest.raises(InputError):
        export_file(firm, tmp_path / "s.docx")


def test_the_chores_of_one_organisation_do_not_wait_for_another_s(
    firm: Organisation, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = a_store(home, "elsewhere")
    a_sender(broken).post(a_statement())
    Organisation.objects.filter(pk=broken.pk).update(folder="nowhere")
    a_sender(firm).post(a_statement())
    set_rule(firm, days=30)
    do_chores(rare=True)
    assert len(records(firm)) == 1
    assert f"organisation {broken.pk}" in caplog.text
