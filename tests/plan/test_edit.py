"""One value changes, every other byte stays."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plan.builders import a_plan, as_text, example

from upshot.errors import PlanError
from upshot.plan import edit, parse
from upshot.plan.values import Duration

REST = "kpis: [{id: k}]\ninitiatives: [{id: i, hypothesis: {if: a, then: b}, audience: {}}]"
SPOT = ("initiatives", "value-selling", "title")
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"), min_size=1
)


@settings(deadline=None, max_examples=50)
@given(TEXTS.filter(lambda text: text.strip() == text and text))
def test_any_text_can_be_written_and_is_read_back(text: str) -> None:
    document = parse(example())
    edited = edit(document, SPOT, text)
    assert edited.plan.initiative("value-selling").title == text
    before, after = document.text.split("Value selling for account executives")
    assert edited.text.startswith(before)
    assert edited.text.endswith(after)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["\n", "# a note\n", "#\n\n", "   \n"]), max_size=6), st.integers(0, 60))
def test_a_document_keeps_its_text_byte_for_byte_wherever_comments_stand(notes: list[str], at: int) -> None:
    lines = example().splitlines(keepends=True)
    block = next(index for index, line in enumerate(lines) if "sql: |" in line)
    at = min(at, block)
    text = "".join(lines[:at] + notes + lines[at:])
    document = parse(text)
    assert document.text == text
    assert document.plan == parse(example()).plan


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("kpis", "win-rate", "direction"), "down", "direction: up  ", "direction: down  "),
        (("kpis", "win-rate", "min_cell"), 12, "min_cell: 10  ", "min_cell: 12  "),
        (("kpis", 0, "freshness"), Duration(days=14), "freshness: 7d", "freshness: 14d"),
        (("period", "end"), dt.date(2027, 6, 30), "end: 2026-12-31, r", "end: 2027-06-30, r"),
        (("kpis", "win-rate", "moves_with"), ["price"], "moves_with: [lead-mix, list-price]", "moves_with: [price]"),
        (("initiatives", 0, "manager", "during", "recognise"), False, "recognise: true", "recognise: false"),
        (("initiatives", 0, "waves", "w1", "share"), 0.2, "2026-02-02, share: 0.33", "2026-02-02, share: 0.2"),
        (("initiatives", 0, "stop_if"), None, 'stop_if: "guardrail', "stop_if: null"),
    ],
)
def test_an_edit_touches_one_line(path, value, old: str, new: str) -> None:
    edited = edit(parse(example()), path, value)
    assert old in example()
    assert new in edited.text
    changed = [
        pair for pair in zip(example().splitlines(), edited.text.splitlines(), strict=True) if pair[0] != pair[1]
    ]
    assert len(changed) == 1


def test_a_text_of_many_lines_is_replaced_whole() -> None:
    edited = edit(parse(example()), ("kpis", "win-rate", "source", "sql"), "select 1")
    assert "      sql: select 1\n    freshness: 7d\n" in edited.text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_new_key_goes_after_the_last_one_in_the_style_around_it(newline: str) -> None:
    document = parse(example().replace("\n", newline))
    wide = edit(document, ("kpis", "win-rate", "in_use_since"), dt.date(2020, 1, 1))
    assert f"(confounders, named before the data){newline}    in_use_since: 2020-01-01{newline}  - id" in wide.text
    narrow = edit(document, ("owners", "cro", "role"), "boss")
    assert 'cro:      {account: "hr:10442", role: boss}' in narrow.text
    added = edit(document, ("rates",), {"loaded_hourly": 48})
    assert added.plan.rates == {"loaded_hourly": 48.0}
    assert added.text.endswith(f"rates: {{loaded_hourly: 48}}{newline}")


def test_a_block_list_can_be_replaced() -> None:
    text = "objectives:\n- id: a\n  statement: A  # why\n" + REST
    edited = edit(parse(text), ("objectives",), [{"id": "b", "statement": "B: better"}])
    assert edited.text.startswith('objectives: [{id: b, statement: "B: better"}]  # why\nkpis:')


def test_a_key_is_added_to_a_document_that_does_not_end_its_last_line() -> None:
    text = "objectives: [{id: a, statement: A}]\n" + REST
    assert edit(parse(text), ("currency",), "CHF").plan.currency == "CHF"
    edited = edit(parse(text), ("initiatives", "i", "audience", "expected_size"), 9)
    assert edited.plan.initiatives[0].audience.expected_size == 9


def test_an_edit_that_breaks_the_plan_is_refused() -> None:
    document = parse(example())
    with pytest.raises(PlanError, match="does not know this word"):
        edit(document, ("kpis", "win-rate", "direction"), "sideways")
    with pytest.raises(PlanError, match="no key 'colour'"):
        edit(document, ("kpis", "win-rate", "colour"), "red")


@pytest.mark.parametrize(
    "path", [(), ("kpi", "win-rate"), ("kpis", "loss-rate", "unit"), ("kpis", 9), ("currency", "x")]
)
def test_a_path_that_leads_nowhere_is_refused(path) -> None:
    with pytest.raises(PlanError, match=r"nothing at|names no key"):
        edit(parse(example()), path, 1)


def test_a_value_reached_through_an_alias_is_not_changed_elsewhere() -> None:
    text = as_text(a_plan(kpis=[])).replace(
        '"kpis": []', '"kpis": [{id: a, grain: &g {entity: team}}, {id: b, grain: *g}]'
    )
    with pytest.raises(PlanError, match="alias"):
        edit(parse(text), ("kpis", "b", "grain", "entity"), "site")
