"""`upshot plan push`, `pull` and `lock` on a workspace of their own."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django.fixtures import Settings
from tests.web.plans.builders import PLAN

from upshot.cli import upshot
from upshot.web.accounts.models import Organisation
from upshot.web.ledger.models import Entry
from upshot.web.plans.models import PromiseLock, Version
from upshot.web.plans.selectors import lock_in_force
from upshot.web.plans.services import store
from upshot.workspace.folder import Workspace

SIGNED = ["--signed", "sponsor=Maria", "--signed", "finance=Kim", "--signed", "works-council=Ola"]


@pytest.fixture
def file(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None) -> Path:
    """The plan of a workspace that is its own home."""
    root = tmp_path / "firm"
    Workspace.create(root, organisation="Firm")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=root)
    monkeypatch.setenv("UPSHOT_HOME", str(root))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "upshot.web.settings")
    (root / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return root / "plan.yaml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(upshot, ["plan", *map(str, words)])


def moved(old: str, new: str) -> Version:
    """Somebody stores a version in the browser."""
    firm = Organisation.objects.get()
    now = Version.objects.order_by("-number").first()
    assert now is not None
    return store(organisation=firm, author=None, text=now.text.replace(old, new), base=now.number)


def test_push_stores_and_pull_writes(file: Path) -> None:
    assert "says the same as version 1." in run("push", file).output
    file.write_text(PLAN.replace("Room", "Rooms"), encoding="utf-8")
    assert "is stored as version 2." in run("push", file, "--note", "More rooms").output
    assert Version.objects.get(number=2).note == "More rooms"
    moved("Rooms", "Halls")
    assert "is now version 3." in run("pull", file).output
    assert file.read_text(encoding="utf-8") == PLAN.replace("Room", "Halls")


def test_when_both_changed_the_difference_is_shown_and_nothing_is_lost(file: Path) -> None:
    run("push", file)
    moved("Room", "Halls")
    file.write_text(PLAN.replace("Room", "Rooms"), encoding="utf-8")
    for word in ("push", "pull"):
        result = run(word, file)
        assert result.exit_code == 1
        assert "item: Halls" in result.output
        assert "item: Rooms" in result.output
    assert run("push", file, "--force").exit_code == 0
    assert [row.number for row in Version.objects.order_by("number")] == [1, 2, 3]


def test_a_lock_without_signatures_lists_everything_and_locks_nothing(file: Path) -> None:
    result = run("lock", file)
    assert result.exit_code == 1
    said = str(result.exception or "") + result.output
    assert said.count("has not signed") == 6
    assert "no effect to look for" in said
    assert not PromiseLock.objects.exists()


def test_a_lock_from_the_command_line_is_in_the_ledger_without_names(file: Path) -> None:
    result = run("lock", file, "--initiative", "listen", *SIGNED)
    assert result.exit_code == 0, result.output
    assert "ledger entry 1, baseline no readings yet" in result.output
    assert lock_in_force(Organisation.objects.get(), "listen") is not None
    assert Entry.objects.get().body["signed"] == ["sponsor", "finance", "works council"]
    assert "Maria" not in str(Entry.objects.get().body)
    assert run("lock", file, "--initiative", "listen", *SIGNED).exit_code == 0
    assert Entry.objects.count() == 1


def test_all_are_locked_or_none(file: Path) -> None:
    assert run("lock", file, *SIGNED).exit_code == 1
    assert not PromiseLock.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("text", ["boss=Maria", "sponsor", "sponsor= "])
def test_a_signature_that_cannot_be_read_is_a_usage_error(file: Path, text: str) -> None:
    assert run("lock", file, "--signed", text).exit_code == 2


def test_a_file_that_is_not_there_or_does_not_load_is_refused(file: Path) -> None:
    run("push", file)
    assert run("push", file.with_name("other.yaml"), "--workspace", file.parent).exit_code == 1
    file.write_text(PLAN.replace("[calm]", "[clam]", 1), encoding="utf-8")
    assert run("push", file).exit_code == 1
    assert Version.objects.count() == 1
