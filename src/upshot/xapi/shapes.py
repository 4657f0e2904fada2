"""Building blocks of the rules: texts, numbers, lists, objects and maps, each reporting what is wrong with a value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from upshot.xapi.languages import is_language_tag
from upshot.xapi.report import Path, Report, Section
from upshot.xapi.scalars import is_iri

__all__ = ["Check", "Flag", "LanguageMap", "ListOf", "Number", "Rule", "Shape", "Text", "extensions", "kind_of"]

#: Reports what is wrong with one value.
Check: TypeAlias = Callable[[object, Path, Report], None]
#: Reports what is wrong between the properties of one object.
Rule: TypeAlias = Callable[[dict[str, object], Path, Report], None]

_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    type(None): "null",
}

_EXTENSIONS = Section("4.1", "4.2.7")
_LANGUAGES = Section("4.2", "4.2.7")


def kind_of(value: object) -> str:
    """What a JSON value is, with its article."""
    return _KINDS.get(type(value), "something else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A string that passes a test.

    Parameters
    ----------
    section
        Where the specification asks for it.
    test
        Whether a string is valid.
    expected
        What a valid string is, with its article.
    example
        A valid value, for the way out.
    personal
        Whether the value may name a person, and is therefore never repeated.
    """

    section: Section
    test: Callable[[str], bool] | None = None
    expected: str = "a string"
    example: str = ""
    personal: bool = False

    def __call__(self, value: object, path: Path, report: Report) -> None:
        """Report the value unless it is a valid string."""
        if type(value) is str:
            if self.test is None or self.test(value):
                return
            text = f"The property must be {self.expected}"
            report.add(path, self.section, "xapi-value", text, self._fix(), None if self.personal else value)
        else:
            text = f"The property must be {self.expected}, and it is {kind_of(value)}"
            report.add(path, self.section, "xapi-type", text, self._fix())

    def _fix(self) -> str:
        return f"Write it like {self.example}." if self.example else ""


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number; a string that looks like one is refused."""

    section: Section

    def __call__(self, value: object, path: Path, report: Report) -> None:
        """Report the value unless it is a number."""
        if type(value) is not float and type(value) is not int:
            report.add(path, self.section, "xapi-type", f"The property must be a number, and it is {kind_of(value)}")


@dataclass(frozen=True, slots=True)
class Flag:
    """A JSON boolean; a string that looks like one is refused."""

    section: Section

    def __call__(self, value: object, path: Path, report: Report) -> None:
        """Report the value unless it is true or false."""
        if type(value) is not bool:
            text = f"The property must be true or false, and it is {kind_of(value)}"
            report.add(path, self.section, "xapi-type", text)


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array whose every element passes a check; ``least`` is how many it must have."""

    section: Section
    item: Check
    least: int = 0

    def __call__(self, value: object, path: Path, report: Report) -> None:
        """Report the array, and each element that does not pass."""
        if type(value) is not list:
            report.add(path, self.section, "xapi-type", f"The property must be an array, and it is {kind_of(value)}")
            return
        if len(value) < self.least:
            report.add(path, self.section, "xapi-empty", "The array must not be empty")
        for place, element in enumerate(value):
            self.item(element, (path, place), report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An object: which properties it may have, which it must have, and what holds between them.

    Parameters
    ----------
    name
        What the object is, with its article.
    section
        Where the specification describes it.
    properties
        Every property it may have, with its check.
    required
        Properties it must have.
    rules
        What holds between properties; run after them.
    """

    name: str
    section: Section
    properties: Mapping[str, Check]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = field(default=())

    def __call__(self, value: object, path: Path, report: Report) -> None:
        """Report the object's own mistakes and those of its properties."""
        if type(value) is not dict:
            text = f"The property must be {self.name}, and it is {kind_of(value)}"
            report.add(path, self.section, "xapi-type", text)
            return
        properties = self.properties
        for key, item in value.items():
            check = properties.get(key)
            if check is None:
                self._unknown(key, path, report)
            else:
                check(item, (path, key), report)
        for key in self.required:
            if key not in value:
                report.add((path, key), self.section, "xapi-missing", f"The property is missing in {self.name}")
        for rule in self.rules:
            rule(value, path, report)

    def _unknown(self, key: str, path: Path, report: Report) -> None:
        right = next((known for known in self.properties if known.lower() == key.lower()), None)
        fix = f"Write {right}: names are case-sensitive." if right else "Put it into extensions, or leave it out."
        text = f"{self.name[0].upper()}{self.name[1:]} has no property of this name"
        report.add((path, key[:60]), self.section, "xapi-unknown", text, fix)


@dataclass(frozen=True, slots=True)
class LanguageMap:
    """An object of texts by language tag."""

    section: Section

    def __call__(self, value: object, path: Path, report: Report) -> None:
        """Report the map, keys that are no language tags and texts that are no strings."""
        if type(value) is not dict:
            text = f"The property must be a language map, and it is {kind_of(value)}"
            report.add(path, self.section, "xapi-type", text, 'Write it like {"en": "…"}.')
            return
        for tag, text in value.items():
            if not is_language_tag(tag):
                report.add((path, tag[:60]), _LANGUAGES, "xapi-language", "The key must be an RFC 5646 language tag")
            if type(text) is not str:
                wrong = f"The text of a language must be a string, and it is {kind_of(text)}"
                report.add((path, tag[:60]), _LANGUAGES, "xapi-type", wrong)


def extensions(value: object, path: Path, report: Report) -> None:
    """Report an extensions object whose keys are not IRIs; the values may be anything, null included."""
    if type(value) is not dict:
        text = f"Extensions must be an object with IRIs as keys, and it is {kind_of(value)}"
        report.add(path, _EXTENSIONS, "xapi-type", text)
        return
    for key in value:
        if not is_iri(key):
            report.add((path, key[:60]), _EXTENSIONS, "xapi-value", "The key of an extension must be an IRI")
