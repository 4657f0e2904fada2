"""The firm of the reviews' tests: answered once, copied for each."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.web.cast import Cast
from tests.web.measures.firms import with_answer

from upshot.web.ledger.triggers import ADD
from upshot.web.measures.models import Run


def at_once(act: Callable[[], object], using: str | None = None, robust: bool = False) -> None:
    """Do what waits for a commit now: the tests' own transaction never commits."""
    act()


@pytest.fixture
def run_(cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The newest answer of the firm's coaching, computed by the real work."""
    with connection.cursor() as cursor:
        for statement in ADD[connection.vendor]:
            cursor.execute(statement)
    monkeypatch.setattr(transaction, "on_commit", at_once)
    return with_answer(cast, home)
