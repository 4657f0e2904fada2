"""What stands beside the answer, on the page: every part in its place, nothing where nothing is known."""

from dataclasses import replace

from tests.report.beside_builders import a_value, with_everything
from tests.report.builders import value_selling

from upshot.report.html import render
from upshot.report.page import page
from upshot.report.small_numbers import guarded

PARTS = ("chain", "guardrails", "value", "slices", "persistence", "sensitivity")


def test_every_part_is_a_section_between_the_effect_and_the_dashboard() -> None:
    names = [section.name for section in page(with_everything()).sections]
    found = [names.index(f"{part}-section") for part in PARTS]
    assert found == sorted(found)
    assert names.index("effect-section") < found[0]
    assert found[-1] < names.index("dashboard-section")


def test_a_page_without_them_has_none_of_their_sections() -> None:
    names = {section.name for section in page(value_selling()).sections}
    assert names.isdisjoint(f"{part}-section" for part in PARTS)


def test_the_money_comes_with_its_assumptions_one_click_away() -> None:
    html = render(with_everything())
    assert "Was it worth it?" in html
    assert "What the figures rest on" in html
    assert html.count("Benefits of the first year only.") == 1


def test_a_withheld_return_says_why_and_shows_no_return() -> None:
    withheld = replace(a_value(), roi=None, net=None, benefit=None, bcr=None, text="", withheld="No return is stated.")
    html = render(with_everything(value=withheld))
    assert "No return is stated." in html
    assert "Return on investment" not in html


def test_too_few_people_take_everything_beside_the_answer_with_them() -> None:
    found = with_everything()
    few = replace(found, minimum_group=found.estimate.n_units + 1)
    safe = guarded(few)
    assert (safe.value, safe.persistence, safe.sensitivity, safe.slices, safe.guardrails) == (None, None, None, (), ())
    assert guarded(safe) == safe
