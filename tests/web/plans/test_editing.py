"""Form and document are always the same thing: what a form shows is what stands there, what it changes is read back."""

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.plan.builders import example
from tests.web.plans.builders import PLAN

from upshot.errors import PlanError
from upshot.plan import Document, parse
from upshot.plan.change import change
from upshot.plan.decode import Path
from upshot.web.plans.editing import PartForm
from upshot.web.plans.sections import INITIATIVE, KPI, OBJECTIVE, Section

LISTEN: Path = ("initiatives", "listen")
ALL = [*((section, "initiatives") for section in INITIATIVE.values()), (KPI, "kpis"), (OBJECTIVE, "objectives")]


def posted(form: PartForm, **values: Any) -> QueryDict:
    """What a browser sends for a form as shown, with some fields filled in otherwise."""
    data = QueryDict(mutable=True)
    forms = [form.fields, *(form.rows.forms if form.rows is not None else ())]
    for one in forms:
        for bound in one:
            value = bound.field.prepare_value(bound.value())
            if isinstance(value, list | tuple):
                data.setlist(bound.html_name, [str(item) for item in value])
            elif value is not None and value is not False and bound.name != "DELETE":
                shown = value.isoformat() if isinstance(value, dt.date) else str(value)
                data[bound.html_name] = "on" if value is True else shown.replace("\n", "\r\n")
    if form.rows is not None:
        for bound in form.rows.management_form:
            data[bound.html_name] = str(bound.value())
    for name, value in values.items():
        data.setlist(name, value) if isinstance(value, list) else data.update({name: value})
    return data


def sent(section: Section, document: Document, path: Path, **values: Any) -> tuple[PartForm, Document]:
    """A form filled in, and the document it makes."""
    form = PartForm(section, document, path, posted(PartForm(section, document, path), **values))
    assert form.is_valid(), form.errors
    return form, change(document, form.changes())


@pytest.mark.parametrize("text", [PLAN, example()], ids=["small", "worked-example"])
@pytest.mark.parametrize(("section", "kind"), ALL, ids=[section.name for section, _ in ALL])
def test_a_form_that_is_sent_as_shown_changes_no_byte(section: Section, kind: str, text: str) -> None:
    document = parse(text)
    for item in getattr(document.plan, kind):
        form = PartForm(section, document, (kind, item.id), posted(PartForm(section, document, (kind, item.id))))
        assert form.is_valid(), form.errors
        assert form.changes() == []


def test_a_change_in_a_form_is_one_line_of_the_document_and_comments_stay() -> None:
    document = parse(PLAN)
    _, after = sent(OBJECTIVE, document, ("objectives", "calm"), statement="Customers leave calm")
    pairs = [pair for pair in zip(PLAN.splitlines(), after.text.splitlines(), strict=True) if pair[0] != pair[1]]
    assert pairs == [("    statement: Customers leave calmer than they came", "    statement: Customers leave calm")]


def test_rows_are_changed_added_and_taken_out() -> None:
    document = parse(PLAN)
    _, after = sent(
        INITIATIVE["waves"],
        document,
        LISTEN,
        **{
            "rows-0-start": "2030-02-11",
            "rows-1-DELETE": "on",
            "rows-2-id": "w3",
            "rows-2-start": "2030-06-03",
            "rows-2-share": "0.4",
        },
    )
    waves = after.plan.initiative("listen").waves
    assert [(wave.id, wave.start, wave.share) for wave in waves] == [
        ("w1", dt.date(2030, 2, 11), 0.5),
        ("w3", dt.date(2030, 6, 3), 0.4),
    ]


def test_what_the_plan_says_stands_beside_the_field_it_is_about() -> None:
    document = parse(PLAN)
    form = PartForm(
        INITIATIVE["waves"],
        document,
        LISTEN,
        posted(PartForm(INITIATIVE["waves"], document, LISTEN), **{"rows-0-share": "7", "design__level": "2"}),
    )
    assert form.is_valid()
    with pytest.raises(PlanError) as caught:
        change(document, form.changes())
    form.take(caught.value.problems)
    said = {field: text for field, label, text in form.errors if label == "Share, 0 to 1"}
    assert list(said) == ["id_rows-0-share"]
    assert "above 0 to 1" in said["id_rows-0-share"]


