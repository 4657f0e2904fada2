"""A unit launched and followed, over HTTP: token, launch data, rules, satisfied, abandoned, waived."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from tests.web.cast import Cast
from tests.web.content.packages import a_cmi5_package, a_scorm_package
from tests.xapi.cmi5_courses import ABOUT, au_xml, course_xml

from upshot.errors import InputError
from upshot.web.content.models import Registration, Session
from upshot.web.content.personal import ContentStore
from upshot.web.content.services.closing import LONGEST, abandon, waive
from upshot.web.content.services.importing import import_course
from upshot.web.content.services.launching import enrol, open_unit
from upshot.web.lrs.models import Statement
from upshot.xapi.cmi5 import CMI5_CATEGORY, MOVE_ON_CATEGORY

pytestmark = pytest.mark.django_db
BASE = "http://testserver"
VERBS = "http://adlnet.gov/expapi/verbs"


def recorded(cast: Cast) -> list[dict[str, Any]]:
    """Every statement of the organisation, oldest first."""
    rows = Statement.objects.filter(organisation=cast.organisation).order_by("stored")
    return [json.loads(bytes(row.payload)) for row in rows]


def read(url: str) -> Any:
    """Get a file to its end, which closes it."""
    answer = Client().get(url)
    assert b"".join(answer.streaming_content)
    return answer


def verbs(statements: Sequence[dict[str, Any]]) -> list[str]:
    return [str(one["verb"]["id"]).rpartition("/")[2] for one in statements]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as its own code would act."""

    client: Client
    query: dict[str, str]
    token: str

    @classmethod
    def opened(cls, url: str) -> "Unit":
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        client = Client()
        token = client.post(query["fetch"].removeprefix(BASE)).json()["auth-token"]
        unit = cls(client, query, token)
        unit.read("activities/state", stateId="LMS.LaunchData", activityId=query["activityId"])
        unit.read("agents/profile", profileId="cmi5LearnerPreferences")
        return unit

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Basic {self.token}", "X-Experience-API-Version": "1.0.3"}

    def _path(self, resource: str) -> str:
        return self.query["endpoint"].removeprefix(BASE) + resource

    def read(self, resource: str, **asked: str) -> Any:
        state = {"registration": self.query["registration"]} if resource.endswith("state") else {}
        given = {"agent": self.query["actor"], **state, **asked}
        return self.client.get(self._path(resource), given, headers=self._headers())

    def statement(self, verb: str, **result: object) -> dict[str, Any]:
        told = self.read("activities/state", stateId="LMS.LaunchData", activityId=self.query["activityId"]).json()
        context = {**told["contextTemplate"], "registration": self.query["registration"]}
        context["contextActivities"]["category"] = [{"id": CMI5_CATEGORY}]
        if verb in ("completed", "passed", "failed"):
            context["contextActivities"]["category"].append({"id": MOVE_ON_CATEGORY})
        made = {
            "id": str(uuid4()),
            "timestamp": "2026-11-24T08:00:00Z",
            "actor": json.loads(self.query["actor"]),
            "verb": {"id": f"{VERBS}/{verb}"},
            "object": {"id": self.query["activityId"]},
            "context": context,
        }
        return {**made, "result": result} if result else made

    def send(self, *statements: dict[str, Any]) -> int:
        body = json.dumps(list(statements))
        path = self._path("statements")
        return self.client.post(path, body, content_type="application/json", headers=self._headers()).status_code

    def begin(self) -> "Unit":
        assert self.send(self.statement("initialized")) == 200
        return self


def a_registration(cast: Cast, structure: bytes | None = None) -> Registration:
    return enrol(import_course(cast.organisation, a_cmi5_package(structure)), person="p-1")


def launched(registration: Registration, place: int = 0) -> str:
    return open_unit(registration, place, base=BASE, return_url=f"{BASE}/back").url


def test_a_whole_session_is_recorded_and_satisfies_block_and_course(cast: Cast) -> None:
    unit = Unit.opened(launched(a_registration(cast))).begin()
    assert unit.send(unit.statement("completed", completion=True, duration="PT1S")) == 200
    assert unit.send(unit.statement("terminated", duration="PT2S")) == 200
    made = recorded(cast)
    assert verbs(made) == ["launched", "initialized", "completed", "satisfied", "satisfied", "terminated"]
    kinds = [made[place]["object"]["definition"]["type"].rpartition("/")[2] for place in (3, 4)]
    assert kinds == ["block", "course"]
    assert {one["actor"]["account"]["name"] for one in made} == {"p-1"}
    assert len({one["context"]["registration"] for one in made}) == 1


