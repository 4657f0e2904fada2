"""What a SCORM unit reports, read into plain facts, and what it is told when it opens again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from upshot.web.content.models import Course
from upshot.xapi.cmi5_course import Unit
from upshot.xapi.times import duration_seconds, is_duration

__all__ = ["Report", "memory_for", "report_of"]

_CLOCK: Final = re.compile(r"(\d{2,4}):(\d{2}):(\d{2}(?:\.\d{1,2})?)")
_MOST_SCORE: Final = 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a unit says of itself.

    Parameters
    ----------
    completed
        Whether it calls itself completed.
    success
        Whether it was passed or failed; None where it does not say.
    score
        xAPI's score object; empty without one.
    time
        How long this session lasted by the unit's own account.
    """

    completed: bool
    success: bool | None
    score: Mapping[str, float]
    time: timedelta | None


def report_of(kind: str, cmi: Mapping[str, Any]) -> Report:
    """The report in a unit's data model; what is malformed is left out, since old units send much that is.

    Examples
    --------
    >>> report_of("scorm-1.2", {"core": {"lesson_status": "passed", "score": {"raw": "80"}}}).score
    {'raw': 80.0, 'min': 0.0, 'max': 100.0, 'scaled': 0.8}
    """
    if kind == Course.Kind.SCORM_12:
        core = _object(cmi.get("core"))
        status = str(core.get("lesson_status", "")).lower()
        return Report(
            completed=status in ("completed", "passed", "failed"),
            success={"passed": True, "failed": False}.get(status),
            score=_score(_object(core.get("score")), (0.0, 100.0)),
            time=_clock(str(core.get("session_time", ""))),
        )
    return Report(
        completed=cmi.get("completion_status") == "completed",
        success={"passed": True, "failed": False}.get(str(cmi.get("success_status"))),
        score=_score(_object(cmi.get("score")), None),
        time=_length(str(cmi.get("session_time", ""))),
    )


def memory_for(kind: str, kept: Mapping[str, Any], unit: Unit, learner: str) -> dict[str, Any]:
    """The data model a unit opens with: what it kept, who is meant by a name that says nothing, and its settings."""
    cmi = {name: value for name, value in kept.items() if name not in ("session_time", "exit", "learner_id")}
    old = kind == Course.Kind.SCORM_12
    core = dict(_object(cmi.get("core"))) if old else cmi
    resumes = (_object(kept.get("core")) if old else kept).get("exit") == "suspend"
    for gone in ("session_time", "exit"):
        core.pop(gone, None)
    core["entry"] = "resume" if resumes else "" if kept else "ab-initio"
    if not resumes:
        cmi.pop("suspend_data", None)
    if old:
        cmi["core"] = {**core, "student_id": learner, "student_name": "Learner"}
        if unit.mastery is not None:
            cmi["student_data"] = {**_object(cmi.get("student_data")), "mastery_score": f"{unit.mastery * 100:g}"}
    else:
        core |= {"learner_id": learner, "learner_name": "Learner"}
        if unit.mastery is not None:
            core["scaled_passing_score"] = f"{unit.mastery:g}"
    if unit.parameters:
        cmi["launch_data"] = unit.parameters
    return cmi


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if abs(number) <= _MOST_SCORE else None


def _score(given: Mapping[str, Any], usual: tuple[float, float] | None) -> dict[str, float]:
    raw, low, high, scaled = (_number(given.get(name)) for name in ("raw", "min", "max", "scaled"))
    if usual is not None:
        low, high = usual[0] if low is None else low, usual[1] if high is None else high
    found: dict[str, float] = {}
    if raw is not None and low is not None and high is not None and low < high and low <= raw <= high:
        found = {"raw": raw, "min": low, "max": high}
        scaled = (raw - low) / (high - low) if scaled is None else scaled
    if scaled is not None and -1.0 <= scaled <= 1.0:
        found["scaled"] = scaled
    return found


def _clock(text: str) -> timedelta | None:
    found = _CLOCK.fullmatch(text)
    return None if found is None else timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=float(found[3]))


def _length(text: str) -> timedelta | None:
    seconds = duration_seconds(text) if is_duration(text) else None
    return None if seconds is None or seconds > timedelta.max.total_seconds() / 2 else timedelta(seconds=seconds)
