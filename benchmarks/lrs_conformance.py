"""Run the xAPI conformance suite on a scratch store: ``python benchmarks/lrs_conformance.py SUITE --version 2.0.0``.

SUITE is a checkout of adlnet/lrs-conformance-test-suite with its npm dependencies installed; it is not part of this
repository. The suite's exit code is a count that wraps at 256, so its JSON summary decides: one failure fails.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from lrs_store import Store, a_store, postgres

__all__ = ["main"]

EXPECTED = {"1.0.3": 1365, "2.0.0": 1442}
_LONGEST_RUN = 900


def main() -> int:
    """Run each version asked for; 0 when every test of each passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path, help="folder of the suite")
    parser.add_argument("--version", action="append", choices=sorted(EXPECTED), help="default: both")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--grep", default="", help="run only tests that match")
    asked = parser.parse_args()
    passed = True
    for version in asked.version or sorted(EXPECTED):
        with ExitStack() as stack:
            database = stack.enter_context(postgres()) if asked.database == "postgresql" else ""
            store = stack.enter_context(a_store(workers=asked.workers, database=database))
            passed &= _run(asked.suite, version, store, asked.grep)
    return 0 if passed else 1


def _run(suite: Path, version: str, store: Store, grep: str) -> bool:
    logs = suite / "logs"
    logs.mkdir(exist_ok=True)
    before = set(logs.iterdir())
    started = time.monotonic()
    command = ["node", "bin/console_runner.js", "-x", version, "-e", store.endpoint, "-a", "-z"]
    command += ["-u", store.key, "-p", store.secret, *(["-g", grep] if grep else [])]
    subprocess.run(command, cwd=suite, capture_output=True, timeout=_LONGEST_RUN, check=False)
    took = time.monotonic() - started
    new = sorted(set(logs.iterdir()) - before)
    if not new:
        print(f"xAPI {version}: the suite wrote no result.")
        return False
    result = json.loads(new[-1].read_text(encoding="utf-8"))
    return _report(version, result, took, whole=not grep)


def _report(version: str, result: dict[str, Any], took: float, *, whole: bool) -> bool:
    summary = result["summary"]
    total, passed, failed = (int(summary[key]) for key in ("total", "passed", "failed"))
    print(f"xAPI {version}: {passed} of {total} passed, {failed} failed, in {took:.0f} s.")
    for path, error in _failures(result.get("log") or {}, ()):
        print(f"  {' > '.join(path)[-300:]}\n    {error[:300]}")
    if whole and total != EXPECTED[version]:
        print(f"  Expected {EXPECTED[version]} tests; the suite or the run is another.")
        return False
    return failed == 0 and passed == total


def _failures(node: dict[str, Any], path: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    here = (*path, str(node.get("title") or ""))
    inside = [found for test in node.get("tests") or [] for found in _failures(test, here)]
    if node.get("status") == "failed" and not node.get("tests"):
        return [(here, str(node.get("error")))]
    return inside


if __name__ == "__main__":
    sys.exit(main())
