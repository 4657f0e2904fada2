"""For any statement: it comes back equal, forbidden changes are refused; and no bytes break a parser."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.xapi.builders import a_full_statement, paths
from tests.xapi.strategies import statements

from upshot.errors import XapiError
from upshot.xapi.alternate import unwrapped
from upshot.xapi.decode import decoded, encoded
from upshot.xapi.equality import fingerprint, same
from upshot.xapi.formats import canonical_form, ids_form
from upshot.xapi.languages import is_language_tag, preferences
from upshot.xapi.mentions import mentions
from upshot.xapi.multipart import Part, boundary_of, built, parsed
from upshot.xapi.normal import completed, normalised
from upshot.xapi.query import statement_query
from upshot.xapi.signatures import check_signature
from upshot.xapi.statements import problems_of
from upshot.xapi.times import comparable_duration, is_duration, parse_timestamp
from upshot.xapi.versions import Version

V1, V2 = Version.V1_0_3, Version.V2_0_0
MANY = settings(max_examples=60, deadline=None, derandomize=True)
WRONG = st.sampled_from([None, 7, 0.5, True, "no", [], [1], {"no": 1}, ""])


def kept(statement: dict[str, Any], version: Version) -> dict[str, Any]:
    """The statement after the store completed, wrote and read it."""
    whole = completed(
        normalised(statement, version),
        statement_id=UUID(int=7),
        authority={"mbox": "mailto:key@example.com"},
        received=datetime(2026, 11, 24, tzinfo=UTC),
        version=version,
    )
    back = decoded(encoded(whole))
    assert isinstance(back, dict)
    return back


@MANY
@given(statements())
def test_an_accepted_statement_comes_back_equal(statement: dict[str, Any]) -> None:
    before = copy.deepcopy(statement)
    assert problems_of(statement, V2) == []
    back = kept(statement, V2)
    assert same(statement, back)
    assert fingerprint(statement) == fingerprint(back)
    assert problems_of(back, V2) == []
    assert kept(back, V2) == {**back, "authority": {"mbox": "mailto:key@example.com"}}
    assert statement == before


@MANY
@given(statements(version_2=False))
def test_under_1_0_3_nothing_is_touched_but_ids_and_lists(statement: dict[str, Any]) -> None:
    assert problems_of(statement, V1) == []
    back = normalised(statement, V1)
    for key in ("actor", "verb", "result", "timestamp", "attachments", "version"):
        assert back.get(key) == statement.get(key)


@MANY
@given(statements(), st.data())
def test_a_property_nobody_knows_is_refused_wherever_it_stands(statement: dict[str, Any], data: st.DataObject) -> None:
    places = [()] + [way for way in paths(statement) if way[-1] in ("actor", "verb", "object", "result", "context")]
    way = data.draw(st.sampled_from(places))
    broken = copy.deepcopy(statement)
    part: Any = broken
    for key in way:
        part = part[int(key)] if isinstance(part, list) else part[key]
    part["nobody"] = 1
    assert problems_of(broken, V2)


@MANY
@given(statements(), st.data())
def test_what_a_statement_needs_cannot_be_taken_away(statement: dict[str, Any], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(["actor", "verb", "object"]))
    broken = {name: value for name, value in statement.items() if name != key}
    assert key in {problem.column for problem in problems_of(broken, V2)}


LEAVES = [
    way
    for way in paths(a_full_statement())
    if "extensions" not in way and way[-1] not in ("display", "description", "name", "definition", "result", "context")
]


@MANY
@given(st.sampled_from(LEAVES), WRONG)
def test_a_value_of_another_kind_is_refused(way: tuple[str, ...], wrong: Any) -> None:
    broken = a_full_statement()
    part: Any = broken
    for key in way[:-1]:
        part = part[int(key)] if isinstance(part, list) else part[key]
    last = int(way[-1]) if isinstance(part, list) else way[-1]
    right = part[last]
    part[last] = wrong
    same_kind = type(wrong) is type(right) or (isinstance(right, int | float) and type(wrong) in (int, float))
    assert problems_of(broken, V1) or same_kind


@MANY
@given(statements())
def test_every_form_of_an_accepted_statement_names_the_same(statement: dict[str, Any]) -> None:
    back = kept(statement, V2)
    about = mentions(back)
    for shown in (ids_form(back), canonical_form(back, ("en",), {}.get)):
        again = mentions(shown)
        assert (again.actor, again.verb, again.activity, again.target) == (
            about.actor,
            about.verb,
            about.activity,
            about.target,
        )
        assert again.far_activities == about.far_activities


def refusal(action: Callable[[], object]) -> str:
    """Why it was refused, as the first problem's code; empty when it was not. Nothing else may happen."""
    try:
        action()
    except XapiError as error:
        return error.problems[0].code
    return ""


@MANY
@given(st.binary(max_size=200))
def test_no_bytes_break_the_json_parser(body: bytes) -> None:
    assert refusal(lambda: problems_of(decoded(body), V1)) in ("", "xapi-json")


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"1e999", b'"\\ud800"', b"\xef\xbb\xbf{}", b'"\xff"']
)
def test_what_would_end_a_process_or_lose_a_value_is_refused(body: bytes) -> None:
    assert refusal(lambda: decoded(body)) == "xapi-json"


@MANY
@given(st.binary(max_size=300), st.sampled_from(["x", "--", "a b"]))
def test_no_bytes_break_the_multipart_parser(body: bytes, boundary: str) -> None:
    marked = b"--" + boundary.encode() + b"\r\n" + body + b"\r\n--" + boundary.encode() + b"--"
    for whole in (body, marked):
        assert refusal(lambda whole=whole: parsed(whole, boundary)) in ("", "xapi-multipart")


@MANY
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=3))
def test_parts_come_back_as_they_were_built(contents: list[bytes]) -> None:
    parts = tuple(Part({"content-type": "text/plain"}, content) for content in contents)
    boundary = boundary_of('multipart/mixed; boundary="upshot-7f3964730bee"')
    assert parsed(built(parts, boundary), boundary) == parts


@MANY
@given(st.text(max_size=60))
def test_no_text_breaks_the_small_parsers(text: str) -> None:
    assert isinstance(preferences(text), tuple)
    assert is_language_tag(text) in (True, False)
    assert parse_timestamp(text) is None or text[4] == "-"
    assert not is_duration(text) or comparable_duration(text).startswith("P")


NAMES = st.sampled_from(["agent", "verb", "since", "limit", "cursor", "statementId", "x"])


@MANY
@given(st.dictionaries(NAMES, st.lists(st.text(max_size=20), max_size=2)))
def test_no_parameters_break_the_query(parameters: dict[str, list[str]]) -> None:
    assert refusal(lambda: statement_query(parameters, V1)).startswith("xapi-") or "x" not in parameters


@MANY
@given(st.binary(max_size=80), st.sampled_from(["GET", "PUT", "x"]))
def test_no_form_breaks_the_alternate_syntax(body: bytes, method: str) -> None:
    assert refusal(lambda: unwrapped("POST", {"method": (method,)}, body, V1)) in ("", "xapi-alternate")


@MANY
@given(st.binary(max_size=80) | st.from_regex(rb"[\w-]{1,20}\.[\w-]{1,20}\.[\w-]{1,20}", fullmatch=True))
def test_no_bytes_pass_for_a_signature(content: bytes) -> None:
    assert refusal(lambda: check_signature({"actor": {}}, "application/octet-stream", content)) == "xapi-signature"
