"""CASE packages read and written: every object as it came, and everything wrong with a file said at once."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upshot.errors import InputError, Problem

__all__ = ["KINDS", "LARGEST", "Package", "read_package", "written"]

LARGEST = 20_000_000
"""Bytes of a file that is read."""
MOST_ITEMS = 20_000
MOST_ASSOCIATIONS = 80_000
LONGEST = 20_000
"""Characters of one text."""
DEEPEST = 40
"""Objects within objects."""
MOST_PROBLEMS = 50
KINDS = frozenset({
    "isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar",
    "hasSkillLevel", "isTranslationOf",
})  # fmt: skip
"""The association types of CASE 1.1; others begin with ``ext:``."""

Body = dict[str, Any]
_IDENTIFIER = re.compile(r"[^\s<>\"\\^`{|}\x00-\x1f]{1,200}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A framework file: every object as it came, keys that nobody knows included.

    Parameters
    ----------
    document, items, associations
        The objects.
    rest
        What else stands beside them, such as definitions and rubrics.
    wrapped
        Whether one key ``CFPackage`` stood around it all.
    licence
        What the source says about reuse.
    """

    document: Body
    items: Sequence[Body]
    associations: Sequence[Body]
    rest: Body = field(default_factory=dict)
    wrapped: bool = False
    licence: str = ""

    @property
    def identifier(self) -> str:
        """The document's identifier."""
        return str(self.document["identifier"])


def written(package: Package) -> Body:
    """The package as it is handed out: equal to what came in where nothing was changed."""
    body = {
        "CFDocument": package.document,
        "CFItems": list(package.items),
        "CFAssociations": list(package.associations),
        **package.rest,
    }
    return {"CFPackage": body} if package.wrapped else body


def read_package(data: bytes) -> Package:
    """The package of a file.

    Raises
    ------
    InputError
        With everything wrong in it, up to fifty problems.
    """
    body = _loaded(data)
    wrapped = isinstance(body.get("CFPackage"), dict) and len(body) == 1
    inner: Body = body["CFPackage"] if wrapped else body
    found = list(_first(_problems(inner)))
    if found:
        raise InputError(found)
    known = ("CFDocument", "CFItems", "CFAssociations")
    return Package(
        document=inner["CFDocument"],
        items=inner.get("CFItems") or [],
        associations=inner.get("CFAssociations") or [],
        rest={key: value for key, value in inner.items() if key not in known},
        wrapped=wrapped,
        licence=_title(inner["CFDocument"].get("licenseURI")),
    )