def test_the_token_is_given_once_and_opens_nothing_before(cast: Cast) -> None:
    url = launched(a_registration(cast))
    query = parse_qs(urlsplit(url).query)
    fetch, endpoint = query["fetch"][0].removeprefix(BASE), query["endpoint"][0].removeprefix(BASE)
    asked = {"registration": query["registration"][0]}
    headers = {"X-Experience-API-Version": "1.0.3", "Authorization": "Basic Og=="}
    assert Client().get(f"{endpoint}statements", asked, headers=headers).status_code == 401
    first, second = Client().post(fetch), Client().post(fetch)
    assert "auth-token" in first.json()
    assert (second.status_code, second.json()["error-code"]) == (200, "1")
    assert Client().get(fetch).status_code == 405


def test_a_unit_reads_and_changes_only_what_is_its_own(cast: Cast) -> None:
    unit = Unit.opened(launched(a_registration(cast))).begin()
    other = json.dumps({"account": {"homePage": "https://x.example", "name": "p-2"}})
    mine = {"registration": unit.query["registration"]}
    assert unit.read("agents/profile", profileId="x", agent=other).status_code == 403
    assert unit.read("activities/state", stateId="x", activityId="https://other.example").status_code == 403
    assert unit.read("statements").status_code == 403
    assert unit.client.get(unit._path("statements"), headers=unit._headers()).status_code == 403
    found = unit.client.get(unit._path("statements"), mine, headers=unit._headers())
    assert verbs(found.json()["statements"]) == ["initialized", "launched"]
    where = f"?stateId=LMS.LaunchData&activityId={unit.query['activityId']}&agent={unit.query['actor']}"
    for method in (unit.client.put, unit.client.post, unit.client.delete):
        answer = method(unit._path("activities/state") + where, "{}", "application/json", headers=unit._headers())
        assert answer.status_code == 403


def test_repeating_a_statement_whose_answer_was_lost_is_no_mistake(cast: Cast) -> None:
    unit = Unit.opened(launched(a_registration(cast))).begin()
    completed = unit.statement("completed", completion=True, duration="PT1S")
    assert [unit.send(completed), unit.send(completed)] == [200, 200]
    assert verbs(recorded(cast)).count("satisfied") == 2


def test_a_batch_that_breaks_a_rule_is_refused_whole_and_counts_nothing(cast: Cast) -> None:
    unit = Unit.opened(launched(a_registration(cast))).begin()
    one, two = (unit.statement("completed", completion=True, duration="PT1S") for _ in range(2))
    assert unit.send(one, two) == 403
    assert verbs(recorded(cast)) == ["launched", "initialized"]
    assert unit.send(one) == 200


def test_nothing_is_taken_after_the_end_of_a_session(cast: Cast) -> None:
    unit = Unit.opened(launched(a_registration(cast))).begin()
    statement = unit.statement("terminated", duration="PT1S")
    assert unit.send(statement) == 200
    assert unit.send(statement) == 403
    assert unit.read("agents/profile", profileId="x").status_code == 403


def test_opening_a_unit_again_abandons_what_was_left_open(cast: Cast) -> None:
    registration = a_registration(cast)
    first = Unit.opened(launched(registration)).begin()
    Unit.opened(launched(registration))
    assert verbs(recorded(cast)) == ["launched", "initialized", "abandoned", "launched"]
    assert first.read("agents/profile", profileId="x").status_code == 403


def test_a_session_is_abandoned_once(cast: Cast) -> None:
    launched(a_registration(cast))
    session = Session.objects.get()
    abandon(session.pk)
    abandon(session.pk)
    assert verbs(recorded(cast)) == ["launched", "abandoned"]


def test_an_old_address_opens_nothing(cast: Cast) -> None:
    url = launched(a_registration(cast)).removeprefix(BASE)
    assert read(url).status_code == 200
    session = Session.objects.get()
    Session.objects.update(opened=session.opened - LONGEST)
    assert Client().get(url).status_code == 404


def test_units_that_ask_for_nothing_are_satisfied_before_they_are_launched(cast: Cast) -> None:
    launched(a_registration(cast, course_xml()))
    assert verbs(recorded(cast)) == ["satisfied", "launched"]


