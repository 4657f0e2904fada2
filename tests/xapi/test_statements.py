"""The rules of statements by section: what must be refused is, by property and section; what is valid is accepted."""

from typing import Any

import pytest
from tests.xapi.builders import (
    a_full_statement,
    a_statement,
    a_sub_statement,
    a_voiding,
    an_agent,
    changed,
    paths,
    with_context_agents,
    without,
)

from upshot.errors import StatementError
from upshot.xapi.statements import check_statement, problems_of
from upshot.xapi.versions import Version

V1, V2 = Version.V1_0_3, Version.V2_0_0
GROUP = {"objectType": "Group", "member": [an_agent("bo")]}

REFUSED: dict[str, list[tuple[str, Any]]] = {
    "2.4.1": [("id", 1), ("id", "6690e6c9"), ("id", "6690e6c93ef04ed38b377f3964730bee")],
    "2.4.2.1": [("actor", "ada"), ("actor/name", 1), ("actor/objectType", "Person"), ("actor/extra", 1)],
    "2.4.2.3": [
        ("actor/openid", "https://id.example.com"),
        ("actor/mbox", "ada@example.com"),
        ("actor/mbox", "mailto:ada.example.com"),
        ("actor", {"mbox_sha1sum": "abc"}),
        ("actor", {"openid": "not an iri"}),
        ("actor", {"name": "Ada"}),
        ("context/team", {**GROUP, "mbox": "mailto:a@b.example", "openid": "https://b.example"}),
    ],
    "2.4.2.4": [
        ("actor", {"account": {"name": "a"}}),
        ("actor", {"account": {"homePage": "https://b.example"}}),
        ("actor", {"account": {"homePage": "ab=c://b", "name": "a"}}),
        ("actor", {"account": {"homePage": "https://b.example", "name": 7}}),
    ],
    "2.4.2.2": [
        ("context/team", {"objectType": "Group"}),
        ("context/team", {"objectType": "Group", "member": []}),
        ("context/team", an_agent()),
        ("context/team/member", an_agent()),
    ],
    "2.4.3": [("verb", {}), ("verb/id", "completed"), ("verb/display", "completed")],
    "2.4.4": [("object", "course"), ("object/objectType", "activity"), ("object/objectType", 1)],
    "2.4.4.1": [
        ("object/id", "course"),
        ("object/definition", "course"),
        ("object/definition/type", "course"),
        ("object/definition/moreInfo", "should fail"),
        ("object/definition/interactionType", "choiCe"),
        ("object/definition/scale", [{"id": "a"}]),
        ("object/definition/choices", [{"id": "a"}, {"id": "a"}]),
        ("object/definition/choices", [{"description": {"en": "a"}}]),
        ("object/definition/correctResponsesPattern", "a"),
    ],
    "2.4.4.3": [("context/statement", {"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}), ("context/statement/id", "x")],
    "2.4.5": [("result", "passed"), ("result/success", "true"), ("result/completion", 1), ("result/response", 1)],
    "2.4.5.1": [
        ("result/score", 5),
        ("result/score/scaled", "0.5"),
        ("result/score/scaled", 1.01),
        ("result/score/raw", 11),
        ("result/score/raw", -1),
        ("result/score/max", 0),
        ("result/score/points", 1),
    ],
    "2.4.6": [
        ("context/registration", "x"),
        ("context/revision", 2),
        ("context/platform", {}),
        ("context/language", "english language"),
    ],
    "2.4.6.2": [
        ("context/contextActivities", []),
        ("context/contextActivities/parents", []),
        ("context/contextActivities/parent", "https://example.com"),
    ],
    "2.4.7": [("timestamp", "yesterday"), ("timestamp", 1), ("timestamp", "2026-02-30T00:00:00Z")],
    "2.4.8": [("stored", "2026-11-24T08:30:00-00:00"), ("stored", "2026-11-24T08:30:00-00")],
    "2.4.9": [("authority", GROUP), ("authority", {**GROUP, "member": [an_agent("a")] * 3})],
    "2.4.10": [("version", "0.9.9"), ("version", "1.1.0"), ("version", 1)],
    "2.4.11": [
        ("attachments", {}),
        ("attachments/0/usageType", "certificate"),
        ("attachments/0/contentType", "pdf"),
        ("attachments/0/length", "27"),
        ("attachments/0/length", 2.5),
        ("attachments/0/length", True),
        ("attachments/0/sha2", "abc"),
        ("attachments/0/fileUrl", "certificate.pdf"),
    ],
    "4.1": [("result/extensions", []), ("context/extensions", {"x": 1}), ("object/definition/extensions", {"": 1})],
    "4.2": [("verb/display", {"a12345": "x"}), ("verb/display", {"en": 1}), ("object/definition/name", {"e n": "x"})],
    "4.6": [("result/duration", "P4W1D"), ("result/duration", "1 hour"), ("result/duration", 60)],
}
CASES = [(section, path, value) for section, cases in REFUSED.items() for path, value in cases]


@pytest.mark.parametrize(("section", "path", "value"), CASES)
def test_a_broken_rule_is_refused_with_its_property_and_section(section: str, path: str, value: Any) -> None:
    found = problems_of(changed(a_full_statement(), path, value), V1)
    assert found
    here = path.split("/")[0]
    cited = [problem for problem in found if f"Data {section})" in problem.text]
    assert any((problem.column or "").startswith(here) for problem in cited)


@pytest.mark.parametrize(("section", "path", "value"), CASES)
def test_the_same_rules_hold_in_2_0_and_cite_ieee(section: str, path: str, value: Any) -> None:
    found = problems_of(changed(a_full_statement(), path, value), V2)
    assert found
    assert all("IEEE 9274.1.1 4.2" in problem.text for problem in found)


@pytest.mark.parametrize("version", [V1, V2])
def test_a_statement_with_every_property_is_accepted(version: Version) -> None:
    assert problems_of(a_full_statement(), version) == []


@pytest.mark.parametrize("path", ["/".join(way) for way in paths(a_full_statement())])
def test_null_is_refused_everywhere_but_inside_extensions(path: str) -> None:
    assert problems_of(changed(a_full_statement(), path, None), V1)


@pytest.mark.parametrize("path", ["actor", "verb", "object", "verb/id", "object/id", "actor/mbox"])
def test_what_a_statement_must_have_cannot_be_left_out(path: str) -> None:
    found = problems_of(without(a_full_statement(), path), V1)
    assert any((problem.column or "").startswith(path.split("/")[0]) for problem in found)


@pytest.mark.parametrize("key", sorted(a_full_statement()))
def test_names_of_properties_are_case_sensitive_and_the_right_one_is_named(key: str) -> None:
    statement = a_full_statement()
    statement[key.capitalize()] = statement.pop(key)
    fixes = [problem.fix for problem in problems_of(statement, V1)]
    assert any(f"Write {key}:" in fix for fix in fixes)


def test_context_agents_and_groups_belong_to_2_0() -> None:
    assert problems_of(with_context_agents(), V2) == []
    assert {problem.column for problem in problems_of(with_context_agents(), V1)} == {
        "context.contextAgents",
        "context.contextGroups",
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("context/contextAgents/0/objectType", "Agent"),
        ("context/contextAgents/0/agent", GROUP),
        ("context/contextAgents/0/relevantTypes", []),
        ("context/contextAgents/0/relevantTypes", ["abc"]),
        ("context/contextGroups/0/group", an_agent()),
        ("context/contextGroups/0/objectType", "contextgroup"),
    ],
)
def test_context_agents_and_groups_are_checked(path: str, value: Any) -> None:
    assert problems_of(changed(with_context_agents(), path, value), V2)


def test_a_version_of_the_statement_may_not_be_newer_than_the_request() -> None:
    assert problems_of(a_statement(version="2.0.0"), V2) == []
    assert problems_of(a_statement(version="2.0.0"), V1)


def test_a_timestamp_without_offset_is_iso_8601_but_not_rfc_3339() -> None:
    assert problems_of(a_statement(timestamp="2026-11-24T08:30:00"), V1) == []
    assert problems_of(a_statement(timestamp="2026-11-24T08:30:00"), V2)


@pytest.mark.parametrize("key", ["revision", "platform"])
def test_revision_and_platform_need_an_activity(key: str) -> None:
    about = {"objectType": "Agent", "mbox": "mailto:bo@example.com"}
    (problem,) = problems_of(a_statement(object=about, context={key: "x"}), V1)
    assert problem.column == f"context.{key}"
    assert problems_of(a_statement(context={key: "x"}), V1) == []


def test_a_voiding_statement_names_a_statement() -> None:
    assert problems_of(a_voiding(), V1) == []
    (problem,) = problems_of({**a_voiding(), "object": {"id": "https://example.com"}}, V1)
    assert (problem.column, problem.code) == ("object", "xapi-voiding")


@pytest.mark.parametrize("key", ["id", "stored", "version", "authority"])
def test_a_sub_statement_has_no_life_of_its_own(key: str) -> None:
    value = a_full_statement()[key]
    (problem,) = problems_of(a_sub_statement(**{key: value}), V1)
    assert problem.column == f"object.{key}"


def test_a_sub_statement_holds_no_sub_statement() -> None:
    inner = a_sub_statement()["object"]
    assert problems_of(a_sub_statement(), V1) == []
    assert problems_of(a_sub_statement(object=inner), V1)


def test_an_authority_of_two_is_the_pair_of_three_legged_oauth() -> None:
    pair = {"objectType": "Group", "member": [an_agent("app"), an_agent("ada")]}
    assert problems_of(a_statement(authority=pair), V1) == []
    assert problems_of(a_statement(authority={**pair, "mbox": "mailto:x@example.com"}), V1)


def test_all_problems_come_at_once_and_no_more_than_can_be_read() -> None:
    broken = a_statement(actor={}, verb={"id": 1}, result={"success": "yes"})
    assert {problem.column for problem in problems_of(broken, V1)} == {"actor", "verb.id", "result.success"}
    many = a_statement(context={"extensions": {str(number): 1 for number in range(100)}})
    assert len(problems_of(many, V1)) == 25


def test_a_person_s_data_are_never_repeated() -> None:
    actor = {"mbox": "ada.lovelace", "name": 1}
    result = {"response": 7}
    text = " ".join(str(problem) for problem in problems_of(a_statement(actor=actor, result=result), V1))
    assert "lovelace" not in text


@pytest.mark.parametrize("value", [None, 1, "x", [], True])
def test_what_is_no_object_is_no_statement(value: Any) -> None:
    with pytest.raises(StatementError) as caught:
        check_statement(value, V1)
    assert caught.value.problems[0].column == "statement"
    assert caught.value.status == 400
