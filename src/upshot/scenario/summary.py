"""What a look at a scenario found, as one record for programs and as lines for people."""

import textwrap
from collections.abc import Iterator
from typing import Any

from upshot.errors import Problem
from upshot.scenario.bounds import Bounds, bounds_of
from upshot.scenario.document import Examined
from upshot.scenario.model import Scenario
from upshot.scenario.render import fingerprint

__all__ = ["LINT_SCHEMA", "lint_lines", "lint_record"]

LINT_SCHEMA = "upshot-scenario-lint/1"
_WIDTH = 100
_HEADINGS = {
    "error": "Errors: the scenario cannot be published",
    "gap": "Gaps: the scenario can be played, and will say less",
    "advice": "Advice: what would make it better",
}


def lint_record(examined: Examined, file: str) -> dict[str, Any]:
    """What was found in plain JSON types, schema ``upshot-scenario-lint/1``.

    A problem holds only what is known of it: ``kind, code, text, fix, line``. ``fingerprint``, ``steps``, ``choices``,
    ``situations`` and ``points`` are there only when the scenario can be published.
    """
    record: dict[str, Any] = {"schema": LINT_SCHEMA, "file": file, "publishable": examined.scenario is not None}
    if examined.scenario is not None:
        bounds = bounds_of(examined.scenario)
        record |= {"id": examined.scenario.id, "version": examined.scenario.version}
        record["fingerprint"] = fingerprint(examined.scenario)
        record |= _size(examined.scenario, bounds)
        record["points"] = {one.competency: {"low": one.low, "high": one.high} for one in bounds.ranges}
    kinds = [problem.kind for problem in examined.problems]
    record["counts"] = {kind: kinds.count(kind) for kind in ("error", "gap", "advice")}
    record["problems"] = [_problem(problem) for problem in examined.problems]
    return record


def _size(scenario: Scenario, bounds: Bounds) -> dict[str, int]:
    choices = sum(len(node.choices) for node in scenario.nodes)
    return {"steps": len(scenario.nodes), "choices": choices, "situations": bounds.states}


def _problem(problem: Problem) -> dict[str, Any]:
    said = {"kind": problem.kind, "code": problem.code, "text": problem.text, "fix": problem.fix, "line": problem.line}
    return {key: value for key, value in said.items() if value not in (None, "")}


def lint_lines(examined: Examined, file: str) -> Iterator[tuple[str, str]]:
    """What was found as lines for people: pairs of a kind (``error``, ``gap``, ``advice``, ``plain``) and the line."""
    yield "plain", file
    for kind, heading in _HEADINGS.items():
        chosen = [problem for problem in examined.problems if problem.kind == kind]
        if chosen:
            yield "plain", ""
            yield kind, heading
            yield from (("plain", line) for problem in chosen for line in _item(problem))
    yield "plain", ""
    if examined.scenario is not None:
        yield from (("plain", line) for line in _points(examined.scenario))
    yield "plain", _total(examined)


def _item(problem: Problem) -> Iterator[str]:
    yield f"  line {problem.line}" if problem.line else "  file"
    for sentence in (problem.text, problem.fix):
        yield from textwrap.wrap(
            sentence, _WIDTH, initial_indent=" " * 12, subsequent_indent=" " * 12,
            break_on_hyphens=False, break_long_words=False,
        )  # fmt: skip


def _points(scenario: Scenario) -> Iterator[str]:
    bounds = bounds_of(scenario)
    size = _size(scenario, bounds)
    yield f"{size['steps']:,} steps, {size['choices']:,} choices, {size['situations']:,} situations (step and flags)"
    for one in bounds.ranges:
        yield f"  {one.competency}: from {one.low} to {one.high} points"
    yield ""


def _total(examined: Examined) -> str:
    kinds = [problem.kind for problem in examined.problems]
    says = "The scenario can be published" if examined.scenario is not None else "The scenario cannot be published"
    if not kinds:
        return f"{says}. Nothing is open."
    counted = (
        _count(kinds.count("error"), "error", "errors"),
        _count(kinds.count("gap"), "gap", "gaps"),
        _count(kinds.count("advice"), "piece of advice", "pieces of advice"),
    )
    return f"{says}: {', '.join(counted)}."


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"
