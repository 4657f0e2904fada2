"""The reference page names every problem the scenario package can say."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALLS = r'(?:\badd\(|refuse\(|code=|found = \[\(|, \(|return end, \()\s*"([a-z0-9]+(?:-[a-z0-9]+)+)"'


def test_every_code_is_on_the_reference_page() -> None:
    page = (ROOT / "docs" / "reference" / "scenario.md").read_text(encoding="utf-8")
    modules = (ROOT / "src" / "upshot" / "scenario").glob("*.py")
    codes = {code for module in modules for code in re.findall(CALLS, module.read_text(encoding="utf-8"))}
    assert len(codes) > 70
    assert sorted(code for code in codes if f"`{code}`" not in page) == []
