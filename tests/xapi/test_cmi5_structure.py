"""Course structures of cmi5: what is read, and every mistake that is named."""

import pytest
from tests.xapi.cmi5_courses import ABOUT, au_xml, course_xml

from upshot.errors import PackageError
from upshot.xapi.cmi5 import MoveOn
from upshot.xapi.cmi5_course import Block, course_from_plain, course_to_plain
from upshot.xapi.cmi5_structure import read_structure

FILES = frozenset({"index.html", "a b.html"})


def codes(xml: bytes, files: frozenset[str] | None = FILES) -> list[str]:
    with pytest.raises(PackageError) as raised:
        read_structure(xml, files)
    return [problem.code for problem in raised.value.problems]


def test_a_unit_is_read_with_everything_its_launch_needs() -> None:
    attributes = 'moveOn="CompletedAndPassed" masteryScore="0.9" launchMethod="OwnWindow" activityType="https://x.y/z"'
    more = "<launchParameters> some text </launchParameters><entitlementKey>key</entitlementKey>"
    course = read_structure(course_xml(au_xml(url=" index.html?a=1 ", attributes=attributes, more=more)), FILES)
    (unit,) = course.units
    assert (unit.url, unit.move_on, unit.mastery, unit.own_window) == ("index.html?a=1", MoveOn.BOTH, 0.9, True)
    assert (unit.parameters, unit.entitlement, unit.kind, unit.title) == (
        "some text",
        "key",
        "https://x.y/z",
        "A title",
    )


def test_units_without_move_on_ask_for_nothing() -> None:
    assert read_structure(course_xml(), FILES).units[0].move_on is MoveOn.NOTHING


def test_blocks_hold_units_in_order_and_the_course_holds_them_all() -> None:
    block = f'<block id="https://example.com/b">{ABOUT}{au_xml(2)}{au_xml(3)}</block>'
    course = read_structure(course_xml(au_xml(1) + block + au_xml(4)), FILES)
    assert [unit.id[-1] for unit in course.units] == ["1", "2", "3", "4"]
    assert [part.id for part in course.root.parts if isinstance(part, Block)] == ["https://example.com/b"]


def test_a_course_survives_being_kept_as_json() -> None:
    unit = au_xml(2, attributes='masteryScore="0.5"')
    block = f'<block id="https://example.com/b">{ABOUT}{unit}</block>'
    course = read_structure(course_xml(au_xml(1) + block), FILES)
    assert course_from_plain(course_to_plain(course)) == course


def test_elements_of_other_namespaces_are_left_alone() -> None:
    assert read_structure(course_xml(au_xml(more='<x:own xmlns:x="https://other.example"/>')), FILES).units


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (course_xml(course="example.com/no-scheme"), "cmi5-id"),
        (course_xml(au_xml().replace('"https://example.com/au/1"', '"au-1"')), "cmi5-id"),
        (course_xml(au_xml() + au_xml()), "cmi5-id-twice"),
        (course_xml(au_xml(url="http://example.com a.html")), "cmi5-url"),
        (course_xml(au_xml(url="ftp://example.com/a.html")), "cmi5-url"),
        (course_xml(au_xml(url="javascript:alert(1)")), "cmi5-url"),
        (course_xml(au_xml(url="missing.html")), "cmi5-url-file"),
        (course_xml(au_xml(url="index.html?endpoint=http://x.example")), "cmi5-url-reserved"),
        (course_xml(au_xml(attributes='moveOn="Sometimes"')), "cmi5-move-on"),
        (course_xml(au_xml(attributes='masteryScore="1.1"')), "cmi5-mastery"),
        (course_xml(au_xml(attributes='masteryScore="nan"')), "cmi5-mastery"),
        (course_xml(au_xml(attributes='launchMethod="Tab"')), "cmi5-launch-method"),
        (course_xml(f'<au id="https://example.com/au/1"><url>index.html</url>{ABOUT}</au>'), "cmi5-order"),
        (course_xml(f'<au id="https://example.com/au/1">{ABOUT}</au>'), "cmi5-missing"),
        (course_xml(""), "cmi5-missing"),
        (course_xml(au_xml(more="<url>index.html</url>")), "cmi5-element-twice"),
        (course_xml(au_xml(more="<surprise/>")), "cmi5-element"),
        (course_xml(au_xml(), before='<objectives><objective id="no-iri"/></objectives>'), "cmi5-id"),
        (b"<courseStructure/>", "cmi5-root"),
        (b"<open>", "xml-broken"),
        (b"\x00\x01", "xml-broken"),
    ],
)
def test_a_mistake_is_named(xml: bytes, code: str) -> None:
    assert code in codes(xml)


def test_every_mistake_is_named_at_once() -> None:
    unit = au_xml(url="missing.html", attributes='moveOn="Sometimes" masteryScore="x"')
    assert set(codes(course_xml(unit, course="none"))) == {"cmi5-id", "cmi5-url-file", "cmi5-move-on", "cmi5-mastery"}


def test_a_path_needs_the_files_it_leads_to() -> None:
    assert codes(course_xml(), None) == ["cmi5-url-relative"]
    assert read_structure(course_xml(au_xml(url="https://example.com/au")), None).units


def test_escaped_paths_are_compared_unescaped() -> None:
    assert read_structure(course_xml(au_xml(url="a%20b.html#start")), FILES).units


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE x [<!ENTITY a "1234567890">]><courseStructure>&a;</courseStructure>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><courseStructure>&a;</courseStructure>',
        b'<!DOCTYPE x SYSTEM "https://attacker.example/x.dtd"><courseStructure/>',
    ],
)
def test_entities_and_document_types_are_refused_before_they_do_anything(xml: bytes) -> None:
    assert codes(xml) == ["xml-hostile"]


def test_blocks_nested_without_end_are_refused() -> None:
    inside = au_xml()
    for depth in range(60):
        inside = f'<block id="https://example.com/b/{depth}">{ABOUT}{inside}</block>'
    assert "cmi5-depth" in codes(course_xml(inside))
