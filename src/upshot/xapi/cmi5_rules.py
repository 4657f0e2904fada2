"""What a launched unit may send: its statements and preferences held to cmi5, sentence by sentence."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from upshot.errors import Problem
from upshot.xapi.cmi5 import (
    CMI5_CATEGORY,
    COMPLETED,
    EXTENSION,
    FAILED,
    INITIALIZED,
    LMS_VERBS,
    MOVE_ON_CATEGORY,
    PASSED,
    TERMINATED,
    VOIDED,
    LaunchMode,
)
from upshot.xapi.cmi5_statements import Launch
from upshot.xapi.identity import identifier
from upshot.xapi.times import parse_timestamp

__all__ = ["Standing", "preference_problems", "statement_problems", "verb_that_counts"]

_JUDGED: Final = frozenset({COMPLETED, PASSED, FAILED})
_DEFINED: Final = _JUDGED | {INITIALIZED, TERMINATED}
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a session has done so far.

    Parameters
    ----------
    verbs
        Verbs of cmi5 it has sent.
    completed, passed
        Whether the unit was completed or passed in this registration, in any session.
    prepared
        Whether it has read its launch data and the learner's preferences.
    """

    verbs: frozenset[str] = frozenset()
    completed: bool = False
    passed: bool = False
    prepared: bool = True

    def then(self, verb: str | None) -> "Standing":
        """The standing after a statement that counts."""
        if verb is None:
            return self
        return replace(
            self,
            verbs=self.verbs | {verb},
            completed=self.completed or verb == COMPLETED,
            passed=self.passed or verb == PASSED,
        )


def verb_that_counts(statement: object) -> str | None:
    """The verb of a statement that cmi5 defines; None for what a unit records beside it."""
    whole = _object(statement)
    verb = _object(whole.get("verb")).get("id")
    return verb if isinstance(verb, str) and verb in _DEFINED and CMI5_CATEGORY in _categories(whole) else None


def statement_problems(statement: object, launch: Launch, standing: Standing) -> list[Problem]:
    """Every rule of cmi5 that a unit's statement breaks; the rules of xAPI are checked by the store.

    Parameters
    ----------
    statement
        As sent.
    launch
        The session it was sent in.
    standing
        What the session has done before.
    """
    whole = _object(statement)
    verb = str(_object(whole.get("verb")).get("id"))
    problems = [*_in_every(whole, launch), *_by_verb(whole, verb, standing)]
    if CMI5_CATEGORY in _categories(whole):
        problems += _defined(whole, verb, launch, standing)
    elif MOVE_ON_CATEGORY in _categories(whole):
        problems.append(_problem("9.6.2.2", "context.contextActivities.category", "The moveOn category needs cmi5's."))
    return problems


def _in_every(whole: Mapping[str, object], launch: Launch) -> Iterator[Problem]:
    actor, context = _object(whole.get("actor")), _object(whole.get("context"))
    moment = whole.get("timestamp")
    if not isinstance(whole.get("id"), str):
        yield _problem("9.1", "id", "A unit's statement needs an id.")
    if not isinstance(moment, str) or (parsed := parse_timestamp(moment)) is None or parsed.utcoffset():
        yield _problem("9.7", "timestamp", "A unit's statement needs a timestamp in UTC.")
    if actor.get("objectType", "Agent") != "Agent" or identifier(actor) != identifier(launch.actor):
        yield _problem("9.2", "actor", "The actor must be the learner of the launch.")
    if str(context.get("registration")).lower() != launch.registration:
        yield _problem("9.6.1", "context.registration", "The registration must be that of the launch.")
    if _object(context.get("extensions")).get(f"{EXTENSION}/sessionid") != launch.session:
        yield _problem("9.6.3.1", "context.extensions", "The session must be that of the launch.")


def _by_verb(whole: Mapping[str, object], verb: str, standing: Standing) -> Iterator[Problem]:
    if verb == VOIDED:
        yield _problem("6.3", "verb", "A unit may not void statements.")
    if verb in LMS_VERBS:
        yield _problem("9.3", "verb", "Only the launching system uses this verb.")
    if verb_that_counts(whole) == INITIALIZED:
        if not standing.prepared:
            yield _problem("11", "verb", "A unit first reads its launch data and the learner's preferences.")
    elif INITIALIZED not in standing.verbs:
        yield _problem("9.3", "verb", "The first statement of a session must be initialized.")
    if TERMINATED in standing.verbs:
        yield _problem("9.3", "verb", "The session was terminated.")


