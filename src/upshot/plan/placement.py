"""Errors only the document shows: keys of the wrong kind of step or KPI, and what every initiative needs."""

from collections.abc import Iterator
from typing import Any, get_args

from upshot.plan.decode import Found, Path, keys_of
from upshot.plan.kpis import Kpi
from upshot.plan.practice import Step
from upshot.plan.promise import Plan
from upshot.plan.tree import Mapping, Node, is_null, step
from upshot.plan.values import Only

__all__ = ["has", "placement_errors"]


def has(tree: Node, path: Path) -> bool:
    """Whether the document writes something at this path."""
    node: Node | None = tree
    for key in path:
        node = step(node, key) if node is not None else None
    return node is not None and not is_null(node)


def placement_errors(plan: Plan, tree: Mapping) -> list[Found]:
    """Keys that do not belong where they stand, and keys an initiative cannot do without."""
    return [*_of_steps(plan, tree), *_of_kpis(plan, tree), *_of_initiatives(plan, tree)]


def _of_steps(plan: Plan, tree: Mapping) -> Iterator[Found]:
    for index, initiative in enumerate(plan.initiatives):
        for place, item in enumerate(initiative.path):
            path: Path = ("initiatives", index, "path", place)
            yield from _misplaced(tree, path, Step, item.kind, "a step of kind")


def _of_kpis(plan: Plan, tree: Mapping) -> Iterator[Found]:
    for index, kpi in enumerate(plan.kpis):
        yield from _misplaced(tree, ("kpis", index), Kpi, kpi.type, "a KPI of type")


def _misplaced(tree: Mapping, path: Path, cls: type, kind: str, what: str) -> Iterator[Found]:
    for key, (_, hint) in keys_of(cls).items():
        only = _only(hint)
        if only and kind not in only and has(tree, (*path, key)):
            text = f"'{key}' has no meaning for {what} '{kind}'."
            fix = f"Remove it; it belongs to {', '.join(only)}."
            yield Found(path=(*path, key), code="misplaced-key", text=text, fix=fix)


def _only(hint: Any) -> tuple[str, ...]:
    return next((rule.kinds for rule in get_args(hint)[1:] if isinstance(rule, Only)), ())


def _of_initiatives(plan: Plan, tree: Mapping) -> Iterator[Found]:
    for index, initiative in enumerate(plan.initiatives):
        for key in ("hypothesis", "audience") if initiative.is_training else ():
            path: Path = ("initiatives", index, key)
            if not has(tree, path):
                text = f"'{key}' is missing."
                fix = f"Add '{key}:', or end the diagnosis with 'verdict: no-training'."
                yield Found(path=path, code="missing-key", text=text, fix=fix)
