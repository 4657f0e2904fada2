"""Take learning records over as records of steps: what is new is kept, what was taken back goes, all of it is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from upshot.plan.progress import Fact
from upshot.web.accounts.models import Organisation
from upshot.web.paths.evidence import Row
from upshot.web.paths.models import Enrolment, StepRecord
from upshot.web.paths.statements import statement_of, store
from upshot.web.paths.walking import fact_of, path_of

__all__ = ["Collected", "collected", "say"]

Key = tuple[str, str, object]
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class _Difference:
    """What to add to, take from and complete in one enrolment's records."""

    new: list[tuple[StepRecord, bool]]
    gone: list[int]
    timed: list[StepRecord]


@dataclass(frozen=True, slots=True)
class Collected:
    """What rows bring to the records of many enrolments, and the facts of each afterwards."""

    facts: dict[object, list[Fact]]
    new: list[StepRecord]
    gone: list[int]
    timed: list[StepRecord]
    unsaid: list[tuple[Enrolment, StepRecord]]

    def store(self, organisation: Organisation) -> None:
        """Write it down, and say under a step's own name what was recorded under another. The enrolments are stored."""
        StepRecord.objects.bulk_create(self.new, batch_size=500, ignore_conflicts=True)
        StepRecord.objects.filter(pk__in=self.gone).delete()
        StepRecord.objects.bulk_update(self.timed, ["seconds"], batch_size=500)
        say(organisation, self.unsaid)


def collected(enrolments: Sequence[Enrolment], rows: Iterable[Row]) -> Collected:
    """Compare records with rows: all that are there about the same people.

    What came from a row and has none now is taken back.

    Parameters
    ----------
    enrolments
        With their records fetched.
    """
    by_path: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_path.setdefault((row.initiative, row.person), []).append(row)
    found = Collected({}, [], [], [], [])
    for enrolment in enrolments:
        kept = list(enrolment.records.all())
        difference = _difference(enrolment, kept, by_path.get((enrolment.initiative, enrolment.person), []))
        new = [record for record, _ in difference.new]
        found.new.extend(new)
        found.unsaid.extend((enrolment, record) for record, said in difference.new if not said)
        found.gone.extend(difference.gone)
        found.timed.extend(difference.timed)
        there = [*(one for one in kept if one.pk not in difference.gone), *new]
        found.facts[enrolment.pk] = [fact_of(one) for one in there]
    return found


def _difference(enrolment: Enrolment, kept: Sequence[StepRecord], rows: Sequence[Row]) -> _Difference:
    path = path_of(enrolment.version)
    there: dict[Key, StepRecord] = {(one.step, one.verb, one.at): one for one in kept}
    begun = {one.step for one in kept if one.verb == StepRecord.Verb.LAUNCHED}
    wanted: dict[Key, Row] = {}
    new: list[tuple[StepRecord, bool]] = []
    timed: list[StepRecord] = []
    for row in rows:
        key = (row.step, row.verb, row.at)
        wanted.setdefault(key, row)
        known = there.get(key)
        if known is not None:
            if known.seconds is None and row.seconds is not None:
                known.seconds = row.seconds
                timed.append(known)
            continue
        if path.step(row.step) is None or (row.verb == StepRecord.Verb.LAUNCHED and row.step in begun):
            continue
        begun |= {row.step} if row.verb == StepRecord.Verb.LAUNCHED else set()
        record = StepRecord(
            enrolment=enrolment, step=row.step, verb=row.verb, at=row.at, day=row.day, scaled=row.scaled,
            seconds=row.seconds, source=StepRecord.Source.RECORD,
        )  # fmt: skip
        there[key] = record
        new.append((record, row.said))
    from_rows = (one for one in kept if one.source == StepRecord.Source.RECORD)
    gone = [one.pk for one in from_rows if (one.step, one.verb, one.at) not in wanted]
    return _Difference(new, gone, timed)


def say(organisation: Organisation, unsaid: Sequence[tuple[Enrolment, StepRecord]]) -> None:
    """Say under the step's own name what was recorded under another: a course's unit, a scenario's own address."""
    said = [
        statement_of(enrolment, record, step)
        for enrolment, record in unsaid
        if (step := path_of(enrolment.version).step(record.step)) is not None
        and record.verb != StepRecord.Verb.LAUNCHED
    ]
    for start in range(0, len(said), _AT_ONCE):
        store(organisation, said[start : start + _AT_ONCE])
