"""An answer as text for the terminal: the sentence first, then the number, checks and cautions."""

import textwrap

import click

from upshot.cli.text_tables import WIDTH, tables
from upshot.impact.estimate import CheckResult, Estimate
from upshot.impact.evidence.claim import number, percent

__all__ = ["estimate_text"]

_MARKS = {"passed": "✓", "failed": "✗", "informative": "!", "not_applicable": "–"}
_COLOURS = {"passed": "green", "failed": "red", "informative": "yellow", "not_applicable": None}
_GRADES = {"A": "green", "B": "green", "C": "yellow", "D": "red"}
_INDENT = 14


def estimate_text(found: Estimate, *, colour: bool = False) -> str:
    """Lay an answer out for reading, 80 columns wide; colours only where they are asked for."""
    sentence = "\n".join(textwrap.wrap(found.claim or "", WIDTH))
    parts = [
        [click.style(sentence, bold=True) if colour else sentence],
        _headline(found, colour),
        _naive(found),
        _others(found),
        _checks(found, colour),
        *tables(found),
        _notes(found),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _headline(found: Estimate, colour: bool) -> list[str]:
    lines = []
    if found.grade is not None:
        letter = found.grade.letter
        shown = click.style(letter, fg=_GRADES[letter], bold=True) if colour else letter
        first, *rest = _hanging("", found.grade.text)
        lines += [f"  Grade {shown}" + first[9:], *rest]
    if found.estimate is not None:
        what = f"{found.estimand}, {found.aggregation}" if found.aggregation else found.estimand
        weak = "" if found.claimable else " (not claimable)"
        lines += _hanging("Estimate", f"{number(found.estimate)}{weak}  {found.method}; {what}")
    if found.conf_low is not None and found.conf_high is not None:
        lines += _hanging(f"{100 * found.level:g} % from", f"{number(found.conf_low)} to {number(found.conf_high)}")
    if found.std_error is not None:
        neyman = "" if found.std_error_neyman is None else f" (Neyman {number(found.std_error_neyman)})"
        lines += _hanging("Std error", f"{number(found.std_error)}{neyman}")
    if found.baseline is not None:
        lines += _hanging("Baseline", number(found.baseline))
    return [*lines, *(_hanging("Data", _data(found)) if found.n_units else [])]


def _data(found: Estimate) -> str:
    alone = found.n_units == 1
    counts = [
        None if alone else _counted(found.n_units, "unit"),
        None if alone or found.n_treated is None else f"{found.n_treated:,} treated",
        None if found.n_periods is None else _counted(found.n_periods, "period"),
        None if found.n_clusters is None else _counted(found.n_clusters, "cluster"),
    ]
    return f"{', '.join(part for part in counts if part)}; {found.registration}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _hanging(name: str, text: str) -> list[str]:
    """A name in its column and the text beside it, wrapped."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"  {name:<{_INDENT - 2}}", subsequent_indent=" " * _INDENT, break_long_words=False
    )


def _naive(found: Estimate) -> list[str]:
    naive = found.naive
    if naive is None:
        return []
    rows = [
        ("after against before", naive.before_after, naive.before_after_relative),
        ("treated against the rest", naive.treated_vs_rest, naive.treated_vs_rest_relative),
    ]
    lines = [
        f"    {label:<26}{number(value):>12}{'' if share is None else f'  ({percent(share)})'}"
        for label, value, share in rows
        if value is not None
    ]
    return ["  What a dashboard would say (weak):", *lines] if lines else []


def _others(found: Estimate) -> list[str]:
    lines = []
    for other in found.other_estimates:
        span = ""
        if other.conf_low is not None and other.conf_high is not None:
            span = f"  ({number(other.conf_low)} to {number(other.conf_high)})"
        weak = "  not to rely on" if other.method == "twfe" else ""
        lines.append(f"    {other.method:<26}{number(other.estimate):>12}{span}{weak}")
    return ["  Second opinion:", *lines] if lines else []


def _checks(found: Estimate, colour: bool) -> list[str]:
    return ["  Checks:", *(line for check in found.checks for line in _check(check, colour))] if found.checks else []


def _check(check: CheckResult, colour: bool) -> list[str]:
    said = check.p_value is None or "p =" in check.text
    p_value = "" if said else f" (p = {check.p_value:.3g})"
    lines = textwrap.wrap(
        f"{check.name.replace('-', ' ')}: {check.text}{p_value}",
        WIDTH,
        initial_indent=" " * 6,
        subsequent_indent=" " * 6,
        break_long_words=False,
        break_on_hyphens=False,
    )
    mark = _MARKS[check.status]
    shown = click.style(mark, fg=_COLOURS[check.status]) if colour else mark
    return [f"    {shown}{lines[0][5:]}", *lines[1:]]


def _notes(found: Estimate) -> list[str]:
    lines = []
    for caution in found.cautions:
        lines += textwrap.wrap(
            caution.text, WIDTH, initial_indent="    - ", subsequent_indent=" " * 6, break_long_words=False
        )
    return ["  Mind:", *lines] if lines else []
