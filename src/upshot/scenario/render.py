"""A scenario back to Markdown, and to the fingerprint of what it means."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from upshot.scenario.flags import render_condition, render_effects
from upshot.scenario.model import SCHEMA, Choice, Competency, Node, Scenario

__all__ = ["fingerprint", "render"]


def render(scenario: Scenario) -> str:
    """The scenario as `upshot-scenario/1`; reading it again gives an equal scenario.

    Texts are written as they are: they must be Markdown that could stand in such a file.
    """
    return "\n".join(["---", *_head(scenario), "---", "", *_body(scenario)])


def _head(scenario: Scenario) -> Iterator[str]:
    yield f"format: {SCHEMA}"
    yield f"id: {scenario.id}"
    yield f"title: {_quoted(scenario.title)}"
    yield f"lang: {_quoted(scenario.lang)}"
    yield f"version: {scenario.version}"
    if scenario.role:
        yield f"role: {_quoted(scenario.role)}"
    for key in ("summary", "source", "licence"):
        value = getattr(scenario, key)
        if value:
            yield f"{key}: {_quoted(value)}"
    if scenario.competencies:
        yield "competencies:"
        yield from (f"  {_quoted(one.id)}: {_competency(one)}" for one in scenario.competencies)
    passing = scenario.passing
    if passing.min_scaled is not None or passing.no_critical:
        scaled = [] if passing.min_scaled is None else [f"min_scaled: {passing.min_scaled:.9f}".rstrip("0")]
        critical = ["no_critical: true"] if passing.no_critical else []
        yield f"pass: {{{', '.join([*scaled, *critical])}}}"
    if scenario.kpis:
        yield f"kpis: [{', '.join(_quoted(kpi) for kpi in scenario.kpis)}]"
    if scenario.flags:
        yield "flags:"
        for flag in scenario.flags:
            yield f"  {_quoted(flag.name)}: {{min: {flag.low}, max: {flag.high}, start: {flag.start}}}"
    yield f"start: {_quoted(scenario.start)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _competency(one: Competency) -> str:
    label = f", label: {_quoted(one.label)}" if one.label else ""
    return f"{{weight: {one.weight}{label}}}"


def _body(scenario: Scenario) -> Iterator[str]:
    for node in scenario.nodes:
        yield f"# {node.title} {{{' '.join(_heading(node))}}}"
        yield ""
        if node.text:
            yield from node.text.split("\n")
            yield ""
        if node.feedback:
            yield from _quote(node.feedback, "")
            yield ""
        for choice in node.choices:
            yield f"- [{choice.text}](#{choice.target}){{{' '.join(_choice(choice))}}}"
            if choice.feedback:
                yield ""
                yield from _quote(choice.feedback, "  ")
                yield ""
        if node.choices:
            yield ""


def _quote(text: str, indent: str) -> Iterator[str]:
    return (f"{indent}> {line}".rstrip() for line in text.split("\n"))


def _heading(node: Node) -> Iterator[str]:
    yield f"#{node.id}"
    if node.end:
        yield ".end"
    if node.outcome:
        yield f"outcome={node.outcome}"
    if node.reflect:
        yield f"reflect={_attribute(node.reflect)}"


def _choice(choice: Choice) -> Iterator[str]:
    yield f"id={choice.id}"
    yield from (f"{name}={points}" for name, points in choice.points)
    if choice.condition:
        yield f'if="{render_condition(choice.condition)}"'
    if choice.effects:
        yield f'set="{render_effects(choice.effects)}"'
    yield from (f".{mark}" for mark in ("best", "critical", "turn") if getattr(choice, mark))


def _attribute(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def fingerprint(scenario: Scenario) -> str:
    """SHA-256 of what the scenario means, wherever its lines stand; kept with every attempt."""
    plain = json.dumps(_plain(scenario), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{SCHEMA}\n{plain}".encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value) if one.compare}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
