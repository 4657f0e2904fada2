"""When two statements are the same, and when they are not."""

from typing import Any

import pytest
from tests.xapi.builders import a_full_statement, a_statement, a_sub_statement, an_agent, changed

from upshot.xapi.equality import fingerprint, same

SAME: list[tuple[str, Any]] = [
    ("id", "0f9a1c3e-2b4d-4e6f-8a9b-0c1d2e3f4a5b"),
    ("stored", "2020-01-01T00:00:00Z"),
    ("timestamp", "2020-01-01T00:00:00Z"),
    ("authority", an_agent("other")),
    ("version", "1.0.3"),
    ("attachments", []),
    ("verb/display", {"fr": "terminé"}),
    ("object/definition", {"name": {"en": "Other"}}),
    ("context/registration", "0F9A1C3E-2B4D-4E6F-8A9B-0C1D2E3F4A5B"),
    ("context/contextActivities/parent", {"id": "https://example.com/courses", "objectType": "Activity"}),
    ("context/team/member", [{"openid": "https://id.example.com/bo"}, an_agent("ada")]),
    ("result/duration", "PT4H35M59.149S"),
]
DIFFERENT: list[tuple[str, Any]] = [
    ("actor/mbox", "mailto:bo@example.com"),
    ("actor/name", "Someone else"),
    ("verb/id", "http://adlnet.gov/expapi/verbs/failed"),
    ("object/id", "https://example.com/courses/other"),
    ("result/success", False),
    ("result/score/raw", 6),
    ("result/duration", "PT4H35M59.15S"),
    ("context/platform", "Other"),
    ("context/contextActivities/parent", [{"id": "https://example.com/x"}]),
    ("context/statement/id", "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"),
]


@pytest.mark.parametrize(("path", "value"), SAME)
def test_what_a_store_may_change_makes_no_difference(path: str, value: Any) -> None:
    one, other = a_full_statement(), changed(a_full_statement(), path, value)
    assert same(one, other)
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(("path", "value"), DIFFERENT)
def test_what_the_statement_says_makes_a_difference(path: str, value: Any) -> None:
    assert not same(a_full_statement(), changed(a_full_statement(), path, value))


def test_a_sub_statement_s_instant_counts_and_its_offset_does_not() -> None:
    one = a_sub_statement(timestamp="2026-11-24T08:30:00+01:00")
    assert same(one, a_sub_statement(timestamp="2026-11-24T07:30:00Z"))
    assert not same(one, a_sub_statement(timestamp="2026-11-24T08:30:00Z"))


def test_an_object_type_left_out_is_the_usual_one() -> None:
    assert same(a_statement(), a_statement(actor={"mbox": "mailto:ada@example.com"}))
