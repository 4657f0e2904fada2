"""Several changes to a plan document at once: values set, items added or removed, every other byte left as it was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from upshot.errors import PlanError, Problem
from upshot.plan.decode import Path
from upshot.plan.document import Document, parse
from upshot.plan.splice import Splice, added_item, added_keys, removed, replaced, spliced
from upshot.plan.tree import Mapping, Node, Scalar, Sequence, is_null, read, step
from upshot.plan.write import Value

__all__ = ["Add", "Change", "Remove", "Set", "change"]


@dataclass(frozen=True, slots=True)
class Set:
    """Give a key its value, or a list item's key; mappings on the way there are made. ``None`` takes the key out."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Add:
    """Append an item to the list a path leads to; the list is made where there is none."""

    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out a key, or a list's item, with its line; what is left empty goes too."""

    path: Path


Change = Set | Add | Remove


def change(document: Document, changes: Iterable[Change]) -> Document:
    """The document with all the changes made, or none of them.

    Values are set first, then items added, then what is to go is taken out, last in the text first.

    Parameters
    ----------
    document
        A parsed document.
    changes
        Paths as for `upshot.plan.edit.edit`; all of them are paths of ``document`` as it is.

    Raises
    ------
    PlanError
        If a path leads nowhere, or the plan would no longer load: with every problem of the result.

    Examples
    --------
    >>> from upshot.plan.document import parse
    >>> document = parse('''
    ... objectives: [{id: calm, statement: Fewer complaints}]
    ... kpis:
    ...   - id: complaints  # counted by hand until May
    ... initiatives:
    ...   - {id: listen, hypothesis: {if: we practise, then: complaints fall}, audience: {}}
    ... ''')
    >>> changed = change(document, [Set(("kpis", "complaints", "unit"), "letters"), Add(("kpis",), {"id": "calls"})])
    >>> print("".join(line for line in changed.text.splitlines(keepends=True)[2:6]), end="")
    kpis:
      - id: complaints  # counted by hand until May
        unit: letters
      - {id: calls}
    """
    wanted = list(changes)
    gone = [item.path for item in wanted if isinstance(item, Remove)]
    gone += [item.path for item in wanted if isinstance(item, Set) and item.value is None]
    sets: dict[Path, Value] = {}
    sets.update((item.path, item.value) for item in wanted if isinstance(item, Set) and item.value is not None)
    text, tree = document.text, document.tree
    text, tree = _read_again(text, tree, _set_all(text, tree, sets))
    items = _by_list(item for item in wanted if isinstance(item, Add))
    text, tree = _read_again(text, tree, [_added(text, tree, path, values) for path, values in items.items()])
    for path in sorted(gone, key=lambda path: -_start(tree, path)):
        text, tree = _read_again(text, tree, _removal(text, tree, path))
    return parse(text, document.file) if text != document.text else document


def _read_again(text: str, tree: Mapping, splices: list[Splice]) -> tuple[str, Mapping]:
    if not splices:
        return text, tree
    changed = spliced(text, splices)
    return changed, read(changed)[0]


def _by_list(items: Iterable[Add]) -> dict[Path, list[Value]]:
    found: dict[Path, list[Value]] = {}
    for item in items:
        found.setdefault(item.path, []).append(item.value)
    return found


def _walk(tree: Mapping, path: Path) -> list[Node]:
    """The nodes along a path, the top included, as far as it leads; an alias on the way is refused."""
    nodes: list[Node] = [tree]
    for key in path:
        child = step(nodes[-1], key)
        if child is None:
            break
        if not nodes[-1].start <= child.start <= nodes[-1].end:
            text = "The value is an alias; changing it here would change it elsewhere."
            raise PlanError(Problem(code="alias", text=text, fix="Write the value out first.", line=child.line))
        nodes.append(child)
    return nodes


def _start(tree: Mapping, path: Path) -> int:
    return _walk(tree, path)[-1].start


def _nowhere(path: Path) -> PlanError:
    text = f"The plan has nothing at '{'.'.join(map(str, path))}'."
    return PlanError(Problem(code="no-such-path", text=text, fix="Name list items by their id or position."))


def _set_all(text: str, tree: Mapping, sets: dict[Path, Value]) -> list[Splice]:
    """One splice for each value that is there, and one for each mapping that gains keys."""
    splices: list[Splice] = []
    gains: dict[int, tuple[list[Node], dict[str, Any]]] = {}
    for path, value in sets.items():
        nodes = _walk(tree, path)
        if len(nodes) == len(path) + 1:
            splices.append(replaced(text, nodes[-2], nodes[-1], value))
            continue
        rest = path[len(nodes) - 1 :]
        if not all(isinstance(key, str) for key in rest) or not _open(nodes[-1]):
            raise _nowhere(path)
        keys = gains.setdefault(id(nodes[-1]), (nodes, {}))[1]
        for key in rest[:-1]:
            keys = keys.setdefault(str(key), {})
        keys[str(rest[-1])] = _plain(value)
    splices += [_gain(text, nodes, keys) for nodes, keys in gains.values()]
    return splices


def _gain(text: str, nodes: list[Node], keys: dict[str, Any]) -> Splice:
    if isinstance(nodes[-1], Mapping):
        return added_keys(text, nodes[-1], keys)
    return replaced(text, nodes[-2], nodes[-1], keys)


def _open(node: Node) -> bool:
    """Whether keys can be added to it: a mapping, or nothing yet."""
    return isinstance(node, Mapping) or (isinstance(node, Scalar) and is_null(node))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def _added(text: str, tree: Mapping, path: Path, values: list[Value]) -> Splice:
    nodes, plain = _walk(tree, path), [_plain(value) for value in values]
    if len(nodes) == len(path) + 1 and isinstance(nodes[-1], Sequence):
        parent = nodes[-2]
        return added_item(text, nodes[-1], plain, in_block=isinstance(parent, Mapping) and not parent.flow)
    found = len(nodes) == len(path) + 1
    if found and _open(nodes[-1]) and isinstance(nodes[-1], Scalar):
        return replaced(text, nodes[-2], nodes[-1], plain)
    rest = path[len(nodes) - 1 :]
    if found or not isinstance(nodes[-1], Mapping) or not all(isinstance(key, str) for key in rest):
        raise _nowhere(path)
    keys: Any = plain
    for key in reversed(rest):
        keys = {str(key): keys}
    return added_keys(text, nodes[-1], keys)


def _removal(text: str, tree: Mapping, path: Path) -> list[Splice]:
    nodes = _walk(tree, path)
    if len(nodes) <= len(path):
        return []
    return list(_one(text, nodes, path))


def _one(text: str, nodes: list[Node], path: Path) -> Iterator[Splice]:
    parent = nodes[-2]
    only = isinstance(parent, Mapping) and len(parent.entries) == 1
    if only and len(nodes) > 2:
        yield from _one(text, nodes[:-1], path[:-1])
    else:
        yield removed(text, parent, nodes[-1], path[-1])
