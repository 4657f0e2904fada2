"""What an audience expression gets wrong about people's fields."""

import pytest

from upshot.plan.expression import PEOPLE_FIELDS, fields_of, mistakes
from upshot.plan.expression_parser import parse_expression


def test_every_field_is_listed_once_in_order() -> None:
    expression = parse_expression("site = 'a' and (role = 'b' or not (site is null))")
    assert fields_of(expression) == ("site", "role")


@pytest.mark.parametrize(
    "text",
    [
        "role = 'nurse' and on_leave",
        "not on_leave and on_leave = false",
        "hired >= '2026-01-31' and left is null",
        "hired_within_days < 90.5",
        "region in ('DACH', 3)",
        "region",
    ],
)
def test_right_use_of_fields_and_dimensions_is_silent(text: str) -> None:
    assert mistakes(parse_expression(text), ["region"]) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rol = 'a'", "'rol' is not a field of people."),
        ("role", "'role' stands alone, but is not a yes/no field."),
        ("role < 3", "'role' is a text, and 3 is not."),
        ("hired > '2026-02-30'", "'hired' is a date, and '2026-02-30' is not."),
        ("hired > '20260203'", "'hired' is a date, and '20260203' is not."),
        ("hired_within_days < '90'", "'hired_within_days' is a number, and '90' is not."),
        ("hired_within_days < true", "'hired_within_days' is a number, and true is not."),
        ("on_leave = 'yes'", "'on_leave' is a flag, and 'yes' is not."),
    ],
)
def test_wrong_use_of_a_field_is_named_with_a_way_out(text: str, said: str) -> None:
    ((found, fix),) = mistakes(parse_expression(text))
    assert found == said
    assert fix


def test_the_nearest_field_is_offered_and_otherwise_the_list() -> None:
    assert mistakes(parse_expression("rol = 'a'"))[0][1] == "Did you mean 'role'?"
    fix = mistakes(parse_expression("zzz = 'a'"))[0][1]
    assert all(name in fix for name in PEOPLE_FIELDS)
