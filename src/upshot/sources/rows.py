"""Batches of a file to rows of a lake table: people, learning and KPI readings, bad rows set aside."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from upshot.lake import TABLES
from upshot.periods import period_index, period_start
from upshot.sources.headers import Bound
from upshot.sources.profile import FIELDS, Kind, Profile
from upshot.sources.reasons import LEFT_OUT
from upshot.sources.rejects import Rejects
from upshot.sources.values import Parsed, parse

__all__ = ["Staged", "Tally", "Translator"]

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "words": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "number": pa.float64(),
    "duration": pa.float64(),
    "boolean": pa.bool_(),
}
_RESULTS = ("completed", "passed", "failed", "waived")
_KPI_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


@dataclass(slots=True)
class Tally:
    """The account of records so far."""

    lines: int = 0
    rows_in: int = 0
    rejected: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Staged:
    """Rows ready for a table: the batch, the file's row numbers, the KPI they belong to."""

    table: str
    batch: pa.RecordBatch
    rows: Rows
    group: str = ""


@dataclass(slots=True)
class Translator:
    """Turns batches of one file into rows, by its profile.

    Parameters
    ----------
    profile, bound
        The profile and where its columns are.
    as_of, import_id
        Given to the rows.
    known_people
        For people: who is in the lake already.
    rejects, tally
        Filled on the way.
    """

    profile: Profile
    bound: Mapping[str, Bound]
    as_of: dt.datetime
    import_id: str
    known_people: pa.Array = field(default_factory=lambda: pa.array([], pa.string()))
    rejects: Rejects = field(default_factory=Rejects)
    tally: Tally = field(default_factory=Tally)
    accounts: list[tuple[int, str, str]] = field(default_factory=list)

    def columns(self) -> list[int]:
        """Places of the file's columns that are read."""
        places = {p for b in self.bound.values() for p in (b.column, *b.or_columns) if p is not None}
        return sorted(places)

    def translate(self, batch: pa.RecordBatch) -> Iterator[Staged]:
        """The rows of one batch; call in file order."""
        rows = np.arange(self.tally.lines, self.tally.lines + batch.num_rows)
        self.tally.lines += batch.num_rows
        match self.profile.feed:
            case "people":
                yield from self._people(batch, rows)
            case "learning":
                yield from self._learning(batch, rows)
            case _:
                yield from self._kpis(batch, rows)

    def readings_per_line(self) -> int:
        """Records one line of the file holds."""
        return max(len(self.profile.kpis), 1)

    def _read(self, batch: pa.RecordBatch, rows: Rows, names: list[str]) -> tuple[dict[str, Parsed], Mask, Mask]:
        """Parse fields; also which rows are fit, and which are left out on purpose."""
        good, left_out = np.ones(len(rows), bool), np.zeros(len(rows), bool)
        parsed = {}
        for name in names:
            found, texts = self._field(batch, name)
            parsed[name] = found
            bound = self.bound.get(name)
            if bound is None:
                continue
            if bound.spec.required:
                empty = _true(pc.is_null(found.values))
                for mask in found.wrong.values():
                    empty &= ~mask
                found.mark("blank" if bound.spec.leave_out_blank else "missing", empty)
            for reason, mask in found.wrong.items():
                new = mask & good & ~left_out
                self.rejects.add(rows[new], bound.header, texts.filter(pa.array(new)), reason)
                if reason in LEFT_OUT:
                    left_out |= new
                else:
                    good &= ~mask
        return parsed, good & ~left_out, left_out

    def _field(self, batch: pa.RecordBatch, name: str) -> tuple[Parsed, pa.Array]:
        kind = FIELDS[self.profile.feed].get(name, ("text", False))[0] if "." not in name else "text"
        bound = self.bound.get(name)
        n = batch.num_rows
        if bound is None or (bound.column is None and not bound.or_columns and bound.spec.constant is None):
            return Parsed(pa.nulls(n, _TYPES[kind]), {}, pa.nulls(n, pa.date32())), pa.nulls(n, pa.string())
        texts = _texts(batch, bound)
        return parse(texts, bound.spec, self.profile.file, zone=self.profile.time_zone), texts

    def _people(self, batch: pa.RecordBatch, rows: Rows) -> Iterator[Staged]:
        names = [*FIELDS["people"], *(n for n in self.bound if "." in n)]
        parsed, good, _ = self._read(batch, rows, names)
        left, hired = parsed["left"].values, parsed["hired"].values
        backwards = _true(pc.less(left, hired)) & good
        self.rejects.add(rows[backwards], self._header("left"), left.filter(pa.array(backwards)), "left-before-hired")
        good &= ~backwards
        self._count(good, np.zeros(len(rows), bool))
        columns = {name: parsed[name].values for name in FIELDS["people"]}
        columns["valid_from"] = self._valid_from(columns["person"], columns["hired"], columns["valid_from"])
        columns["attributes"] = _maps(
            {n.partition(".")[2]: parsed[n].values for n in names if n[:3] == "att"}, len(rows)
        )
        columns["recorded_at"] = _constant(dt.datetime.now(dt.UTC), len(rows), _TYPES["instant"])
        yield self._staged("people", columns, rows, good)
        self._note_accounts(parsed, rows, good)

    def _valid_from(self, person: pa.Array, hired: pa.Array, given: pa.Array) -> pa.Array:
        """The column where there is one; else as_of, or for somebody new the day of hiring if so wished."""
        day = pa.scalar(self.as_of.date(), pa.date32())
        later = pc.if_else(pc.fill_null(pc.greater(hired, day), False), hired, day)
        if self.profile.first_valid_from == "hired":
            new = pc.invert(pc.is_in(person, value_set=self.known_people))
            later = pc.if_else(new, pc.coalesce(hired, later), later)
        return pc.coalesce(given, later)

    def _note_accounts(self, parsed: Mapping[str, Parsed], rows: Rows, good: Mask) -> None:
        person = parsed["person"].values.to_pylist()
        for name, found in parsed.items():
            if name.startswith("accounts."):
                system = name.partition(".")[2]
                lower = pc.utf8_lower(found.values) if system == "email" else found.values
                for row, who, account in zip(
                    rows[good], lower.filter(pa.array(good)).to_pylist(), _pick(person, good), strict=True
                ):
                    if who is not None:
                        self.accounts.append((int(row), f"{system}:{who}", account))

    def _learning(self, batch: pa.RecordBatch, rows: Rows) -> Iterator[Staged]:
        parsed, good, left_out = self._read(batch, rows, list(FIELDS["learning"]))
        undated = good & self._borrowed_dates(batch, parsed["verb"].values)
        self.rejects.add(rows[undated], self._header("at"), pa.nulls(int(undated.sum()), pa.string()), "missing")
        good &= ~undated
        self._count(good, left_out)
        columns = {name: found.values for name, found in parsed.items()}
        columns["account"] = columns.pop("person")
        columns["date"] = parsed["at"].dates
        yield self._staged("learning", columns, rows, good)

    def _borrowed_dates(self, batch: pa.RecordBatch, verbs: pa.Array) -> Mask:
        """Results whose own date is empty: a date of enrolment must not stand in for it."""
        at = self.bound["at"]
        if not at.or_columns or at.column is None:
            return np.zeros(batch.num_rows, bool)
        result = pc.is_in(verbs, value_set=pa.array(_RESULTS))
        own = batch.column(str(at.column))
        return _true(result) & _true(pc.is_null(_blank_to_null(own) if pa.types.is_string(own.type) else own))

    def _kpis(self, batch: pa.RecordBatch, rows: Rows) -> Iterator[Staged]:
        base, fit, _ = self._read(batch, rows, ["entity", "period", "as_of"])
        shared = {"entity": base["entity"].values, "period": self._periods(base["period"].values)}
        shared["as_of"] = pc.fill_null(base["as_of"].values, pa.scalar(self.as_of, _TYPES["instant"]))
        shared["grain"] = pa.repeat(str(self.profile.grain), len(rows))
        if self.profile.kpis:
            for kpi in self.profile.kpis:
                parts = {part: f"{kpi.kpi}.{part}" for part in kpi.parts}
                columns, good = self._reading(batch, rows, parts, fit)
                yield self._staged("kpis", {**shared, **columns}, rows, good, kpi.kpi)
            return
        names, named = self._kpi_names(batch, rows, fit)
        parts = {part: part for part in ("value", "numerator", "denominator") if part in self.bound}
        columns, good = self._reading(batch, rows, parts, named)
        for name in pc.unique(names.filter(pa.array(good))).to_pylist():
            yield self._staged("kpis", {**shared, **columns}, rows, good & _true(pc.equal(names, name)), name)

    def _kpi_names(self, batch: pa.RecordBatch, rows: Rows, fit: Mask) -> tuple[pa.Array, Mask]:
        parsed, good, _ = self._read(batch, rows, ["kpi"])
        names = parsed["kpi"].values
        wrong = fit & good & ~_true(pc.match_substring_regex(names, _KPI_NAME))
        for reason, where in (
            ("missing", wrong & _true(pc.is_null(names))),
            ("not-a-kpi-name", wrong & _true(pc.is_valid(names))),
        ):
            self.rejects.add(rows[where], self._header("kpi"), names.filter(pa.array(where)), reason)
        return names, fit & good & ~wrong

    def _reading(
        self, batch: pa.RecordBatch, rows: Rows, parts: Mapping[str, str], fit: Mask
    ) -> tuple[dict[str, pa.Array], Mask]:
        """A value, or a numerator and a denominator, of rows whose entity and period are fit."""
        good, left_out = fit.copy(), np.zeros(len(rows), bool)
        columns = {part: pa.nulls(len(rows), pa.float64()) for part in ("value", "numerator", "denominator")}
        for part, name in parts.items():
            bound = self.bound[name]
            found, texts = self._number(batch, name)
            columns[part] = found.values
            empty = _true(pc.is_null(found.values))
            for mask in found.wrong.values():
                empty &= ~mask
            found.mark("blank" if self.profile.blank_values == "leave-out" else "missing", empty)
            for reason, mask in found.wrong.items():
                new = mask & good
                self.rejects.add(rows[new], bound.header, texts.filter(pa.array(new)), reason)
                left_out |= new if reason == "blank" else False
                good &= ~mask
        if "denominator" in parts:
            zero = good & _true(pc.and_(pc.equal(columns["denominator"], 0.0), pc.not_equal(columns["numerator"], 0.0)))
            header = self.bound[parts["denominator"]].header
            self.rejects.add(rows[zero], header, columns["denominator"].filter(pa.array(zero)), "zero-denominator")
            good &= ~zero
        self._count(good, left_out)
        return columns, good

    def _number(self, batch: pa.RecordBatch, name: str) -> tuple[Parsed, pa.Array]:
        bound = self.bound[name]
        texts = _texts(batch, bound)
        return parse(texts, bound.spec, self.profile.file), texts

    def _periods(self, dates: pa.Array) -> pa.Array:
        """First day of the period each date lies in; missing stays missing."""
        assert self.profile.grain is not None  # noqa: S101 - the profile parser refuses KPIs without one
        missing = _true(pc.is_null(dates))
        days = pc.fill_null(dates, dt.date(1970, 1, 1)).to_numpy(zero_copy_only=False)
        starts = period_start(period_index(days, self.profile.grain), self.profile.grain)
        return pa.array(starts, pa.date32(), mask=missing)

    def _staged(self, table: str, columns: Mapping[str, pa.Array], rows: Rows, good: Mask, group: str = "") -> Staged:
        schema = TABLES[table].file_schema
        n = len(rows)
        origin = {"source": pa.repeat(self.profile.name, n), "import_id": pa.repeat(self.import_id, n)}
        arrays = [{**columns, **origin}[name] for name in schema.names]
        batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
        if good.all():
            return Staged(table, batch, rows, group)
        return Staged(table, batch.filter(pa.array(good)), rows[good], group)

    def _count(self, good: Mask, left_out: Mask) -> None:
        self.tally.rows_in += len(good)
        self.tally.left_out += int(left_out.sum())
        self.tally.rejected += int((~good & ~left_out).sum())

    def _header(self, name: str) -> str:
        bound = self.bound.get(name)
        return name if bound is None else bound.header


