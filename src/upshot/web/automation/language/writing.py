"""Rules as text: a rule of a form put into the document, the other rules left as they were written."""

from dataclasses import fields, is_dataclass
from typing import Any

from upshot.plan.decode import key_of
from upshot.plan.expression import And, Comparison, Flag, In, IsNull, Not, Or
from upshot.plan.tree import Mapping, Node, Sequence, read
from upshot.plan.values import Duration
from upshot.plan.write import lines
from upshot.web.automation.language.words import Rule

__all__ = ["EMPTY", "put", "remove", "written_rule"]

EMPTY = "format: upshot-rules/1\nrules: []\n"
"""The document of a firm that has no rules yet."""

_EXPRESSIONS = (Flag, Comparison, In, IsNull, Not, And, Or)


def written_rule(rule: Rule) -> str:
    """One rule as an entry of the list of rules."""
    return "\n".join(lines([_plain(rule)], "  ")) + "\n"


def put(text: str, rule: Rule) -> str:
    """The document with a rule: in the place of the one of the same id, or at its end."""
    return _spliced(text, rule.id, written_rule(rule))


def remove(text: str, name: str) -> str:
    """The document without a rule."""
    return _spliced(text, name, "")


def _spliced(text: str, name: str, entry: str) -> str:
    """Replace the lines of one entry; comments above the next entry stay with it."""
    tree, _problems = read(text)
    body = text if text.endswith("\n") else text + "\n"
    node = tree.entries["rules"][1] if "rules" in tree.entries else None
    if not isinstance(node, Sequence) or not node.items or node.flow:
        head = "".join(line for line in body.splitlines(keepends=True) if not line.startswith("rules:"))
        return f"{head}rules:\n{entry}" if entry else f"{head}rules: []\n"
    starts = [_first_line(body, item) for item in node.items]
    at = next((index for index, item in enumerate(node.items) if _id(item) == name), None)
    rows = body.splitlines(keepends=True)
    end = _end(rows, node, starts[-1])
    if at is None:
        return "".join(rows[:end]) + entry + "".join(rows[end:])
    last = _before_comments(rows, starts[at + 1]) if at + 1 < len(starts) else end
    if not entry and len(node.items) == 1:
        return _emptied(rows, starts[at], last)
    return "".join(rows[: starts[at]]) + entry + "".join(rows[last:])


def _emptied(rows: list[str], start: int, last: int) -> str:
    head = [row for row in rows[:start] if not row.startswith("rules:")]
    return "".join(head) + "rules: []\n" + "".join(rows[last:])


def _first_line(body: str, item: Node) -> int:
    """The line, from 0, that an entry's dash stands on."""
    return body.count("\n", 0, item.start)


def _before_comments(rows: list[str], line: int) -> int:
    while line > 0 and (rows[line - 1].lstrip().startswith("#") or not rows[line - 1].strip()):
        line -= 1
    return line


def _end(rows: list[str], node: Sequence, start: int) -> int:
    """The line after the list: where a line begins that is indented less than its entries."""
    indent = len(rows[start]) - len(rows[start].lstrip())
    line = start + 1
    while line < len(rows) and (not rows[line].strip() or len(rows[line]) - len(rows[line].lstrip()) > indent):
        line += 1
    return _before_comments(rows, line)


def _id(item: Node) -> str:
    found = item.entries.get("id") if isinstance(item, Mapping) else None
    return getattr(found[1], "text", "") if found else ""


def _plain(value: Any) -> Any:
    """Dataclasses as mappings, keys at their default left out."""
    if isinstance(value, _EXPRESSIONS):
        return str(value)
    if isinstance(value, Duration) or not is_dataclass(value):
        return [_plain(item) for item in value] if isinstance(value, tuple) else value
    return {
        key_of(item): _plain(getattr(value, item.name))
        for item in fields(value)
        if getattr(value, item.name) != item.default
    }
