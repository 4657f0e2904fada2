"""Questions about answers in the demonstration: asked once, answered by the part that would, one left open."""

from pathlib import Path

import pytest
from django.db import transaction
from tests.web.cast import Cast
from tests.web.measures.firms import with_answer
from tests.web.reviews.conftest import at_once

from upshot.web.accounts.models import User
from upshot.web.home.demo.parts import PARTS
from upshot.web.home.demo.threads import make_threads
from upshot.web.measures.models import Run
from upshot.web.plans.models import Comment


def test_questions_are_asked_once_about_answers_that_are_there(
    cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "on_commit", at_once)
    run_ = with_answer(cast, home)
    for part in PARTS:
        User.objects.filter(pk=cast.users[part.key].pk).update(email=part.email)
    assert make_threads(cast.organisation) == 0, "none of these initiatives has an answer"
    fields = [field.name for field in Run._meta.concrete_fields if field.name not in ("id", "job", "initiative")]
    said = {name: getattr(run_, name) for name in fields}
    for initiative in ("needs-first", "faster-wrap-up", "leading-well"):
        Run.objects.create(**said, initiative=initiative)
    assert make_threads(cast.organisation) == 3
    assert make_threads(cast.organisation) == 0
    asked = Comment.objects.filter(to=None)
    assert [one.replies.count() for one in asked] == [1, 1, 0]
    assert set(asked.values_list("run", flat=True)) == set(Run.objects.exclude(pk=run_.pk).values_list("pk", flat=True))
