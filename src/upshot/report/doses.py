"""The dose in words: how much people took, what went with more of it, and what that reading assumes."""

import math
from dataclasses import replace

from upshot.report.facts import DoseFacts, DoseRow, Range
from upshot.report.figures import Table
from upshot.report.numbers import Display, count, percent

__all__ = ["dose_lines", "dose_table"]

_MORE = {
    "minutes": (10.0, "Ten more minutes"),
    "share": (0.1, "A tenth more of the path"),
    "mastery": (0.1, "Mastery that is ten points higher"),
    "applied": (1.0, "Use at work, against none on record,"),
}
"""The step of dose that is printed, and how it begins a sentence."""
_DOSES = {
    "minutes": "Minutes on record",
    "share": "Share of the path",
    "mastery": "Mastery, first attempts",
    "applied": "Use at work",
}
_WEAKER = "This is a second and weaker reading: it never changes the grade of the answer."
_FIXED = {"waived": "Waived: can already", "unknown": "Not known", "none": "Nothing on record"}
_PARTS = {1: ("Some",), 2: ("Less", "More"), 3: ("Lowest third", "Middle third", "Highest third")}


def dose_lines(found: DoseFacts, display: Display) -> tuple[str, ...]:
    """What went with a larger dose in a sentence, and what one must know to read it."""
    about = f"Counted over: {', '.join(found.about)}." if found.about else ""
    said = found.withheld or _slope(found, display)
    return tuple(line for line in (said, _WEAKER, *found.cautions, about, *_unknown(found)) if line)


def _slope(found: DoseFacts, display: Display) -> str:
    """The line through the doses, for a step that people can picture; "cannot tell" where it may be either way."""
    span, (step, words) = found.slope, _MORE[found.by]
    if span is None or span.low is None or span.high is None:
        return "Whether more of it does more cannot be told: there are not two doses that can be compared."
    value, low, high = (number * step for number in (span.estimate, span.low, span.high))
    fine = _fine(display, (high - low) / 2)
    interval = f"{fine.difference(value)} ({fine.between(low, high)})"
    goes = "goes" if found.by != "minutes" else "go"
    if low <= 0 <= high:
        return f"Whether {words[:1].lower()}{words[1:]} {goes} with a difference cannot be told: {interval}."
    return f"{words} {goes} with {interval}."


def _fine(display: Display, half: float) -> Display:
    """The page's way of printing, with the digits that a small step needs."""
    printed = abs(half * display.factor)
    needed = 1 - math.floor(math.log10(printed)) if printed > 0 else display.decimals
    return replace(display, decimals=min(6, max(display.decimals, needed)))


def _unknown(found: DoseFacts) -> tuple[str, ...]:
    row = next((one for one in found.rows if one.group == "unknown" and one.people), None)
    if row is None:
        return ()
    return (f"{count(row.people or 0)} of those who started are left out: nothing on record says how much they took.",)


def dose_table(found: DoseFacts, display: Display, people: str) -> Table:
    """The doses with their people and effects."""
    parts = [row.group for row in found.rows if row.group.startswith("part-")]
    rows = tuple(_row(row, found, parts, display) for row in found.rows)
    columns = ("Who", people.capitalize(), _DOSES[found.by], f"Effect and {percent(found.level)} interval")
    return Table(caption="Each dose against people not yet started", columns=columns, rows=rows)


def _row(row: DoseRow, found: DoseFacts, parts: list[str], display: Display) -> tuple[str, str, str, str]:
    who = _who(row.group, found, parts)
    if row.withheld:
        return who, "not shown", "", row.withheld
    size = "" if row.people is None else count(row.people)
    return who, size, _amount(row.dose, found), _effect(row.effect, display)


def _who(group: str, found: DoseFacts, parts: list[str]) -> str:
    if found.by == "applied" and group in ("none", "part-1"):
        return "Used at work" if group == "part-1" else "Not on record"
    return _FIXED.get(group) or _PARTS[len(parts)][parts.index(group)]


def _amount(dose: float | None, found: DoseFacts) -> str:
    if dose is None or found.by == "applied":
        return ""
    return f"{dose:,.0f}" if found.by == "minutes" else percent(dose)


def _effect(span: Range | None, display: Display) -> str:
    if span is None:
        return ""
    if span.low is None or span.high is None:
        return display.difference(span.estimate)
    return f"{display.difference(span.estimate)} ({display.between(span.low, span.high)})"
