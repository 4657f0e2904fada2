"""Checklists: read with every problem at once, and what an observation by one says."""

from pathlib import Path

import pytest

from upshot.errors import InputError
from upshot.plan.checklist import Checklist, Item, parse_checklist, seen

SAMPLE = Path(__file__).parents[2] / "examples" / "checklists" / "needs-first-conversation.yaml"

BROKEN = """format: upshot-checklist/2
id: talk
titel: A talk
items:
  - {id: asks, text: Asks first, anchors: [Tells, Asks], weight: much}
"""

WRONG = """format: upshot-checklist/1
id: talk
title: A talk
items:
  - {id: asks, text: Asks first, anchors: [Tells]}
  - {id: asks, text: Ends with a date, anchors: [No date, no date ], at_least: 4}
"""


def a_checklist(*, min_scaled: float | None = None) -> Checklist:
    asks = Item(id="asks", text="Asks first", anchors=("Tells", "Asks", "Asks and says back"), weight=2, at_least=1)
    date = Item(id="date", text="Ends with a date", anchors=("None", "A date"))
    return Checklist(format="upshot-checklist/1", id="talk", title="A talk", items=(asks, date), min_scaled=min_scaled)


def codes(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(InputError) as caught:
        parse_checklist(text, "talk.yaml")
    return [(one.line, one.code) for one in caught.value.problems]


def test_the_sample_reads_and_its_best_and_worst_observations_are_one_and_nought() -> None:
    found = parse_checklist(SAMPLE.read_bytes(), SAMPLE.name)
    assert [item.id for item in found.items] == ["household", "two-years", "second-need", "next-date"]
    assert seen(found, {item.id: item.top for item in found.items}).scaled == 1.0
    assert seen(found, {item.id: 0 for item in found.items}).scaled == 0.0


def test_every_problem_is_told_at_once_with_its_line() -> None:
    assert codes(BROKEN) == [(1, "missing-key"), (3, "unknown-key"), (5, "wrong-type")]
    assert codes(WRONG) == [(5, "few-anchors"), (6, "same-id"), (6, "same-anchor"), (6, "no-level")]


@pytest.mark.parametrize(
    "text", ["", "- a\n- b\n", "format: [", "format: upshot-checklist/1\nid: a\ntitle: b\nitems: []\n"]
)
def test_what_is_no_checklist_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_checklist(text)
    assert caught.value.problems[0].text


def test_a_score_weighs_levels_over_what_could_be_seen() -> None:
    whole = seen(a_checklist(min_scaled=0.6), {"asks": 2, "date": 0})
    assert whole.scaled == pytest.approx(2 / 3)
    assert whole.enough
    part = seen(a_checklist(min_scaled=0.6), {"asks": 1})
    assert part.scaled == pytest.approx(0.5)
    assert (part.enough, [item.id for item in part.unseen]) == (False, ["date"])


def test_what_was_hardly_seen_gives_no_score_and_is_not_signed() -> None:
    found = seen(a_checklist(), {"date": 1})
    assert (found.scaled, found.enough) == (None, False)


def test_an_item_below_its_own_level_stops_the_signature_whatever_the_rest() -> None:
    found = seen(a_checklist(min_scaled=0.1), {"asks": 0, "date": 1})
    assert [item.id for item in found.short] == ["asks"]
    assert not found.enough


def test_the_plans_score_takes_the_place_of_the_checklists_own() -> None:
    levels = {"asks": 1, "date": 1}
    assert not seen(a_checklist(min_scaled=0.9), levels).enough
    assert seen(a_checklist(min_scaled=0.9), levels, min_scaled=0.6).enough
