"""One column of texts to typed values: text, numbers, words, durations, dates; what does not fit is marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upshot.sources.dates import local_to_utc, read_moments
from upshot.sources.profile import FieldMap, FileFormat

__all__ = ["Parsed", "parse"]

Mask = npt.NDArray[np.bool_]

_HMS = r"^(?:(?P<h>[0-9]+):)?(?P<m>[0-9]{1,4}):(?P<s>[0-9]{1,2})$"
_SECONDS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0}


@dataclass(slots=True)
class Parsed:
    """Typed values of a column and, by reason, which of the n rows did not fit (shape (n,) masks)."""

    values: pa.Array
    wrong: dict[str, Mask] = field(default_factory=dict)
    dates: pa.Array | None = None

    def mark(self, reason: str, where: Mask) -> None:
        """Note rows that do not fit; only when there are any."""
        if where.any():
            self.wrong[reason] = where


def parse(column: pa.Array, spec: FieldMap, form: FileFormat, *, zone: str | None = None) -> Parsed:
    """Read one column as its field says; empty text and the file's null words are missing values."""
    typed = _typed(column, spec)
    if typed is not None:
        return typed
    texts = column if pa.types.is_string(column.type) else column.cast(pa.string())
    if spec.kind == "number":
        return _in_range(_numbers(texts, spec, form), spec)
    coded = texts.dictionary_encode()
    words = _clean(coded.dictionary, form.null_words)
    match spec.kind:
        case "text":
            found = _texts(words, spec)
        case "words" | "boolean":
            found = _meanings(words, spec)
        case "duration":
            found = _in_range(_durations(words, spec, form), spec)
        case _:
            found = _moments(words, spec, form, zone)
    return _spread(found, coded.indices)


def _spread(found: Parsed, indices: pa.Array) -> Parsed:
    """From distinct texts back to rows."""
    if not len(found.values):
        return Parsed(pa.nulls(len(indices), found.values.type), {}, _nulls_like(found.dates, len(indices)))
    rows = np.asarray(pc.fill_null(indices, 0).to_numpy(zero_copy_only=False), np.int64)
    there = np.asarray(pc.is_valid(indices).to_numpy(zero_copy_only=False), bool)
    spread = Parsed(found.values.take(indices), {}, None if found.dates is None else found.dates.take(indices))
    for reason, mask in found.wrong.items():
        spread.mark(reason, mask[rows] & there)
    return spread


def _nulls_like(array: pa.Array | None, count: int) -> pa.Array | None:
    return None if array is None else pa.nulls(count, array.type)


