"""A locked promise answered: labelled as planned in the browser and on the command line, and put on record once."""

from pathlib import Path

import pytest
from tests.web.cast import Cast
from tests.web.measures.firms import answered, locked, with_firm

from upshot.cli.initiative import answered_initiative, promised
from upshot.web import boot
from upshot.web.ledger.models import Entry
from upshot.web.measures.selectors import newest_answers
from upshot.web.measures.services import put_on_record

pytestmark = pytest.mark.django_db(transaction=True)
FLAGS = {"kpi": None, "round_": None, "engine": "duckdb"}


def test_a_locked_promise_is_answered_as_planned_and_stands_beside_it_in_the_ledger(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    locked(cast)
    run = answered(cast)
    assert run.registration == "as-planned"
    assert not newest_answers(cast.viewer("analyst"))["coaching"].stale
    made = put_on_record(viewer=cast.viewer("leader"), run=run)
    assert put_on_record(viewer=cast.viewer("leader"), run=run) == made
    assert list(Entry.objects.order_by("number").values_list("kind", flat=True)) == ["promise", "result"]
    page = cast.client("leader").get("/o/nordvik/initiatives/coaching/impact").content.decode()
    assert "entry 2 of the ledger" in page


def test_the_command_line_finds_the_lock_in_the_workspace(
    cast: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_firm(cast, home)
    locked(cast)
    root = home / "firm"
    assert promised(root, "coaching") == (None, None)
    (root / "upshot.db").touch()
    monkeypatch.setattr(boot, "setup", lambda _root: None)
    monkeypatch.setattr(boot, "ensure_organisation", lambda _root: cast.organisation)
    estimate, page = answered_initiative("coaching", {**FLAGS, "workspace": root})
    assert estimate.registration == "as-planned"
    assert page is not None
