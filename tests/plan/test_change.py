"""Several changes at once, and every other byte as it was."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plan.builders import example

from upshot.errors import PlanError
from upshot.plan import parse
from upshot.plan.change import Add, Remove, Set, change

TEXT = """# The plan of the service line
objectives:
  - id: calm   # agreed in March
    statement: Customers leave calmer

  # waits for a sponsor
  - {id: quick, statement: Calls are short}
kpis:
  - {id: complaints, unit: letters, direction: down}   # counted by hand
  - id: calls
initiatives:
  - id: listen
    serves: [calm, quick]
    hypothesis: {if: we practise, then: complaints fall}
    audience: {}
    expected: []
    reviews:
    waves:
      - {id: w1, start: 2026-02-02}
      - id: w2
        start: 2026-04-13   # after Easter
"""
LISTEN = ("initiatives", "listen")


def changed(*changes: Set | Add | Remove, text: str = TEXT) -> str:
    return change(parse(text), changes).text


def test_nothing_to_change_gives_the_same_document() -> None:
    document = parse(TEXT)
    assert change(document, []) is document


def test_values_are_set_and_keys_added_in_one_go() -> None:
    text = changed(
        Set(("kpis", "complaints", "unit"), "cases"),
        Set(("kpis", "complaints", "label"), "Complaints"),
        Set(("kpis", "calls", "unit"), "calls"),
        Set(("kpis", "calls", "grain", "time"), "week"),
        Set(("kpis", "calls", "grain", "entity"), "team"),
    )
    assert "  - {id: complaints, unit: cases, direction: down, label: Complaints}   # counted by hand\n" in text
    assert "  - id: calls\n    unit: calls\n    grain: {time: week, entity: team}\n" in text
    assert text.startswith(TEXT[: TEXT.index("kpis:")])
    assert text.endswith(TEXT[TEXT.index("initiatives:") :])


def test_a_key_under_nothing_makes_what_is_missing() -> None:
    text = changed(Set((*LISTEN, "diagnosis", "observed"), "They interrupt"), Set((*LISTEN, "design", "seed"), 7))
    plan = parse(text).plan.initiative("listen")
    assert plan.diagnosis is not None
    assert plan.diagnosis.observed == "They interrupt"
    assert plan.design.seed == 7


def test_items_are_added_in_the_style_of_their_list() -> None:
    text = changed(
        Add(("objectives",), {"id": "kind", "statement": "Kinder"}),
        Add((*LISTEN, "serves"), "kind"),
        Add((*LISTEN, "waves"), {"id": "w3", "start": dt.date(2026, 6, 1)}),
    )
    assert "  - {id: quick, statement: Calls are short}\n  - {id: kind, statement: Kinder}\nkpis:" in text
    assert "serves: [calm, quick, kind]" in text
    assert "# after Easter\n      - {id: w3, start: 2026-06-01}\n" in text


def test_items_are_added_to_a_list_that_is_empty_missing_or_nothing() -> None:
    text = changed(
        Add((*LISTEN, "expected"), {"kpi": "complaints", "effect": -1}),
        Add((*LISTEN, "reviews"), {"date": dt.date(2026, 9, 1)}),
        Add((*LISTEN, "costs"), {"item": "Room", "amount": 100}),
    )
    plan = parse(text).plan.initiative("listen")
    assert [item.kpi for item in plan.expected] == ["complaints"]
    assert [item.date for item in plan.reviews] == [dt.date(2026, 9, 1)]
    assert [item.item for item in plan.costs] == ["Room"]
    assert "    expected:\n      - {kpi: complaints, effect: -1}\n" in text


@pytest.mark.parametrize(
    ("path", "gone", "left"),
    [
        (("kpis", "calls"), "  - id: calls\n", "# counted by hand\ninitiatives:"),
        (("kpis", "complaints", "unit"), "unit: letters, ", "{id: complaints, direction: down}   # counted"),
        (("kpis", "complaints", "direction"), ", direction: down", "{id: complaints, unit: letters}   # counted"),
        ((*LISTEN, "serves", 1), ", quick", "serves: [calm]"),
        ((*LISTEN, "serves", 0), "calm, ", "serves: [quick]"),
        ((*LISTEN, "expected"), "    expected: []\n", "    audience: {}\n    reviews:"),
        ((*LISTEN, "waves", "w1"), "      - {id: w1, start: 2026-02-02}\n", "    waves:\n      - id: w2\n"),
        ((*LISTEN, "waves", "w2"), "      - id: w2\n        start: 2026-04-13   # after Easter\n", "2026-02-02}\n"),
    ],
)
def test_what_is_removed_takes_its_line_and_nothing_else(path, gone: str, left: str) -> None:
    text = changed(Remove(path))
    assert text == TEXT.replace(gone, "", 1)
    assert left in text


def test_the_last_item_leaves_an_empty_list_and_the_last_key_takes_its_mapping_along() -> None:
    text = changed(Remove((*LISTEN, "waves", "w1")), Remove((*LISTEN, "waves", "w2")))
    assert "    waves: []" in text
    with_design = changed(Set((*LISTEN, "design", "seed"), 7))
    assert "design" not in changed(Set((*LISTEN, "design", "seed"), None), text=with_design)


def test_the_first_key_of_an_item_can_go() -> None:
    text = TEXT.replace(
        "- id: w2\n        start: 2026-04-13   #", "- share: 0.5\n        id: w2\n        start: 2026-04-13   #"
    )
    assert "      - id: w2\n        start: 2026-04-13" in changed(Remove((*LISTEN, "waves", "w2", "share")), text=text)


def test_several_removals_do_not_get_into_each_others_way() -> None:
    text = changed(Remove((*LISTEN, "serves", 0)), Remove((*LISTEN, "serves", 1)), Remove(("kpis", "calls")))
    assert "serves: []" in text
    assert "calls" not in text


def test_all_changes_are_made_or_none() -> None:
    with pytest.raises(PlanError) as caught:
        changed(Set(("kpis", "complaints", "min_cell"), 2), Set((*LISTEN, "serves"), ["sold"]))
    assert {problem.code for problem in caught.value.problems} == {"out-of-range", "unknown-objective"}


@pytest.mark.parametrize("path", [("kpis", "nobody", "unit"), ("kpis", 9, "unit"), ("objectives", "calm", "id", "x")])
def test_a_path_that_leads_nowhere_is_refused(path) -> None:
    with pytest.raises(PlanError, match="nothing at"):
        changed(Set(path, "x"))


def test_an_alias_is_not_changed_behind_its_back() -> None:
    text = TEXT.replace("audience: {}", "audience: &all {}").replace("reviews:", "notify: &n {}")
    text = text.replace("  - id: calls", "  - id: calls\n    grain: &g {time: week}\n  - {id: more, grain: *g}")
    with pytest.raises(PlanError, match="alias"):
        changed(Set(("kpis", "more", "grain", "time"), "day"), text=text)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"))
WORDS = WORDS.map(str.strip).filter(bool)


@settings(deadline=None, max_examples=25)
@given(title=WORDS, unit=WORDS, seed=st.integers(0, 2**31), item=WORDS, amount=st.floats(0, 1e9))
def test_whatever_is_set_and_added_is_read_back_and_can_be_taken_out_again(title, unit, seed, item, amount) -> None:
    document = parse(TEXT)
    after = change(
        document,
        [
            Set((*LISTEN, "title"), title),
            Set(("kpis", "calls", "unit"), unit),
            Set((*LISTEN, "design", "seed"), seed),
            Add((*LISTEN, "costs"), {"item": item, "kind": "fixed", "amount": amount}),
        ],
    )
    listen = after.plan.initiative("listen")
    assert (listen.title, listen.design.seed, after.plan.kpi("calls").unit) == (title, seed, unit)
    assert (listen.costs[0].item, listen.costs[0].amount) == (item, amount)
    back = [Remove((*LISTEN, key)) for key in ("title", "design", "costs")] + [Remove(("kpis", "calls", "unit"))]
    assert change(after, back).text == TEXT


def test_the_worked_example_keeps_all_its_comments() -> None:
    document = parse(example())
    where = ("initiatives", "value-selling")
    after = change(
        document, [Set((*where, "waves", "w2", "start"), dt.date(2026, 4, 20)), Remove((*where, "costs", 1))]
    )
    comments = [line.partition(" #")[2] for line in document.text.splitlines() if " #" in line]
    assert [line.partition(" #")[2] for line in after.text.splitlines() if " #" in line] == comments
    assert [cost.item for cost in after.plan.initiative("value-selling").costs] == [
        "Design and build",
        "Learner time",
        "Manager time",
    ]
