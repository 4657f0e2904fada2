"""An answer as text for the terminal: the sentence first, then the number, checks and cautions."""

from upshot.impact.estimate import Estimate, Term
from upshot.impact.evidence.claim import number, percent

__all__ = ["estimate_text"]

_MARKS = {"passed": "✓", "failed": "✗", "informative": "!", "not_applicable": "–"}
_MOST_TERMS = 24


def estimate_text(found: Estimate) -> str:
    """Lay an answer out for reading, about 100 columns wide."""
    parts = [[found.claim or "", ""], _headline(found), _naive(found), _checks(found), _terms(found), _notes(found)]
    return "\n".join(line for part in parts for line in part).rstrip()


def _headline(found: Estimate) -> list[str]:
    lines = []
    if found.grade is not None:
        lines.append(f"  Grade {found.grade.letter}    {found.grade.text}")
    if found.estimate is not None:
        what = f"{found.estimand}, {found.aggregation}" if found.aggregation else found.estimand
        shown = "" if found.claimable else "   (not claimable)"
        lines.append(f"  Estimate   {number(found.estimate)}   ({found.method}; {what}){shown}")
    if found.conf_low is not None and found.conf_high is not None:
        lines.append(f"  {100 * found.level:g} % from  {number(found.conf_low)} to {number(found.conf_high)}")
    if found.std_error is not None:
        neyman = "" if found.std_error_neyman is None else f"   (Neyman {number(found.std_error_neyman)})"
        lines.append(f"  Std error  {number(found.std_error)}{neyman}")
    people = f"{found.n_units:,} units, {found.n_treated or 0:,} treated, {found.n_periods or 0} periods"
    clusters = "" if found.n_clusters is None else f", {found.n_clusters:,} clusters"
    return [*lines, f"  Data       {people}{clusters}; {found.registration}", ""]


def _naive(found: Estimate) -> list[str]:
    naive = found.naive
    if naive is None or naive.before_after is None:
        return []
    share = "" if naive.before_after_relative is None else f" ({percent(naive.before_after_relative)})"
    lines = [f"  What a dashboard would say: after against before {number(naive.before_after)}{share}"]
    if naive.treated_vs_rest is not None:
        rest = "" if naive.treated_vs_rest_relative is None else f" ({percent(naive.treated_vs_rest_relative)})"
        lines.append(f"                              trained against the rest {number(naive.treated_vs_rest)}{rest}")
    others = [
        f"  Second opinion: {number(other.estimate)} ({other.method})"
        for other in found.other_estimates
        if other.method != "twfe"
    ]
    return [*lines, *others, ""]


def _checks(found: Estimate) -> list[str]:
    lines = [
        f"  {_MARKS[check.status]} {check.name:<14} {check.text}"
        + (f" (p = {check.p_value:.3g})" if check.p_value is not None else "")
        for check in found.checks
    ]
    return [*lines, ""] if lines else []


def _terms(found: Estimate) -> list[str]:
    if not found.terms or found.aggregation == "simple":
        return []
    shown = found.terms
    if len(shown) > _MOST_TERMS and found.aggregation == "event":
        shown = tuple(t for t in shown if t.event_time is not None and -12 <= t.event_time < 12)
    lines = [
        f"  {'term':<22}{'estimate':>12}{'std error':>12}{'low':>12}{'high':>12}",
        *map(_term, shown[:_MOST_TERMS]),
    ]
    rest = len(found.terms) - min(len(shown), _MOST_TERMS)
    return [*lines, *([f"  … and {rest} more; --format json has all."] if rest else []), ""]


def _term(term: Term) -> str:
    cells = (term.estimate, term.std_error, term.conf_low, term.conf_high)
    return f"  {term.term:<22}" + "".join(f"{'' if value is None else number(value):>12}" for value in cells)


def _notes(found: Estimate) -> list[str]:
    return [f"  Note: {caution.text}" for caution in found.cautions]
