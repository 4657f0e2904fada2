"""Who signs, what may follow what, what is taken out of words, and who is paired with whom."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upshot.web.challenges.pairing import Candidate, pairs
from upshot.web.challenges.rules import LAPSE_AFTER, Relationship, Signer, State, can_follow, lapses, signers
from upshot.web.privacy.scrubbing import scrub

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
PEOPLE = st.sampled_from(["p", "m", "mm", "d", "o", "x", ""])


def names(found: tuple[Signer, ...]) -> list[tuple[str, str]]:
    return [(one.person, one.relationship.value) for one in found]


def test_what_is_signed_or_lapsed_stays_so() -> None:
    for before, after in product((State.SIGNED, State.LAPSED), State):
        assert not can_follow(before, after)


def test_only_what_was_handed_in_is_signed_or_returned() -> None:
    allowed = {(before, after) for before, after in product(State, State) if can_follow(before, after)}
    assert {before for before, after in allowed if after in (State.SIGNED, State.RETURNED)} == {State.SUBMITTED}


def test_a_challenge_lapses_after_sixty_days_without_a_move_and_not_before() -> None:
    assert lapses(State.SUBMITTED, NOW - LAPSE_AFTER, NOW)
    assert not lapses(State.SUBMITTED, NOW - LAPSE_AFTER + dt.timedelta(seconds=1), NOW)
    assert not lapses(State.SIGNED, NOW - dt.timedelta(days=900), NOW)


def test_the_manager_signs_while_they_are_there() -> None:
    assert names(signers("manager", subject="p", managers=("m", "mm"))) == [("m", "manager")]


def test_a_manager_who_is_away_is_replaced_by_their_delegate_else_by_one_level_up() -> None:
    chain = ("m", "mm")
    assert names(signers("manager", subject="p", managers=chain, away={"m"}, delegates={"m": "d"})) == [
        ("d", "delegate")
    ]
    assert names(signers("manager", subject="p", managers=chain, away={"m"})) == [("mm", "one-up")]
    both_away = signers("manager", subject="p", managers=chain, away={"m", "d"}, delegates={"m": "d"})
    assert names(both_away) == [("mm", "one-up")]


def test_nobody_stands_in_for_their_own_manager_at_their_own_challenge() -> None:
    found = signers("manager", subject="p", managers=("m", "mm"), away={"m"}, delegates={"m": "p"})
    assert names(found) == [("mm", "one-up")]


def test_what_waited_too_long_may_be_signed_one_level_up_as_well() -> None:
    found = signers("manager", subject="p", managers=("m", "mm", "mmm"), overdue=True)
    assert names(found) == [("m", "manager"), ("mm", "one-up")]


def test_observers_and_experts_are_asked_all_and_an_observer_is_no_expert() -> None:
    named = {"o": False, "x": True, "p": True}
    assert names(signers("observer", subject="p", named=named)) == [("o", "observer"), ("x", "expert")]
    assert names(signers("expert", subject="p", named=named)) == [("x", "expert")]


def test_without_anybody_it_falls_to_the_manager() -> None:
    for by in ("observer", "expert", "peer"):
        assert names(signers(by, subject="p", managers=("m",))) == [("m", "manager")]


@given(
    by=st.sampled_from(["manager", "peer", "observer", "expert"]),
    managers=st.lists(PEOPLE, max_size=4),
    away=st.sets(PEOPLE),
    delegates=st.dictionaries(PEOPLE, PEOPLE),
    named=st.dictionaries(PEOPLE, st.booleans()),
    peer=PEOPLE,
    overdue=st.booleans(),
)
def test_whatever_the_firm_looks_like_nobody_signs_for_themselves_or_while_away(
    by: str,
    managers: list[str],
    away: set[str],
    delegates: dict[str, str],
    named: dict[str, bool],
    peer: str,
    overdue: bool,
) -> None:
    found = signers(
        by, subject="p", managers=managers, away=away, delegates=delegates, named=named, peer=peer, overdue=overdue
    )
    people = [one.person for one in found]
    assert not {"p", ""} & set(people)
    assert not set(people) & away
    assert len(people) == len(set(people))
    assert all(isinstance(one.relationship, Relationship) for one in found)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Write to a.b+c@mail.example.org.", "Write to [e-mail address]."),
        ("Ring +47 912 34 567 or (020) 7946 0018.", "Ring [telephone number] or [telephone number]."),
        ("Ring 0171-1234567 now", "Ring [telephone number] now"),
        ("IBAN NO93 8601 1117 947 and DE89370400440532013000", "IBAN [account number] and [account number]"),
        ("card 4111 1111 1111 1111, customer 12345678", "card [account number], customer [account number]"),
        ("On 2026-11-03, at 14:30, 3 of 12 said 12 500 000 or 3.4 %", None),
        ("on 3.11.2026 or 03/11/26", None),
        ("They paid 250 000 in 1998 and 2024", None),
    ],
)
def test_addresses_and_numbers_go_dates_and_sums_stay(said: str, kept: str | None) -> None:
    assert scrub(said).text == (said if kept is None else kept)


@given(st.text(max_size=300))
def test_scrubbing_twice_is_scrubbing_once_and_never_breaks(text: str) -> None:
    once = scrub(text).text
    assert scrub(once).text == once


def a_candidate(person: str, **more: str) -> Candidate:
    return Candidate(key=person, person=person, **more)


def test_pairs_prefer_the_same_site_and_another_team_and_leave_an_odd_one_waiting() -> None:
    waiting = [
        a_candidate("a", team="1", site="Leith"),
        a_candidate("b", team="1", site="Leith"),
        a_candidate("c", team="2", site="Leith"),
        a_candidate("d", team="3", site="Perth"),
        a_candidate("e", team="4", site="Perth"),
    ]
    found = [(one.person, other.person) for one, other in pairs(waiting)]
    assert found == [("a", "c"), ("b", "d")]


def test_nobody_debriefs_with_their_own_manager_or_with_themselves() -> None:
    boss, worker = a_candidate("m"), a_candidate("p", manager="m")
    assert pairs([boss, worker]) == []
    assert pairs([a_candidate("p"), Candidate(key="again", person="p")]) == []
