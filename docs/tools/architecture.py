"""Write the tree in ARCHITECTURE.md: every module with the first sentence of its docstring.

``--check`` changes nothing and fails when the page shows another tree than the code.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN, END = "<!-- tree: made by docs/tools/architecture.py -->", "<!-- end of tree -->"


def sentence(module: Path) -> str:
    """First line of a module's docstring.

    Raises
    ------
    SystemExit
        If there is none, or it is not one sentence on one line.
    """
    text = (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]
    if not text.endswith(".") or not text.lstrip("`").strip()[:1]:
        raise SystemExit(f"{module.relative_to(ROOT)}: the first line of its docstring must be a sentence.")
    return text


def tree(package: Path, depth: int = 0) -> Iterator[str]:
    """Lines of a nested list: the package, its modules, its packages; generated migrations are left out."""
    indent = "  " * depth
    yield f"{indent}- **`{package.name}/`** {sentence(package / '__init__.py')}"
    for module in sorted(package.glob("*.py")):
        if module.name != "__init__.py":
            yield f"{indent}  - `{module.name}` {sentence(module)}"
    for inner in sorted(item.parent for item in package.glob("*/__init__.py") if item.parent.name != "migrations"):
        yield from tree(inner, depth + 1)


def main(arguments: list[str]) -> int:
    """Write the tree, or only compare it; 1 when it differs."""
    old = PAGE.read_text(encoding="utf-8")
    head, rest = old.split(BEGIN)
    drawn = "\n".join(tree(ROOT / "src" / "upshot"))
    new = f"{head}{BEGIN}\n{drawn}\n{END}{rest.split(END)[1]}"
    if "--check" not in arguments:
        PAGE.write_text(new, encoding="utf-8")
    return int("--check" in arguments and old != new)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
