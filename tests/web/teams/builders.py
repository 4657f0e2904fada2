"""Places and candidates for the tests of a manager's week."""

import datetime as dt
from typing import Any

from upshot.plan.initiatives import Initiative
from upshot.web.teams.attention import Candidate
from upshot.web.teams.models import Support
from upshot.workspace.participation import Place, Standing

__all__ = ["MONDAY", "a_candidate", "a_place", "days", "support_of"]

MONDAY = dt.date(2026, 3, 2)


def days(count: int) -> dt.date:
    """A day so many after the Monday; before it where negative."""
    return MONDAY + dt.timedelta(days=count)


def a_place(person: str = "p-1", standing: Standing = Standing.STARTED, **more: Any) -> Place:
    """Where somebody is: begun three weeks ago, their last step two days ago."""
    said: dict[str, Any] = {
        "initiative": Initiative(id="selling"),
        "wave": "one",
        "start": days(-21),
        "steps": (),
        "last": days(-2),
    }
    return Place(person=person, standing=standing, **{**said, **more})


def a_candidate(name: str, changed: int, standing: Standing = Standing.STARTED) -> Candidate:
    """Somebody whose standing changed so many days from the Monday."""
    return Candidate(person=name.lower(), name=name, place=a_place(name.lower(), standing), changed=days(changed))


def support_of(kind: Support.Kind, day: dt.date) -> Support:
    """Something that was recorded."""
    return Support(kind=kind, day=day, minutes=15, person="p-1", initiative="selling", manager="m-1")
