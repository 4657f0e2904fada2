"""An answer in plain text for a prompt, a notebook or a log: the sentence first, cautions last."""

import textwrap
from collections.abc import Iterator

from upshot.impact.estimate import Estimate
from upshot.impact.evidence.claim import number, percent

__all__ = ["summary_of"]

_WIDTH = 96
_MOST = 24
_CURVES = frozenset({"observed", "counterfactual", "survival"})


def summary_of(found: Estimate) -> str:
    """Lay an answer out in at most 96 columns."""
    parts = (_sentence(found), _facts(found), _weak(found), _checks(found), _terms(found), _cautions(found))
    return "\n\n".join("\n".join(part) for part in parts if part)


def _sentence(found: Estimate) -> list[str]:
    grade = [] if found.grade is None else textwrap.wrap(f"Grade {found.grade.letter}: {found.grade.text}", _WIDTH)
    return [*textwrap.wrap(found.claim or "", _WIDTH), *grade]


def _facts(found: Estimate) -> list[str]:
    how = ", ".join(part for part in (found.method, found.estimand, found.aggregation) if part)
    lines = [f"method      {how}"]
    if found.estimate is not None:
        lines.append(f"estimate    {number(found.estimate)}{'' if found.claimable else '  (not claimable)'}")
    if found.conf_low is not None and found.conf_high is not None:
        lines.append(f"{f'{100 * found.level:g} %':<12}{number(found.conf_low)} to {number(found.conf_high)}")
    if found.std_error is not None:
        lines.append(f"std error   {number(found.std_error)}")
    return [*lines, f"data        {', '.join(_counts(found))}; {found.registration}"]


def _counts(found: Estimate) -> Iterator[str]:
    words = ((found.n_units, "units"), (found.n_treated, "treated"), (found.n_clusters, "clusters"))
    for count, word in (*words, (found.n_periods, "periods")):
        if count is not None:
            yield f"{count:,} {word.removesuffix('s') if count == 1 else word}"


def _weak(found: Estimate) -> list[str]:
    """Second opinions, and what a dashboard would say."""
    lines = [f"  {number(other.estimate):>10}  {other.method}" for other in found.other_estimates]
    naive = found.naive
    if naive is not None:
        figures = (
            ("after against before", naive.before_after, naive.before_after_relative),
            ("trained against the rest", naive.treated_vs_rest, naive.treated_vs_rest_relative),
        )
        lines += [
            f"  {number(value):>10}  dashboard: {name}{'' if share is None else f' ({percent(share)})'}, weak"
            for name, value, share in figures
            if value is not None
        ]
    return ["beside it", *lines] if lines else []


def _checks(found: Estimate) -> list[str]:
    lines = [
        line
        for check in found.checks
        for line in _hanging(f"{check.status.replace('_', ' ')}: {check.name.replace('-', ' ')}. {check.text}")
    ]
    return ["checks", *lines] if lines else []


def _terms(found: Estimate) -> list[str]:
    terms = [term for term in found.terms if term.term not in _CURVES and not term.term.startswith("att(")]
    if not terms:
        return []
    rows = [
        f"  {term.term if term.term != 'effect' else f'in {term.period}':<20}"
        + "".join(
            f"{'' if value is None else number(value):>12}"
            for value in (term.estimate, term.std_error, term.conf_low, term.conf_high)
        )
        for term in terms[:_MOST]
    ]
    rest = [f"  … and {len(terms) - _MOST} more in terms"] if len(terms) > _MOST else []
    return [f"  {'term':<20}{'estimate':>12}{'std error':>12}{'low':>12}{'high':>12}", *rows, *rest]


def _cautions(found: Estimate) -> list[str]:
    lines = [line for caution in found.cautions for line in _hanging(caution.text)]
    return ["to know", *lines] if lines else []


def _hanging(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  - ", subsequent_indent="    ")
