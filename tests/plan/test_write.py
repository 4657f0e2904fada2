"""Plans from types to text and back."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plan.builders import a_complete_plan, a_plan, an_initiative, as_text, example

from upshot.plan import parse, plan_hash, render

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20).map(str.strip)


def test_the_worked_example_survives_being_written_anew() -> None:
    plan = parse(example()).plan
    assert parse(render(plan)).plan == plan
    assert render(parse(render(plan)).plan) == render(plan)


@settings(deadline=None, max_examples=60)
@given(
    text=TEXTS.filter(bool),
    number=st.floats(-1e9, 1e9),
    shares=st.lists(st.sampled_from([None, 0.1, 0.25]), min_size=1, max_size=3),
    where=st.sampled_from([None, "role = 'a' and not (on_leave or site in ('x', 'y'))"]),
)
def test_what_types_say_is_what_their_text_says(text, number, shares, where) -> None:
    waves = [{"id": f"w{at}", "start": f"2026-0{at + 1}-01", "share": share} for at, share in enumerate(shares)]
    initiative = an_initiative(
        title=text, audience={"where": where}, waves=waves, expected=[{"kpi": "complaints", "effect": number}]
    )
    plan = parse(as_text(a_plan(initiatives=[initiative]))).plan
    again = parse(render(plan)).plan
    assert again == plan
    assert plan_hash(again) == plan_hash(plan)


def test_keys_at_their_default_are_left_out() -> None:
    text = render(parse(as_text(a_complete_plan())).plan)
    assert "currency" not in text
    assert "share: 0.5" in text
