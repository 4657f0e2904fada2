"""Read a SCORM manifest (``imsmanifest.xml``), 1.2 or 2004: which units there are, and where each starts."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from upshot.errors import PackageError, Problem
from upshot.web.content.models import Course as StoredCourse
from upshot.xapi.cmi5 import MoveOn
from upshot.xapi.cmi5_course import Block, Course, Unit
from upshot.xapi.cmi5_structure import MOST_UNITS, xml_root

__all__ = ["read_manifest"]

_LESSON: Final = "http://adlnet.gov/expapi/activities/lesson"
_DEEPEST: Final = 50


def read_manifest(text: bytes, files: Collection[str], *, file: str = "imsmanifest.xml") -> tuple[str, Course]:
    """The kind of package (as the model's ``Kind``), and its course.

    Parameters
    ----------
    text
        The XML.
    files
        Paths of the package's files.
    file
        Its name, for messages.

    Raises
    ------
    PackageError
        With every mistake found.
    """
    root = xml_root(text, file)
    reading = _Reading(root, file, files)
    if _name(root) != "manifest":
        reading.refuse("scorm-root", "The file does not start with a manifest.", "Export the package as SCORM.")
        raise PackageError(reading.problems)
    course = reading.course()
    if reading.problems:
        raise PackageError(reading.problems)
    return reading.kind, course


@dataclass(slots=True)
class _Reading:
    """One reading of a manifest: its resources by identifier, and the problems so far."""

    root: Element
    file: str
    files: Collection[str]
    problems: list[Problem] = field(default_factory=list)
    units: int = 0

    def refuse(self, code: str, text: str, fix: str = "", value: str | None = None) -> None:
        shown = None if value is None else value[:200]
        if len(self.problems) < 100:
            self.problems.append(Problem(code=code, text=text, fix=fix, file=self.file, value=shown))

    @property
    def kind(self) -> str:
        version = next((_text(one) for one in self.root.iter() if _name(one) == "schemaversion"), "")
        old = version.startswith("1.2") or any("adlcp_rootv1p2" in str(one.tag) for one in self.root.iter())
        return StoredCourse.Kind.SCORM_12 if old else StoredCourse.Kind.SCORM_2004

    def course(self) -> Course:
        own = self.root.get("identifier") or "manifest"
        chosen = self._organisation()
        if chosen is None:
            self.refuse("scorm-organization", "The manifest has no organization with items.", "Export it with a menu.")
            return Course(Block(f"urn:scorm:{own}", own, ()))
        parts = tuple(self._parts(chosen, own, 0))
        if self.units == 0:
            self.refuse("scorm-empty", "No item of the manifest can be launched.", "Give an item a SCO to start.")
        if self.units > MOST_UNITS:
            self.refuse("scorm-size", f"The package has more than {MOST_UNITS} units.", "Split it.")
        return Course(Block(f"urn:scorm:{own}", _title(chosen) or own, parts))

    def _organisation(self) -> Element | None:
        holder = _first(self.root, "organizations")
        found = [] if holder is None else [one for one in holder if _name(one) == "organization"]
        default = None if holder is None else holder.get("default")
        return next((one for one in found if one.get("identifier") == default), found[0] if found else None)

    def _parts(self, parent: Element, own: str, depth: int) -> Iterator[Unit | Block]:
        if depth > _DEEPEST:
            self.refuse("scorm-depth", f"Items are nested more than {_DEEPEST} deep.", "Flatten them.")
            return
        for item in parent:
            if _name(item) != "item":
                continue
            reference, inner = item.get("identifierref"), tuple(self._parts(item, own, depth + 1))
            if reference is not None:
                unit = self._unit(item, reference, own)
                if unit is not None:
                    yield unit
            if inner:
                yield Block(f"urn:scorm:{own}:{item.get('identifier')}", _title(item), inner)

    def _unit(self, item: Element, reference: str, own: str) -> Unit | None:
        resource, base = self._resource(reference)
        if resource is None:
            self.refuse("scorm-resource", "An item names a resource the manifest does not have.", value=reference)
            return None
        url = self._url(base + (resource.get("href") or "").strip(), (item.get("parameters") or "").strip())
        asset = any(_name_of(key) in ("scormtype", "scormType") and value == "asset" for key, value in resource.items())
        self.units += 1
        return Unit(
            id=f"urn:scorm:{own}:{item.get('identifier') or reference}",
            title=_title(item),
            url=url,
            move_on=MoveOn.NOTHING if asset else MoveOn.EITHER,
            mastery=self._mastery(item),
            parameters=next((_text(one) for one in item if _name(one) in ("datafromlms", "dataFromLMS")), ""),
            kind=_LESSON,
        )

    def _resource(self, reference: str) -> tuple[Element | None, str]:
        holder = _first(self.root, "resources")
        for one in holder if holder is not None else ():
            if _name(one) == "resource" and one.get("identifier") == reference:
                bases = (_base(self.root), _base(holder), _base(one))
                return one, "".join(bases)
        return None, ""

    def _url(self, href: str, parameters: str) -> str:
        path = unquote(urlsplit(href).path)
        if not href or urlsplit(href).scheme or urlsplit(href).netloc:
            self.refuse("scorm-url", "A unit must start with a file of the package.", value=href)
        elif path not in self.files:
            self.refuse("scorm-file", "A unit starts with a file that is not in the package.", value=path)
        if not parameters:
            return href
        mark = "&" if "?" in href else "?"
        return href + (parameters if parameters.startswith("#") else mark + parameters.lstrip("?&"))

    def _mastery(self, item: Element) -> float | None:
        """SCORM 1.2's mastery score, or 2004's minimum measure of the primary objective, as a share."""
        for one in item.iter():
            if _name(one) not in ("masteryscore", "minNormalizedMeasure") or (one is not item and _nested(item, one)):
                continue
            try:
                score = float(_text(one)) / (100.0 if _name(one) == "masteryscore" else 1.0)
            except ValueError:
                score = -2.0
            if not -1.0 <= score <= 1.0:
                self.refuse("scorm-mastery", "A mastery score is no number in its range.", value=_text(one))
                return None
            return score
        return None


def _nested(item: Element, one: Element) -> bool:
    """Whether an element belongs to an item further in."""
    return any(one in list(inner.iter()) for inner in item if _name(inner) == "item")


def _name(element: Element) -> str:
    return _name_of(str(element.tag))


def _name_of(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _title(element: Element) -> str:
    return next((_text(one) for one in element if _name(one) == "title"), "")


def _first(root: Element, name: str) -> Element | None:
    return next((one for one in root if _name(one) == name), None)


def _base(element: Element | None) -> str:
    return "" if element is None else element.get("{http://www.w3.org/XML/1998/namespace}base") or ""
