"""Take learning records back out of the lake, because their source voided or deleted them."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from upshot.lake.lake import Lake
from upshot.lake.schema import TABLES
from upshot.lake.store import delete_matching

__all__ = ["RecordKey", "retract_learning"]

RecordKey = tuple[str, str, str, int]
"""What names a learning record: account, activity, verb, and its instant in microseconds since 1970."""

_COLUMNS = ("account", "activity", "verb", "at", "source")


def retract_learning(lake: Lake, keys: Sequence[RecordKey], *, source: str) -> int:
    """Delete the learning records of a source that the keys name; how many went.

    Files without such a record stay as they are; of the others the old ones are dropped, so that the records are gone
    from the disk too.
    """
    if not keys:
        return 0
    wanted = set(keys)
    accounts = pa.array(sorted({account for account, _, _, _ in wanted}), pa.string())

    def matches(batch: pa.RecordBatch) -> pa.BooleanArray:
        near = pc.and_(pc.is_in(batch.column(0), accounts), pc.equal(batch.column(4), source))
        mask = [False] * batch.num_rows
        places = pc.indices_nonzero(near)
        rows = batch.take(places)
        instants = rows.column(3).cast(pa.int64()).to_pylist()
        named = zip(*(rows.column(place).to_pylist() for place in range(3)), instants, strict=True)
        for place, key in zip(places.to_pylist(), named, strict=True):
            mask[place] = key in wanted
        return pa.array(mask, pa.bool_())

    with lake.writing():
        return delete_matching(lake.folder, TABLES["learning"], _COLUMNS, matches)
