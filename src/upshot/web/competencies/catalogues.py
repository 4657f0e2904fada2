"""Public catalogues as CASE packages: ESCO's skills (CSV), O*NET's skills and task statements (tab-separated)."""

import csv
import io
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from upshot.errors import InputError, Problem
from upshot.web.competencies.case import LARGEST, MOST_ITEMS, MOST_PROBLEMS, Body, Package

__all__ = ["ESCO", "ONET", "read_catalogue"]

ESCO = "ESCO classification, European Commission; reuse with acknowledgement (Decision 2011/833/EU)"
ONET = "O*NET database, USDOL/ETA, CC BY 4.0"
_ONET_HOME = "https://www.onetcenter.org/"
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class _Entry:
    """One competency of a catalogue: its address, code, label and statement, and the row's other cells."""

    uri: str
    code: str
    label: str
    statement: str
    kind: str
    rest: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """How one kind of file is told by its columns, and what it is called."""

    source: str
    title: str
    licence: str
    columns: frozenset[str]
    separator: str


_CATALOGUES = (
    _Catalogue("esco", "ESCO skills", ESCO, frozenset({"conceptUri", "preferredLabel"}), ","),
    _Catalogue("onet", "O*NET skills", ONET, frozenset({"Element ID", "Element Name"}), "\t"),
    _Catalogue("onet", "O*NET tasks", ONET, frozenset({"Task ID", "Task"}), "\t"),
)


def read_catalogue(data: bytes, name: str) -> tuple[str, Package]:
    """The source (``esco`` or ``onet``) and the package of a catalogue file; one item for each skill or task.

    Raises
    ------
    InputError
        If it is none, or with every line that cannot be read.
    """
    text = _text(data)
    catalogue = _told(text.partition("\n")[0].rstrip("\r"))
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=catalogue.separator, strict=True)
    problems: list[Problem] = []
    entries = dict[str, _Entry]()
    try:
        for row in rows:
            entry = _entry(catalogue, row)
            problem = _wrong(entry, row, rows.line_num)
            if problem is not None:
                problems.append(problem)
            elif entry.uri not in entries:
                entries[entry.uri] = entry
            if len(problems) >= MOST_PROBLEMS or len(entries) > MOST_ITEMS:
                break
    except csv.Error as error:
        problems.append(Problem(code="not-a-table", text=f"A line cannot be read: {error}.", line=rows.line_num))
    if len(entries) > MOST_ITEMS:
        fix = "Keep the lines of the occupations you need, and bring in that."
        problems.append(Problem(code="too-many", text=f"More than {MOST_ITEMS:,} entries.", fix=fix))
    if not entries and not problems:
        problems.append(
            Problem(code="empty", text="There is no line beneath the header.", fix="Choose the whole file.")
        )
    if problems:
        raise InputError(problems)
    return catalogue.source, _package(catalogue, list(entries.values()), name)


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        text = f"The file has more than {LARGEST // 1_000_000} MB."
        raise InputError(Problem(code="too-large", text=text, fix="Keep the lines you need, and bring in that."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            Problem(code="not-utf-8", text="The file is not UTF-8 text.", fix="Save it as UTF-8.")
        ) from None


def _told(header: str) -> _Catalogue:
    for one in _CATALOGUES:
        if one.columns <= {cell.strip().strip('"') for cell in header.split(one.separator)}:
            return one
    fix = "Bring in a CASE package (.json), ESCO's skills_en.csv, or Skills.txt or Task Statements.txt of O*NET."
    raise InputError(Problem(code="unknown-file", text="The first line is of no kind of file that is known.", fix=fix))


def _entry(catalogue: _Catalogue, row: Mapping[str, str | None]) -> _Entry:
    cell = {key: (value or "").strip() for key, value in row.items() if isinstance(value, str) and key}
    if catalogue.source == "esco":
        label, said = cell.get("preferredLabel", ""), cell.get("description") or cell.get("definition", "")
        uri, taken = cell.get("conceptUri", ""), ("preferredLabel", "description", "conceptUri")
        rest = {key: value for key, value in cell.items() if value and key not in taken}
        return _Entry(uri, "", label, said or label, cell.get("skillType", "skill"), rest)
    if "Task ID" in catalogue.columns:
        number, task = cell.get("Task ID", ""), cell.get("Task", "")
        rest = {key: cell[key] for key in ("O*NET-SOC Code", "Task Type", "Date") if cell.get(key)}
        return _Entry(f"{_ONET_HOME}task/{number}" if number else "", f"task-{number}", task, task, "Task", rest)
    code, label = cell.get("Element ID", ""), cell.get("Element Name", "")
    return _Entry(f"{_ONET_HOME}element/{code}" if code else "", code, label, label, "Skill", {})


def _wrong(entry: _Entry, row: Mapping[str, str | None], line: int) -> Problem | None:
    if None in row or any(value is None for value in row.values()):
        return Problem(code="cells", text="The line has more or fewer cells than the header.", line=line)
    if not entry.uri or not entry.statement:
        return Problem(code="no-text", text="The line has no identifier or no words.", line=line)
    if len(entry.uri) > 200 or any(len(text) > _LONGEST or "\x00" in text for text in (entry.statement, entry.label)):
        return Problem(code="too-long", text="The line's identifier or words are too long.", line=line)
    return None


def _package(catalogue: _Catalogue, entries: Sequence[_Entry], name: str) -> Package:
    title = f"{catalogue.title}: {name}"[:300]
    uri = f"urn:upshot:catalogue:{catalogue.title}:{name}".replace(" ", "-")
    document: Body = {
        "identifier": _identifier(uri), "uri": uri, "title": title, "creator": catalogue.licence,
        "adoptionStatus": "Adopted",
    }  # fmt: skip
    items = list(_items(entries))
    return Package(
        document=document, items=items, associations=list(_children(document, items)), licence=catalogue.licence
    )


def _items(entries: Iterable[_Entry]) -> Iterator[Body]:
    for one in entries:
        body: Body = {
            "identifier": _identifier(one.uri), "uri": one.uri, "abbreviatedStatement": one.label[:300],
            "fullStatement": one.statement, "CFItemType": one.kind,
        }  # fmt: skip
        if one.code:
            body["humanCodingScheme"] = one.code
        yield {**body, "extensions": dict(one.rest)} if one.rest else body


def _children(document: Body, items: Sequence[Body]) -> Iterator[Body]:
    for number, item in enumerate(items, 1):
        name = _identifier(f"{document['uri']} {item['uri']}")
        yield {
            "identifier": name, "uri": f"urn:uuid:{name}", "associationType": "isChildOf", "sequenceNumber": number,
            "originNodeURI": _link(item, item["fullStatement"][:300]),
            "destinationNodeURI": _link(document, document["title"]),
        }  # fmt: skip


def _link(body: Body, title: str) -> Body:
    return {"title": title, "identifier": body["identifier"], "uri": body["uri"]}


def _identifier(uri: str) -> str:
    """A UUID that the same entry gets in every file; an ESCO address ends in its own."""
    try:
        return str(uuid.UUID(uri.rpartition("/")[2]))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, uri))