def _texts(batch: pa.RecordBatch, bound: Bound) -> pa.Array:
    """The column of a field, its other columns where it is empty, or its constant."""
    if bound.spec.constant is not None:
        return pa.repeat(bound.spec.constant, batch.num_rows)
    places = [place for place in (bound.column, *bound.or_columns) if place is not None]
    texts = batch.column(str(places[0]))
    for place in places[1:]:
        texts = pc.coalesce(_blank_to_null(texts), batch.column(str(place)))
    return texts


def _blank_to_null(texts: pa.Array) -> pa.Array:
    blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
    return pc.if_else(blank, pa.scalar(None, texts.type), texts)


def _constant(value: object, n: int, kind: pa.DataType) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind), n)


def _maps(columns: Mapping[str, pa.Array], n: int) -> pa.Array:
    kind = pa.map_(pa.string(), pa.string())
    if not columns:
        return pa.array([[]] * n, kind)
    lists = {name: array.to_pylist() for name, array in columns.items()}
    return pa.array([[(k, v[i]) for k, v in lists.items() if v[i] is not None] for i in range(n)], kind)


def _pick(values: list[str], good: Mask) -> list[str]:
    return [value for value, keep in zip(values, good, strict=True) if keep]


def _true(values: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(values, False).to_numpy(zero_copy_only=False), bool)
