"""A statement as learning records: who learned what, when, with which result; cmi5, video and plain statements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from upshot.xapi.identity import identifier
from upshot.xapi.times import duration_seconds, instant

__all__ = ["LearningRecord", "account_of", "learning_records"]

_VIDEO = "https://w3id.org/xapi/video"
_MASTERY = "urn:upshot:scenario:competencies"
"""Extension of a result that holds, by competency, how much of it was shown."""
_SEGMENTS = f"{_VIDEO}/extensions/played-segments"
#: Within the video profile these are movements of a finger on the player; what was watched comes with the others.
_GESTURES = frozenset({"paused", "seeked", "interacted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningRecord:
    """One record for the lake's ``learning`` table; the fields are its columns."""

    account: str
    activity: str
    title: str | None
    verb: str
    at: datetime
    date: date
    success: bool | None
    score: float | None
    duration: float | None


def account_of(agent: Mapping[str, object], own_home: str = "") -> str | None:
    """How the lake calls an agent: ``system:name``, or a person of the roster where the account is one of ours.

    Examples
    --------
    >>> account_of({"account": {"homePage": "https://lms.example.com", "name": "a7"}})
    'https://lms.example.com:a7'
    >>> account_of({"account": {"homePage": "https://upshot.example.com", "name": "P-7"}}, "https://upshot.example.com")
    'P-7'
    >>> account_of({"mbox": "mailto:ada@example.com"})
    'mailto:ada@example.com'
    """
    account = agent.get("account")
    if isinstance(account, Mapping):
        home, name = str(account.get("homePage")), str(account.get("name"))
        return name if own_home and home.rstrip("/") == own_home.rstrip("/") else f"{home}:{name}"
    return identifier(agent)


def learning_records(
    statement: Mapping[str, object], *, offset_minutes: int = 0, own_home: str = ""
) -> tuple[LearningRecord, ...]:
    """The records of a stored statement: one for its actor, or one for each member of a group.

    A scenario that ended says how much of each competency it showed: each is a record of its own,
    with the verb ``scored`` and the competency as its activity.

    Parameters
    ----------
    statement
        As stored.
    offset_minutes
        Minutes east of UTC at the place of record, for the calendar date.
    own_home
        The ``homePage`` of accounts whose name is a person of the roster.

    Returns
    -------
    tuple of LearningRecord
        Empty when the object is no activity, or the statement is only a gesture on a player.
    """
    about, verb = _mapping(statement.get("object")), _word(_mapping(statement.get("verb")))
    if about.get("objectType", "Activity") != "Activity" or (verb in _GESTURES and _is_video(statement)):
        return ()
    result = _mapping(statement.get("result"))
    at = instant(str(statement.get("timestamp")))
    record = LearningRecord(
        account="",
        activity=str(about["id"]),
        title=_title(about),
        verb=verb,
        at=at,
        date=_local_date(at, offset_minutes),
        success=_success(result, verb),
        score=_score(_mapping(result.get("score"))),
        duration=_duration(result),
    )
    told = (record, *(_shown(record, *one) for one in _competencies(result, verb)))
    return tuple(
        replace(one, account=account)
        for agent in _learners(_mapping(statement.get("actor")))
        if (account := account_of(agent, own_home)) is not None
        for one in told
    )


def _competencies(result: Mapping[str, object], verb: str) -> Iterator[tuple[str, float]]:
    """How much of each competency was shown, 0 to 1; once, with the statement that it is completed."""
    held = _mapping(_mapping(result.get("extensions")).get(_MASTERY)) if verb == "completed" else {}
    for name, points in held.items():
        scaled = _number(_mapping(points).get("scaled"))
        if scaled is not None and 0 <= scaled <= 1:
            yield f"urn:upshot:competency:{name}", scaled


def _shown(record: LearningRecord, competency: str, scaled: float) -> LearningRecord:
    return replace(record, activity=competency, title=None, verb="scored", success=None, score=scaled, duration=None)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _learners(actor: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    members = actor.get("member")
    if actor.get("objectType") == "Group" and isinstance(members, list) and members:
        yield from (one for one in members if isinstance(one, Mapping))
    else:
        yield actor


def _word(verb: Mapping[str, object]) -> str:
    """The verb as the lake's word: the last part of its IRI."""
    return str(verb.get("id")).rstrip("/#").replace("#", "/").rpartition("/")[2].lower()


def _is_video(statement: Mapping[str, object]) -> bool:
    groups = _mapping(_mapping(statement.get("context")).get("contextActivities"))
    categories = groups.get("category")
    entries = categories if isinstance(categories, list) else [categories]
    verb = str(_mapping(statement.get("verb")).get("id"))
    return verb.startswith(_VIDEO) or any(_mapping(entry).get("id") == _VIDEO for entry in entries)


def _title(activity: Mapping[str, object]) -> str | None:
    names = _mapping(_mapping(activity.get("definition")).get("name"))
    return next((str(text) for text in names.values()), None)


def _local_date(at: datetime, offset_minutes: int) -> date:
    try:
        return (at + timedelta(minutes=offset_minutes)).date()
    except OverflowError:
        return at.date()


def _success(result: Mapping[str, object], verb: str) -> bool | None:
    stated = result.get("success")
    if isinstance(stated, bool):
        return stated
    return True if verb == "passed" else False if verb == "failed" else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _score(score: Mapping[str, object]) -> float | None:
    """The score as a share, where the statement says of what; a raw score without its range says nothing."""
    scaled = _number(score.get("scaled"))
    if scaled is not None:
        return scaled
    raw, low, high = (_number(score.get(key)) for key in ("raw", "min", "max"))
    if raw is None or high is None or high <= (low or 0.0):
        return None
    return (raw - (low or 0.0)) / (high - (low or 0.0))


def _duration(result: Mapping[str, object]) -> float | None:
    stated = result.get("duration")
    if isinstance(stated, str):
        return duration_seconds(stated)
    segments = _mapping(result.get("extensions")).get(_SEGMENTS)
    return _watched(segments) if isinstance(segments, str) else None


def _watched(text: str) -> float | None:
    """Seconds of a video that were watched at least once: the union of its played segments.

    Examples
    --------
    >>> _watched("0[.]10[,]5[.]20[,]30[.]31.5")
    21.5
    """
    try:
        pairs = [tuple(float(end) for end in part.split("[.]")) for part in text.split("[,]") if part]
        spans = sorted((start, end) for start, end in pairs)
    except ValueError:
        return None
    watched, until = 0.0, float("-inf")
    for start, end in spans:
        watched += max(0.0, end - max(start, until))
        until = max(until, end)
    return watched
