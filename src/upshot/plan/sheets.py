"""Small YAML files beside the plan (checklists, surveys): read into frozen types, all problems at once with lines."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from upshot.errors import InputError
from upshot.plan.decode import Found, decode
from upshot.plan.document import decode_text, placed
from upshot.plan.tree import read

__all__ = ["load"]


class _Sheet(Protocol):
    """What every such file says first."""

    @property
    def format(self) -> str: ...


_Kind = TypeVar("_Kind", bound=_Sheet)


def load(
    text: str | bytes,
    kind: type[_Kind],
    format_: str,
    *,
    file: str | None = None,
    rules: Callable[[_Kind], Iterable[Found]] = lambda _: (),
) -> _Kind:
    """Read one file.

    Parameters
    ----------
    kind
        Type it is read into; its keys are the keys of the file.
    format_
        What its key ``format`` must say.
    file
        Name printed in problems; nothing is opened.
    rules
        What must hold beyond the types; asked only where those hold.

    Raises
    ------
    InputError
        With every problem found.
    """
    tree, early = read(decode_text(text, file), file)
    found: list[Found] = []
    sheet: _Kind = decode(tree, kind, (), found)
    if not found and sheet.format != format_:
        said = f"The file says it is {sheet.format!r}."
        found.append(Found(path=("format",), code="format", text=said, fix=f"Write format: {format_}."))
    if not found and not early:
        found += rules(sheet)
    if found or early:
        problems = (placed(one, tree, file) for one in found)
        raise InputError(sorted((*early, *problems), key=lambda one: one.line or 0))
    return sheet