def test_what_cannot_be_read_is_said_beside_the_field_and_kept() -> None:
    document = parse(PLAN)
    path: Path = ("kpis", "complaints")
    data = posted(PartForm(KPI, document, path), freshness="soon", within="low to high", min_cell="few")
    form = PartForm(KPI, document, path, data)
    assert not form.is_valid()
    assert {field for field, _, _ in form.errors} == {"id_freshness", "id_within", "id_min_cell"}
    assert form.fields["freshness"].value() == "soon"


def test_a_value_the_plan_does_not_know_can_still_be_kept() -> None:
    document = parse(
        PLAN.replace("    owner: boss\n    key_results", "    parent: elsewhere\n    owner: boss\n    key_results")
    )
    form, after = sent(OBJECTIVE, document, ("objectives", "calm"), reason="Letters doubled")
    assert after.plan.objective("calm").parent == "elsewhere"
    assert ("elsewhere", "elsewhere") in form.fields.fields["parent"].choices


def test_a_key_that_is_emptied_leaves_the_document() -> None:
    document = parse(PLAN)
    _, after = sent(INITIATIVE["people"], document, LISTEN, audience__expected_size="")
    assert after.plan.initiative("listen").audience.expected_size is None
    assert "expected_size" not in after.text


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"))
WORDS = WORDS.map(str.strip).filter(bool)


@settings(deadline=None, max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    title=WORDS,
    then=WORDS,
    action=WORDS,
    seen=st.lists(WORDS, max_size=3),
    seed=st.one_of(st.none(), st.integers(0, 2**31)),
    start=st.dates(dt.date(2030, 1, 1), dt.date(2035, 1, 1)),
    effect=st.one_of(st.none(), st.floats(-1e6, 1e6)),
)
def test_form_and_document_say_the_same_whatever_is_typed(title, then, action, seen, seed, start, effect) -> None:
    document = parse(PLAN)
    _, document = sent(
        INITIATIVE["goal"],
        document,
        LISTEN,
        **{"title": title, "hypothesis__then": then, "rows-1-text": action, "rows-1-seen_by": "\r\n".join(seen)},
    )
    _, document = sent(
        INITIATIVE["waves"], document, LISTEN, **{"design__seed": str(seed or ""), "rows-1-start": start.isoformat()}
    )
    _, document = sent(
        INITIATIVE["effect"], document, LISTEN, **{"rows-0-effect": "" if effect is None else repr(effect)}
    )
    listen = document.plan.initiative("listen")
    assert (listen.title, listen.hypothesis and listen.hypothesis.then) == (title, then)
    assert (listen.actions[1].text, listen.actions[1].seen_by) == (action, tuple(seen))
    assert (listen.design.seed, listen.waves[1].start) == (seed or None, start)
    assert listen.expected[0].effect == effect
    assert "# agreed in March" in document.text
    again = PartForm(INITIATIVE["goal"], document, LISTEN)
    assert again.fields["title"].value() == title
    assert again.rows is not None
    assert again.rows.forms[1]["text"].value() == action


def test_a_dose_is_asked_for_in_the_form_and_taken_back_whole() -> None:
    asked = {"design__dose__by": "mastery", "design__dose__competency": "calm"}
    _, document = sent(INITIATIVE["waves"], parse(PLAN), LISTEN, **asked)
    dose = document.plan.initiative("listen").design.dose
    assert dose is not None
    assert (dose.by, dose.competency, dose.steps) == ("mastery", "calm", ())
    nothing = {"design__dose__by": "", "design__dose__competency": ""}
    _, document = sent(INITIATIVE["waves"], document, LISTEN, **nothing)
    assert document.plan.initiative("listen").design.dose is None
