"""Guess a mapping from a file's headers and first rows: which preset fits, and which column is which field."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from upshot.sources.headers import plain
from upshot.sources.profile import FIELDS, VERBS, Feed, FileFormat
from upshot.sources.profile_yaml import load_profile, preset_names
from upshot.sources.tabular import open_tabular

__all__ = ["FIELD_WORDS", "Fit", "Sample", "fits", "guess_columns", "guess_verbs", "sample_of"]

SHOWN = 8
"""Rows shown while a mapping is made."""
READ = 2000
"""Rows looked through for the words of a status column."""
CLOSE = 0.82

FIELD_WORDS: Mapping[str, tuple[str, ...]] = {
    "person": ("person", "person id", "employee", "employee id", "employee number", "personnel number", "staff id",
               "user id", "userid", "username", "user", "worker", "account", "email", "email address", "login"),
    "team": ("team", "team name", "unit", "department", "org unit", "group", "branch", "cost centre"),
    "manager": ("manager", "manager id", "supervisor", "line manager", "reports to"),
    "role": ("role", "job title", "job", "position", "function"),
    "site": ("site", "location", "office", "city", "place of work"),
    "region": ("region", "market", "country", "area"),
    "hired": ("hired", "hire date", "start date", "entry date", "joined", "date of hire"),
    "left": ("left", "leave date", "termination date", "exit date", "end date"),
    "valid_from": ("valid from", "valid_from", "effective date", "effective from", "since"),
    "activity": ("activity", "course", "course id", "course code", "item", "item id", "training", "learning object",
                 "module"),
    "title": ("title", "course title", "course name", "item title", "training title"),
    "verb": ("verb", "status", "completion status", "state", "result", "event"),
    "at": ("at", "date", "completed", "completed on", "completion date", "date completed", "time", "timestamp"),
    "success": ("success", "passed", "pass"),
    "score": ("score", "grade", "mark", "result score"),
    "duration": ("duration", "time spent", "minutes", "hours", "total time"),
    "entity": ("entity", "person", "employee", "employee id", "team", "site", "branch", "agent"),
    "period": ("period", "month", "week", "date", "day", "quarter", "year"),
    "kpi": ("kpi", "measure", "metric", "indicator"),
    "value": ("value", "reading", "amount", "result"),
    "numerator": ("numerator", "hits", "successes", "won", "sold", "count"),
    "denominator": ("denominator", "of", "out of", "total", "cases", "opportunities", "base"),
    "as_of": ("as of", "as_of", "stated on", "extracted", "snapshot"),
}  # fmt: skip
"""Headers people use for a field, in order of how surely they mean it."""

_STATUS_WORDS: Mapping[str, tuple[str, ...]] = {
    "registered": ("registered", "enrolled", "assigned", "subscribed", "not started", "approved"),
    "launched": ("launched", "started", "in progress", "incomplete"),
    "completed": ("completed", "complete", "finished", "done", "attended and completed"),
    "attended": ("attended", "present"),
    "passed": ("passed", "pass", "successful"),
    "failed": ("failed", "fail", "not passed"),
    "waived": ("waived", "exempt", "equivalent"),
    "withdrawn": ("withdrawn", "cancelled", "canceled", "dropped", "no show"),
    "expired": ("expired", "lapsed"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A file's headers, its first rows as text, and up to 30 different words of every column."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A preset that may fit: how many of the fields it needs the file has."""

    name: str
    description: str
    found: int
    needed: int

    @property
    def whole(self) -> bool:
        """Whether every needed field has its column."""
        return self.found == self.needed


def sample_of(path: Path, form: FileFormat | None = None) -> Sample:
    """Read the first rows of a file.

    Raises
    ------
    FeedError
        If it cannot be opened.
    """
    known = frozenset(word for words in FIELD_WORDS.values() for word in words)
    table = open_tabular(path, form or FileFormat(), known)
    rows: list[tuple[str, ...]] = []
    for batch in table.batches(range(len(table.headers))):
        columns = [
            [_text(value) for value in column.to_pylist()] for column in batch.slice(0, READ - len(rows)).columns
        ]
        rows += list(zip(*columns, strict=True))
        if len(rows) >= READ:
            break
    words = [
        tuple(islice(dict.fromkeys(value for value in column if value), 30))
        for column in (zip(*rows, strict=True) if rows else [()] * len(table.headers))
    ]
    return Sample(tuple(table.headers), tuple(rows[:SHOWN]), tuple(words), tuple(table.notes))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def fits(feed: Feed, headers: Sequence[str]) -> tuple[Fit, ...]:
    """Presets for a feed of which every needed field has a column, the most telling first."""
    have = {plain(header) for header in headers}
    found = []
    for name in preset_names():
        profile = load_profile(name)
        if profile.feed != feed:
            continue
        needed = [spec for spec in profile.every_field().values() if spec.required and spec.constant is None]
        hits = sum(any(plain(c) in have for c in (*spec.columns, *spec.or_columns)) for spec in needed)
        found.append(Fit(name, profile.description, hits, len(needed)))
    whole = [fit for fit in found if fit.whole]
    return tuple(sorted(whole, key=lambda fit: (-fit.found, fit.name)))


def guess_columns(feed: Feed, headers: Sequence[str]) -> dict[str, str]:
    """The most likely header of every field; a header serves one field, and a field nobody fits is left out.

    Examples
    --------
    >>> guess_columns("learning", ["Employee ID", "Course", "Status", "Date completed", "Notes"])
    {'person': 'Employee ID', 'activity': 'Course', 'verb': 'Status', 'at': 'Date completed'}
    """
    fields = FIELDS[feed]
    scored = [
        (score, -place, field, header)
        for field in fields
        for place, header in enumerate(headers)
        if (score := _likeness(field, header)) >= CLOSE
    ]
    chosen: dict[str, str] = {}
    for _score, _place, field, header in sorted(scored, reverse=True):
        if field not in chosen and header not in chosen.values():
            chosen[field] = header
    return {field: chosen[field] for field in fields if field in chosen}


def _likeness(field: str, header: str) -> float:
    name = plain(header).replace("_", " ")
    best = 0.0
    for place, word in enumerate(FIELD_WORDS[field]):
        ratio = difflib.SequenceMatcher(None, name, word).ratio()
        best = max(best, ratio - place * 0.002)
    return best


def guess_verbs(words: Sequence[str]) -> dict[str, str]:
    """What each word of a status column means, where that is plain; the rest must be said by a person."""
    found = {}
    for word in words:
        plain_word = plain(word)
        for verb, meanings in _STATUS_WORDS.items():
            if plain_word in meanings or plain_word == verb:
                found[word] = verb
    return {word: verb for word, verb in found.items() if verb in VERBS}
