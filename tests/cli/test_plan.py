"""`upshot plan` as people and programs call it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upshot.cli import main
from upshot.cli.plan import plan

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "plans" / "value-selling.yaml"
BAD = ROOT / "tests" / "data" / "plans" / "bad" / "unknown-kpi.yaml"


def run(*args: object) -> Result:
    return CliRunner().invoke(plan, [str(arg) for arg in args])


def test_a_plan_with_gaps_checks_with_exit_0() -> None:
    result = run("check", EXAMPLE)
    assert result.exit_code == 0
    assert "line 108" in result.stdout
    assert result.stdout.endswith("The plan loads: no errors, 2 gaps, 1 piece of advice.\n")


def test_a_plan_with_errors_checks_with_exit_1_in_both_formats() -> None:
    assert run("check", BAD).exit_code == 1
    result = run("check", BAD, "--format", "json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert record["schema"] == "upshot-plan-check/1"
    assert [(p["code"], p["line"], p["path"]) for p in record["problems"] if p["kind"] == "error"] == [
        ("unknown-kpi", 5, "objectives[calm].key_results[0].kpi"),
        ("unknown-kpi", 9, "initiatives[listen].expected[0].kpi"),
    ]


def test_colour_is_for_terminals_only() -> None:
    assert "\x1b[" not in run("check", BAD).stdout
    assert "\x1b[" in CliRunner().invoke(plan, ["check", str(BAD)], color=True).stdout


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_file_that_cannot_be_read_is_one_error(tmp_path: Path, name: str) -> None:
    result = run("check", tmp_path / name, "--format", "json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert problem["code"] in {"no-such-file", "unreadable-file"}


def test_the_nearest_file_is_offered(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("", encoding="utf-8")
    assert f"Did you mean '{tmp_path / 'plan.yaml'}'?" in " ".join(run("check", tmp_path / "plam.yaml").stdout.split())


def test_a_file_too_large_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    with file.open("wb") as stream:
        stream.truncate(3_000_000_000)
    result = run("check", file)
    assert result.exit_code == 1
    assert "more than 4 million bytes" in result.stdout


def test_show_draws_the_chain_as_text() -> None:
    result = run("show", EXAMPLE)
    assert result.exit_code == 0
    assert "┌─ Behaviour " in result.stdout


def test_show_writes_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "chain.svg"
    result = run("show", EXAMPLE, "--format", "svg", "--initiative", "value-selling", "--out", out)
    assert result.stdout == f"Wrote {out}.\n"
    assert out.read_text(encoding="utf-8").startswith("<svg ")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["show", str(BAD)], "'complaint' is not in kpis."),
        (["show", str(EXAMPLE), "--initiative", "value-sellin"], "Did you mean 'value-selling'?"),
        (["show", str(EXAMPLE), "--out", str(ROOT / "no" / "such" / "folder.txt")], "cannot be written"),
    ],
)
def test_what_cannot_be_shown_exits_1_with_the_reason(
    args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["plan", *args])
    assert stopped.value.code == 1
    assert said in capsys.readouterr().err


def test_the_command_line_checks_a_plan_as_its_own_process() -> None:
    command = [sys.executable, "-m", "upshot", "plan", "check", str(EXAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert (done.returncode, done.stderr) == (0, "")
