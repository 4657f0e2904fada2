"""Run the commands shown in a page and write what they print below them.

A block fenced as ``console`` holds commands after ``$`` and their output. Blocks of one page run in
order, in one empty folder where ``examples`` is the repository's; ``make demo``, which installs
first, is run as ``upshot demo``. ``--check`` changes nothing and fails when a page shows something
else than the commands print, seconds aside. Pages may be named; by default all are played.
"""

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("docs/tutorials/first-answer.md",)
_ALIASES = {"make demo": "upshot demo"}
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def refreshed(text: str, folder: Path) -> str:
    """The page with the output of its commands as they print it now."""
    return _BLOCK.sub(lambda block: "```console\n" + _played(block[1], folder) + "```", text)


def _played(block: str, folder: Path) -> str:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{_output(command, folder)}" for command in commands)


def _output(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S602 - the commands are the repository's own pages
        _ALIASES.get(command, command),
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"$ {command}\n{done.stdout}{done.stderr}")
    return done.stdout.replace(folder.resolve().as_uri(), "file:///home/you/upshot")


def play(page: Path) -> tuple[str, str]:
    """The page as it is, and as it should be."""
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "examples", Path(name) / "examples")
        return text, refreshed(text, Path(name))


def steady(text: str) -> str:
    """The text without what differs from one run to the next."""
    return re.sub(r"\bin \d+ s\b", "in some seconds", text)


def main(arguments: list[str]) -> int:
    """Write the pages, or only compare them; 1 when one differs."""
    check = "--check" in arguments
    differing = 0
    for name in [name for name in arguments if name != "--check"] or PAGES:
        old, new = play(ROOT / name)
        if steady(old) == steady(new):
            continue
        differing += 1
        if check:
            sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, "now"))
        else:
            (ROOT / name).write_text(new, encoding="utf-8")
    return int(check and differing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
