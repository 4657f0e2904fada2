"""Statements sent one by one, which PostgreSQL stores in one call: they end as those of a batch do."""

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from benchmarks.lrs_store import Store
from tests.web.lrs.http import Caller
from tests.xapi.builders import a_statement, a_voiding, an_agent

_ONE_BY_ONE = """
import json, sys, uuid
from pathlib import Path
from upshot.web import boot
boot.setup(Path(sys.argv[1]))
from django.db import connection
from tests.xapi.builders import a_statement, a_voiding, an_agent
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.store.prepared import prepared
from upshot.web.lrs.store.quick import MOST, stored_at_once
from upshot.web.lrs.store.writing import write

firm = Organisation.objects.get().pk
about = {"id": f"https://example.com/{uuid.uuid4()}", "definition": {"name": {"en": "Thing"}}}
verb = {"id": f"https://example.com/verbs/{uuid.uuid4()}"}

def made(make=a_statement, *given, **more):
    usual = {"id": str(uuid.uuid4()), "timestamp": "2026-11-24T08:00:00Z", "version": "1.0.3"}
    return prepared(make(*given, **{**usual, "authority": an_agent("store"), **more}), given_id=True)

def one(**more):
    return made(**{"verb": verb, "object": about, **more})

def way(*statements, define=True):
    return stored_at_once(firm, statements, define=define) is not None

known, stranger, late = one(), an_agent(f"s{uuid.uuid4()}"), str(uuid.uuid4())
write(firm, [known, made(a_voiding, late)], {})
ada = {**stranger, "name": "Ada"}
found = {
    "known things": way(one()),
    "a stranger": way(one(actor=an_agent(f"t{uuid.uuid4()}"))),
    "a stranger with a name": way(one(actor=ada)),
    "the same name again": way(one(actor=ada)),
    "another name": way(one(actor={**stranger, "name": "Ada King"})),
    "another name, not taken over": way(one(actor={**stranger, "name": "Ada King"}), define=False),
    "as many as may be": way(*(one() for _ in range(MOST))),
    "one more": way(*(one() for _ in range(MOST + 1))),
    "a new verb": way(one(verb={"id": f"https://example.com/verbs/{uuid.uuid4()}"})),
    "another description": way(one(object={**about, "definition": {"name": {"en": "Other"}}})),
    "an id that is there": way(one(id=str(known.id))),
    "an id that was voided beforehand": way(one(id=late)),
    "a voiding": way(made(a_voiding, str(uuid.uuid4()))),
}
with connection.cursor() as cursor:
    cursor.execute("UPDATE lrs_clock SET names = names + 1 WHERE organisation_id = %s", [firm])
found["after an erasure elsewhere"] = way(one())
print(json.dumps([name for name, short in found.items() if short]))
"""


def test_the_short_way_is_taken_for_known_things_and_left_for_all_else(served: Store, database: str) -> None:
    answer = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _ONE_BY_ONE, str(served.home)],
        env=served.environment,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    short = ["known things", "a stranger", "a stranger with a name", "the same name again"]
    short += ["another name, not taken over", "as many as may be"]
    assert json.loads(answer.stdout.splitlines()[-1]) == (short if database else [])


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
