"""An enrolment as the rules of the plan see it: its path, its facts, and how far it is."""

from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from upshot.plan.progress import Fact, PathProgress, Verb, progress
from upshot.plan.rolepath import RolePath
from upshot.web.paths.models import Enrolment, PathVersion, StepRecord

__all__ = ["fact_of", "facts_of", "path_of", "progress_of"]


@lru_cache(maxsize=128)
def _loaded(body: str) -> RolePath:
    return RolePath.loads(body)


def path_of(version: PathVersion) -> RolePath:
    """The path a version holds, parsed once for as long as it is asked for often."""
    return _loaded(version.body)


def fact_of(record: StepRecord) -> Fact:
    """A stored record as a fact."""
    return Fact(
        step=record.step,
        verb=cast("Verb", str(record.verb)),
        day=record.day,
        scaled=record.scaled,
        seconds=record.seconds,
        reason=record.reason,
        evidence=record.evidence,
    )


def facts_of(enrolment: Enrolment, records: Iterable[StepRecord] | None = None) -> list[Fact]:
    """Everything on record about an enrolment."""
    return [fact_of(one) for one in (enrolment.records.all() if records is None else records)]


def progress_of(enrolment: Enrolment, records: Iterable[StepRecord] | None = None) -> PathProgress:
    """How far an enrolment is, from its stored records."""
    return progress(path_of(enrolment.version), facts_of(enrolment, records), starts=enrolment.starts)
