"""What the surroundings decide."""

import os
from pathlib import Path

from upshot.web.environment import code_version


def test_what_another_state_of_the_code_kept_is_not_read(tmp_path: Path) -> None:
    module = tmp_path / "plan" / "record.py"
    module.parent.mkdir()
    module.write_text("a = 1\n", encoding="utf-8")
    before = code_version(tmp_path)
    assert code_version(tmp_path) == before
    os.utime(module, ns=(0, module.stat().st_mtime_ns + 1))
    assert code_version(tmp_path) != before
