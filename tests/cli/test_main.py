"""The command as people run it: help, version, hints, exit codes; each through a process of its own."""

import json
import subprocess
import sys
from importlib.metadata import version

import pytest


def upshot(*arguments, cwd=None):
    command = [sys.executable, "-m", "upshot", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603


def a_panel(folder, *, first_treated):
    rows = [
        f"{unit},{month},{unit % 3 + month % 2},{first_treated(unit)}" for unit in range(60) for month in range(1, 9)
    ]
    path = folder / "panel.csv"
    path.write_text("\n".join(["unit,month,kpi,start", *rows]) + "\n", encoding="utf-8")
    return path


ROLES = ("--unit", "unit", "--time", "month", "--outcome", "kpi", "--first-treated", "start")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], []])
def test_help_lists_every_command_with_what_it_does(arguments):
    done = upshot(*arguments)
    assert done.returncode == (0 if arguments else 2)
    for command in ("demo", "estimate", "import", "init", "plan", "power", "report", "waves"):
        assert f"\n  {command} " in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [["demo"], ["estimate"], ["import", "people"], ["init"], ["plan", "check"], ["power"], ["report"], ["waves"]],
    ids=" ".join,
)
def test_every_command_has_help_of_its_own(command):
    done = upshot(*command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: upshot {' '.join(command)}")


def test_help_loads_neither_numpy_nor_duckdb():
    code = """
import sys
from upshot.cli import upshot
try:
    upshot.main(["--help"], prog_name="upshot")
except SystemExit as end:
    assert end.code == 0
heavy = {"numpy", "duckdb", "scipy", "pyarrow", "pandas", "deltalake", "altair"} & set(sys.modules)
assert not heavy, heavy
"""
    done = python(code)
    assert done.returncode == 0, done.stderr
    assert "Commands:" in done.stdout


def test_version_is_the_distributions_own():
    done = upshot("--version")
    assert (done.returncode, done.stdout) == (0, f"upshot {version('upshot')}\n")


def test_a_mistyped_command_is_met_with_the_one_that_was_meant():
    done = upshot("estimat")
    assert done.returncode == 2
    assert "There is no command 'estimat'. Did you mean 'estimate'?" in done.stderr


def test_an_unknown_command_is_met_with_the_way_to_the_list():
    done = upshot("frobnicate")
    assert done.returncode == 2
    assert "See 'upshot --help' for the list." in done.stderr


def test_options_that_do_not_go_together_are_a_usage_problem():
    assert upshot("estimate").returncode == 2
    assert upshot("estimate", "--no-such-option").returncode == 2


def test_an_answer_ends_with_0_and_goes_to_standard_output(tmp_path):
    panel = a_panel(tmp_path, first_treated=lambda unit: "" if unit % 2 else 5)
    done = upshot("estimate", "--panel", panel, *ROLES, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == "upshot-estimate/1"


def test_a_refusal_is_a_result_and_ends_with_0(tmp_path):
    panel = a_panel(tmp_path, first_treated=lambda _: 5)
    done = upshot("estimate", "--panel", panel, *ROLES, "--format", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["grade"]["letter"], found["claimable"]) == (0, "D", False)
    assert "estimate" not in found


@pytest.mark.parametrize(
    "arguments",
    [["estimate", "anything"], ["report", "anything", "--out", "page.html"], ["plan", "check", "plan.yaml"]],
    ids=" ".join,
)
def test_something_missing_ends_with_1_and_a_message_without_a_trace(arguments, tmp_path):
    done = upshot(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stdout + done.stderr


def test_a_panel_without_the_column_ends_with_1_and_names_it(tmp_path):
    panel = a_panel(tmp_path, first_treated=lambda _: 5)
    roles = [word if word != "kpi" else "kpl" for word in ROLES]
    done = upshot("estimate", "--panel", panel, *roles)
    assert done.returncode == 1
    assert "kpl" in done.stderr
    assert "kpi" in done.stderr


def test_a_bug_ends_with_3_with_its_trace_and_is_called_one():
    done = python('import upshot.cli as c; c._COMMANDS["wrong"] = ("json:dumps", "not a command"); c.main(["wrong"])')
    assert done.returncode == 3
    assert "Traceback" in done.stderr
    assert "This is a bug in Upshot, not in your data." in done.stderr


def test_init_says_what_to_do_next_and_never_overwrites(tmp_path):
    assert upshot("init", tmp_path / "firm").returncode == 0
    again = upshot("init", tmp_path / "firm")
    assert again.returncode == 1
    assert "nothing was changed" in again.stderr
