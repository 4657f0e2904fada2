"""Results: score, success, completion, response and duration."""

from upshot.xapi.report import Path, Report, Section
from upshot.xapi.shapes import Flag, Number, Shape, Text, extensions
from upshot.xapi.times import is_duration

__all__ = ["result"]

_RESULT = Section("2.4.5", "4.2.2.4")
_SCORE = Section("2.4.5.1", "4.2.2.4")
_DURATION = Section("4.6", "4.2.7")


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _within(value: dict[str, object], path: Path, report: Report) -> None:
    scaled, raw, low, high = (_number(value.get(key)) for key in ("scaled", "raw", "min", "max"))
    if scaled is not None and not -1 <= scaled <= 1:
        report.add((path, "scaled"), _SCORE, "xapi-range", "The scaled score must lie between -1 and 1", value=scaled)
    if low is not None and high is not None and low >= high:
        report.add((path, "max"), _SCORE, "xapi-range", "The highest score must be above the lowest", value=high)
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        report.add((path, "raw"), _SCORE, "xapi-range", "The raw score must lie between min and max", value=raw)


_score = Shape(
    name="a score",
    section=_SCORE,
    properties=dict.fromkeys(("scaled", "raw", "min", "max"), Number(_SCORE)),
    rules=(_within,),
)

result = Shape(
    name="a result",
    section=_RESULT,
    properties={
        "score": _score,
        "success": Flag(_RESULT),
        "completion": Flag(_RESULT),
        "response": Text(section=_RESULT, personal=True),
        "duration": Text(section=_DURATION, test=is_duration, expected="an ISO 8601 duration", example="PT4H35M59.14S"),
        "extensions": extensions,
    },
)
