"""The ledger's pages and command: promise against result, calibration, export, verification."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast

from upshot.web.ledger import selectors
from upshot.web.ledger.services import append


def told(cast: Cast, subject: str, promised: float, found: tuple[float, float, float], **more: object) -> None:
    firm = cast.organisation
    promise = {"title": subject.title(), "sentence": "It will rise.", "expected": [{"kpi": "k", "effect": promised}]}
    append(firm, "promise", subject=subject, body=promise)
    low, middle, high = found
    result = {"sentence": "It rose.", "grade": "A", "estimate": middle, "conf_low": low, "conf_high": high}
    append(firm, "result", subject=subject, body={**result, **more})
    append(firm, "decision", subject=subject, body={"decision": "keep", "reason": "It works."})


def test_promises_are_held_against_results(cast: Cast) -> None:
    told(cast, "kept", 2.0, (1.0, 1.8, 2.6))
    told(cast, "too-high", 2.0, (0.1, 0.5, 0.9))
    told(cast, "too-low", -1.0, (-4.0, -3.0, -2.0))
    told(cast, "refused", 2.0, (0.0, 1.0, 3.0), claimable=False)
    found = selectors.outcomes(cast.viewer("leader"))
    assert {outcome.subject: outcome.kept for outcome in found} == {
        "kept": True,
        "too-high": False,
        "too-low": False,
        "refused": None,
    }
    calibration = selectors.calibration_of(found)
    assert (calibration.judged, calibration.kept, calibration.too_high, calibration.too_low) == (3, 1, 1, 1)
    assert calibration.ratio == pytest.approx((0.9 + 0.25 + 3.0) / 3)


def test_a_mean_ratio_of_two_promises_is_not_told(cast: Cast) -> None:
    told(cast, "a", 2.0, (1.0, 1.8, 2.6))
    told(cast, "b", 2.0, (1.0, 1.8, 2.6))
    assert selectors.calibration_of(selectors.outcomes(cast.viewer("leader"))).ratio is None


def test_a_decision_on_an_exploratory_answer_shows_that_answer_and_that_nothing_was_promised(cast: Cast) -> None:
    body = {"decision": "scale", "reason": "It holds.", "sentence": "It fell by 0.7 cases.", "grade": "B"}
    append(cast.organisation, "decision", subject="closing", body=body)
    page = cast.client("leader").get("/o/nordvik/ledger/").content.decode()
    assert "nothing was locked before launch" in page
    assert "It fell by 0.7 cases." in page
    assert "no answer on record yet" not in page


def test_another_firms_ledger_is_not_seen(cast: Cast) -> None:
    told(cast, "talks", 2.0, (1.0, 1.8, 2.6))
    page = cast.client("outsider").get("/o/elsewhere/ledger/").content.decode()
    assert "Nothing stands here yet" in page
    assert cast.client("outsider").get("/o/elsewhere/ledger/1/").status_code == 404


def test_the_export_can_be_verified_by_others(cast: Cast) -> None:
    told(cast, "talks", 2.0, (1.0, 1.8, 2.6))
    text = cast.client("council").get("/o/nordvik/ledger/export.jsonl").content.decode()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert lines[2]["previous"] == lines[1]["seal"]


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_the_pages_pass_axe(cast: Cast, opened: Opener, mode: str) -> None:
    accessible(opened("/o/nordvik/ledger/", cast.users["executive"], mode=mode), f"ledger-empty-{mode}")
    told(cast, "needs-first", 2.0, (1.0, 1.8, 2.6))
    accessible(opened("/o/nordvik/ledger/", cast.users["executive"], mode=mode), f"ledger-{mode}")
    accessible(opened("/o/nordvik/ledger/2/", cast.users["executive"], mode=mode), f"ledger-entry-{mode}")


def alone() -> dict[str, str]:
    """The environment of a process that has its own home and database file."""
    ours = ("UPSHOT_", "DJANGO_", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def upshot(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "upshot", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=alone(), timeout=120, check=False)  # noqa: S603 - our own


def test_the_command_shows_verifies_and_exits_1_when_the_chain_is_broken(tmp_path: Path) -> None:
    import sqlite3

    folder = tmp_path / "firm"
    assert upshot("init", str(folder)).returncode == 0
    empty = upshot("ledger", "show", "--workspace", str(folder))
    assert "The ledger is empty" in empty.stdout
    script = (
        "import sys, pathlib; from upshot.web import boot; o = boot.organisation_of(pathlib.Path(sys.argv[1]));"
        "from upshot.web.ledger.services import append;"
        "[append(o, 'promise', subject=f's{i}', body={'sentence': 'It will rise.'}) for i in range(2)]"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], check=True, timeout=120, env=alone())  # noqa: S603 - our own
    assert "It will rise." in upshot("ledger", "show", "--workspace", str(folder)).stdout
    assert "The chain holds: 2 entries." in upshot("ledger", "verify", "--workspace", str(folder)).stdout
    with sqlite3.connect(folder / "upshot.db") as database:
        database.execute("DROP TRIGGER ledger_no_update")
        database.execute("UPDATE ledger_entry SET said = '{}' WHERE number = 1")
    database.close()
    broken = upshot("ledger", "verify", "--workspace", str(folder))
    assert broken.returncode == 1
    assert "Entry 1 was changed" in broken.stderr
