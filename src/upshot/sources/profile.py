"""A mapping profile: which column means what, and how its values are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from upshot.periods import Grain

__all__ = ["FEEDS", "FIELDS", "VERBS", "Feed", "FieldMap", "FileFormat", "Kind", "KpiMap", "Profile"]

Feed = Literal["people", "learning", "kpis"]
Kind = Literal["text", "date", "instant", "number", "boolean", "words", "duration"]
FEEDS: tuple[Feed, ...] = get_args(Feed)

VERBS = (
    "registered",
    "launched",
    "viewed",
    "progressed",
    "attended",
    "completed",
    "passed",
    "failed",
    "waived",
    "withdrawn",
    "expired",
)

FIELDS: dict[Feed, dict[str, tuple[Kind, bool]]] = {
    "people": {
        "person": ("text", True),
        "team": ("text", False),
        "manager": ("text", False),
        "role": ("text", False),
        "site": ("text", False),
        "region": ("text", False),
        "hired": ("date", False),
        "left": ("date", False),
        "valid_from": ("date", False),
    },
    "learning": {
        "person": ("text", True),
        "activity": ("text", True),
        "title": ("text", False),
        "verb": ("words", True),
        "at": ("instant", True),
        "success": ("boolean", False),
        "score": ("number", False),
        "duration": ("duration", False),
    },
    "kpis": {
        "entity": ("text", True),
        "period": ("date", True),
        "kpi": ("text", False),
        "value": ("number", False),
        "numerator": ("number", False),
        "denominator": ("number", False),
        "as_of": ("instant", False),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """Where one field comes from and how to read it.

    Parameters
    ----------
    kind
        How its values are read.
    columns
        Accepted headers; the first one found in the file is used.
    or_columns
        Headers used where that column is empty.
    constant
        The value of every row, instead of a column.
    required
        Whether a row without it is refused.
    formats
        Date formats; ``("auto",)`` finds the one format that reads the whole column, or refuses.
    words
        Accepted words by what they mean (verbs; ``true`` and ``false``), lower case.
    skip
        Words whose rows the profile leaves out on purpose, lower case.
    extract
        Regular expression whose group ``value`` is taken from the text.
    lower
        Whether text is put in lower case.
    account_system
        Name of the system whose accounts the text names, resolved through the accounts table.
    divide_by, minimum, maximum
        For numbers: scale, and the range accepted after scaling.
    unit
        For durations: ``seconds``, ``minutes``, ``hours`` or ``h:m:s``.
    leave_out_blank
        Whether rows where it is empty are left out on purpose instead of refused.
    strip
        Texts dropped from around a number, such as ``%`` or a currency.
    """

    kind: Kind
    columns: tuple[str, ...] = ()
    or_columns: tuple[str, ...] = ()
    constant: str | None = None
    required: bool = False
    formats: tuple[str, ...] = ("auto",)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    extract: str | None = None
    lower: bool = False
    account_system: str | None = None
    divide_by: float = 1.0
    minimum: float | None = None
    maximum: float | None = None
    unit: str = "seconds"
    strip: tuple[str, ...] = ()
    leave_out_blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiMap:
    """One KPI of a wide file: a value, or a numerator and a denominator."""

    kpi: str
    parts: Mapping[str, FieldMap]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """How the file is written; ``None`` for a delimiter means it is guessed from the headers."""

    encoding: str = "utf-8"
    delimiter: str | None = None
    skip_rows: int = 0
    sheet: str | None = None
    null_words: tuple[str, ...] = ()
    decimal: str = "."
    thousands: str = ""
    months: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A whole mapping profile.

    Parameters
    ----------
    name, feed, description
        Its name, the feed it serves, and one sentence about it.
    file
        How the file is written.
    fields
        The feed's fields by name; for people also ``attributes.NAME`` and ``accounts.SYSTEM``.
    kpis
        The KPIs of a wide file, by column.
    grain
        For KPIs: length of a period.
    time_zone
        For learning: zone of times written without an offset.
    blank_values
        For KPIs: whether a row without a value is refused or left out.
    first_valid_from
        For people without a ``valid_from`` column: a person's first row holds from ``hired``, or ``as_of``.
    fingerprint
        SHA-256 of the profile as it was read, with what it extends.
    """

    name: str
    feed: Feed
    description: str = ""
    file: FileFormat = FileFormat()
    fields: Mapping[str, FieldMap]
    kpis: tuple[KpiMap, ...] = ()
    grain: Grain | None = None
    time_zone: str | None = None
    blank_values: Literal["reject", "leave-out"] = "reject"
    first_valid_from: Literal["hired", "as_of"] = "as_of"
    fingerprint: str = ""

    def every_field(self) -> dict[str, FieldMap]:
        """All fields by a name that is unique in the profile; a wide KPI's parts are ``kpi.value`` and so on."""
        parts = {f"{kpi.kpi}.{name}": spec for kpi in self.kpis for name, spec in kpi.parts.items()}
        return {**self.fields, **parts}