def _defined(whole: Mapping[str, object], verb: str, launch: Launch, standing: Standing) -> Iterator[Problem]:
    moving = MOVE_ON_CATEGORY in _categories(whole)
    if verb not in _DEFINED:
        yield _problem("9.6.2.1", "context.contextActivities.category", "cmi5 does not define this verb for units.")
        return
    if _object(whole.get("object")).get("id") != launch.activity:
        yield _problem("9.4", "object.id", "The object must be the activity of the launch.")
    if verb in standing.verbs:
        yield _problem("9.3", "verb", "A session uses each verb of cmi5 once.")
    if (verb in _JUDGED) != moving:
        text = "completed, passed and failed carry the moveOn category, and nothing else does."
        yield _problem("9.6.2.2", "context.contextActivities.category", text)
    if verb in _JUDGED:
        yield from _judged(verb, launch, standing)
    yield from _result(_object(whole.get("result")), verb)
    if verb in (PASSED, FAILED):
        yield from _score(whole, verb, launch)


def _judged(verb: str, launch: Launch, standing: Standing) -> Iterator[Problem]:
    if launch.mode is not LaunchMode.NORMAL:
        yield _problem("10.2.2", "verb", "Completed, passed and failed are for sessions in Normal mode.")
    if verb == COMPLETED and standing.completed:
        yield _problem("9.3", "verb", "The unit was completed in this registration already.")
    if verb in (PASSED, FAILED) and standing.passed:
        yield _problem("9.3", "verb", "The unit was passed in this registration already.")
    if verb in (PASSED, FAILED) and standing.verbs & {PASSED, FAILED}:
        yield _problem("9.3", "verb", "A session is passed or failed, once.")


def _result(result: Mapping[str, object], verb: str) -> Iterator[Problem]:
    for key, wanted in (("success", {PASSED: True, FAILED: False}), ("completion", {COMPLETED: True})):
        if result.get(key) is not wanted.get(verb):
            allowed = f"must be {str(wanted[verb]).lower()}" if verb in wanted else "may not be set"
            yield _problem("9.5", f"result.{key}", f"With this verb, {key} {allowed}.")
    if "score" in result and verb not in (PASSED, FAILED):
        yield _problem("9.5.1", "result.score", "Only passed and failed carry a score.")
    if verb != INITIALIZED and not isinstance(result.get("duration"), str):
        yield _problem("9.5.4", "result.duration", "With this verb, the duration is needed.")


def _score(whole: Mapping[str, object], verb: str, launch: Launch) -> Iterator[Problem]:
    given, mastery = _object(_object(whole.get("result")).get("score")), launch.unit.mastery
    if "raw" in given and not {"min", "max"} <= set(given):
        yield _problem("9.5.1", "result.score", "A raw score needs min and max.")
    scaled = given.get("scaled")
    if mastery is not None and isinstance(scaled, int | float) and (scaled >= mastery) != (verb == PASSED):
        yield _problem("9.3", "result.score.scaled", "The score and the mastery score say otherwise.")
    stated = _object(_object(whole.get("context")).get("extensions")).get(f"{EXTENSION}/masteryscore")
    if mastery is not None and stated != mastery and (given or stated is not None):
        yield _problem("9.6.3.2", "context.extensions", "The mastery score must be that of the launch.")


def preference_problems(document: object, content_type: str) -> list[Problem]:
    """What is wrong with a document of learner preferences.

    Examples
    --------
    >>> preference_problems({"languagePreference": "en-US,fr", "audioPreference": "on"}, "application/json")
    []
    """
    whole = _object(document)
    languages, audio = whole.get("languagePreference"), whole.get("audioPreference")
    checks: tuple[tuple[Callable[[], bool], str, str], ...] = (
        (lambda: content_type.partition(";")[0].strip().lower() == "application/json", "", "Send it as JSON."),
        (lambda: _languages(languages), "languagePreference", "It must be language tags with commas between them."),
        (lambda: audio in ("on", "off"), "audioPreference", "It must be on or off."),
    )
    return [_problem("11", name, text) for holds, name, text in checks if not holds()]


def _languages(value: object) -> bool:
    return isinstance(value, str) and all(_TAG.fullmatch(tag) for tag in value.split(","))


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _categories(whole: Mapping[str, object]) -> frozenset[str]:
    given = _object(_object(whole.get("context")).get("contextActivities")).get("category")
    entries = given if isinstance(given, list) else [given]
    return frozenset(str(_object(entry).get("id")) for entry in entries)


def _problem(section: str, where: str, text: str) -> Problem:
    return Problem(code="cmi5-rule", text=f"{text} (cmi5 {section})", column=where or None)
