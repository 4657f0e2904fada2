"""`upshot scenario` as people and programs call it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from upshot.cli import main
from upshot.cli.scenario import scenario

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "scenarios"
PRICE, CALL = FOLDER / "price-objection.scenario.md", FOLDER / "complaint-call.scenario.md"
GOOD = ("wait", "sum-up", "why-ask", "checked-already", "own-it", "dates-and-name")


def run(*args: object, keys: str = "") -> Result:
    return CliRunner().invoke(scenario, [str(arg) for arg in args], input=keys)


def a_broken_file(folder: Path) -> Path:
    text = PRICE.read_text(encoding="utf-8")
    file = folder / "broken.scenario.md"
    file.write_text(text.replace("(#probe){id=ask", "(#prob){id=ask").replace(".critical}", "critical}", 1), "utf-8")
    return file


def test_a_scenario_in_order_is_said_to_be_with_its_points() -> None:
    result = run("lint", CALL)
    assert result.exit_code == 0
    assert "ownership: from -4 to 7 points" in result.stdout
    assert result.stdout.endswith("The scenario can be published. Nothing is open.\n")


def test_a_broken_scenario_exits_1_with_every_fault_and_its_line(tmp_path: Path) -> None:
    result = run("lint", a_broken_file(tmp_path), "--format", "json")
    assert result.exit_code == 1
    record = json.loads(result.stdout)
    assert (record["schema"], record["publishable"]) == ("upshot-scenario-lint/1", False)
    assert [(one["code"], one["line"]) for one in record["problems"] if one["kind"] == "error"] == [
        ("bare-word", 22),
        ("missing-target", 23),
    ]


def test_gaps_exit_0_and_1_when_strict() -> None:
    assert run("lint", PRICE).exit_code == 0
    assert run("lint", PRICE, "--strict").exit_code == 1
    assert run("lint", CALL, "--strict").exit_code == 0


def test_the_record_of_a_good_file_names_content_and_points() -> None:
    record = json.loads(run("lint", CALL, "--format", "json").stdout)
    assert (record["id"], record["version"], record["steps"], len(record["fingerprint"])) == (
        "complaint-call",
        1,
        11,
        64,
    )
    assert record["points"]["next-step"] == {"low": -2, "high": 5}
    assert record["problems"] == []


@pytest.mark.parametrize("name", ["absent.md", "."])
def test_a_file_that_cannot_be_read_is_one_error(tmp_path: Path, name: str) -> None:
    result = run("lint", tmp_path / name, "--format", "json")
    assert result.exit_code == 1
    assert [one["code"] for one in json.loads(result.stdout)["problems"]] == ["unreadable-file"]


def test_text_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(b"---\ntitle: caf\xe9\n---\n")
    result = run("lint", file)
    assert result.exit_code == 1
    assert "line 2" in result.stdout
    assert "Save it as UTF-8." in result.stdout


def test_a_whole_attempt_is_played_and_scored() -> None:
    result = run("play", CALL, *(word for one in GOOD for word in ("--choose", one)))
    assert result.exit_code == 0
    assert "What did you say that the two before you had not?" in result.stdout
    assert "Best answer given in 6 of 6 decisions." in result.stdout
    assert result.stdout.endswith("Passed.\n")


def test_answers_are_taken_by_number_and_by_id_and_asked_again() -> None:
    result = run("play", PRICE, keys="9\n2\ntie\n")
    assert result.exit_code == 0
    assert "Type a number from 1 to 2" in result.stdout
    assert "value-framing: 2 points (-1 to 2), 100% of the way from worst to best" in result.stdout


def test_stopping_before_an_ending_scores_nothing() -> None:
    assert run("play", PRICE, keys="1\n").stdout.endswith("You stopped before an ending; nothing is scored.\n")


def test_facts_are_one_line_of_json_per_decision() -> None:
    result = run("play", PRICE, "--choose", "ask", "--choose", "list", "--facts")
    facts = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert [(one["step"], one["response"], one["success"]) for one in facts] == [
        ("call", "ask", True),
        ("probe", "list", False),
    ]


def test_a_choice_that_is_not_offered_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["scenario", "play", str(PRICE), "--choose", "aks"])
    assert stopped.value.code == 1
    assert "Did you mean 'ask'?" in capsys.readouterr().err


def test_a_story_goes_out_to_twee_and_comes_back(tmp_path: Path) -> None:
    twee, back = tmp_path / "call.twee", tmp_path / "call.scenario.md"
    result = run("export", CALL, "--out", twee)
    assert result.exit_code == 0
    assert "Flags are left out." in result.stdout
    result = run("import", twee, "--out", back)
    assert result.exit_code == 0
    assert f"Wrote {back}: 11 steps." in result.stdout
    assert "It has no errors" in result.stdout


def test_an_h5p_file_comes_in_with_what_was_lost(tmp_path: Path) -> None:
    film = {"type": {"library": "H5P.Video 1.6", "params": {}, "metadata": {"title": "Film"}}, "nextContentId": -1}
    with zipfile.ZipFile(tmp_path / "a.h5p", "w") as archive:
        archive.writestr("h5p.json", json.dumps({"title": "A", "mainLibrary": "H5P.BranchingScenario"}))
        archive.writestr("content/content.json", json.dumps({"branchingScenario": {"content": [film]}}))
    result = run("import", tmp_path / "a.h5p", "--out", tmp_path / "a.md")
    assert result.exit_code == 0
    assert "Not converted (1):\n  step film: A video is left out." in result.stdout


@pytest.mark.parametrize("command", [["import", "a.h5p"], ["export", str(PRICE)]])
def test_what_cannot_be_read_or_written_exits_1(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["scenario", *command, "--out", str(tmp_path / "no" / "such" / "folder.md")])
    assert stopped.value.code == 1
    assert "The file cannot be" in capsys.readouterr().err


def test_the_command_line_checks_a_scenario_as_its_own_process() -> None:
    command = [sys.executable, "-m", "upshot", "scenario", "lint", str(CALL)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    assert (done.returncode, done.stderr) == (0, "")
