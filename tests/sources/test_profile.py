"""A profile's mistakes are all said at once, each with its line."""

import pytest
from tests.sources.builders import KPIS, LEARNING, a_file, a_lake

from upshot.errors import ProfileError
from upshot.sources import import_feed, load_profile, parse_profile


def _codes(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ProfileError) as caught:
        parse_profile(text)
    return [(problem.line, problem.text) for problem in caught.value.problems]


def test_every_mistake_is_reported_with_its_line() -> None:
    text = LEARNING.replace("who]", "who], colour: red") + "time_zone: Mars/Base\ngrian: month\n"
    assert _codes(text) == [
        (11, "The profile has no key 'grian'."),
        (6, "The field person has no key 'colour'."),
        (10, "There is no such time zone."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("grain: month", "grain: moon", "grain must be one of"),
        ('["%Y-%m"]', '["%d/%m/%Y", "%m/%d/%Y"]', "read the same text as different dates"),
        ('["%Y-%m"]', '["%Y-%k"]', "A date format has no %k"),
        ("sold: {columns: [sold]}", "a b: {columns: [sold]}", "A KPI's name is letters"),
        ("sold: {columns: [sold]}", "sold: {numerator: {columns: [x]}}", "A reading is a value, or"),
        ("  entity: {columns: [person]}", "  entity: {}", "needs columns, or a constant"),
        ("  entity: {columns: [person]}\n", "", "needs the field entity"),
        ("feed: kpis", "feed: sales", "feed must be one of"),
        ("upshot-profile/1", "upshot-profile/9", "version must be"),
    ],
)
def test_a_contradiction_is_named(old: str, new: str, text: str) -> None:
    assert any(text in said for _, said in _codes(KPIS.replace(old, new)))


def test_a_field_given_over_a_preset_replaces_it_and_the_others_stay() -> None:
    profile = parse_profile(
        "{version: upshot-profile/1, extends: moodle-log, name: x, time_zone: Europe/Zurich, "
        "fields: {activity: {constant: c}}}"
    )
    assert (profile.fields["activity"].constant, profile.time_zone) == ("c", "Europe/Zurich")
    assert profile.fields["at"] == load_profile("moodle-log").fields["at"]


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(ProfileError, match="moodle-log"):
        load_profile("moodle-logs")


def test_a_profile_for_another_feed_is_refused(tmp_path) -> None:
    with pytest.raises(ProfileError, match="is for the kpis feed"):
        import_feed(a_lake(tmp_path), "people", a_file(tmp_path, "person\nA\n"), parse_profile(KPIS))
