"""Dates and times as text, read by explicit formats; what could be read two ways is refused."""

import datetime as dt
import itertools
import re
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["CANDIDATES", "Moments", "confusable", "local_to_utc", "read_moments", "readable", "unknown_tokens"]

_DATE_CANDIDATES = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%d-%b-%y", "%d-%b-%Y",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%Y%m%d",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
CANDIDATES: tuple[str, ...] = (
    *(date + time for time in _TIMES for date in _DATE_CANDIDATES),
    "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m", "%Y/%m", "%b %Y", "%B %Y", "%Y-Q%q", "%G-W%V",
)  # fmt: skip

_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_TOKENS = {
    "Y": r"(?P<Y>[0-9]{4})", "G": r"(?P<G>[0-9]{4})", "y": r"(?P<y>[0-9]{2})", "m": r"(?P<m>[0-9]{1,2})",
    "d": r"(?P<d>[0-9]{1,2})", "H": r"(?P<H>[0-9]{1,2})", "I": r"(?P<I>[0-9]{1,2})", "M": r"(?P<M>[0-9]{2})",
    "S": r"(?P<S>[0-9]{2})", "f": r"(?P<f>[0-9]{1,9})", "p": r"(?P<p>[AaPp])\.?[Mm]\.?",
    "z": r"(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})", "q": r"(?P<q>[1-4])", "V": r"(?P<V>[0-9]{1,2})", "A": r"\pL+",
    "a": r"\pL+\.?",
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_CENTURY_TURN = 69

Days = npt.NDArray[np.datetime64]
Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Dates and times read from n texts.

    Parameters
    ----------
    date
        Calendar date as written, ``datetime64[D]``, shape (n,); NaT where not read.
    time
        Microseconds since midnight as written, shape (n,).
    offset
        Minutes ahead of UTC as written, shape (n,); meaningful where ``has_offset``.
    has_time, has_offset
        Whether the format that read the text carries them, shape (n,).
    format
        Place of that format in the list given, -1 where none read the text, shape (n,).
    """

    date: Days
    time: Ints
    offset: Ints
    has_time: Mask
    has_offset: Mask
    format: npt.NDArray[np.int8]


def read_moments(texts: pa.Array, formats: Sequence[str], months: Sequence[str] = ()) -> Moments:
    """Read texts by the first format that fits each; impossible dates fit none.

    Years run from 1900 to 2100; ``%y`` is 1969 to 2068. A format without a day is the period's first day.

    Examples
    --------
    >>> read_moments(pa.array(["2020-02-30", "2020-02-29"]), ["%Y-%m-%d"]).date.tolist()
    [None, datetime.date(2020, 2, 29)]
    """
    n = len(texts)
    found = Moments(
        date=np.full(n, np.datetime64("NaT"), "datetime64[D]"),
        time=np.zeros(n, np.int64),
        offset=np.zeros(n, np.int64),
        has_time=np.zeros(n, bool),
        has_offset=np.zeros(n, bool),
        format=np.full(n, -1, np.int8),
    )
    left = np.arange(n)
    for place, pattern in enumerate(formats):
        if not len(left):
            break
        rows = _read_one(texts.take(pa.array(left)), pattern, tuple(months))
        good = ~np.isnat(rows.date)
        where = left[good]
        for name in ("date", "time", "offset", "has_time", "has_offset"):
            getattr(found, name)[where] = getattr(rows, name)[good]
        found.format[where] = place
        left = left[~good]
    return found


def readable(text: str, months: Sequence[str] = ()) -> tuple[str, ...]:
    """The well-known formats that read a text."""
    one = pa.array([text])
    return tuple(f for f in CANDIDATES if not np.isnat(_read_one(one, f, tuple(months)).date[0]))


def confusable(formats: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of formats that can read one text as two different dates."""
    return [
        (a, b) for a, b in itertools.combinations(dict.fromkeys(formats), 2) if a != "auto" and _shape(a) == _shape(b)
    ]


def unknown_tokens(pattern: str) -> tuple[str, ...]:
    """The ``%`` fields of a format that cannot be read."""
    return tuple(f"%{field}" for field in re.findall(r"%(.)", pattern) if field not in _TOKENS and field not in "bB%")


def local_to_utc(date: Days, time: Ints, zone: str) -> Ints:
    """Local clock times to microseconds since 1970 in UTC; an hour that comes twice is its first.

    Offsets change on quarter hours only, so each distinct quarter hour is looked up once.
    """
    local = date.astype("datetime64[us]").astype(np.int64) + time
    quarter, where = np.unique(local // 900_000_000, return_inverse=True)
    info = zoneinfo.ZoneInfo(zone)
    epoch = dt.datetime(1970, 1, 1)
    offsets = [(epoch + dt.timedelta(seconds=int(q) * 900)).replace(tzinfo=info).utcoffset() for q in quarter]
    shift = np.array([0 if o is None else o // dt.timedelta(microseconds=1) for o in offsets], np.int64)
    return local - shift[where.reshape(-1)] if len(local) else local


def _shape(pattern: str) -> str:
    """A format with day and month made one."""
    return re.sub("%[dm]", "#", pattern)


@lru_cache(maxsize=512)
def _regex(pattern: str, months: tuple[str, ...]) -> str:
    names = "|".join(re.escape(name) for name in _month_names(months))
    parts = []
    for literal, field in re.findall(r"([^%]+)|%(.)", pattern):
        if literal:
            parts.append(re.escape(literal).replace(r"\ ", r"\s+"))
        elif field in "bB":
            parts.append(f"(?P<b>(?i:{names}))\\.?")
        else:
            parts.append(_TOKENS.get(field, re.escape(f"%{field}")))
    return "^" + "".join(parts) + "$"


@lru_cache(maxsize=32)
def _month_names(months: tuple[str, ...]) -> dict[str, int]:
    full = months or _ENGLISH
    names = {name.lower(): number for number, name in enumerate(full, 1)}
    short = {name[:3].lower(): number for number, name in enumerate(full, 1)}
    return dict(sorted({**short, **names, "sept": 9}.items(), key=lambda item: -len(item[0])))


def _read_one(texts: pa.Array, pattern: str, months: tuple[str, ...]) -> Moments:
    parts = pc.extract_regex(texts, _regex(pattern, months))
    names = {parts.type.field(i).name for i in range(parts.type.num_fields)}
    matched = pc.is_valid(parts).to_numpy(zero_copy_only=False)

    def number(name: str, default: int) -> Ints:
        if name not in names:
            return np.full(len(texts), default, np.int64)
        column = pc.cast(pc.struct_field(parts, name), pa.int64())
        return np.asarray(pc.fill_null(column, default).to_numpy(zero_copy_only=False), np.int64)

    date, good = _dates(parts, names, number, months)
    hour, minute, second = number("H", 0), number("M", 0), number("S", 0)
    if "I" in names:
        hour = number("I", 12) % 12 + 12 * _is_pm(parts)
    good &= (hour < 24) & (minute < 60) & (second < 60)
    fraction = _fraction(parts) if "f" in names else np.zeros(len(texts), np.int64)
    n = len(texts)
    return Moments(
        date=np.where(matched & good, date, np.datetime64("NaT")),
        time=((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction,
        offset=_offset(parts) if "z" in names else np.zeros(n, np.int64),
        has_time=np.full(n, bool({"H", "I"} & names)),
        has_offset=np.full(n, "z" in names),
        format=np.zeros(n, np.int8),
    )


def _dates(parts: pa.Array, names: set[str], number: object, months: tuple[str, ...]) -> tuple[Days, Mask]:
    assert callable(number)  # noqa: S101 - for the type checker
    if "G" in names:
        return _iso_weeks(number("G", 1970), number("V", 1))
    year = number("Y", 1970) if "Y" in names else _full_year(number("y", 70))
    month, day = number("m", 1), number("d", 1)
    if "q" in names:
        month = 3 * number("q", 1) - 2
    if "b" in names:
        month = _named_months(pc.struct_field(parts, "b"), months)
    good = (month >= 1) & (month <= 12) & (day >= 1) & (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
    index = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = index.astype("datetime64[M]").astype("datetime64[D]")
    last = (index + 1).astype("datetime64[M]").astype("datetime64[D]")
    date = first + (day - 1).astype("timedelta64[D]")
    return date, good & (date < last)


def _iso_weeks(year: Ints, week: Ints) -> tuple[Days, Mask]:
    january = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + np.timedelta64(3, "D")
    monday = january - ((january.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    date = monday + (7 * (week - 1)).astype("timedelta64[D]")
    thursday = (date + np.timedelta64(3, "D")).astype("datetime64[Y]").astype(np.int64) + 1970
    return date, (week >= 1) & (thursday == year) & (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)


def _full_year(short: Ints) -> Ints:
    return np.where(short < _CENTURY_TURN, 2000 + short, 1900 + short)


def _named_months(texts: pa.Array, months: tuple[str, ...]) -> Ints:
    names = _month_names(months)
    numbers = [0 if text is None else names.get(text.lower(), 0) for text in texts.to_pylist()]
    return np.array(numbers, np.int64)


def _is_pm(parts: pa.Array) -> Ints:
    letters = pc.fill_null(pc.struct_field(parts, "p"), "a").to_pylist()
    return np.array([letter in "Pp" for letter in letters], np.int64)


def _fraction(parts: pa.Array) -> Ints:
    digits = pc.fill_null(pc.struct_field(parts, "f"), "0").to_pylist()
    return np.array([int(d[:6].ljust(6, "0")) for d in digits], np.int64)


def _offset(parts: pa.Array) -> Ints:
    return np.array([_minutes(text) for text in pc.fill_null(pc.struct_field(parts, "z"), "Z").to_pylist()], np.int64)


@lru_cache(maxsize=256)
def _minutes(text: str) -> int:
    if text == "Z":
        return 0
    digits = text[1:].replace(":", "")
    return (1 if text[0] == "+" else -1) * (60 * int(digits[:2]) + int(digits[2:]))
