"""Versions: the file first, then one after another, none overwritten."""

import pytest
from tests.web.cast import Cast
from tests.web.plans.builders import PLAN, a_version, changed

from upshot.errors import InputError, PlanError, WorkspaceError
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Event
from upshot.web.plans.models import Comment, Draft, Version
from upshot.web.plans.selectors import comments_of, current_document, current_version, draft_of, versions_of
from upshot.web.plans.services import PlanMovedError, comment, keep_draft, opened, restore, settle, store


def test_the_workspaces_file_is_the_first_version_byte_for_byte(cast: Cast) -> None:
    version = a_version(cast)
    assert (version.number, version.text, version.source) == (1, PLAN, "file")
    assert opened(cast.organisation) == version
    assert Version.objects.count() == 1
    assert current_document(cast.organisation).text == PLAN


def test_before_a_version_is_stored_the_document_is_the_file(cast: Cast) -> None:
    assert current_version(cast.organisation) is None
    assert current_document(cast.viewer("leader")).plan.objectives[0].id == "first-objective"


def test_a_file_that_does_not_load_is_no_version(cast: Cast) -> None:
    with pytest.raises(PlanError, match="kpis"):
        a_version(cast, "objectives: [{id: a, statement: b}]\n")
    (workspace_of(cast.organisation).root / "plan.yaml").unlink()
    with pytest.raises(WorkspaceError):
        opened(cast.organisation)
    assert not Version.objects.exists()


def test_every_change_is_a_version_with_author_note_and_parent(cast: Cast) -> None:
    first = a_version(cast)
    second = changed(cast, "Listening", "Listening well", note="Better title")
    assert (second.number, second.parent, second.author, second.note) == (
        2,
        first,
        cast.users["leader"],
        "Better title",
    )
    first.refresh_from_db()
    assert first.text == PLAN
    assert Event.objects.filter(action="plan-stored", user=cast.users["leader"]).count() == 1


def test_the_same_text_again_is_the_version_there_is(cast: Cast) -> None:
    first = a_version(cast)
    again = store(organisation=cast.organisation, author=cast.users["leader"], text=PLAN, base=1)
    assert again == first


def test_a_text_that_does_not_load_is_refused_with_every_line(cast: Cast) -> None:
    a_version(cast)
    with pytest.raises(PlanError) as caught:
        changed(cast, "serves: [calm]\n    owner", "serves: [clam]\n    ovner")
    assert {problem.code for problem in caught.value.problems} == {"unknown-objective", "unknown-key"}
    assert all(problem.line for problem in caught.value.problems)
    assert Version.objects.count() == 1


def test_line_ends_of_a_browser_do_not_change_the_text(cast: Cast) -> None:
    first = a_version(cast)
    again = store(organisation=cast.organisation, author=None, text=PLAN.replace("\n", "\r\n"), base=1)
    assert again == first


def test_the_second_of_two_editors_overwrites_nothing(cast: Cast) -> None:
    first = a_version(cast)
    changed(cast, "Listening", "Listening well", part="leader")
    with pytest.raises(PlanMovedError) as caught:
        store(
            organisation=cast.organisation,
            author=cast.users["analyst"],
            text=PLAN.replace("Room", "Rooms"),
            base=first.number,
        )
    assert caught.value.current.number == 2
    assert Version.objects.count() == 2


def test_an_old_version_comes_back_as_a_new_one(cast: Cast) -> None:
    first = a_version(cast)
    second = changed(cast, "Listening", "Listening well")
    third = restore(viewer=cast.viewer("leader"), version=first, base=second.number)
    assert (third.number, third.text, third.source) == (3, PLAN, "restored")


def test_a_draft_is_kept_for_each_user_until_it_is_stored(cast: Cast) -> None:
    version = a_version(cast)
    keep_draft(viewer=cast.viewer("leader"), text="half a th", base=version)
    keep_draft(viewer=cast.viewer("leader"), text="half a thought", base=version)
    keep_draft(viewer=cast.viewer("analyst"), text="another", base=version)
    draft = draft_of(cast.viewer("leader"))
    assert draft is not None
    assert draft.text == "half a thought"
    changed(cast, "Listening", "Listening well", part="leader")
    assert draft_of(cast.viewer("leader")) is None
    assert Draft.objects.count() == 1


def test_comments_stand_at_a_place_and_are_said_once(cast: Cast) -> None:
    version = a_version(cast)
    viewer = cast.viewer("council")
    made = comment(viewer=viewer, version=version, text=" Too early. ", anchor="initiatives[listen].waves[w1]")
    assert comment(viewer=viewer, version=version, text="Too early.", anchor="initiatives[listen].waves[w1]") == made
    assert [item.text for item in comments_of(viewer, anchor="initiatives[listen]")] == ["Too early."]
    assert not comments_of(viewer, anchor="initiatives[speak]")
    assert [row.open_comments for row in versions_of(viewer)] == [1]
    settle(viewer=cast.viewer("leader"), number=made.pk)
    assert [row.open_comments for row in versions_of(viewer)] == [0]


def test_an_empty_comment_is_refused_and_other_firms_versions_cannot_be_commented(cast: Cast) -> None:
    version = a_version(cast)
    with pytest.raises(InputError, match="empty"):
        comment(viewer=cast.viewer("leader"), version=version, text="  ")
    other = Version.objects.create(
        organisation=cast.users["outsider"].memberships.get().organisation,
        number=1,
        text=PLAN,
        hash="0" * 64,
        source="file",
    )
    with pytest.raises(LookupError):
        comment(viewer=cast.viewer("leader"), version=other, text="Hello")
    assert not Comment.objects.exists()
