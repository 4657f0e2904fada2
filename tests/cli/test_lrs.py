"""Keys and bulk load from the terminal, as the conformance suite and a first user meet them."""

import os
import re
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "data" / "fun_mooc_xapi" / "statements.jsonl.gz"


def upshot(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, since Django is set up once in each."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("UPSHOT_", "DJANGO_", "DATABASE_"))
    }
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "upshot", *words], capture_output=True, text=True, check=False, env=plain
    )


def test_a_key_stands_on_the_last_line_and_a_file_of_statements_reaches_the_lake(tmp_path: Path) -> None:
    folder = str(tmp_path / "firm")
    assert upshot("init", folder).returncode == 0
    made = upshot("lrs", "key", "--name", "LMS", "--scope", "statements/write", "--workspace", folder)
    assert re.fullmatch(r"[0-9a-f]{32}:[0-9a-f]{64}", made.stdout.splitlines()[-1])
    refused = upshot("lrs", "key", "--name", "LMS", "--scope", "everything", "--workspace", folder)
    assert refused.returncode == 1
    assert "statements/read/mine" in refused.stderr
    loaded = upshot("import", "xapi", str(SAMPLE), "--workspace", folder)
    assert "200 statements read, 200 stored, 0 refused." in loaded.stdout
    assert "82 learning records added" in loaded.stdout
