"""Proposing: once, by key, with words that can be filled in; withdrawing what was not sent."""

import datetime as dt
from typing import Any

import pytest
from tests.web.cast import Cast

from upshot.web.outbox.models import Message
from upshot.web.outbox.services import Proposal, propose, propose_all, withdraw


def a_note(person: str = "p-1", key: str = "note:1", **more: Any) -> Proposal:
    said = {"heading": "Tea at three", "text": "In the small kitchen."}
    return Proposal(person=person, kind="note", key=key, why="You asked for it.", context=said, **more)


def test_what_is_proposed_twice_is_there_once(cast: Cast) -> None:
    said = {"heading": "Tea", "text": "At three."}
    of = {"organisation": cast.organisation, "person": "p-1", "kind": "note", "key": "tea", "context": said}
    first = propose(**of, why="You asked for it.")
    second = propose(**of, why="Another reason.")
    assert first == second
    assert Message.objects.get().why == "You asked for it."


def test_two_people_may_have_the_same_key(cast: Cast) -> None:
    assert propose_all(cast.organisation, [a_note("p-1"), a_note("p-2"), a_note("p-1")]) == 2
    assert propose_all(cast.organisation, [a_note("p-1"), a_note("p-3")]) == 1


def test_an_unknown_kind_and_words_that_lack_a_value_are_refused_before_anything_is_kept(cast: Cast) -> None:
    of = {"organisation": cast.organisation, "person": "p-1", "key": "x", "why": "Because."}
    with pytest.raises(LookupError, match="no kind of message"):
        propose(**of, kind="carrier-pigeon")
    with pytest.raises(LookupError, match="heading"):
        propose(**of, kind="note", context={"text": "no heading"})
    assert not Message.objects.exists()


def test_a_message_may_be_sent_from_now_on_unless_it_says_later(cast: Cast) -> None:
    later = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    propose_all(cast.organisation, [a_note(key="now"), a_note(key="later", not_before=later)])
    assert Message.objects.get(key="later").not_before == later
    assert Message.objects.get(key="now").not_before < later


def test_withdrawing_drops_what_was_not_sent_and_nothing_else(cast: Cast) -> None:
    propose_all(cast.organisation, [a_note(key="a", about="path:x"), a_note(key="b", about="path:x"), a_note(key="c")])
    Message.objects.filter(key="b").update(state=Message.State.SENT)
    assert withdraw(cast.organisation, about="path:x") == 1
    states = dict(Message.objects.values_list("key", "state"))
    assert states == {"a": "dropped", "b": "sent", "c": "waiting"}
    assert propose_all(cast.organisation, [a_note(key="a", about="path:x")]) == 0
