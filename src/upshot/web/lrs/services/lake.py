"""Statements into the lake as learning records: what is new is added, what was voided or deleted is taken back."""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa
from django.conf import settings

from upshot.lake import TABLES, Import, new_import_id
from upshot.lake.retract import RecordKey, retract_learning
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import workspace_of
from upshot.web.lrs.models import Change, LakeCursor, Statement
from upshot.web.lrs.store.scanning import statements_after
from upshot.xapi.decode import as_object
from upshot.xapi.learning import LearningRecord, learning_records

__all__ = ["SOURCE", "Followed", "follow", "record_keys"]

SOURCE = "xapi"
_SCHEMA: pa.Schema = TABLES["learning"].file_schema
_CHANGES_AT_ONCE = 5_000
_STATEMENTS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Followed:
    """What the lake took over: statements read, records added, and records taken back."""

    statements: int
    added: int
    retracted: int


def follow(organisation: Organisation) -> Followed:
    """Bring the lake up to date with an organisation's statements.

    Memory grows far more slowly than their number: 312 MB at 100,000, 495 MB at a million, 171 of them the process.
    Interrupted anywhere and run again, it ends the same: records that are there already are not added twice.
    """
    LakeCursor.objects.get_or_create(organisation=organisation)
    # Changes noted before the scan begins concern statements that the scan sees as they are now.
    changes = list(Change.objects.filter(organisation=organisation).order_by("pk")[:_CHANGES_AT_ONCE])
    read = added = 0
    while True:
        part = _part(organisation)
        read, added = read + part.statements, added + part.added
        if part.statements < _STATEMENTS_AT_ONCE:
            return Followed(read, added, _take_back(organisation, changes))


def _part(organisation: Organisation) -> Followed:
    """Take over a bounded number of statements, and remember how far it came."""
    lake = workspace_of(organisation).lake()
    now = dt.datetime.now(dt.UTC)
    import_id = new_import_id(now)
    read = rows = added = 0
    at = LakeCursor.objects.get(organisation=organisation).stored
    with lake.writing(), lake.staging("learning", import_id) as staging:
        for chunk in statements_after(organisation.pk, at):
            records = [
                record for one in chunk if not one.voided for record in _records(one.payload, one.offset_minutes)
            ]
            if records:
                staging.write(_batch(records, import_id))
            read, rows, at = read + len(chunk), rows + len(records), chunk[-1].stored
            if read >= _STATEMENTS_AT_ONCE:
                break
        if rows:
            added = staging.compare().taken
            staging.commit()
            lake.log(
                Import(
                    import_id=import_id, feed="learning", at=now, source=SOURCE, rows_in=rows, rows_taken=added,
                    rows_already_there=rows - added,
                )
            )  # fmt: skip
    LakeCursor.objects.filter(organisation=organisation).update(stored=at)
    return Followed(read, added, 0)


def _records(payload: bytes, offset_minutes: int) -> tuple[LearningRecord, ...]:
    statement = as_object(payload, "The statement stored")
    return learning_records(statement, offset_minutes=offset_minutes, own_home=settings.ENVIRONMENT.url)


def _batch(records: list[LearningRecord], import_id: str) -> pa.RecordBatch:
    columns = {
        "account": [one.account for one in records],
        "activity": [one.activity for one in records],
        "title": [one.title for one in records],
        "verb": [one.verb for one in records],
        "at": [one.at for one in records],
        "date": [one.date for one in records],
        "success": [one.success for one in records],
        "score": [one.score for one in records],
        "duration": [one.duration for one in records],
        "source": [SOURCE] * len(records),
        "import_id": [import_id] * len(records),
    }
    return pa.RecordBatch.from_arrays([pa.array(columns[field.name], field.type) for field in _SCHEMA], schema=_SCHEMA)


def record_keys(payload: bytes, offset_minutes: int = 0) -> list[RecordKey]:
    """What names the lake's records of a statement."""
    return [
        (one.account, one.activity, one.verb, int((one.at - _EPOCH) / dt.timedelta(microseconds=1)))
        for one in _records(payload, offset_minutes)
    ]


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _take_back(organisation: Organisation, changes: list[Change]) -> int:
    keys: list[RecordKey] = []
    voided = [change.statement_id for change in changes if change.why == "voided"]
    kept = Statement.objects.filter(organisation=organisation, statement_id__in=voided)
    for payload in kept.values_list("payload", flat=True):
        keys += record_keys(bytes(payload))
    for change in changes:
        keys += [(str(a), str(b), str(c), int(at)) for a, b, c, at in change.records]
    gone = retract_learning(workspace_of(organisation).lake(), keys, source=SOURCE)
    Change.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return gone
