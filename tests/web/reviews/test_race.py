"""Two people decide the same review at the same moment, on a real database: one is stored, the other is told."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from tests.web.cast import Cast
from tests.web.measures.firms import with_firm
from tests.web.reviews.firm import a_review, days, decided

from upshot.errors import InputError
from upshot.web.ledger.models import Entry
from upshot.web.ledger.selectors import verify
from upshot.web.reviews.models import Action, Decision, Review

_ROUNDS = 4


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave or raised, all of them begun at the same moment, each on a connection of its own."""
    gate = threading.Barrier(len(acts))
    ended: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait(timeout=20)
        try:
            ended[place] = act()
        except InputError as refused:
            ended[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ended


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_exactly_one_is_stored_and_the_other_is_told(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    for number in range(1, _ROUNDS + 1):
        day = days(number)
        a_review(cast, day)
        ended = at_once(
            partial(decided, cast, day, "leader", decision=Decision.KEEP),
            partial(decided, cast, day, "executive", decision=Decision.STOP),
        )
        stored = [item for item in ended if isinstance(item, Review)]
        refused = [item for item in ended if isinstance(item, InputError)]
        assert (len(stored), len(refused)) == (1, 1)
        assert [problem.code for problem in refused[0].problems] == ["decided-already"]
        kept = Review.objects.get(due=day)
        assert kept.decision == stored[0].decision
        entry = Entry.objects.get(kind="decision", number=kept.entry)
        assert entry.body["decision"] == kept.decision
    assert Entry.objects.filter(kind="decision").count() == _ROUNDS
    assert verify(cast.organisation) is None


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_who_press_the_button_at_once_reads_what_was_decided(cast: Cast, home: Path) -> None:
    with_firm(cast, home)
    day = days(3)
    a_review(cast, day)
    clients = {part: cast.client(part) for part in ("leader", "executive")}

    def press(part: str, function: str, decision: str) -> str:
        client: Client = clients[part]
        sent = {
            "decision": decision,
            "reason": "Seen by both.",
            "owner": function,
            "function": function,
            "seen": "",
            "actions-TOTAL_FORMS": "0",
            "actions-INITIAL_FORMS": "0",
        }
        path = f"/o/nordvik/reviews/coaching/{day.isoformat()}/decide"
        return client.post(path, sent, follow=True).content.decode()

    pages = at_once(lambda: press("leader", "learning-leader", "keep"), lambda: press("executive", "executive", "stop"))
    assert sum("decided already" in str(text) for text in pages) == 1
    assert Entry.objects.filter(kind="decision").count() == 1
    assert Review.objects.exclude(held=None).count() == 1
    assert Action.objects.count() == 0
