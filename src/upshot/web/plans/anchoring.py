"""Every line of a plan with the fields that begin on it, and what was said about each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upshot.plan import Document
from upshot.plan.decode import Path
from upshot.plan.document import printed
from upshot.plan.tree import Mapping, Node, Sequence
from upshot.web.plans.models import Comment

__all__ = ["PlanLine", "lines_of", "paths_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One line of the text.

    Parameters
    ----------
    number, text
        Counted from 1, and as written.
    paths
        Key paths of the fields that begin on it, the outermost first, as problems and comments name them.
    comments
        What was said about any of them.
    """

    number: int
    text: str
    paths: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()


def paths_of(document: Document) -> dict[str, int]:
    """The line on which each field begins, by its path as printed, in the order of the text."""
    return {printed(document.tree, path): line for path, line in _walk(document.tree, ())}


def _walk(node: Node, path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(node, Mapping):
        for key, (name, value) in node.entries.items():
            yield (*path, key), name.line
            yield from _walk(value, (*path, key))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield (*path, index), item.line
            yield from _walk(item, (*path, index))


def lines_of(document: Document, comments: Iterable[Comment]) -> tuple[PlanLine, ...]:
    """The text line by line; a comment on a field stands beside it wherever the field is in this version."""
    paths: dict[int, list[str]] = {}
    for path, line in paths_of(document).items():
        paths.setdefault(line, []).append(path)
    said: dict[str, list[Comment]] = {}
    for item in comments:
        said.setdefault(item.anchor, []).append(item)
    return tuple(
        PlanLine(
            number=number,
            text=text,
            paths=tuple(own := paths.get(number, [])),
            comments=tuple(item for path in own for item in said.get(path, ())),
        )
        for number, text in enumerate(document.text.splitlines(), start=1)
    )
