"""The plan document: text and meaning side by side, so that neither is lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from upshot.errors import PlanError, Problem
from upshot.plan.advice import advice
from upshot.plan.decode import Found, Path, decode
from upshot.plan.gaps import gaps
from upshot.plan.links import link_errors
from upshot.plan.placement import placement_errors
from upshot.plan.promise import Plan
from upshot.plan.tree import Mapping, Node, Scalar, read, step

__all__ = ["Document", "Examined", "check", "decode_text", "examine", "line_at", "parse", "placed", "printed"]


@dataclass(frozen=True, slots=True)
class Document:
    """A plan with the text it was read from.

    ``text`` is the document byte for byte, comments and order included; ``plan`` what it means;
    ``problems`` its gaps and advice, with lines.
    """

    text: str
    plan: Plan
    tree: Mapping
    problems: tuple[Problem, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a document, and the document when it loads."""

    problems: tuple[Problem, ...]
    document: Document | None


def parse(text: str | bytes, file: str | None = None) -> Document:
    """Read a plan document.

    Parameters
    ----------
    text
        The document, YAML 1.2; bytes must be UTF-8.
    file
        Name printed in problems; nothing is opened.

    Raises
    ------
    PlanError
        With every error found, each with its line, when the plan does not load.

    Examples
    --------
    >>> document = parse('''
    ... objectives: [{id: calm, statement: Fewer complaints}]
    ... kpis: [{id: complaints, type: mean}]
    ... initiatives:
    ...   - {id: listen, hypothesis: {if: we practise listening, then: complaints fall}, audience: {}}
    ... ''')
    >>> document.plan.initiative("listen").design.compare
    'not-yet-started'
    """
    examined = examine(text, file)
    if examined.document is None:
        raise PlanError(problem for problem in examined.problems if problem.kind == "error")
    return examined.document


def check(text: str | bytes, file: str | None = None) -> tuple[Problem, ...]:
    """Every error, gap and piece of advice about a plan document, at once and in the order of its lines.

    Nothing is raised for a bad document: what does not even parse is one error.
    """
    return examine(text, file).problems


def examine(text: str | bytes, file: str | None = None) -> Examined:
    """Check a plan document and, when it loads, keep it: `check` and `parse` in one reading."""
    try:
        body = decode_text(text, file)
        plan, tree, problems = _load(body, file)
    except PlanError as error:
        return Examined(error.problems, None)
    if any(problem.kind == "error" for problem in problems):
        return Examined(problems, None)
    return Examined(problems, Document(body, plan, tree, problems, file))


def decode_text(text: str | bytes, file: str | None = None) -> str:
    """The document's text; bytes are read as UTF-8.

    Raises
    ------
    PlanError
        If they are not.
    """
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        wide = text.startswith((b"\xff\xfe", b"\xfe\xff"))
        said = "The plan is stored as UTF-16." if wide else "The plan is not stored as UTF-8."
        problem = Problem(code="not-utf-8", text=said, fix="Save it with the encoding UTF-8.", file=file, line=line)
        raise PlanError(problem) from None


def _load(text: str, file: str | None) -> tuple[Plan, Mapping, tuple[Problem, ...]]:
    tree, early = read(text, file)
    found: list[Found] = []
    plan: Plan = decode(tree, Plan, (), found)
    later = [*placement_errors(plan, tree), *link_errors(plan)]
    found += _without_echoes(later, found)
    found += _without_echoes([*gaps(plan, tree), *advice(plan, tree)], found)
    problems = [*early, *(placed(item, tree, file) for item in found)]
    order = {"error": 0, "gap": 1, "advice": 2}
    return plan, tree, tuple(sorted(problems, key=lambda item: (order[item.kind], item.line or 0)))


def _without_echoes(later: Sequence[Found], errors: Sequence[Found]) -> list[Found]:
    """Leave out what only follows from an error already reported."""
    broken = {error.path for error in errors if error.kind == "error"}
    return [item for item in later if not _is_echo(item, broken)]


def _is_echo(item: Found, broken: set[Path]) -> bool:
    if any(item.path[:size] in broken for size in range(1, len(item.path) + 1)):
        return True
    rule: Callable[[Path], bool] | None = _ECHOES.get(item.code)
    if rule is not None:
        return any(map(rule, broken))
    return item.code == "misplaced-key" and any((*item.path[:-1], key) in broken for key in ("type", "kind"))


_ECHOES: dict[str, Callable[[Path], bool]] = {
    "objective-nothing-serves": lambda path: path[0] == "initiatives" and (len(path) < 3 or "serves" in path),
    "kpi-not-used": lambda path: path[0] in {"initiatives", "objectives"} and (len(path) < 3 or path[-1] == "kpi"),
}


def placed(found: Found, tree: Mapping, file: str | None) -> Problem:
    """What was found as a problem with its line and its path as printed."""
    return Problem(
        code=found.code,
        text=found.text,
        fix=found.fix,
        kind=found.kind,
        file=file,
        line=found.line or line_at(tree, found.path),
        column=printed(tree, found.path) or None,
        value=found.value,
    )


def line_at(tree: Mapping, path: Path) -> int:
    """The line a path stands on; of what is absent, the line of what it belongs to."""
    node: Node = tree
    line = tree.line
    for key in path:
        entry = node.entries.get(str(key)) if isinstance(node, Mapping) else None
        child = step(node, key)
        if child is None:
            break
        line, node = entry[0].line if entry else child.line, child
    return line


def printed(tree: Mapping, path: Path) -> str:
    """A key path as people read it: list items by their id, where they have one, else by position."""
    node: Node | None = tree
    text = ""
    for key in path:
        node = step(node, key) if node is not None else None
        name = node.entries.get("id") if isinstance(node, Mapping) and isinstance(key, int) else None
        if name and isinstance(name[1], Scalar) and name[1].text:
            text += f"[{name[1].text}]"
        else:
            text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text
