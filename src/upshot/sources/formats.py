"""The one format a date column is written in, found from the whole column, or a refusal to guess."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from upshot.errors import FeedError, Problem
from upshot.sources.dates import CANDIDATES, confusable, read_moments
from upshot.sources.headers import Bound
from upshot.sources.profile import Profile
from upshot.sources.tabular import Tabular

__all__ = ["settle_formats"]

_SHOWN = 3


def settle_formats(
    table: Tabular, bound: Mapping[str, Bound], profile: Profile, file: str
) -> tuple[Mapping[str, Bound], list[str]]:
    """Replace every ``auto`` by the format that reads the whole column; also what was found, in words.

    Raises
    ------
    FeedError
        If no single format reads every value, or two do and would give different dates.
    """
    open_names = [n for n, b in bound.items() if b.spec.formats == ("auto",) and b.spec.kind in ("date", "instant")]
    open_names = [n for n in open_names if bound[n].column is not None or bound[n].or_columns]
    if not open_names:
        return bound, []
    settled, notes, problems = dict(bound), [], []
    for name, seen in _distinct(table, bound, open_names).items():
        if not seen:
            continue
        texts = pa.array(list(seen), pa.string())
        readers = {f: ~np.isnat(read_moments(texts, [f], profile.file.months).date) for f in CANDIDATES}
        whole = [f for f, good in readers.items() if good.all()]
        if len(whole) == 1 or (whole and not confusable(whole)):
            spec = dataclasses.replace(bound[name].spec, formats=(whole[0],))
            settled[name] = dataclasses.replace(bound[name], spec=spec)
            notes.append(f"The dates of {bound[name].header!r} are written as {whole[0]}.")
        elif whole:
            problems.append(_two_ways(bound[name].header, whole, file))
        else:
            problems.append(_mixed(bound[name].header, readers, seen, table, file))
    if problems:
        raise FeedError(problems)
    return settled, notes


def _distinct(table: Tabular, bound: Mapping[str, Bound], names: list[str]) -> dict[str, dict[str, int]]:
    """Every distinct text of the columns with the row it first stands on; typed columns have none."""
    columns = {name: [p for p in (bound[name].column, *bound[name].or_columns) if p is not None] for name in names}
    seen: dict[str, dict[str, int]] = {name: {} for name in names}
    start = 0
    for batch in table.batches(sorted({place for places in columns.values() for place in places})):
        for name, place in ((name, place) for name, places in columns.items() for place in places):
            column = batch.column(str(place))
            if not pa.types.is_string(column.type):
                continue
            coded = column.dictionary_encode()
            indices = coded.indices.to_numpy(zero_copy_only=False)
            for index, text in enumerate(coded.dictionary.to_pylist()):
                if text.strip() and text.strip() not in seen[name]:
                    seen[name][text.strip()] = start + int(np.argmax(indices == index))
        start += batch.num_rows
    return seen


def _two_ways(header: str, whole: list[str], file: str) -> Problem:
    text = f"Every date of this column can be read as {' and as '.join(whole)}, which give different dates."
    fix = f"Set formats: ['{whole[0]}'] or the other in the profile, whichever the file is written in."
    return Problem(code="ambiguous-dates", text=text, fix=fix, file=file, column=header)


def _mixed(header: str, readers: Mapping[str, object], seen: Mapping[str, int], table: Tabular, file: str) -> Problem:
    """Which lines are written how: formats are taken greedily, the one that reads most first."""
    rows = np.array(list(seen.values()), np.int64)
    left = np.ones(len(rows), bool)
    parts = []
    while left.any():
        best = max(readers, key=lambda f: int((np.asarray(readers[f]) & left).sum()))
        good = np.asarray(readers[best]) & left
        if not good.any():
            break
        parts.append(f"{best} on {_where(table, rows[good])}")
        left &= ~good
    if left.any():
        parts.append(f"in no known way on {_where(table, rows[left])}")
    text = f"The dates of this column are written in more than one way: {'; '.join(parts)}."
    fix = "Make them one way at the source, or list the formats in the profile if they cannot be confused."
    return Problem(code="mixed-dates", text=text, fix=fix, file=file, column=header)


def _where(table: Tabular, rows: np.ndarray) -> str:
    lines, _ = table.locate(np.sort(rows)[:_SHOWN])
    more = ", …" if len(rows) > _SHOWN else ""
    return ("line " if len(rows) == 1 else "lines ") + ", ".join(map(str, lines.tolist())) + more
