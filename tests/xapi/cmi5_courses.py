"""Builders of cmi5 course structures, as XML and as read."""

from collections.abc import Sequence

from upshot.xapi.cmi5 import LaunchMode, MoveOn
from upshot.xapi.cmi5_course import Block, Course, Unit
from upshot.xapi.cmi5_statements import Launch

REGISTRATION = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
SESSION = "0b2f5a3c-9f0c-4b9a-8f6e-0a5b6c7d8e9f"
ACTIVITY = "https://upshot.example.com/activities/1"
ACTOR = {"objectType": "Agent", "account": {"homePage": "https://upshot.example.com", "name": "p-1"}}


def titled(name: str) -> str:
    return f'<{name}><langstring lang="en">A {name}</langstring></{name}>'


ABOUT = titled("title") + titled("description")


def au_xml(number: int = 1, *, url: str = "index.html", attributes: str = "", more: str = "") -> str:
    return f'<au id="https://example.com/au/{number}" {attributes}>{ABOUT}<url>{url}</url>{more}</au>'


def course_xml(parts: str | None = None, *, course: str = "https://example.com/course", before: str = "") -> bytes:
    namespace = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
    inside = au_xml() if parts is None else parts
    about = f'<course id="{course}">{ABOUT}</course>'
    return f'<courseStructure xmlns="{namespace}">{about}{before}{inside}</courseStructure>'.encode()


def a_unit(number: int = 1, move_on: MoveOn = MoveOn.EITHER, mastery: float | None = None) -> Unit:
    return Unit(
        id=f"https://example.com/au/{number}",
        title=f"Unit {number}",
        url="index.html",
        move_on=move_on,
        mastery=mastery,
    )


def a_course(parts: Sequence[Unit | Block]) -> Course:
    return Course(Block("https://example.com/course", "Course", tuple(parts)))


def a_launch(mode: LaunchMode = LaunchMode.NORMAL, unit: Unit | None = None) -> Launch:
    return Launch(
        actor=ACTOR,
        activity=ACTIVITY,
        registration=REGISTRATION,
        session=SESSION,
        mode=mode,
        unit=unit or a_unit(),
    )
