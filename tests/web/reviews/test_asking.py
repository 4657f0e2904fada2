"""Questions about an initiative or its answer: the owner hears of them, and their answer stays beside the question."""

import datetime as dt

import pytest
from django.db.models import ProtectedError
from django.utils import timezone
from tests.web.browser import Opener, accessible
from tests.web.cast import Cast

from upshot.errors import InputError
from upshot.web.accounts.models import Membership
from upshot.web.accounts.viewer import workspace_of
from upshot.web.audit.models import Event
from upshot.web.measures.models import Run
from upshot.web.outbox.claiming import done_by_now
from upshot.web.outbox.models import Message
from upshot.web.plans.models import Comment
from upshot.web.plans.services import comment, reply, settle
from upshot.web.plans.services import opened as newest
from upshot.web.reviews.asking import due, tell

ANCHOR = "initiatives[coaching]"


def owned(cast: Cast, part: str = "leader") -> None:
    """Somebody of the cast owns the initiative by the plan."""
    plan = workspace_of(cast.organisation).root / "plan.yaml"
    text = plan.read_text(encoding="utf-8")
    text = text.replace('"id": "coaching"', '"id": "coaching", "owner": "head"')
    text = text.replace(
        '"objectives":', '"owners": {"head": {"account": "hr:h-1", "role": "Head"}, "finance": {}}, "objectives":', 1
    )
    plan.write_text(text, encoding="utf-8")
    Membership.objects.filter(user=cast.users[part]).update(person="h-1")


def asked(cast: Cast, part: str = "council", text: str = "Why only two teams?", run: int | None = None) -> Comment:
    return comment(viewer=cast.viewer(part), version=newest(cast.organisation), text=text, anchor=ANCHOR, run=run)


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("person", flat=True))


def test_the_owner_hears_once_and_whoever_asked_hears_of_the_answer(cast: Cast, run_: Run) -> None:
    owned(cast)
    question = asked(cast)
    due(timezone.now())
    due(timezone.now())
    assert told("question-asked") == ["h-1"]
    answer = reply(viewer=cast.viewer("leader"), to=question, text="Seats were short.")
    assert answer.by_owner
    due(timezone.now())
    assert told("question-answered") == [f"@{cast.users['council'].pk}"]
    said = Message.objects.get(kind="question-answered")
    assert "Seats were short" not in str(said.context)
    assert said.link == "/o/nordvik/plan/initiatives/coaching/promise#comments" or said.link.endswith("#comments")


def test_without_an_owner_learning_leaders_hear(cast: Cast, run_: Run) -> None:
    asked(cast)
    assert tell(cast.organisation, timezone.now()) == 1
    assert told("question-asked") == [f"@{cast.users['leader'].pk}"]


def test_nobody_hears_of_their_own_words_and_nothing_old_is_told(cast: Cast, run_: Run) -> None:
    own = asked(cast, "leader")
    reply(viewer=cast.viewer("leader"), to=own, text="I found it.")
    Comment.objects.filter(pk=asked(cast).pk).update(at=timezone.now() - dt.timedelta(days=8))
    assert tell(cast.organisation, timezone.now()) == 0


def test_a_question_that_is_answered_or_settled_needs_no_message_any_more(cast: Cast, run_: Run) -> None:
    for act in ("answer", "settle"):
        question = asked(cast, text=f"Is it {act}?")
        tell(cast.organisation, timezone.now())
        message = Message.objects.get(kind="question-asked", about=f"comment:{question.pk}")
        assert done_by_now(cast.organisation, [message]) == set()
        if act == "answer":
            reply(viewer=cast.viewer("analyst"), to=question, text="Yes.")
        else:
            settle(viewer=cast.viewer("council"), number=question.pk)
        assert done_by_now(cast.organisation, [message]) == {message.pk}


def test_an_answer_stands_with_its_question_in_a_thread_of_one_level(cast: Cast, run_: Run) -> None:
    question = asked(cast, run=run_.pk)
    first = reply(viewer=cast.viewer("analyst"), to=question, text="Seats were short.")
    second = reply(viewer=cast.viewer("council"), to=first, text="Thank you.")
    assert (first.to, second.to, second.run) == (question, question, run_.pk)
    assert not first.by_owner
    assert reply(viewer=cast.viewer("council"), to=question, text=" Thank you. ").pk == second.pk
    with pytest.raises(InputError, match="The answer is empty"):
        reply(viewer=cast.viewer("council"), to=question, text="  ")
    with pytest.raises(ProtectedError):
        question.delete()
    settle(viewer=cast.viewer("council"), number=question.pk)
    assert list(Event.objects.filter(action__startswith="plan-comment-").values_list("action", flat=True)) == [
        "plan-comment-settled",
        "plan-comment-answered",
        "plan-comment-answered",
    ]


def test_it_is_asked_and_answered_on_the_page_of_the_answer(cast: Cast, run_: Run) -> None:
    newest(cast.organisation)
    page = cast.client("council").get("/o/nordvik/initiatives/coaching/impact").content.decode()
    assert "Comments and questions" in page
    there = {"next": "/o/nordvik/initiatives/coaching/impact", "anchor": ANCHOR, "run": str(run_.pk)}
    number = newest(cast.organisation).number
    url = f"/o/nordvik/plan/versions/{number}/comment"
    cast.client("council").post(url, {**there, "text": "Why only two teams?"})
    question = Comment.objects.get(to=None)
    assert question.run == run_.pk
    reply_url = f"/o/nordvik/plan/comments/{question.pk}/answer"
    cast.client("leader").post(reply_url, {"next": there["next"], "text": "Seats were short."})
    cast.client("leader").post(reply_url, {"next": there["next"], "text": ""})
    page = cast.client("executive").get(there["next"]).content.decode()
    assert f"on answer {run_.pk}" in page
    assert page.index("Why only two teams?") < page.index("Seats were short.")
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_a_thread_is_accessible(mode: str, cast: Cast, run_: Run, opened: Opener) -> None:
    question = comment(viewer=cast.viewer("council"), version=newest(cast.organisation), text="Why?", anchor=ANCHOR)
    reply(viewer=cast.viewer("leader"), to=question, text="Seats were short.")
    accessible(opened("/o/nordvik/initiatives/coaching/impact", cast.users["leader"], mode=mode), f"thread-{mode}")
