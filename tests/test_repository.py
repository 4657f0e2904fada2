"""What is committed can be cloned, installed and passed on: pins, cards, licences, no addresses of ours."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = {".csv", ".gz", ".parquet", ".xlsx", ".json"}
CARDS = ("CARD.md", "DATACARD.md", "README.md")
PINS = sorted((ROOT / "requirements").glob("*.txt"))


def tracked():
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def texts():
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:4096] and path.suffix != ".gz":
            yield path, content.decode("utf-8", errors="replace")


def having(pattern):
    return [str(path.relative_to(ROOT)) for path, text in texts() if re.search(pattern, text)]


def test_no_tracked_file_names_a_registrys_host():
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("python" + "hosted", "org"), ("registry", "npmjs"))]
    assert not having("|".join(map(re.escape, hosts)))


def test_no_tracked_file_names_a_path_of_a_machine():
    roots = "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot"))
    assert not having(rf"(?<![\w./:*-])/({roots})/\w")


def test_no_tracked_file_is_marked_as_unfinished():
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
    assert not [name for name in having(rf"\b({words})\b") if name.endswith((".py", ".md", ".yaml", ".toml"))]


@pytest.mark.parametrize("pins", PINS, ids=lambda path: path.name)
def test_every_pin_has_a_version_and_a_hash(pins):
    text = re.sub(r"^#.*\n", "", pins.read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert len(entries) > 3
    poor = [
        entry.splitlines()[0] for entry in entries if not re.match(r"[\w.-]+==\S+[^\n]*\\\n\s+--hash=sha256:", entry)
    ]
    assert not poor


def test_every_dependency_of_the_package_is_pinned():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("dependencies = [")[2].partition("]")[0]
    pins = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    assert normal(re.findall(r'"([\w.-]+)', project)) <= normal(re.findall(r"^([\w.-]+)==", pins, re.MULTILINE))


def normal(names):
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def data_folders():
    roots = [ROOT / "tests" / "data", ROOT / "src" / "upshot" / "workspace" / "studies", ROOT / "examples"]
    found = {path.relative_to(root).parts[0] for root in roots for path in tracked() if root in path.parents}
    return [root / name for root in roots for name in sorted(found) if (root / name).is_dir()]


@pytest.mark.parametrize("folder", data_folders(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_folder_of_data_has_a_card_that_names_its_licence(folder):
    inside = [path for path in tracked() if folder in path.parents and path.suffix in DATA]
    cards = [folder / name for name in CARDS if (folder / name).is_file()]
    assert cards or not inside, f"{len(inside)} data files without a card"
    assert not inside or re.search(r"licen[cs]e|Apache-2\.0", cards[0].read_text(encoding="utf-8"), re.IGNORECASE)


def test_the_licence_is_apache_and_data_are_excepted():
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    for study in (ROOT / "src" / "upshot" / "workspace" / "studies").iterdir():
        assert f"studies/{study.name}" in notice


def test_ci_runs_the_commands_that_people_run():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    text = script.read_text(encoding="utf-8")
    assert "set -euo pipefail" in text
    assert all(f"make {recipe}" in text for recipe in ("test", "lint"))


def test_just_offers_the_recipes_of_make():
    make = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    just = re.findall(r"^([a-z-]+):$", (ROOT / "justfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(just) - {"default"} == set(make) - {"help", "chromium"}
