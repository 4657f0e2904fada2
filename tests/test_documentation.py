"""The documentation is complete, its links lead somewhere, and what it shows is what happens."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from upshot.cli import upshot

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))


def prose(page):
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def links(page):
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)) if not re.match(r"[a-z]+:", link)]


def anchors(page):
    heads = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", head).lower() for head in heads]
    return {re.sub(r"[^\w\- ]", "", head).strip().replace(" ", "-") for head in plain}


def leads_somewhere(page, link):
    path, _, anchor = link.partition("#")
    target = (page.parent / path) if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    assert [link for link in links(page) if not leads_somewhere(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_has_one_title(page):
    assert len(re.findall(r"^# \S", prose(page), re.MULTILINE)) == 1


def test_every_page_is_listed_in_the_index():
    listed = {(DOCS / link).resolve() for link in links(DOCS / "index.md")}
    pages = {page.resolve() for page in DOCS.rglob("*.md")} - {DOCS / "index.md", DOCS / "tools" / "README.md"}
    listed |= {page for page in pages if page.parent in listed}
    assert {str(page.relative_to(DOCS)) for page in pages - listed} == set()


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_every_decision_says_what_was_rejected_and_why(page):
    text = page.read_text(encoding="utf-8")
    number = int(page.stem[:4])
    assert re.match(rf"# {number}\. \S.*\n\n(Accepted|Replaced by \[.*\]\(.*\)), \w+ \d{{4}}\.\n", text)
    for section in ("Context", "Decision", "Rejected"):
        body = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0].strip()
        assert len(body) > 80, f"## {section}"
    assert re.findall(r"^- \*\*.+?\*\*:? ", text.partition("\n## Rejected\n")[2], re.MULTILINE)


def test_decisions_are_numbered_without_gaps():
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def commands(command=upshot, name="upshot"):
    if not isinstance(command, click.Group):
        return [(name, command)]
    context = click.Context(command, info_name=name)
    inner = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [pair for part, found in inner for pair in commands(found, f"{name} {part}")]


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_in_the_reference(name, command):
    text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    assert f"\n## `{name}`\n" in text, "Add a section, then run: make docs"
    section = text.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("-")]
    assert [option for option in options if f"`{option}`" not in section] == []


def test_the_tables_of_the_reference_are_the_command_lines_own():
    done = run("docs/tools/commands.py", "--check")
    assert done.returncode == 0, f"Run: make docs\n{done.stderr}"


@pytest.mark.parametrize("page", ["docs/tutorials/first-answer.md"])
def test_the_page_shows_what_its_commands_print(page):
    done = run("docs/tools/transcripts.py", "--check", page)
    assert done.returncode == 0, f"Run: make docs\n{done.stdout}{done.stderr}"


def test_every_page_with_commands_and_their_output_is_played():
    played = run("-c", "import runpy; print(*runpy.run_path('docs/tools/transcripts.py')['PAGES'])").stdout.split()
    shown = [str(page.relative_to(ROOT)) for page in PAGES if "```console" in page.read_text(encoding="utf-8")]
    assert sorted(played) == sorted(shown)


def run(*command):
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603


def typed(text):
    lines = [line.removeprefix("$ ") for line in text.splitlines()]
    return [" ".join(line.split()) for line in lines if line.startswith(("upshot ", "cp "))]


def test_the_readmes_first_analysis_is_the_tutorials():
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Your first own analysis")[2]
    shown = typed(readme.partition("```\n")[2].partition("```")[0])
    tutorial = (DOCS / "tutorials" / "first-answer.md").read_text(encoding="utf-8")
    played = typed("\n".join(re.findall(r"^```console\n(.*?)^```", tutorial, re.MULTILINE | re.DOTALL)))
    assert shown == [line for line in played if not line.endswith("--dry-run")]


def test_the_example_exports_are_what_their_generator_makes(tmp_path):
    folder = ROOT / "examples" / "first-answer"
    assert run(folder / "make_exports.py", tmp_path).returncode == 0
    for name in ("people.csv", "learning.csv", "kpis.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_example_of_the_estimate_holds():
    found = doctest.testfile(str(DOCS / "reference" / "estimate-json.md"), module_relative=False, encoding="utf-8")
    assert found.attempted > 0
    assert found.failed == 0


def test_every_field_of_the_estimate_is_in_the_reference():
    from dataclasses import fields

    from upshot.impact.estimate import CheckResult, Estimate, Grade, Naive, OtherEstimate, Provenance, Relative, Term

    text = (DOCS / "reference" / "estimate-json.md").read_text(encoding="utf-8")
    records = (CheckResult, Estimate, Grade, Naive, OtherEstimate, Provenance, Relative, Term)
    names = {field.name for record in records for field in fields(record)}
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_every_file_of_a_workspace_is_in_the_reference(tmp_path):
    from upshot.workspace.folder import Workspace

    Workspace.create(tmp_path / "firm").answer_path("any", ".json")
    text = (DOCS / "reference" / "workspace.md").read_text(encoding="utf-8")
    made = [item.name + "/" * item.is_dir() for item in (tmp_path / "firm").iterdir()]
    assert [name for name in made if f"`{name}`" not in text] == []
    keys = re.findall(r"^(\w+) = ", (tmp_path / "firm" / "upshot.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert [key for key in keys if f"`{key}`" not in text] == []


def test_the_picture_of_the_data_flow_has_words_and_follows_light_and_dark():
    picture = (DOCS / "images" / "data-flow.svg").read_text(encoding="utf-8")
    assert all(part in picture for part in ("<title", "<desc", 'role="img"', "prefers-color-scheme: dark"))
    assert re.search(r"!\[[^]]{40,}\]\(docs/images/data-flow\.svg\)", (ROOT / "README.md").read_text(encoding="utf-8"))
