"""Filters by the book: conditions, groups, relations, references, voiding."""

from typing import Any

import pytest
from tests.xapi.builders import (
    ACTIVITY,
    ID,
    OTHER_ID,
    VERB,
    a_full_statement,
    a_statement,
    a_sub_statement,
    a_voiding,
    an_agent,
)

from upshot.xapi.matching import matches, matching, voided_ids
from upshot.xapi.mentions import mentions
from upshot.xapi.query import Filters

THIRD = "11111111-2222-4333-8444-555555555555"


def a_reference(target: str, **more: Any) -> dict[str, Any]:
    about = {"objectType": "StatementRef", "id": target}
    return a_statement(actor=an_agent("zoe"), verb={"id": "https://example.com/noted"}, object=about, **more)


@pytest.mark.parametrize(
    ("key", "near", "related"),
    [
        ("mailto:ada@example.com", True, True),
        ("mailto:ines@example.com", False, True),
        ("account:https://hr.example.com|team-7", False, True),
        ("openid:https://id.example.com/bo", False, True),
        ("account:https://lms.example.com|key", False, True),
        ("mailto:nobody@example.com", False, False),
    ],
)
def test_the_agent_filter_looks_at_actor_and_object_and_related_agents_everywhere(
    key: str, near: bool, related: bool
) -> None:
    about = mentions(a_full_statement())
    assert matches(about, Filters(agent=key)) is near
    assert matches(about, Filters(agent=key, related_agents=True)) is related


def test_a_group_is_found_by_its_members_and_an_agent_as_an_object() -> None:
    group = {"objectType": "Group", "member": [an_agent("bo")]}
    found = mentions(a_statement(actor=group, object=an_agent("cem")))
    assert matches(found, Filters(agent="mailto:bo@example.com"))
    assert matches(found, Filters(agent="mailto:cem@example.com"))


@pytest.mark.parametrize(
    ("iri", "near", "related"),
    [(ACTIVITY, True, True), ("https://example.com/courses", False, True), ("https://example.com/no", False, False)],
)
def test_related_activities_adds_those_of_the_context(iri: str, near: bool, related: bool) -> None:
    about = mentions(a_full_statement())
    assert matches(about, Filters(activity=iri)) is near
    assert matches(about, Filters(activity=iri, related_activities=True)) is related


def test_a_sub_statement_is_related_and_not_near() -> None:
    about = mentions(a_sub_statement())
    assert not matches(about, Filters(agent="mailto:eva@example.com"))
    assert matches(about, Filters(agent="mailto:eva@example.com", related_agents=True))
    assert matches(about, Filters(activity=ACTIVITY, related_activities=True))


def test_all_conditions_hold_at_once_and_for_one_statement() -> None:
    statements = [a_statement(id=ID), a_reference(ID, id=OTHER_ID)]
    assert matching(statements, Filters(verb=VERB, agent="mailto:ada@example.com")) == [ID, OTHER_ID]
    assert matching(statements, Filters(verb=VERB, agent="mailto:zoe@example.com")) == []


def test_references_are_followed_in_chains_and_circles_end() -> None:
    chain = [a_statement(id=ID), a_reference(ID, id=OTHER_ID), a_reference(OTHER_ID, id=THIRD)]
    assert matching(chain, Filters(verb=VERB)) == [ID, OTHER_ID, THIRD]
    circle = [a_reference(OTHER_ID, id=ID), a_reference(ID, id=OTHER_ID)]
    assert matching(circle, Filters(verb=VERB)) == []


def test_a_voided_statement_goes_and_what_refers_to_it_stays() -> None:
    statements = [a_statement(id=ID), a_reference(ID, id=OTHER_ID), a_voiding(ID, id=THIRD)]
    assert voided_ids(statements) == {ID}
    assert matching(statements, Filters(verb=VERB)) == [OTHER_ID, THIRD]


def test_a_voiding_statement_is_never_voided() -> None:
    statements = [a_statement(id=ID), a_voiding(ID, id=OTHER_ID), a_voiding(OTHER_ID, id=THIRD)]
    assert voided_ids(statements) == {ID}
