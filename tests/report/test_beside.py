"""What stands beside the answer, in words: money, chances, verdicts, slices, and where the chain broke."""

from dataclasses import replace

import pytest
from tests.report.beside_builders import a_dose, a_value, with_everything
from tests.report.builders import value_selling

from upshot.report.beside import Part, money, parts
from upshot.report.facts import DoseRow, Range
from upshot.report.findings import Findings
from upshot.report.numbers import display_for
from upshot.report.small_numbers import guarded


def part(name: str, findings: Findings | None = None) -> Part:
    given = guarded(findings or with_everything())
    return next(found for found in parts(given, display_for(given)) if found.name == name)


def cells(found: Part) -> list[str]:
    return [cell for table in found.tables for row in table.rows for cell in row]


def test_nothing_is_said_beside_an_answer_of_which_nothing_more_is_known() -> None:
    given = value_selling()
    assert parts(given, display_for(given)) == ()


def test_parts_come_in_reading_order() -> None:
    given = with_everything()
    names = [found.name for found in parts(given, display_for(given))]
    assert names == ["chain", "guardrails", "value", "slices", "persistence", "dose", "sensitivity"]


def test_money_carries_its_interval_and_its_currency_once() -> None:
    assert "EUR 804,500 (274,500 to 1,334,500)" in cells(part("value"))
    assert money(-1_234.6, "SEK") == "SEK −1,235"


def test_no_chance_is_printed_as_certain() -> None:
    assert cells(part("value")).count("more than 99\u202f%") == 2
    low = with_everything(value=a_value(chance_of_profit=0.002))
    assert "less than 1\u202f%" in cells(part("value", low))


def test_a_withheld_value_says_why_and_shows_no_return() -> None:
    bare = replace(a_value(), text="", withheld="The grade is D.", roi=None, net=None, benefit=None)
    found = part("value", with_everything(value=bare))
    assert found.lines[0] == "The grade is D."
    assert not [cell for cell in cells(found) if cell in ("Return on investment", "Net value")]


def test_a_cost_nobody_reported_is_not_known_rather_than_nothing() -> None:
    rows = {row[0]: row for table in part("value").tables for row in table.rows}
    assert rows["People's time"][1:3] == ("EUR 41,000", "not known")
    assert rows["Total"][1:3] == ("EUR 121,000", "EUR 84,500")


def test_the_chain_names_its_break_and_counts_against_the_stage_before() -> None:
    rows = {row[0]: row for row in part("chain").tables[0].rows}
    assert rows["Started"][1:3] == ("426 of 640", "67\u202f%")
    assert rows["Used at work"][3].startswith("The chain breaks here.")
    assert rows["Win rate"][1] == "+2.1 points (+0.9 to +3.3)"


def test_a_withheld_slice_has_a_reason_and_no_number() -> None:
    rows = {row[0]: row for row in part("slices").tables[0].rows}
    assert rows["South"] == ("South", "", "fewer than 5 people", "")
    assert rows["North"][2] == "+2.4 (+1.0 to +3.8)"


@pytest.mark.parametrize(
    ("verdict", "word"), [("held", "held"), ("got-worse", "got worse"), ("cannot-tell", "cannot tell")]
)
def test_guardrails_have_a_verdict_in_words(verdict: str, word: str) -> None:
    rail = replace(with_everything().guardrails[0], verdict=verdict)
    assert word in cells(part("guardrails", with_everything(guardrails=(rail,))))


def test_an_interval_without_bound_says_so() -> None:
    curve = with_everything().sensitivity
    assert curve is not None
    open_end = replace(curve, points=(replace(curve.points[0], high=None),))
    assert "+0.9 to no bound" in cells(part("sensitivity", with_everything(sensitivity=open_end)))


def test_an_exact_cost_has_no_interval() -> None:
    assert "EUR 125,500" in cells(part("value", with_everything(value=a_value(cost=Range(estimate=125_500)))))


def test_a_dose_is_told_by_a_step_one_can_picture_as_the_weaker_reading_it_is() -> None:
    found = part("dose")
    assert found.lines == (
        "Ten more minutes go with +0.30 points (+0.10 to +0.50).",
        "This is a second and weaker reading: it never changes the grade of the answer.",
        "People chose their dose.",
        "12 of those who started are left out: nothing on record says how much they took.",
    )
    assert [row[:3] for row in found.tables[0].rows] == [
        ("Nothing on record", "40", "0"), ("Less", "130", "35"), ("More", "128", "90"), ("Not known", "12", ""),
    ]  # fmt: skip


def test_a_dose_that_may_go_either_way_is_not_told_apart_from_none() -> None:
    given = a_dose(by="mastery", slope=Range(estimate=0.02, low=-0.05, high=0.09), about=("Staying calm",))
    lines = part("dose", with_everything(dose=given)).lines
    assert lines[0].startswith(
        "Whether mastery that is ten points higher goes with a difference cannot be told: +0.20 points"
    )
    assert "Counted over: Staying calm." in lines


def test_one_dose_has_no_slope_and_an_unknown_dose_says_so() -> None:
    assert "not two doses" in part("dose", with_everything(dose=a_dose(slope=None))).lines[0]
    unknown = a_dose(rows=(), slope=None, cautions=(), withheld="The dose is not known: nobody has minutes on record.")
    found = part("dose", with_everything(dose=unknown))
    assert found.lines[0].startswith("The dose is not known")
    assert found.tables == ()


def test_a_dose_of_too_few_people_is_withheld_with_its_effect() -> None:
    rows = (DoseRow(group="part-1", people=300, dose=1.0), DoseRow(group="none", withheld="Fewer than 10."))
    found = part("dose", with_everything(dose=a_dose(by="applied", rows=rows)))
    assert found.tables[0].rows == (
        ("Used at work", "300", "", ""), ("Not on record", "not shown", "", "Fewer than 10."),
    )  # fmt: skip
    few = with_everything()
    assert guarded(replace(few, estimate=replace(few.estimate, n_treated=3))).dose is None
