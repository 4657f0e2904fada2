"""Change one value of a plan document and leave every other byte, comments included, as it was."""

from upshot.errors import PlanError, Problem
from upshot.plan.decode import Path
from upshot.plan.document import Document, parse
from upshot.plan.promise import did_you_mean
from upshot.plan.splice import added_line, replaced, spliced
from upshot.plan.tree import Mapping, Node, Scalar, step
from upshot.plan.write import Value

__all__ = ["edit"]


def edit(document: Document, path: Path, value: Value) -> Document:
    """The document with one value replaced, or one key added.

    Parameters
    ----------
    document
        A parsed document.
    path
        Keys from the top; a list item is named by its ``id`` or its position:
        ``("kpis", "win-rate", "direction")``.
    value
        The new value. Lists and mappings are written in one line.

    Raises
    ------
    PlanError
        If the path leads nowhere, or the plan would no longer load.

    Examples
    --------
    >>> document = parse('''
    ... objectives: [{id: calm, statement: Fewer complaints}]
    ... kpis: [{id: complaints, type: mean}]  # counted by hand until May
    ... initiatives:
    ...   - {id: listen, hypothesis: {if: we practise, then: complaints fall}, audience: {}}
    ... ''')
    >>> edited = edit(document, ("kpis", "complaints", "direction"), "down")
    >>> [line for line in edited.text.splitlines() if "kpis" in line]
    ['kpis: [{id: complaints, type: mean, direction: down}]  # counted by hand until May']
    """
    parent = _find(document.tree, path[:-1])
    if not path or parent is None or isinstance(parent, Scalar):
        raise _nowhere(document.tree, path)
    old = step(parent, path[-1])
    if old is not None:
        return parse(
            spliced(document.text, [replaced(document.text, parent, _inside(parent, old), value)]), document.file
        )
    if isinstance(parent, Mapping) and isinstance(path[-1], str):
        return parse(spliced(document.text, [added_line(document.text, parent, path[-1], value)]), document.file)
    raise _nowhere(document.tree, path)


def _find(node: Node | None, path: Path) -> Node | None:
    for key in path:
        child = step(node, key) if node is not None else None
        node = _inside(node, child) if node is not None and child is not None else None
    return node


def _inside(parent: Node, child: Node) -> Node:
    """The child, unless an alias leads out of the place the path names."""
    if parent.start <= child.start <= parent.end:
        return child
    text = "The value is an alias; changing it here would change it elsewhere."
    raise PlanError(Problem(code="alias", text=text, fix="Write the value out first.", line=child.line))


def _nowhere(tree: Mapping, path: Path) -> PlanError:
    reached: Node = tree
    for key in path:
        child = step(reached, key)
        if child is None:
            known = list(reached.entries) if isinstance(reached, Mapping) else []
            hint = did_you_mean(str(key), known, "Name list items by their id or position.")
            text = f"The plan has nothing at '{key}'."
            return PlanError(Problem(code="no-such-path", text=text, fix=hint, value=str(key), line=reached.line))
        reached = child
    return PlanError(Problem(code="no-such-path", text="The path names no key.", fix="Name a key, such as 'currency'."))
