"""What `import upshot as up` promises: its names, their signatures, their docstrings, and a quick start."""

import importlib.util
import inspect
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

import upshot as up

ROOT = Path(__file__).parents[1]
FUNCTIONS = [name for name in up.__all__ if inspect.isroutine(getattr(up, name))]
STATISTICAL = sorted(
    {"estimate", "experiment", "interrupted_time_series", "moments", "power", "spells"}
    | {"synthetic_control", "synthetic_did", "plot", "answer"}
)


def written_by(tool: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(tool, ROOT / "docs" / "tools" / f"{tool}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_importing_upshot_imports_neither_numpy_nor_any_part():
    code = "import sys, upshot; print(sorted(m for m in sys.modules if m.partition('.')[0] in ('numpy', 'upshot')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "['upshot']"


def test_names_and_signatures_change_only_on_purpose():
    expected = (ROOT / "tests" / "public_api.txt").read_text(encoding="utf-8")
    assert written_by("api").signatures() == expected, "run docs/tools/api.py and note the change in the changelog"


def test_the_reference_page_is_what_the_docstrings_say():
    page = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert written_by("api").page() == page, "run docs/tools/api.py"


def test_every_public_name_is_on_the_reference_page():
    page = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### `(\w+)`", page, re.MULTILINE)) == set(up.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_goes_in_what_comes_out_and_shows_it(name):
    doc = inspect.getdoc(getattr(up, name)) or ""
    assert "Returns\n-------" in doc
    assert ">>> " in doc
    named = set(inspect.signature(getattr(up, name)).parameters)
    section = doc.partition("Parameters\n----------\n")[2].partition("\n\nReturns")[0]
    described = {word for line in re.findall(r"^\S.*$", section, re.MULTILINE) for word in line.split(", ")}
    assert described == named


@pytest.mark.parametrize("name", STATISTICAL)
def test_every_statistical_function_names_its_paper(name):
    doc = inspect.getdoc(getattr(up, name)) or ""
    assert re.search(r"\((?:19|20)\d\d|(?:19|20)\d\d, ", doc)


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'fit'"):
        _ = up.fit


def test_dir_lists_the_public_names_only():
    assert set(dir(up)) == {*up.__all__, "__version__"}
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", up.__version__)


def test_the_types_are_shipped():
    assert (files("upshot") / "py.typed").is_file()
