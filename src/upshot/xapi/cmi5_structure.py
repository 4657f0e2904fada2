"""Read a cmi5 course structure (``cmi5.xml``): hostile XML refused, and every mistake named at once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from upshot.errors import PackageError, Problem
from upshot.xapi.cmi5 import MoveOn
from upshot.xapi.cmi5_course import Block, Course, Unit
from upshot.xapi.scalars import is_iri

__all__ = ["MOST_UNITS", "NAMESPACE", "read_structure", "xml_root"]

NAMESPACE: Final = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
MOST_UNITS: Final = 5_000
_DEEPEST: Final = 50
_RESERVED: Final = ("endpoint", "fetch", "actor", "registration", "activityId")
_ORDER: Final = {
    "courseStructure": ("course", "objectives", "au|block"),
    "course": ("title", "description"),
    "block": ("title", "description", "objectives", "au|block"),
    "au": ("title", "description", "objectives", "url", "launchParameters", "entitlementKey"),
    "objectives": ("objective",),
    "objective": ("title", "description"),
}
_NEEDED: Final = {
    "courseStructure": ("course", "au|block"),
    "course": ("title", "description"),
    "block": ("title", "description", "au|block"),
    "au": ("title", "description", "url"),
}
_REPEATED: Final = frozenset({"au|block", "objective"})


def xml_root(text: bytes, file: str) -> Element:
    """The root element of a package's XML file.

    Raises
    ------
    PackageError
        When it is no XML, or declares entities or a document type, which no package needs.
    """
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        problem = "The file declares a document type or entities, which can be used to attack whoever reads it."
        fix = "Remove the <!DOCTYPE …> declaration."
        raise PackageError(Problem(code="xml-hostile", text=problem, fix=fix, file=file)) from None
    except (ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (None,))[0]
        text_ = "The file is not well-formed XML."
        raise PackageError(
            Problem(code="xml-broken", text=text_, fix="Export it again.", file=file, line=line)
        ) from None
    return root


def read_structure(text: bytes, files: Collection[str] | None = None, *, file: str = "cmi5.xml") -> Course:
    """The course that a cmi5 course structure describes.

    Parameters
    ----------
    text
        The XML.
    files
        Paths of the package's files; None when the structure came alone, so that every unit needs a whole address.
    file
        Its name, for messages.

    Raises
    ------
    PackageError
        With every mistake found.
    """
    root = xml_root(text, file)
    reading = _Reading(file, files)
    if root.tag != f"{{{NAMESPACE}}}courseStructure":
        reading.refuse("cmi5-root", "The file does not start with a courseStructure of cmi5.", "Export it as cmi5.")
        raise PackageError(reading.problems)
    course = reading.course(root)
    if reading.problems:
        raise PackageError(reading.problems)
    return course


@dataclass(slots=True)
class _Reading:
    """One reading: the problems so far, and the identifiers already used."""

    file: str
    files: Collection[str] | None
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=dict)

    def refuse(self, code: str, text: str, fix: str = "", value: str | None = None) -> None:
        shown = None if value is None else value[:200]
        if len(self.problems) < 100:
            self.problems.append(Problem(code=code, text=text, fix=fix, file=self.file, value=shown))

    def course(self, root: Element) -> Course:
        self._check_shape(root, "courseStructure")
        about = _child(root, "course")
        self._objectives(root)
        own = "" if about is None else self._id(about, "course")
        if about is not None:
            self._check_shape(about, "course")
        block = Block(own, _said(about, "title"), self._parts(root, 0))
        if len(tuple(block.units)) > MOST_UNITS:
            self.refuse("cmi5-size", f"The course has more than {MOST_UNITS} units.", "Split it into several courses.")
        return Course(block, _said(about, "description"))

    def _parts(self, parent: Element, depth: int) -> tuple[Unit | Block, ...]:
        if depth > _DEEPEST:
            self.refuse("cmi5-depth", f"Blocks are nested more than {_DEEPEST} deep.", "Flatten them.")
            return ()
        return tuple(
            self._unit(child) if name == "au" else self._block(child, depth)
            for name, child in _children(parent)
            if name in ("au", "block")
        )

    def _block(self, element: Element, depth: int) -> Block:
        self._check_shape(element, "block")
        self._references(element)
        return Block(self._id(element, "block"), _said(element, "title"), self._parts(element, depth + 1))

    def _unit(self, element: Element) -> Unit:
        self._check_shape(element, "au")
        self._references(element)
        own = self._id(element, "au")
        return Unit(
            id=own,
            title=_said(element, "title"),
            url=self._url(_text(element, "url"), own),
            move_on=self._move_on(element.get("moveOn")),
            mastery=self._mastery(element.get("masteryScore")),
            own_window=self._own_window(element.get("launchMethod")),
            parameters=_text(element, "launchParameters"),
            entitlement=_text(element, "entitlementKey"),
            kind=(element.get("activityType") or "").strip(),
        )

    def _id(self, element: Element, name: str) -> str:
        given = (element.get("id") or "").strip()
        if not is_iri(given):
            self.refuse("cmi5-id", f"The id of a {name} must be an IRI, such as https://example.com/x.", value=given)
        elif given in self.seen.setdefault(name, set()):
            self.refuse("cmi5-id-twice", f"Two of the course's {name} elements have the same id.", value=given)
        self.seen.setdefault(name, set()).add(given)
        return given

    def _objectives(self, root: Element) -> None:
        listed = _child(root, "objectives")
        for name, objective in _children(listed) if listed is not None else ():
            if name == "objective":
                self._id(objective, "objective")

    def _references(self, element: Element) -> None:
        listed = _child(element, "objectives")
        for name, objective in _children(listed) if listed is not None else ():
            given = (objective.get("idref") or "").strip()
            if name == "objective" and given not in self.seen.get("objective", set()):
                self.refuse("cmi5-objective", "The course has no objective with this id.", value=given)

    def _check_shape(self, element: Element, name: str) -> None:
        """Which elements stand in it, in which order, how often."""
        order, last = _ORDER[name], 0
        found: list[str] = []
        for child, _ in _children(element):
            slot = "au|block" if child in ("au", "block") and "au|block" in order else child
            if slot not in order:
                self.refuse("cmi5-element", f"A {name} may not hold a {child} element.")
                continue
            place = order.index(slot)
            if place < last:
                self.refuse("cmi5-order", f"In a {name}, {child} must stand before {order[last]}.")
            if slot in found and slot not in _REPEATED:
                self.refuse("cmi5-element-twice", f"A {name} may hold only one {child} element.")
            found.append(slot)
            last = max(last, place)
        for needed in _NEEDED.get(name, ()):
            if needed not in found:
                shown = "at least one au or block" if needed == "au|block" else f"a {needed}"
                self.refuse("cmi5-missing", f"A {name} needs {shown}.")

    def _url(self, given: str, unit: str) -> str:
        try:
            parts = urlsplit(given)
        except ValueError:
            parts = None
        if not given or parts is None or any(sign.isspace() for sign in given):
            self.refuse("cmi5-url", "A unit's url is not an address.", "Escape spaces as %20.", given)
            return given
        taken = [name for name in _RESERVED if name in parse_qs(parts.query, keep_blank_values=True)]
        if taken:
            text = f"A unit's url sets {', '.join(taken)}, which every launch sets itself."
            self.refuse("cmi5-url-reserved", text, "Rename the parameter.", given)
        if parts.scheme or parts.netloc:
            if parts.scheme not in ("http", "https") or not parts.netloc:
                self.refuse("cmi5-url", "A unit's url must begin with https:// or http://.", value=given)
        elif self.files is None:
            text = "A unit's url is a path, but the course came without its files."
            self.refuse("cmi5-url-relative", text, "Import the zip file, or give the whole address.", given)
        elif unquote(parts.path) not in self.files:
            self.refuse("cmi5-url-file", "A unit starts with a file that is not in the package.", value=given)
        return given

    def _move_on(self, given: str | None) -> MoveOn:
        try:
            return MoveOn(given or MoveOn.NOTHING)
        except ValueError:
            self.refuse("cmi5-move-on", "moveOn has a value cmi5 does not know.", f"Use {', '.join(MoveOn)}.", given)
            return MoveOn.NOTHING

    def _mastery(self, given: str | None) -> float | None:
        if given is None:
            return None
        try:
            score = float(given)
        except ValueError:
            score = -1.0
        if not 0.0 <= score <= 1.0:
            self.refuse("cmi5-mastery", "masteryScore must be a number from 0 to 1.", value=given)
            return None
        return score

    def _own_window(self, given: str | None) -> bool:
        if given not in (None, "AnyWindow", "OwnWindow"):
            self.refuse("cmi5-launch-method", "launchMethod must be AnyWindow or OwnWindow.", value=given)
        return given == "OwnWindow"


def _children(element: Element) -> Iterator[tuple[str, Element]]:
    """Children in cmi5's own namespace; extensions of others are left alone, as the schema allows."""
    for child in element:
        if str(child.tag).startswith(f"{{{NAMESPACE}}}"):
            yield child.tag.rpartition("}")[2], child


def _child(element: Element, name: str) -> Element | None:
    return next((child for own, child in _children(element) if own == name), None)


def _text(element: Element | None, name: str) -> str:
    child = None if element is None else _child(element, name)
    return "" if child is None else (child.text or "").strip()


def _said(element: Element | None, name: str) -> str:
    """A title or description in its first language."""
    child = None if element is None else _child(element, name)
    return "" if child is None else _text(child, "langstring")
