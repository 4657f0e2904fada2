"""A workspace folder: made once, opened again, and never overwritten."""

from pathlib import Path

import pytest

from upshot.errors import WorkspaceError
from upshot.workspace.folder import Workspace


def test_a_new_workspace_opens_with_a_plan_that_loads(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "firm", organisation='The "North" firm')
    assert made.organisation == "The 'North' firm"
    assert made.plan().plan.initiatives[0].id == "first-initiative"
    assert made.lake().imports() == ()
    assert Workspace.open(tmp_path / "firm") == made


def test_a_workspace_is_not_made_twice_and_a_plan_that_is_there_is_kept(tmp_path: Path) -> None:
    root = tmp_path / "firm"
    root.mkdir()
    (root / "plan.yaml").write_text("mine", encoding="utf-8")
    Workspace.create(root)
    assert (root / "plan.yaml").read_text(encoding="utf-8") == "mine"
    before = (root / "upshot.toml").read_bytes()
    with pytest.raises(WorkspaceError, match="nothing was changed"):
        Workspace.create(root, organisation="Another")
    assert (root / "upshot.toml").read_bytes() == before


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="upshot init"):
        Workspace.open(tmp_path)


def test_a_configuration_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "upshot.toml").write_text("organisation = ", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"upshot\.toml"):
        Workspace.open(tmp_path)


def test_a_workspace_without_a_plan_says_so(tmp_path: Path) -> None:
    made = Workspace.create(tmp_path / "firm")
    (tmp_path / "firm" / "plan.yaml").unlink()
    with pytest.raises(WorkspaceError, match=r"no plan\.yaml"):
        made.plan()
