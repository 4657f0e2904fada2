"""Groups too small to show, and the neighbours that would give them away."""

from collections.abc import Sequence
from dataclasses import replace

from upshot.impact.estimate import Estimate, Grade, Term
from upshot.report.findings import AuditLine, Findings, Wave

__all__ = ["guarded", "shown_steps", "suppress"]


def suppress(counts: Sequence[int | None], minimum: int) -> tuple[bool, ...]:
    """Which counts must be hidden when their total may be known.

    Counts from 1 to ``minimum - 1`` are hidden. So that the total gives none of them away, the
    next smallest are hidden too, until at least two are and they hold ``minimum`` people together.

    Examples
    --------
    >>> suppress([40, 3, 12, 0], 5)
    (False, True, True, False)
    >>> suppress([40, 12], 5)
    (False, False)
    """
    hidden = [value is not None and 0 < value < minimum for value in counts]
    candidates = sorted((value, place) for place, value in enumerate(counts) if value and value >= minimum)
    while any(hidden) and candidates and not _safe(counts, hidden, minimum):
        hidden[candidates.pop(0)[1]] = True
    return tuple(hidden)


def _safe(counts: Sequence[int | None], hidden: Sequence[bool], minimum: int) -> bool:
    held = [value or 0 for value, is_hidden in zip(counts, hidden, strict=True) if is_hidden]
    return len(held) > 1 and sum(held) >= minimum


def shown_steps(counts: Sequence[int | None], last: int | None, minimum: int) -> tuple[int | None, ...]:
    """Counts of nested groups, without those that differ from one shown by fewer than ``minimum``.

    ``last`` is the final count, which is printed elsewhere; the steps are walked back from it.

    Examples
    --------
    >>> shown_steps([7800, 7788, 7785], last=7785, minimum=5)
    (7800, None, 7785)
    """
    shown: list[int | None] = []
    anchor = last
    for value in reversed(counts):
        keep = value is not None and not 0 < value < minimum and _apart(value, anchor, minimum)
        shown.append(value if keep else None)
        anchor = value if keep else anchor
    return tuple(reversed(shown))


def _apart(value: int, anchor: int | None, minimum: int) -> bool:
    return anchor is None or value == anchor or abs(value - anchor) >= minimum


def guarded(findings: Findings) -> Findings:
    """The same findings with every group under ``minimum_group`` withheld, counts and estimates together.

    Applied twice it changes nothing more.
    """
    minimum, event = findings.minimum_group, findings.event_study
    if _too_few(findings.estimate, minimum):
        findings = replace(
            findings, value=None, persistence=None, sensitivity=None, slices=(), guardrails=(), dose=None
        )
    return replace(
        findings,
        estimate=_estimate(findings.estimate, minimum),
        event_study=None if event is None else _estimate(event, minimum),
        waves=_waves(findings.waves, minimum),
        audit=_audit(findings.audit, findings.estimate.n_units, minimum),
    )


def _too_few(estimate: Estimate, minimum: int) -> bool:
    return 0 < estimate.n_units < minimum or 0 < (estimate.n_treated or 0) < minimum


def _estimate(estimate: Estimate, minimum: int) -> Estimate:
    treated, total = estimate.n_treated, estimate.n_units
    if _too_few(estimate, minimum):
        return _withheld(estimate, minimum)
    told = treated is not None and not 0 < total - treated < minimum
    terms = tuple(_term(term, minimum) for term in estimate.terms)
    lost = any(new is not old for new, old in zip(terms, estimate.terms, strict=True))
    counts = [term.n_units for term in estimate.terms]
    hidden = _hidden_steps(counts, minimum) if estimate.aggregation == "event" else suppress(counts, minimum)
    return replace(
        estimate,
        terms=tuple(replace(t, n_units=None) if hide else t for t, hide in zip(terms, hidden, strict=True)),
        n_treated=treated if told else None,
        covariance=None if lost else estimate.covariance,
    )


def _withheld(estimate: Estimate, minimum: int) -> Estimate:
    """Too few people for any number: keep what was asked and how, not what was found."""
    reason = f"Fewer than {minimum} people are in one of the groups, so no number about them is shown."
    return Estimate(
        method=estimate.method,
        estimand=estimate.estimand,
        aggregation=estimate.aggregation,
        outcome=estimate.outcome,
        level=estimate.level,
        registration=estimate.registration,
        n_units=estimate.n_units if estimate.n_units >= minimum else 0,
        n_periods=estimate.n_periods,
        grade=Grade(letter="D", codes=("too-few-people",), text=reason),
        cautions=estimate.cautions,
        provenance=estimate.provenance,
    )


def _term(term: Term, minimum: int) -> Term:
    if term.n_units is None or not 0 < term.n_units < minimum:
        return term
    return Term(term=term.term, event_time=term.event_time, group=term.group, period=term.period)


def _hidden_steps(counts: Sequence[int | None], minimum: int) -> tuple[bool, ...]:
    """Event times hold nested groups, so a small difference between two of them is a small cohort."""
    shown = shown_steps(counts, None, minimum)
    return tuple(value is None for value in shown)


def _waves(waves: tuple[Wave, ...], minimum: int) -> tuple[Wave, ...]:
    held = suppress([wave.people for wave in waves], minimum)
    meant = suppress([wave.planned for wave in waves], minimum)
    return tuple(_wave(*parts, minimum=minimum) for parts in zip(waves, held, meant, strict=True))


def _wave(wave: Wave, held: bool, meant: bool, *, minimum: int) -> Wave:
    if not held and not meant:
        return wave
    small = any(n is not None and 0 < n < minimum for n in (wave.people, wave.planned))
    note = f"fewer than {minimum}" if small else "withheld"
    return replace(wave, people=None if held else wave.people, planned=None, note=note)


def _audit(audit: tuple[AuditLine, ...], last: int, minimum: int) -> tuple[AuditLine, ...]:
    shown = shown_steps([line.people for line in audit], last, minimum)
    return tuple(replace(line, people=n) for line, n in zip(audit, shown, strict=True))
