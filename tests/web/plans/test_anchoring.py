"""Comments on single lines: every field has its line, and what was said stays beside it from version to version."""

import pytest
from tests.web.browser import MODES, Opener, accessible
from tests.web.cast import Cast
from tests.web.plans.builders import PLAN, a_version, changed

from upshot.plan import parse
from upshot.web.plans.anchoring import lines_of, paths_of
from upshot.web.plans.models import Comment
from upshot.web.plans.services import comment, settle


def test_every_field_has_the_line_it_begins_on() -> None:
    found = paths_of(parse(PLAN))
    lines = PLAN.splitlines()
    assert "start: 2030-02-04" in lines[found["initiatives[listen].waves[w1].start"] - 1]
    assert lines[found["objectives[calm].owner"] - 1].strip() == "owner: boss"
    assert found["initiatives[listen].design.seed"] == found["initiatives[listen].design"]


def test_lines_hold_the_text_as_it_is() -> None:
    document = parse(PLAN)
    assert [line.text for line in lines_of(document, ())] == PLAN.splitlines()


@pytest.mark.django_db
def test_a_comment_stands_beside_its_field_also_when_lines_move(cast: Cast) -> None:
    version = a_version(cast)
    anchor = "initiatives[listen].design.seed"
    said = comment(viewer=cast.viewer("analyst"), version=version, text="Who drew it?", anchor=anchor)
    later = changed(cast, "# The service line's plan\n", "# The service line's plan\n# for 2030\n")
    client = cast.client("leader")
    page = client.get(f"/o/nordvik/plan/versions/{later.number}/").content.decode()
    line = paths_of(parse(later.text))[anchor]
    assert page.index(f'id="line-{line}"') < page.index("Who drew it?") < page.index(f'id="line-{line + 1}"')
    settle(viewer=cast.viewer("leader"), number=said.pk)
    assert "Who drew it?" not in client.get(f"/o/nordvik/plan/versions/{later.number}/").content.decode()
    assert "Who drew it?" in client.get(f"/o/nordvik/plan/versions/{version.number}/").content.decode()


@pytest.mark.django_db
def test_a_line_is_chosen_commented_on_and_shown_again(cast: Cast) -> None:
    version, client = a_version(cast), cast.client("designer")
    path = f"/o/nordvik/plan/versions/{version.number}/"
    line = paths_of(parse(version.text))["kpis[complaints].unit"]
    chosen = client.get(f"{path}?line={line}").content.decode()
    assert '<option value="kpis[complaints].unit">' in chosen
    reply = client.post(
        f"{path}comment", {"anchor": "kpis[complaints].unit", "text": "Mails too?", "next": f"{path}?line={line}"}
    )
    assert reply["Location"] == f"{path}?line={line}"
    assert "Mails too?" in client.get(path).content.decode()
    client.post(f"{path}comment", {"anchor": "kpis[nothing].unit", "text": "Lost"})
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", sorted(MODES))
def test_the_text_with_its_comments_is_accessible(cast: Cast, opened: Opener, mode: str) -> None:
    version = a_version(cast)
    comment(viewer=cast.viewer("analyst"), version=version, text="Who drew it?", anchor="initiatives[listen].design")
    line = paths_of(parse(version.text))["initiatives[listen].design"]
    page = opened(f"/o/nordvik/plan/versions/{version.number}/?line={line}", cast.users["leader"], mode=mode)
    accessible(page, f"plan-lines-{mode}")
