"""The reference page and the code say the same."""

import re
from typing import Any

from ruamel.yaml import YAML
from tests.plan.builders import ROOT, example

from upshot.plan.reference import key_tables

PAGE = ROOT / "docs" / "reference" / "plan.md"
SOURCES = [*(ROOT / "src" / "upshot" / "plan").glob("*.py"), ROOT / "src" / "upshot" / "cli" / "plan.py"]


def test_the_page_holds_the_tables_the_types_make() -> None:
    page = PAGE.read_text(encoding="utf-8")
    held = page.partition("<!-- keys: made by upshot.plan.reference -->\n")[2].partition("<!-- end of keys -->")[0]
    assert held.strip() == key_tables().strip()


def test_every_key_of_the_worked_example_is_in_the_tables() -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {key for item in value.values() for key in keys(item)}
        return {key for item in value for key in keys(item)} if isinstance(value, list) else set()

    written = keys(YAML(typ="safe", pure=True).load(example())) - {"cro", "ld-sales", "analyst"}
    assert written <= set(re.findall(r"^\| `(\w+)`", key_tables(), re.MULTILINE))


def test_every_problem_has_a_line_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8") + PAGE.with_name("checklist.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE))
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    calls = r"(?:_gap|_advise)\(\s*(?:\([^()]*\)|\w+),\s*f?\"([a-z0-9-]+)(?=\")"
    stops = r"(?:_stop|_report)\(\s*(?:(?:self\.)?file,\s*)?\"([a-z0-9-]+)\""
    used = {code for pattern in (r"code=\"([a-z0-9-]+)\"", calls, stops) for code in re.findall(pattern, text)}
    assert len(used) > 50
    assert used <= documented
