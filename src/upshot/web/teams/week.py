"""A manager's week: whom to talk to and why, one question each, one thing to recognise."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from upshot.report.numbers import long_date
from upshot.web.teams.attention import Candidate, candidate, chosen, recognised
from upshot.web.teams.wording import question, reason
from upshot.workspace.participation import Place, Standing

__all__ = ["Talk", "Week", "involved", "monday", "week_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Somebody to talk to this week: why, and what to ask."""

    person: str
    name: str
    course: str
    initiative: str
    why: str
    ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What a manager does with two minutes.

    Parameters
    ----------
    talks
        At most three, in alphabetical order.
    recognise
        One sentence; empty where nobody did anything new.
    recognised
        Whom it is about.
    """

    talks: tuple[Talk, ...] = ()
    recognise: str = ""
    recognised: str = ""


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def involved(place: Place) -> bool:
    """Whether a path concerns somebody: where people come by choice, only those who did."""
    return not (place.standing is Standing.OPEN and place.initiative.design.assign == "voluntary")


def week_of(found: Iterable[Place], names: Mapping[str, str], on: dt.date) -> Week:
    """The week of whoever looks after these people."""
    known = [
        one
        for place in found
        if place.person in names and involved(place)
        for one in [candidate(place, names[place.person], on)]
        if one is not None
    ]
    praised = recognised(known, on)
    return Week(
        talks=tuple(_talk(one) for one in chosen(known, on)),
        recognise=_praise(praised) if praised else "",
        recognised=praised.person if praised else "",
    )


def _talk(one: Candidate) -> Talk:
    course = one.place.initiative
    return Talk(
        person=one.person,
        name=one.name,
        course=course.title or course.id,
        initiative=course.id,
        why=reason(one.place),
        ask=question(one.place),
    )


def _praise(one: Candidate) -> str:
    course = one.place.initiative
    said = {"name": one.name, "title": course.title or course.id, "day": long_date(one.changed)}
    if one.place.standing is Standing.APPLIED:
        return _("%(name)s tried it at work on %(day)s (%(title)s). Say what you saw, to them.") % said
    return _("%(name)s finished learning on %(day)s (%(title)s). Say that you noticed.") % said
