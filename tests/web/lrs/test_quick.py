"""Statements sent one by one, which PostgreSQL stores in one call: they end as those of a batch do."""

import json
import uuid
from typing import Any

from tests.web.lrs.http import Caller
from tests.xapi.builders import a_statement, a_voiding, an_agent


def warmed(caller: Caller) -> tuple[dict[str, Any], dict[str, Any]]:
    """A verb and an activity that this server process has stored before; both server processes get to know them."""
    verb = {"id": f"https://example.com/verbs/{uuid.uuid4()}"}
    about = {"id": f"https://example.com/{uuid.uuid4()}", "definition": {"name": {"en": "Thing"}}}
    for _ in range(6):
        assert caller.post(a_statement(verb=verb, object=about)).status == 200
    return verb, about


def test_the_bytes_read_are_those_sent_with_the_instant_before(caller: Caller) -> None:
    verb, about = warmed(caller)
    one = a_statement(id=str(uuid.uuid4()), verb=verb, object=about, actor=an_agent(f"é-{uuid.uuid4()}"))
    assert caller.post(one).status == 200
    found = caller.send("GET", "statements", statementId=one["id"]).json
    assert {key: found[key] for key in ("id", "actor", "verb", "object")} == {
        key: one[key] for key in ("id", "actor", "verb", "object")
    }
    assert len(found["stored"]) == len("2026-11-24T08:30:00.123456Z")
    everything = caller.send("GET", "statements", verb=verb["id"], ascending="true").json["statements"]
    assert [each["stored"] for each in everything] == sorted({each["stored"] for each in everything})
    assert everything[-1]["id"] == one["id"]


def test_a_stranger_is_found_at_once_and_collects_names(caller: Caller) -> None:
    verb, about = warmed(caller)
    who = an_agent(f"a{uuid.uuid4()}")
    for name in ("Ada", "Ada King", "Ada", "Ada \x00"):
        assert caller.post(a_statement(verb=verb, object=about, actor={**who, "name": name})).status == 200
    assert len(caller.ids(agent=json.dumps(who))) == 4
    person = caller.send("GET", "agents", agent=json.dumps(who)).json
    assert person["name"] == ["Ada", "Ada King", "Ada \x00"]


def test_whom_and_what_a_statement_names_beside_its_own_is_found(caller: Caller) -> None:
    verb, about = warmed(caller)
    teacher, course = an_agent(f"t{uuid.uuid4()}"), {"id": f"https://example.com/courses/{uuid.uuid4()}"}
    group = {"objectType": "Group", "member": [an_agent(f"m{uuid.uuid4()}"), an_agent(f"n{uuid.uuid4()}")]}
    context = {"instructor": teacher, "contextActivities": {"parent": [course]}, "registration": str(uuid.uuid4())}
    sent = [caller.post(a_statement(verb=verb, object=about, actor=group, context=context)).json[0] for _ in range(3)][
        ::-1
    ]
    assert caller.ids(registration=context["registration"]) == sent
    assert caller.ids(agent=json.dumps(group["member"][1])) == sent
    assert caller.ids(agent=json.dumps(teacher)) == []
    assert caller.ids(agent=json.dumps(teacher), related_agents="true") == sent
    assert caller.ids(activity=course["id"], related_activities="true") == sent


def test_a_repeat_changes_nothing_another_statement_is_refused_and_what_was_voided_stays_so(caller: Caller) -> None:
    verb, about = warmed(caller)
    one = a_statement(id=str(uuid.uuid4()), verb=verb, object=about)
    assert [caller.post(one).status for _ in range(4)] == [200] * 4
    assert caller.post({**one, "actor": an_agent("another")}).status == 409
    late = a_statement(id=str(uuid.uuid4()), verb=verb, object=about)
    assert caller.post(a_voiding(late["id"])).status == 200
    assert caller.post(late).status == 200
    assert late["id"] not in caller.ids(verb=verb["id"])
    assert caller.send("GET", "statements", voidedStatementId=late["id"]).status == 200