def _loaded(data: bytes) -> Body:
    if len(data) > LARGEST:
        raise _refused("too-large", f"The file has more than {LARGEST // 1_000_000} MB.", "Bring in a part of it.")
    try:
        body = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise _refused("not-utf-8", "The file is not UTF-8 text.", "Save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        fix = "Download it once more, or have whoever made it check it."
        raise InputError(Problem(code="not-json", text="The file is not JSON.", fix=fix, line=line)) from None
    if not isinstance(body, dict):
        raise _refused("not-a-package", "The file is not a CASE package.", "It begins with an object: {…}.")
    return body


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _refused(code: str, text: str, fix: str) -> InputError:
    return InputError(Problem(code=code, text=text, fix=fix))


def _first(problems: Iterator[Problem]) -> Iterator[Problem]:
    for number, one in enumerate(problems, 1):
        yield one
        if number == MOST_PROBLEMS:
            return


def _problems(body: Body) -> Iterator[Problem]:
    if _depth(body) > DEEPEST:
        yield Problem(code="too-deep", text=f"Objects stand in each other more than {DEEPEST} deep.")
        return
    document, items, links = body.get("CFDocument"), body.get("CFItems"), body.get("CFAssociations")
    if not isinstance(document, dict):
        fix = "A framework file has CFDocument, CFItems and CFAssociations."
        yield Problem(code="no-document", text="There is no CFDocument.", fix=fix, column="CFDocument")
        return
    yield from _object(document, "CFDocument", "title")
    for name, value, most in (("CFItems", items, MOST_ITEMS), ("CFAssociations", links, MOST_ASSOCIATIONS)):
        if value is not None and not (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
            yield Problem(code="not-a-list", text=f"{name} is not a list of objects.", column=name)
            return
        if value and len(value) > most:
            text = f"{name} has {len(value):,} entries; {most:,} are read."
            yield Problem(code="too-many", text=text, fix="Bring in a part of the framework.", column=name)
            return
    for at, item in enumerate(items or ()):
        yield from _object(item, f"CFItems[{at}]", "fullStatement")
    yield from _twice([document, *(items or ()), *(links or ())])
    yield from _links(document, items or [], links or [])


def _object(body: Body, place: str, text: str) -> Iterator[Problem]:
    name = body.get("identifier")
    if not isinstance(name, str) or not _IDENTIFIER.match(name):
        fix = "Give it an identifier without blanks, of 200 characters at most."
        yield Problem(code="no-identifier", text="It has no identifier.", fix=fix, column=f"{place}.identifier")
    said = body.get(text)
    if not isinstance(said, str) or not said.strip():
        yield Problem(code="no-text", text=f"It has no {text}.", fix="Write it.", column=f"{place}.{text}")
    for one in _texts(body):
        if len(one) > LONGEST:
            yield Problem(code="too-long", text=f"A text has more than {LONGEST:,} characters.", column=place)
        if "\x00" in one:
            yield Problem(code="null-character", text="A text holds a null character.", column=place)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _twice(bodies: Sequence[Body]) -> Iterator[Problem]:
    seen: set[str] = set()
    for body in bodies:
        name = str(body.get("identifier"))
        if name in seen:
            fix = "Give each its own."
            yield Problem(code="identifier-twice", text="An identifier is used twice.", fix=fix, value=name[:200])
        seen.add(name)


def _links(document: Body, items: Sequence[Body], links: Sequence[Body]) -> Iterator[Problem]:
    known = {str(one.get("identifier")) for one in (document, *items)}
    parents: dict[str, list[str]] = {}
    for at, link in enumerate(links):
        place = f"CFAssociations[{at}]"
        kind, origin, to = link.get("associationType"), _node(link, "originNodeURI"), _node(link, "destinationNodeURI")
        if not isinstance(link.get("identifier"), str) or not _IDENTIFIER.match(str(link.get("identifier"))):
            yield Problem(code="no-identifier", text="It has no identifier.", column=f"{place}.identifier")
        if not isinstance(kind, str) or (kind not in KINDS and not kind.startswith("ext:")) or len(kind) > 100:
            fix = f"Use one of {', '.join(sorted(KINDS))}, or one that begins with ext:."
            text = "This kind of association is not known."
            yield Problem(code="unknown-kind", text=text, fix=fix, column=place, value=str(kind)[:60])
        if not origin or not to:
            text = "An association does not say from where to where."
            yield Problem(code="no-ends", text=text, fix="Give both ends an identifier.", column=place)
        elif kind == "isChildOf":
            if origin not in known or to not in known:
                text = "A parent or child is not in this file."
                yield Problem(
                    code="unknown-end", text=text, fix="Add the item, or leave the association out.", column=place
                )
            parents.setdefault(origin, []).append(to)
    if _circle(parents):
        yield Problem(code="circle", text="An item is its own ancestor.", fix="Cut the circle of isChildOf.")


def _node(link: Body, key: str) -> str:
    node = link.get(key)
    name = node.get("identifier") if isinstance(node, dict) else None
    return name if isinstance(name, str) and len(name) <= 200 else ""


def _circle(parents: Mapping[str, Sequence[str]]) -> bool:
    """Whether following parents leads back; without recursion, since files may be deep."""
    waiting = {child: len(up) for child, up in parents.items()}
    children: dict[str, list[str]] = {}
    for child, up in parents.items():
        for one in up:
            children.setdefault(one, []).append(child)
    free = [one for one in children if one not in waiting]
    while free:
        for child in children.get(free.pop(), ()):
            waiting[child] -= 1
            if not waiting[child]:
                free.append(child)
    return any(waiting.values())


def _depth(body: Any) -> int:
    deepest, open_ = 0, [(body, 1)]
    while open_:
        value, depth = open_.pop()
        deepest = max(deepest, depth)
        if depth <= DEEPEST:
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            open_ += [(one, depth + 1) for one in inner]
    return deepest


def _title(link: Any) -> str:
    return str(link.get("title") or link.get("uri") or "")[:300] if isinstance(link, dict) else ""
