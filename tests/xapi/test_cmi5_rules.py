"""What a launched unit may send, by section of cmi5; each rule is broken once and must be the only one named."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.xapi.cmi5_courses import ACTIVITY, ACTOR, REGISTRATION, SESSION, a_launch, a_unit

from upshot.xapi.cmi5 import (
    ABANDONED,
    CMI5_CATEGORY,
    COMPLETED,
    EXTENSION,
    FAILED,
    INITIALIZED,
    LAUNCHED,
    MOVE_ON_CATEGORY,
    PASSED,
    SATISFIED,
    TERMINATED,
    VOIDED,
    WAIVED,
    LaunchMode,
)
from upshot.xapi.cmi5_rules import Standing, preference_problems, statement_problems, verb_that_counts
from upshot.xapi.cmi5_statements import abandoned, launch_data, launched, satisfied, waived
from upshot.xapi.statements import problems_of
from upshot.xapi.versions import Version

EXPERIENCED = "http://adlnet.gov/expapi/verbs/experienced"
MASTERY = f"{EXTENSION}/masteryscore"
BEGUN = Standing(verbs=frozenset({INITIALIZED}))
RESULTS: dict[str, dict[str, Any]] = {
    COMPLETED: {"completion": True, "duration": "PT1S"},
    PASSED: {"success": True, "duration": "PT1S", "score": {"scaled": 0.9, "raw": 90, "min": 0, "max": 100}},
    FAILED: {"success": False, "duration": "PT1S", "score": {"scaled": 0.1}},
    TERMINATED: {"duration": "PT1S"},
}
LAUNCH = a_launch(unit=a_unit(mastery=0.9))


def a_statement(verb: str = EXPERIENCED) -> dict[str, Any]:
    """A statement of a unit that keeps to every rule."""
    categories = [] if verb == EXPERIENCED else [{"id": CMI5_CATEGORY}]
    if verb in (COMPLETED, PASSED, FAILED):
        categories.append({"id": MOVE_ON_CATEGORY})
    context: dict[str, Any] = {
        "registration": REGISTRATION,
        "contextActivities": {"category": categories, "grouping": [{"id": LAUNCH.unit.id}]},
        "extensions": {f"{EXTENSION}/sessionid": SESSION},
    }
    if verb in (PASSED, FAILED):
        context["extensions"][MASTERY] = 0.9
    made: dict[str, Any] = {
        "id": "1c5c5a8e-7a76-4c9d-9f6f-2c1f3f5d9a10",
        "timestamp": "2026-11-24T08:00:00Z",
        "actor": deepcopy(ACTOR),
        "verb": {"id": verb},
        "object": {"id": ACTIVITY},
        "context": context,
    }
    if verb in RESULTS:
        made["result"] = deepcopy(RESULTS[verb])
    return made


@pytest.mark.parametrize("verb", [EXPERIENCED, COMPLETED, PASSED, FAILED, TERMINATED])
def test_what_keeps_to_the_rules_is_let_through(verb: str) -> None:
    assert statement_problems(a_statement(verb), LAUNCH, BEGUN) == []


def test_the_first_statement_of_a_session_is_initialized() -> None:
    assert statement_problems(a_statement(INITIALIZED), LAUNCH, Standing()) == []
    for verb in (EXPERIENCED, COMPLETED, TERMINATED):
        assert statement_problems(a_statement(verb), LAUNCH, Standing())


def test_a_unit_reads_its_launch_data_and_preferences_first() -> None:
    assert statement_problems(a_statement(INITIALIZED), LAUNCH, Standing(prepared=False))


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    *way, last = path.split("|")

    def act(statement: dict[str, Any]) -> None:
        place = statement
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return act


@pytest.mark.parametrize(
    ("verb", "alter"),
    [
        (EXPERIENCED, change("id", None)),
        (EXPERIENCED, change("timestamp", None)),
        (EXPERIENCED, change("timestamp", "2026-11-24T08:00:00-06:00")),
        (PASSED, change("actor|objectType", "Group")),
        (PASSED, change("actor", {"mbox": "mailto:a@example.com"})),
        (EXPERIENCED, change("context|registration", None)),
        (EXPERIENCED, change("context|registration", "ccaf384c-f8d4-4e7a-8304-49af58f0b176")),
        (EXPERIENCED, change("context|extensions", {})),
        (PASSED, change("object|id", "https://example.com/other")),
        (PASSED, change("result|completion", True)),
        (COMPLETED, change("result|success", True)),
        (COMPLETED, change("result|completion", None)),
        (COMPLETED, change("result|completion", False)),
        (COMPLETED, change("result|score", {"scaled": 0.5})),
        (TERMINATED, change("result", None)),
        (COMPLETED, change("result|duration", None)),
        (PASSED, change("result|duration", None)),
        (FAILED, change("result|duration", None)),
        (PASSED, change("result|success", False)),
        (FAILED, change("result|success", None)),
        (PASSED, change("result|score", {"scaled": 0.89})),
        (FAILED, change("result|score", {"scaled": 0.9})),
        (PASSED, change("result|score|min", None)),
        (PASSED, change("result|score|max", None)),
        (COMPLETED, change("context|contextActivities|category", [{"id": CMI5_CATEGORY}])),
        (EXPERIENCED, change("context|contextActivities|category", [{"id": MOVE_ON_CATEGORY}])),
        (EXPERIENCED, change("context|contextActivities|category", [{"id": CMI5_CATEGORY}])),
        (TERMINATED, change("context|contextActivities|category", [{"id": CMI5_CATEGORY}, {"id": MOVE_ON_CATEGORY}])),
        (PASSED, change(f"context|extensions|{MASTERY}", None)),
        (PASSED, change(f"context|extensions|{MASTERY}", 0.8)),
        *[(EXPERIENCED, change("verb|id", verb)) for verb in (VOIDED, LAUNCHED, ABANDONED, WAIVED, SATISFIED)],
    ],
)
def test_breaking_one_rule_is_named_once(verb: str, alter: Callable[[dict[str, Any]], None]) -> None:
    statement = a_statement(verb)
    alter(statement)
    (problem,) = statement_problems(statement, LAUNCH, BEGUN)
    assert "(cmi5 " in problem.text


@pytest.mark.parametrize(
    ("verb", "standing"),
    [
        (INITIALIZED, BEGUN),
        (COMPLETED, BEGUN.then(COMPLETED)),
        (COMPLETED, Standing(verbs=BEGUN.verbs, completed=True)),
        (PASSED, BEGUN.then(FAILED)),
        (PASSED, Standing(verbs=BEGUN.verbs, passed=True)),
        (FAILED, BEGUN.then(FAILED)),
        (FAILED, Standing(verbs=BEGUN.verbs, passed=True)),
        (EXPERIENCED, BEGUN.then(TERMINATED)),
    ],
)
def test_what_happened_before_keeps_a_statement_out(verb: str, standing: Standing) -> None:
    assert statement_problems(a_statement(verb), LAUNCH, standing)


@pytest.mark.parametrize("mode", [LaunchMode.BROWSE, LaunchMode.REVIEW])
def test_only_normal_sessions_complete_and_pass(mode: LaunchMode) -> None:
    launch = a_launch(mode, a_unit(mastery=0.9))
    for verb in (COMPLETED, PASSED, FAILED):
        assert statement_problems(a_statement(verb), launch, BEGUN)
    assert statement_problems(a_statement(TERMINATED), launch, BEGUN) == []


def test_verbs_count_only_with_the_category_of_cmi5() -> None:
    plain = a_statement(COMPLETED)
    assert verb_that_counts(plain) == COMPLETED
    plain["context"]["contextActivities"]["category"] = []
    assert verb_that_counts(plain) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(["id", "timestamp", "actor", "verb", "object", "context", "result"]), JSON)
def test_malformed_statements_are_refused_and_never_break_the_rules(name: str, value: object) -> None:
    statement_problems({**a_statement(PASSED), name: value}, LAUNCH, BEGUN)
    assert statement_problems(value, LAUNCH, BEGUN)


@pytest.mark.parametrize(
    ("document", "kind", "wrong"),
    [
        ({"languagePreference": "en-US,fr-FR", "audioPreference": "off"}, "application/json; charset=utf-8", 0),
        ({"languagePreference": "en", "audioPreference": "on"}, "text/plain", 1),
        ({"audioPreference": "on"}, "application/json", 1),
        ({"languagePreference": "en"}, "application/json", 1),
        ({"languagePreference": "not comma separated", "audioPreference": "on"}, "application/json", 1),
        ({"languagePreference": "", "audioPreference": "loud"}, "application/json", 2),
        ("text", "text/plain", 3),
    ],
)
def test_preferences_have_a_language_list_and_a_sound(document: object, kind: str, wrong: int) -> None:
    assert len(preference_problems(document, kind)) == wrong


def test_statements_of_the_product_are_valid_xapi_and_carry_the_session() -> None:
    from datetime import timedelta

    from upshot.xapi.cmi5_course import Block

    made = [
        launched(LAUNCH, "https://upshot.example.com/x"),
        abandoned(LAUNCH, timedelta(seconds=90)),
        waived(LAUNCH, "Administrative"),
        satisfied(LAUNCH, Block("https://example.com/b", "B", ()), "https://upshot.example.com/b", course=False),
    ]
    for statement in made:
        assert problems_of(statement, Version.V1_0_3) == []
        assert problems_of(statement, Version.V2_0_0) == []
        assert statement["context"]["extensions"][f"{EXTENSION}/sessionid"] == SESSION
        assert statement["context"]["registration"] == REGISTRATION
    assert made[1]["result"] == {"duration": "PT90.00S"}


def test_launch_data_tell_what_the_package_says() -> None:
    data = launch_data(LAUNCH, "https://upshot.example.com/back")
    assert (data["masteryScore"], data["moveOn"], data["launchMode"]) == (0.9, "CompletedOrPassed", "Normal")
    assert data["contextTemplate"]["contextActivities"]["grouping"][0]["id"] == LAUNCH.unit.id
    assert data["returnURL"] == "https://upshot.example.com/back"
