"""Every number behind a report in one tidy table: the answer, its terms, dashboards' figures, the audit, the waves."""

from collections.abc import Iterator
from typing import Any

from upshot.impact.estimate import Estimate
from upshot.report.findings import Findings

__all__ = ["DATA_COLUMNS", "data_rows"]

_NUMBERS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "band_low", "band_high")
_COUNTS = ("n_units", "rows_in", "rows_kept", "planned")
_LABELS = (("part", 16), ("term", 30), ("event_time", 12), ("group", 14), ("period", 14))

DATA_COLUMNS: tuple[tuple[str, str, int], ...] = (
    *((name, "count" if name == "event_time" else "words", width) for name, width in _LABELS),
    *((name, "exact", 14) for name in _NUMBERS),
    *((name, "count", 12) for name in _COUNTS),
    ("note", "words", 40),
)
"""Name, kind (``words``, ``count``, ``exact``) and width of each column."""


def data_rows(findings: Findings) -> Iterator[tuple[Any, ...]]:
    """Rows in stored units under `DATA_COLUMNS`; what is not known is empty."""
    estimate = findings.estimate
    note = "" if estimate.claimable else "computed; no claim may be made of it"
    yield _row("headline", estimate.estimand, estimate, note)
    yield from _estimate_rows(estimate, "term")
    if findings.event_study is not None:
        yield from _estimate_rows(findings.event_study, "event-study")
    yield from _beside(estimate)
    for line in findings.audit:
        counts = {"n_units": line.people, "rows_in": line.rows_in, "rows_kept": line.rows_kept}
        yield _row("audit", line.step, None, line.reason, counts)
    for wave in findings.waves:
        held = {"n_units": wave.people, "planned": wave.planned, "period": wave.start}
        yield _row("wave", "started", None, wave.note, held)


def _estimate_rows(estimate: Estimate, part: str) -> Iterator[tuple[Any, ...]]:
    return (_row(part, term.term, term) for term in estimate.terms)


def _beside(estimate: Estimate) -> Iterator[tuple[Any, ...]]:
    for other in estimate.other_estimates:
        yield _row("second-opinion", other.method, other)
    naive = estimate.naive
    if naive is not None:
        for name in ("before_after", "treated_vs_rest"):
            value = getattr(naive, name)
            if value is not None:
                yield _row("dashboard", name, None, "weak evidence, no answer", {"estimate": value})


def _row(part: str, term: str, source: object, note: str = "", more: dict[str, Any] | None = None) -> tuple[Any, ...]:
    known = more or {}
    names = ("event_time", "group", "period", *_NUMBERS, *_COUNTS)
    held = [known.get(name, getattr(source, name, None)) for name in names]
    cells = (
        str(value) if name in ("group", "period") and value is not None else value
        for name, value in zip(names, held, strict=True)
    )
    return (part, term, *cells, note)
