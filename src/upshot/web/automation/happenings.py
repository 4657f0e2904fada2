"""What happened between two days: each event of the language, read from roster, plan, paths, data and reviews."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from upshot.plan.values import Duration
from upshot.web.automation.facts import Facts
from upshot.web.automation.firm_events import data_late, kpi_drifts, review_due
from upshot.web.automation.happening import Happening
from upshot.web.automation.language.words import Event, When
from upshot.web.automation.people_events import (
    certificate_expiring,
    joiner,
    mover,
    overdue,
    step_done,
    wave_starts,
)

__all__ = ["between"]

Source = Callable[[Facts, When, dt.date, dt.date], Iterable[Happening]]

_SOURCES: Mapping[Event, Source] = {
    "joiner": joiner,
    "mover": mover,
    "wave-starts": wave_starts,
    "step-done": step_done,
    "overdue": overdue,
    "certificate-expiring": certificate_expiring,
    "kpi-drifts": kpi_drifts,
    "data-late": data_late,
    "review-due": review_due,
}
_SLACK = dt.timedelta(days=4)
"""Months differ in length by three days."""


def between(facts: Facts, when: When, first: dt.date, last: dt.date) -> list[Happening]:
    """Everything that sets a rule off from one day to another, both included, in the order of its days."""
    reach = _reach(when) + _SLACK
    found = _SOURCES[when.event](facts, when, first - reach, last + reach)
    shifted = (replace(one, day=_shifted(when, one.day)) for one in found)
    inside = [one for one in shifted if first <= one.day <= last]
    return sorted(inside, key=lambda one: (one.day, one.key))


def _shifted(when: When, day: dt.date) -> dt.date:
    if when.before is not None:
        return when.before.before(day)
    return when.after.after(day) if when.after is not None else day


def _reach(when: When) -> dt.timedelta:
    shift = when.before or when.after or Duration()
    return dt.timedelta(days=shift.days + 31 * shift.months)
