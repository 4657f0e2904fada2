"""Write docs/reference/api.md and the signatures a test holds, from the docstrings of `import upshot as up`.

``--check`` changes nothing and fails when either file differs from what the code says.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import upshot as up

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "api.md"
SIGNATURES = ROOT / "tests" / "public_api.txt"

_PARTS = {
    "Ask": ("estimate", "experiment", "interrupted_time_series", "spells", "synthetic_control", "synthetic_did"),
    "Scan once, ask often": ("moments", "answer", "Design"),
    "Read an answer": ("Answer", "Estimate", "tidy", "summary", "plot"),
    "Before launch": ("power",),
    "Simulate": ("simulate_rollout", "simulate_experiment"),
    "Workspaces": ("open_workspace",),
    "Errors": ("UpshotError", "InputError", "PanelError", "DesignError", "Problem"),
}
_INTRO = """# The Python API

`import upshot as up` gives the names below and imports each when it is first used. Data may be a path (CSV, also .gz,
or Parquet), pandas, polars (eager or lazy), pyarrow, or a DuckDB relation; the numbers are the same whichever it is.

This page is written by `docs/tools/api.py` from the docstrings; a test fails when they differ.
"""
_HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
_CROSS = re.compile(r"(?<!`)`([A-Za-z_.]+)`(?!`)")


def page() -> str:
    """The whole page."""
    parts = [_INTRO]
    for title, names in _PARTS.items():
        parts += [f"## {title}\n", *map(entry, names)]
    return "\n".join(parts)


def signatures() -> str:
    """One line a public name: what a change of the API has to change on purpose."""
    return "".join(f"{line}\n" for name in sorted(up.__all__) for line in _lines(name, getattr(up, name)))


def entry(name: str) -> str:
    """One name: its signature, what it does, and each section of its docstring."""
    thing = getattr(up, name)
    first, sections = _sections(inspect.getdoc(thing) or "")
    said = [f"### `{name}`\n", _call(name, thing), f"{_marked(first)}\n"]
    for title, text in sections:
        said.append(_section(title, text))
    if name == "Answer":
        said += [f"`Answer.{method}()`: {_marked(_first_line(getattr(thing, method)))}\n" for method in _methods(thing)]
    return "\n".join(part for part in said if part)


def _lines(name: str, thing: Any) -> Iterator[str]:
    if isinstance(thing, type) and issubclass(thing, Exception):
        yield f"{name}: {', '.join(base.__name__ for base in thing.__bases__)}"
        return
    yield f"{name}{_signature(thing)}"
    if name == "Answer":
        yield from (f"{name}.{method}{_signature(getattr(thing, method))}" for method in _methods(thing))


def _methods(thing: type) -> list[str]:
    return [m for m in sorted(vars(thing)) if not m.startswith("_") and inspect.isroutine(getattr(thing, m))]


def _signature(thing: Callable[..., Any]) -> str:
    return f"({', '.join(_starred(list(inspect.signature(thing).parameters.values())))})"


def _starred(parameters: list[inspect.Parameter]) -> list[str]:
    """Names with defaults, and the star after which only names count."""
    shown = [_parameter(parameter) for parameter in parameters]
    star = next((place for place, p in enumerate(parameters) if p.kind is p.KEYWORD_ONLY), None)
    return shown if star is None else [*shown[:star], "*", *shown[star:]]


def _call(name: str, thing: Any) -> str:
    if isinstance(thing, type):
        return ""
    shown = _starred(list(inspect.signature(thing).parameters.values()))
    whole = f"up.{name}({', '.join(shown)})"
    if len(whole) > 100:
        whole = f"up.{name}(\n" + "".join(f"    {part},\n" for part in shown) + ")"
    return f"```text\n{whole}\n```\n"


def _parameter(parameter: inspect.Parameter) -> str:
    return parameter.name if parameter.default is parameter.empty else f"{parameter.name}={parameter.default!r}"


def _sections(doc: str) -> tuple[str, list[tuple[str, str]]]:
    pieces = _HEADING.split(doc)
    return pieces[0].strip(), list(zip(pieces[1::2], (text.strip("\n") for text in pieces[2::2]), strict=True))


def _section(title: str, text: str) -> str:
    if title == "Examples":
        return f"```python\n{text}\n\n```\n"
    if title in ("Parameters", "Returns", "Raises"):
        return f"**{title}**\n\n{''.join(_items(text))}"
    return f"**{title}**\n\n{_marked(text)}\n"


def _items(text: str) -> Iterator[str]:
    """Each unindented line and the indented text below it, as one list item."""
    for term, body in re.findall(r"^(\S.*)\n((?:(?:[ ]{4}.*)?\n?)*)", text + "\n", re.MULTILINE):
        words = " ".join(line.strip() for line in body.splitlines() if line.strip())
        yield f"- `{term}`{': ' if words else ''}{_marked(words)}\n"
    yield "\n"


def _marked(text: str) -> str:
    return _CROSS.sub(r"`\1`", text.replace("``", "`"))


def _first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").splitlines()[0]


def main(arguments: list[str]) -> int:
    """Write both files, or only compare them; 1 when one differs."""
    differing = 0
    for path, made in ((PAGE, page()), (SIGNATURES, signatures())):
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        differing += old != made
        if "--check" not in arguments and old != made:
            path.write_text(made, encoding="utf-8")
    return int("--check" in arguments and differing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