def _typed(column: pa.Array, spec: FieldMap) -> Parsed | None:
    """Columns that arrive typed (Parquet) need no reading; ``None`` when the text must be read."""
    kind = column.type
    if spec.kind in ("date", "instant") and (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return _typed_moments(column, spec)
    if spec.kind in ("number", "duration") and (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        numbers = pc.cast(column, pa.float64(), safe=False)
        scaled = pc.divide(numbers, spec.divide_by)
        if spec.kind == "duration":
            scaled = pc.multiply(numbers, _SECONDS.get(spec.unit, 1.0))
        return _in_range(_finite(Parsed(scaled)), spec)
    if spec.kind == "boolean" and pa.types.is_boolean(kind):
        return Parsed(column)
    return None


def _typed_moments(column: pa.Array, spec: FieldMap) -> Parsed | None:
    dates = pc.cast(column, pa.date32(), safe=False)
    if spec.kind == "date":
        return Parsed(dates)
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        return None
    return Parsed(pc.cast(column, pa.timestamp("us", tz="UTC"), safe=False), {}, dates)


def _clean(texts: pa.Array, null_words: Sequence[str]) -> pa.Array:
    """Trimmed texts; empty ones and null words are null."""
    trimmed = pc.utf8_trim_whitespace(texts)
    empty = pc.is_in(trimmed, value_set=pa.array(["", *null_words], pa.string()))
    return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)


def _texts(words: pa.Array, spec: FieldMap) -> Parsed:
    found = Parsed(words)
    if spec.extract is not None:
        part = pc.struct_field(pc.extract_regex(words, spec.extract), "value")
        found.values = part
        found.mark("no-match", _mask(pc.and_(pc.is_valid(words), pc.is_null(part))))
    if spec.lower or spec.account_system == "email":
        found.values = pc.utf8_lower(found.values)
    if spec.account_system:
        found.values = pc.binary_join_element_wise(spec.account_system, found.values, ":")
    return found


def _meanings(words: pa.Array, spec: FieldMap) -> Parsed:
    plain = pc.utf8_lower(pc.replace_substring_regex(words, r"\s+", " "))
    meaning = {word: name for name, listed in spec.words.items() for word in listed}
    values = [None if w is None else meaning.get(w) for w in plain.to_pylist()]
    skipped = _mask(pc.is_in(plain, value_set=pa.array(spec.skip, pa.string()))) & _mask(pc.is_valid(plain))
    unknown = np.array([v is None for v in values], bool) & _mask(pc.is_valid(plain)) & ~skipped
    if spec.kind == "boolean":
        found = Parsed(pa.array([None if v is None else v == "true" for v in values], pa.bool_()))
        found.mark("not-a-boolean", unknown)
        return found
    found = Parsed(pa.array(values, pa.string()))
    found.mark("skipped", skipped)
    found.mark("not-a-word", unknown)
    return found


def _numbers(texts: pa.Array, spec: FieldMap, form: FileFormat) -> Parsed:
    found = None
    if form.decimal == "." and not form.thousands and not spec.strip and not form.null_words:
        found = _plain_numbers(texts)
    if found is None:
        found = _written_numbers(_clean(texts, form.null_words), spec, form)
    if spec.divide_by != 1.0:
        found.values = pc.divide(found.values, spec.divide_by)
    return _finite(found)


def _plain_numbers(texts: pa.Array) -> Parsed | None:
    """The quick way: every text is a bare number."""
    try:
        return Parsed(pc.cast(texts, pa.float64()))
    except pa.ArrowInvalid:
        return None


def _written_numbers(texts: pa.Array, spec: FieldMap, form: FileFormat) -> Parsed:
    """Numbers as people write them; a thousands mark must stand before three digits."""
    for mark in spec.strip:
        texts = pc.utf8_trim_whitespace(pc.replace_substring(texts, mark, ""))
    point, group = re.escape(form.decimal), re.escape(form.thousands)
    grouped = rf"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|" if form.thousands else ""
    shape = rf"^[-+]?(?:{grouped}[0-9]+)?(?:{point}[0-9]*)?(?:[eE][-+]?[0-9]+)?$"
    number = pc.and_(pc.match_substring_regex(texts, shape), pc.match_substring_regex(texts, "[0-9]"))
    infinite = pc.match_substring_regex(texts, r"^(?i:[-+]?(?:nan|inf|infinity))$")
    good = pc.fill_null(number, False)
    bare = pc.if_else(good, texts, pa.scalar(None, pa.string()))
    if form.thousands:
        bare = pc.replace_substring(bare, form.thousands, "")
    if form.decimal != ".":
        bare = pc.replace_substring(bare, form.decimal, ".")
    found = Parsed(pc.cast(bare, pa.float64()))
    found.mark("not-finite", _mask(pc.fill_null(infinite, False)))
    found.mark("not-a-number", _mask(pc.is_valid(texts)) & ~_mask(good) & ~found.wrong.get("not-finite", _no(texts)))
    return found


def _finite(found: Parsed) -> Parsed:
    endless = _mask(pc.fill_null(pc.invert(pc.is_finite(found.values)), False))
    if endless.any():
        found.wrong["not-finite"] = endless | found.wrong.get("not-finite", np.zeros(len(endless), bool))
    return found


def _in_range(found: Parsed, spec: FieldMap) -> Parsed:
    if spec.minimum is not None:
        found.mark("too-small", _mask(pc.fill_null(pc.less(found.values, spec.minimum), False)))
    if spec.maximum is not None:
        found.mark("too-large", _mask(pc.fill_null(pc.greater(found.values, spec.maximum), False)))
    return found


def _durations(words: pa.Array, spec: FieldMap, form: FileFormat) -> Parsed:
    if spec.unit != "h:m:s":
        found = _written_numbers(words, spec, form)
        found.values = pc.multiply(found.values, _SECONDS[spec.unit])
        return found
    parts = pc.extract_regex(words, _HMS)
    seconds = pa.array(np.zeros(len(words)))
    for name, size in (("h", 3600.0), ("m", 60.0), ("s", 1.0)):
        text = pc.struct_field(parts, name)
        number = pc.cast(pc.if_else(pc.equal(text, ""), "0", text), pa.float64())
        seconds = pc.add(seconds, pc.multiply(number, size))
    found = Parsed(seconds)
    found.mark("not-a-duration", _mask(pc.is_valid(words)) & _mask(pc.is_null(seconds)))
    return found


def _moments(words: pa.Array, spec: FieldMap, form: FileFormat, zone: str | None) -> Parsed:
    read = read_moments(words, spec.formats, form.months)
    unread = np.isnat(read.date)
    days = pa.array(read.date, mask=unread)
    if spec.kind == "date":
        found = Parsed(pc.cast(days, pa.date32()))
    else:
        local = read.date.astype("datetime64[us]").astype(np.int64) + read.time
        utc = np.where(read.has_offset, local - read.offset * 60_000_000, local)
        floating = read.has_time & ~read.has_offset & ~unread
        if zone is not None and floating.any():
            utc[floating] = local_to_utc(read.date[floating], read.time[floating], zone)
        found = Parsed(pa.array(utc, pa.timestamp("us", tz="UTC"), mask=unread), {}, pc.cast(days, pa.date32()))
    found.mark("not-a-date", unread & _mask(pc.is_valid(words)))
    return found


def _mask(values: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), bool)


def _no(texts: pa.Array) -> Mask:
    return np.zeros(len(texts), bool)
