"""JSON in: what holds a key twice is refused by name, whatever the nesting and the spelling; what does not is taken."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.xapi.builders import a_statement

from upshot.errors import RequestError
from upshot.xapi.decode import decoded, decoded_once, encoded


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b'{"id":1,"id":1}', "id"),
        (b'[{"id":1},{"actor":{"mbox":"a","mbox":"b"}}]', "mbox"),
        (b'{"verb":{"id":1,"\\u0069d":2}}', "id"),
        (b'{"a":[[{"":1, "":2}]]}', ""),
        (b'{"a":1,"a":1,"b":1e5}', "a"),
        (b'{"a":{"b":1.0},"a":{"b":1.0}}', "a"),
    ],
)
def test_a_key_that_is_there_twice_is_refused_by_name(body: bytes, key: str) -> None:
    assert decoded(body, "The request") is not None
    with pytest.raises(RequestError) as refused:
        decoded_once(body, "The request")
    (problem,) = refused.value.problems
    assert (problem.code, problem.column) == ("xapi-key-twice", key)
    assert f"the key {key!r} twice" in problem.text
    assert refused.value.status == 400


def test_the_same_key_in_two_objects_is_no_repetition() -> None:
    statement = a_statement(context={"instructor": {"mbox": "mailto:b@example.com"}})
    assert decoded_once(encoded([statement, statement]), "The request") == [statement, statement]


@given(st.recursive(st.none() | st.integers(-5, 5) | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(max_size=2), inner, max_size=3), max_leaves=8))  # fmt: skip
@settings(max_examples=60, deadline=None, derandomize=True)
def test_whatever_python_writes_holds_every_key_once(value: object) -> None:
    assert decoded_once(json.dumps(value).encode(), "It") == decoded(json.dumps(value).encode())
