"""What a check found, as one record for programs and as lines for people."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from upshot.errors import Problem
from upshot.plan.canonical import plan_hash
from upshot.plan.document import Examined

__all__ = ["CHECK_SCHEMA", "check_lines", "check_record"]

CHECK_SCHEMA = "upshot-plan-check/1"
_WIDTH = 100

_HEADINGS = {
    "error": "Errors: the plan does not load",
    "gap": "Gaps: the plan loads, and the answer will be able to say less",
    "advice": "Advice: what would make it a better plan",
}


def check_record(examined: Examined, file: str) -> dict[str, Any]:
    """The check in plain JSON types, schema ``upshot-plan-check/1``.

    ``hash`` is there only when the plan loads; a problem holds only what is known of it: ``kind,
    code, text, fix, line, path, value``.
    """
    record: dict[str, Any] = {"schema": CHECK_SCHEMA, "file": file, "loads": examined.document is not None}
    if examined.document is not None:
        record["hash"] = plan_hash(examined.document.plan)
    kinds = [problem.kind for problem in examined.problems]
    record["counts"] = {kind: kinds.count(kind) for kind in ("error", "gap", "advice")}
    record["problems"] = [_problem(problem) for problem in examined.problems]
    record["outcomes"] = [
        {"initiative": name, "outcome": "no-training", "text": text} for name, text in _credited(examined)
    ]
    return record


def _problem(problem: Problem) -> dict[str, Any]:
    said = {
        "kind": problem.kind,
        "code": problem.code,
        "text": problem.text,
        "fix": problem.fix or None,
        "line": problem.line,
        "path": problem.column,
        "value": problem.value,
    }
    return {key: value for key, value in said.items() if value is not None}


def _credited(examined: Examined) -> list[tuple[str, str]]:
    if examined.document is None:
        return []
    return [
        (item.id, f"'{item.title}' ends in 'no training', which counts as a good outcome.")
        for item in examined.document.plan.initiatives
        if not item.is_training
    ]


def check_lines(examined: Examined, file: str) -> Iterator[tuple[str, str]]:
    """The check as lines for people: pairs of a kind (``error``, ``gap``, ``advice``, ``plain``) and the line."""
    yield "plain", file
    for kind, heading in _HEADINGS.items():
        chosen = [problem for problem in examined.problems if problem.kind == kind]
        if chosen:
            yield "plain", ""
            yield kind, heading
            for problem in chosen:
                yield from (("plain", line) for line in _item(problem))
    yield "plain", ""
    for _, text in _credited(examined):
        yield "plain", text
    yield "plain", _total(examined.problems)


def _item(problem: Problem) -> list[str]:
    place = f"line {problem.line}" if problem.line else "file"
    got = f" Got {problem.value!r}." if problem.value is not None and problem.value not in problem.text else ""
    said = [f"{problem.text}{got}", problem.fix]
    lines = [f"  {place:<9} {problem.column}" if problem.column else f"  {place}"]
    for sentence in said:
        lines += textwrap.wrap(
            sentence,
            _WIDTH,
            initial_indent=" " * 12,
            subsequent_indent=" " * 12,
            break_on_hyphens=False,
            break_long_words=False,
        )
    return lines


def _total(problems: Sequence[Problem]) -> str:
    kinds = [problem.kind for problem in problems]
    errors, gaps, advice = kinds.count("error"), kinds.count("gap"), kinds.count("advice")
    if not problems:
        return "The plan loads. Nothing is open."
    counted = [_count(errors, "error", "errors"), _count(gaps, "gap", "gaps")]
    counted.append(_count(advice, "piece of advice", "pieces of advice"))
    loads = "The plan does not load" if errors else "The plan loads"
    return f"{loads}: {', '.join(counted)}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"
