"""Findings as one JSON document, `upshot-report/1`, with the estimate inside it."""

import datetime as dt
from dataclasses import fields, is_dataclass
from typing import Any

from upshot.impact.estimate import Estimate
from upshot.report.findings import Findings
from upshot.report.numbers import display_for
from upshot.report.sentences import GRADE_NAMES, dashboard_error, direction, headline, next_design
from upshot.report.small_numbers import guarded

__all__ = ["SCHEMA", "to_dict"]

SCHEMA = "upshot-report/1"


def to_dict(findings: Findings) -> dict[str, Any]:
    """The report as plain JSON types; groups under the minimum are withheld, absent means not known.

    Parameters
    ----------
    findings
        What the page would be written from.

    Returns
    -------
    dict
        ``schema``, the fields of `Findings` by name with the estimates as ``upshot-estimate/1``,
        and ``sentences`` (headline, grade, direction, dashboard, next design where refused).
    """
    safe = guarded(findings)
    return {"schema": SCHEMA, "sentences": _sentences(safe), **_plain(safe)}


def _sentences(findings: Findings) -> dict[str, Any]:
    display = display_for(findings)
    said: dict[str, Any] = {
        "headline": headline(findings, display),
        "grade": GRADE_NAMES[findings.letter],
        "direction": direction(findings)[1],
        "dashboard": list(dashboard_error(findings, display)),
    }
    return {**said, "next_design": next_design(findings)} if findings.refused else said


def _plain(value: Any) -> Any:
    if isinstance(value, Estimate):
        return value.to_dict()
    if is_dataclass(value):
        pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
        return {name: _plain(item) for name, item in pairs if item is not None and item not in ((), "")}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
