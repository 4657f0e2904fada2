"""Timestamps and durations: what is valid, the instant meant, and what two spellings have in common."""

import re
from datetime import UTC, datetime, timedelta

from upshot.xapi.versions import Version

__all__ = [
    "comparable_duration",
    "duration_seconds",
    "in_utc",
    "instant",
    "is_duration",
    "is_timestamp",
    "offset_minutes",
    "parse_timestamp",
    "written",
]

_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?([Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_STRICT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_LEAP_SECOND = 60
_NEGATIVE_ZERO = ("-00", "-0000", "-00:00")

_NUMBER = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"P(?:({_NUMBER})W|(?=\d|T\d)(?:({_NUMBER})Y)?(?:({_NUMBER})M)?(?:({_NUMBER})D)?"
    rf"(?:T(?=\d)(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?)?)",
    re.ASCII,
)
_SECONDS = re.compile(r"(\d+)[.,](\d{2})\d*S")
# A year and a month have no fixed length; these are the means of the Gregorian calendar.
_UNIT_SECONDS = (604_800.0, 31_556_952.0, 2_629_746.0, 86_400.0, 3_600.0, 60.0, 1.0)


def parse_timestamp(text: str) -> datetime | None:
    """The instant ``text`` names, with its offset, or None when it is no ISO 8601 timestamp.

    A missing offset is read as UTC. ``-00:00`` (RFC 3339: offset unknown) is refused, as the specification asks.

    Examples
    --------
    >>> parse_timestamp("2023-05-04T12:00:00-05:00").isoformat()
    '2023-05-04T12:00:00-05:00'
    >>> parse_timestamp("2023-02-30T12:00:00Z") is None
    True
    """
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return None
    day, minute, second, fraction, zone = found.groups()
    if zone in _NEGATIVE_ZERO:
        return None
    leap = second is not None and int(second) == _LEAP_SECOND
    clock = f"{day}T{minute}:{'59' if leap else second or '00'}.{(fraction or '')[:6]:0<6}"
    try:
        moment = datetime.fromisoformat(clock + _python_zone(zone))
        return moment + timedelta(seconds=1) if leap else moment
    except (ValueError, OverflowError):
        return None


def _python_zone(zone: str | None) -> str:
    if zone is None or zone in "Zz":
        return "+00:00"
    return zone if len(zone) != len("+00") else f"{zone}:00"


def is_timestamp(text: str, version: Version) -> bool:
    """Whether ``text`` is a valid timestamp under ``version``: ISO 8601 for 1.0.3, RFC 3339 for 2.0."""
    if version is Version.V2_0_0 and _STRICT.fullmatch(text) is None:
        return False
    return parse_timestamp(text) is not None


def instant(text: str) -> datetime:
    """The instant of a valid timestamp, in UTC; the first or last that can be kept where UTC would leave the calendar.

    Raises
    ------
    ValueError
        When ``text`` is not a timestamp.
    """
    moment = parse_timestamp(text)
    if moment is None:
        raise ValueError("Not an ISO 8601 timestamp with a known offset.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        edge = datetime.min if moment.year == 1 else datetime.max
        return edge.replace(tzinfo=UTC)


def in_utc(text: str) -> str:
    """A valid timestamp written in UTC, every digit of its fraction kept.

    Examples
    --------
    >>> in_utc("2023-05-04T12:00:00.1234567-05:00")
    '2023-05-04T17:00:00.1234567Z'
    """
    found = _TIMESTAMP.fullmatch(text)
    if found is None or found[5] in (None, "Z", "z"):
        return text
    whole = instant(f"{found[1]}T{found[2]}:{found[3] or '00'}{found[5]}").isoformat()[: len("0001-01-01T00:00:00")]
    return f"{whole}.{found[4]}Z" if found[4] else f"{whole}Z"


def offset_minutes(text: str) -> int:
    """Minutes east of UTC at the place of a valid timestamp."""
    if text.endswith("Z"):
        return 0
    moment = parse_timestamp(text)
    offset = None if moment is None else moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


def written(moment: datetime) -> str:
    """An instant as the store writes it: UTC, RFC 3339, six decimals.

    Examples
    --------
    >>> written(datetime(2026, 11, 24, 6, 30, tzinfo=UTC))
    '2026-11-24T06:30:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def is_duration(text: str) -> bool:
    """Whether ``text`` is an ISO 8601 duration with designators; a fraction may stand in its last part only.

    Examples
    --------
    >>> [is_duration(text) for text in ("PT4H35M59.14S", "P4W", "P4W1D", "P", "PT", "PT1.5H3M")]
    [True, True, False, False, False, False]
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        return False
    parts = [part for part in found.groups() if part is not None]
    return all(part.isdigit() for part in parts[:-1])


def duration_seconds(text: str) -> float | None:
    """The length of a duration in seconds, years and months at their mean lengths; None when it is not one.

    Examples
    --------
    >>> duration_seconds("PT1H0.5S"), duration_seconds("P1D")
    (3600.5, 86400.0)
    """
    found = _DURATION.fullmatch(text)
    if found is None or not is_duration(text):
        return None
    parts = zip(found.groups(), _UNIT_SECONDS, strict=True)
    return sum(float(part.replace(",", ".")) * unit for part, unit in parts if part is not None)


def comparable_duration(text: str) -> str:
    """A duration without what comparison must ignore: anything finer than a hundredth of a second, cut and not rounded.

    Examples
    --------
    >>> comparable_duration("P1DT12H36M0.12567S"), comparable_duration("PT1.50S"), comparable_duration("PT2.00S")
    ('P1DT12H36M0.12S', 'PT1.5S', 'PT2S')
    """
    cut = _SECONDS.sub(lambda match: f"{match[1]}.{match[2]}S", text.replace(",", "."))
    return re.sub(r"\.?0+S$", "S", cut) if re.search(r"\.\d+S$", cut) else cut
