"""Read the ledger: its entries, whether it holds, and what became of each promise."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer
from upshot.web.ledger.chain import Break, first_break
from upshot.web.ledger.models import Entry

__all__ = [
    "Calibration",
    "Outcome",
    "body_lines",
    "calibration_of",
    "entries_of",
    "entry_of",
    "ledger_of",
    "outcomes",
    "verify",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was promised of an initiative and what came of it; the parts that are not there yet are ``None``."""

    subject: str
    promise: Entry | None
    amendments: tuple[Entry, ...]
    result: Entry | None
    decision: Entry | None

    @property
    def title(self) -> str:
        """The initiative's name as it was promised."""
        told = [entry.body.get("title") for entry in (self.promise, self.result, self.decision) if entry]
        return str(next((title for title in told if title), self.subject))

    @property
    def promised(self) -> float | None:
        """The effect promised on the first KPI, in its stored unit."""
        expected = self.promise.body.get("expected") if self.promise else None
        return _number(expected[0].get("effect")) if expected else None

    @property
    def found(self) -> tuple[float, float, float] | None:
        """Low end, estimate and high end of the result, where one was claimed."""
        body = self.result.body if self.result else {}
        told = [_number(body.get(name)) for name in ("conf_low", "estimate", "conf_high")]
        low, middle, high = told
        if low is None or middle is None or high is None or not body.get("claimable", True):
            return None
        return low, middle, high

    @property
    def kept(self) -> bool | None:
        """Whether the promised effect lies within the interval found; ``None`` where that cannot be said."""
        if self.promised is None or self.found is None:
            return None
        return self.found[0] <= self.promised <= self.found[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How good the promises were, over those with an answer that may be claimed.

    ``ratio`` is the mean of found over promised effect; ``None`` with fewer than three.
    """

    judged: int
    kept: int
    too_high: int
    too_low: int
    ratio: float | None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def entries_of(organisation: Organisation) -> Iterable[Entry]:
    """Every entry, oldest first."""
    return Entry.objects.filter(organisation=organisation).order_by("number")


def ledger_of(viewer: Viewer) -> list[Entry]:
    """Every entry, newest first."""
    return list(Entry.objects.filter(organisation=viewer.organisation).order_by("-number"))


def entry_of(viewer: Viewer, number: int) -> Entry | None:
    """One entry by its number."""
    return Entry.objects.filter(organisation=viewer.organisation, number=number).first()


def verify(organisation: Organisation) -> Break | None:
    """The first place where the chain is broken; ``None`` where it holds."""
    return first_break(entries_of(organisation), organisation.slug)


def outcomes(viewer: Viewer) -> list[Outcome]:
    """What became of each promise, the newest promise first."""
    by_subject: dict[str, list[Entry]] = {}
    for entry in entries_of(viewer.organisation):
        by_subject.setdefault(entry.subject, []).append(entry)
    found = [_outcome(subject, entries) for subject, entries in by_subject.items()]
    return sorted(found, key=lambda outcome: -(outcome.promise.number if outcome.promise else 0))


def _outcome(subject: str, entries: list[Entry]) -> Outcome:
    def newest(kind: str) -> Entry | None:
        return next((entry for entry in reversed(entries) if entry.kind == kind), None)

    return Outcome(
        subject=subject,
        promise=newest(Entry.Kind.PROMISE),
        amendments=tuple(entry for entry in entries if entry.kind == Entry.Kind.AMENDMENT),
        result=newest(Entry.Kind.RESULT),
        decision=newest(Entry.Kind.DECISION),
    )


def calibration_of(found: Iterable[Outcome]) -> Calibration:
    """How often promises were kept, and whether they ran high or low."""
    judged: list[tuple[float, tuple[float, float, float]]] = [
        (outcome.promised, outcome.found)
        for outcome in found
        if outcome.promised is not None and outcome.found is not None
    ]
    sides = [_side(promised, *range_) for promised, range_ in judged]
    ratios = [range_[1] / promised for promised, range_ in judged if promised]
    return Calibration(
        judged=len(judged),
        kept=sides.count("kept"),
        too_high=sides.count("too high"),
        too_low=sides.count("too low"),
        ratio=sum(ratios) / len(ratios) if len(ratios) >= 3 else None,
    )


def _side(promised: float, low: float, middle: float, high: float) -> str:
    if low <= promised <= high:
        return "kept"
    more = promised > high if promised > 0 else promised < low
    return "too high" if more else "too low"


def body_lines(entry: Entry) -> list[tuple[str, Any]]:
    """What an entry says as name and value, the sentence left out, which stands above."""
    return [(name.replace("_", " "), value) for name, value in entry.body.items() if name != "sentence"]