def test_waiving_counts_a_unit_as_done_once_and_only_for_a_reason_of_cmi5(cast: Cast) -> None:
    registration = a_registration(cast)
    with pytest.raises(InputError, match="no reason"):
        waive(registration, 0, "Because")
    waive(registration, 0, "Tested Out")
    assert verbs(recorded(cast)) == ["waived", "satisfied", "satisfied"]
    with pytest.raises(InputError, match="already"):
        waive(registration, 0, "Tested Out")


def test_a_course_needs_every_unit(cast: Cast) -> None:
    units = "".join(au_xml(number, attributes='moveOn="Completed"') for number in (1, 2))
    block = f'<block id="https://example.com/b">{ABOUT}{units}</block>'
    registration = a_registration(cast, course_xml(block))
    for place, satisfied in ((0, 0), (1, 2)):
        unit = Unit.opened(launched(registration, place)).begin()
        assert unit.send(unit.statement("completed", completion=True, duration="PT1S")) == 200
        assert verbs(recorded(cast)).count("satisfied") == satisfied


def test_files_come_with_a_sandbox_and_never_from_outside_their_folder(cast: Cast) -> None:
    url = launched(a_registration(cast)).removeprefix(BASE)
    answer = read(url)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "allow-top-navigation" not in policy
    folder = url.partition("index.html")[0]
    for path in ("../upshot.toml", "%2e%2e/upshot.toml", "..%2f..%2fsecret.key", "none.html", "%00"):
        assert Client().get(folder + path).status_code == 404


def test_scorm_pages_get_the_runtime_and_cmi5_pages_stay_as_they_are(cast: Cast) -> None:
    scorm = enrol(import_course(cast.organisation, a_scorm_package()), person="p-1")
    page = Client().get(launched(scorm).removeprefix(BASE)).content
    assert page.startswith(b'<!DOCTYPE html><html><head><script src="/content/')
    assert b"scorm12.min.js" in page


def a_commit(client: Client, url: str, cmi: dict[str, Any], *, final: bool) -> int:
    path = url.removeprefix(BASE).partition("files/")[0] + "commit"
    return client.post(path, json.dumps({"cmi": cmi, "final": final}), content_type="text/plain").status_code


def test_scorm_facts_become_statements_once(cast: Cast) -> None:
    registration = enrol(import_course(cast.organisation, a_scorm_package()), person="p-1")
    url = launched(registration)
    core = {"lesson_status": "passed", "score": {"raw": "85"}, "session_time": "00:01:30"}
    assert a_commit(Client(), url, {"core": {"lesson_status": "incomplete"}}, final=False) == 200
    assert a_commit(Client(), url, {"core": core}, final=False) == 200
    assert a_commit(Client(), url, {"core": core}, final=True) == 200
    assert a_commit(Client(), url, {"core": core}, final=True) == 409
    made = recorded(cast)
    assert verbs(made) == ["initialized", "completed", "passed", "satisfied", "terminated"]
    assert made[2]["result"]["score"] == {"raw": 85, "min": 0, "max": 100, "scaled": 0.85}
    assert made[4]["result"]["duration"] == "PT90.00S"
    again = launched(registration)
    assert a_commit(Client(), again, {"core": core}, final=True) == 200
    assert verbs(recorded(cast))[5:] == ["initialized", "terminated"]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"cmi": {"core": {"score": {"raw": "many"}, "session_time": 3}}}'])
def test_malformed_reports_never_break_the_runtime(body: str, cast: Cast) -> None:
    registration = enrol(import_course(cast.organisation, a_scorm_package()), person="p-1")
    path = launched(registration).removeprefix(BASE).partition("files/")[0] + "commit"
    assert Client().post(path, body, content_type="application/json").status_code in (200, 409)


def test_a_person_is_exported_and_erased_with_every_session(cast: Cast) -> None:
    launched(a_registration(cast))
    store = ContentStore()
    (row,) = store.export(cast.organisation, "p-1")
    assert (row["course"], len(row["opened"])) == ("A title", 1)
    assert store.erase(cast.organisation, "p-1") == 2
    assert not Session.objects.exists()
    assert store.export(cast.organisation, "p-1") == []


def test_a_registration_number_of_somebody_else_is_refused(cast: Cast) -> None:
    registration = a_registration(cast)
    with pytest.raises(InputError, match="somebody else"):
        enrol(registration.course, person="p-2", number=registration.pk)
