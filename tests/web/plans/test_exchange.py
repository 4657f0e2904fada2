"""File and versions in step: push, pull, and what each refuses to overwrite."""

from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.plans.builders import PLAN, a_version, changed

from upshot.errors import PlanError
from upshot.web.plans.exchange import pull, push
from upshot.web.plans.models import Version
from upshot.web.plans.syncing import file_state, plan_file


@pytest.fixture
def file(cast: Cast) -> Path:
    a_version(cast)
    return plan_file(cast.organisation)


def test_right_after_the_first_opening_both_say_the_same(cast: Cast, file: Path) -> None:
    assert file_state(cast.organisation).state == "same"
    assert push(organisation=cast.organisation).outcome == "same"
    assert pull(organisation=cast.organisation).outcome == "same"


def test_a_changed_file_is_pushed_and_does_not_get_lost_by_a_pull(cast: Cast, file: Path) -> None:
    file.write_text(PLAN.replace("Room", "Rooms"), encoding="utf-8")
    assert file_state(cast.organisation).state == "file-changed"
    refused = pull(organisation=cast.organisation)
    assert refused.outcome == "refused"
    assert any(piece.marked and piece.text == "Rooms" for line in refused.difference for piece in line.after)
    assert "Rooms" in file.read_text(encoding="utf-8")
    done = push(organisation=cast.organisation)
    assert (done.outcome, done.version.number) == ("done", 2)
    assert file_state(cast.organisation).state == "same"


def test_a_changed_version_is_pulled_and_does_not_get_lost_by_a_push(cast: Cast, file: Path) -> None:
    changed(cast, "Room", "Rooms")
    assert file_state(cast.organisation).state == "versions-changed"
    assert push(organisation=cast.organisation).outcome == "refused"
    assert pull(organisation=cast.organisation).outcome == "done"
    assert file.read_text(encoding="utf-8") == PLAN.replace("Room", "Rooms")
    assert [path.name for path in file.parent.glob(".plan-*")] == []


def test_when_both_changed_both_refuse_until_told_which(cast: Cast, file: Path) -> None:
    changed(cast, "Room", "Rooms")
    file.write_text(PLAN.replace("Listening", "Hearing"), encoding="utf-8")
    assert file_state(cast.organisation).state == "both-changed"
    assert push(organisation=cast.organisation).outcome == "refused"
    assert pull(organisation=cast.organisation).outcome == "refused"
    assert push(organisation=cast.organisation, force=True).version.number == 3
    assert Version.objects.get(number=2).text == PLAN.replace("Room", "Rooms")


def test_a_forced_pull_writes_the_version(cast: Cast, file: Path) -> None:
    file.write_text("# nothing yet\n", encoding="utf-8")
    assert pull(organisation=cast.organisation, force=True).outcome == "done"
    assert file.read_text(encoding="utf-8") == PLAN


def test_a_file_that_does_not_load_is_not_pushed(cast: Cast, file: Path) -> None:
    file.write_bytes(PLAN.encode().replace(b"Room", b"R\xffm"))
    with pytest.raises(PlanError, match="UTF-8"):
        push(organisation=cast.organisation)
    file.write_text(PLAN.replace("serves: [calm]", "serves: [clam]"), encoding="utf-8")
    with pytest.raises(PlanError, match="clam"):
        push(organisation=cast.organisation)
    assert Version.objects.count() == 1


def test_another_file_can_be_pushed_and_pulled(cast: Cast, file: Path, tmp_path: Path) -> None:
    other = tmp_path / "next.yaml"
    other.write_text(PLAN.replace("Room", "Rooms"), encoding="utf-8")
    assert push(organisation=cast.organisation, file=other).outcome == "done"
    other.unlink()
    assert pull(organisation=cast.organisation, file=other).outcome == "done"
    assert other.read_text(encoding="utf-8") == PLAN.replace("Room", "Rooms")
