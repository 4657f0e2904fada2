"""The house is as ARCHITECTURE.md and the import contracts draw it."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "upshot"
MODULES = sorted(module for module in PACKAGE.rglob("*.py") if module.parent.name != "migrations")
"""Everything but the migrations that Django generates."""


def first_line(module):
    return (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def contracts():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def layers():
    listed = next(contract for contract in contracts() if contract["type"] == "layers")["layers"]
    return {name.strip() for line in listed for name in line.split("|")}


def test_the_tree_in_architecture_md_is_the_code():
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, ROOT / "docs" / "tools" / "architecture.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"Run: make architecture\n{done.stderr}"


def test_every_module_opens_with_one_sentence():
    poor = [
        f"{module.relative_to(ROOT)}: {first_line(module)!r}"
        for module in MODULES
        if not re.fullmatch(r"(`|[A-Z0-9]).*[\w\])`]\.", first_line(module))
    ]
    assert not poor, "\n".join(poor)


def test_no_two_modules_say_the_same_of_themselves():
    said = [first_line(module) for module in MODULES]
    assert len(said) == len(set(said))


def test_every_part_of_the_package_is_in_a_layer():
    parts = {path.name.removesuffix(".py") for path in PACKAGE.iterdir()}
    assert parts - {"__init__", "__main__", "__pycache__", "py.typed"} == layers()


def test_every_layer_is_explained_in_architecture_md():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.partition("| layer |")[2].partition("\n\n")[0]
    assert layers() <= set(re.findall(r"`(\w+)`", table))


def test_the_layers_contract_is_exhaustive():
    assert all(contract.get("exhaustive") for contract in contracts() if contract["type"] == "layers")


def test_every_contract_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    heads = re.findall(r"\[\[tool\.importlinter\.contracts\]\]\n(.*)", text)
    assert len(heads) == len(contracts())
    assert all(re.match(r"# .{30,}\.$", line) for line in heads)


def test_no_module_is_a_drawer_for_odds_and_ends():
    names = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [module for module in MODULES if names & {module.stem, module.parent.name}]


def test_no_file_of_code_is_longer_than_five_hundred_lines():
    code = [
        path
        for folder in ("src", "tests", "benchmarks", "docs", "examples")
        for path in (ROOT / folder).rglob("*.py")
        if path.parent.name != "migrations"
    ]
    long = {
        str(path.relative_to(ROOT)): n for path in code if (n := path.read_text(encoding="utf-8").count("\n")) > 500
    }
    assert not long


def test_every_test_folder_mirrors_a_part_of_the_package():
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")} - {ROOT / "tests"}
    homes = (PACKAGE, ROOT / "benchmarks")
    stray = [
        folder for folder in folders if not any((home / folder.relative_to(ROOT / "tests")).is_dir() for home in homes)
    ]
    assert not stray
