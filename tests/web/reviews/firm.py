"""A firm with a real answer, and reviews at days relative to today."""

import datetime as dt
from typing import Any

from tests.web.cast import Cast

from upshot.web.accounts.roles import Role
from upshot.web.reviews.models import Decision, Review
from upshot.web.reviews.selectors import plan_of, today
from upshot.web.reviews.services import decide


def days(number: int) -> dt.date:
    """The day so many days from today."""
    return today() + dt.timedelta(days=number)


def a_review(cast: Cast, due: dt.date, initiative: str = "coaching") -> Review:
    """A review set by hand, also in the past."""
    return Review.objects.create(organisation=cast.organisation, initiative=initiative, due=due, by_hand=True)


def decided(cast: Cast, due: dt.date, part: str = "leader", seen: str = "", **more: Any) -> Review:
    """A review that was held."""
    viewer = cast.viewer(part)
    document = plan_of(viewer)
    assert document is not None
    asked: dict[str, Any] = {
        "initiative_id": "coaching",
        "decision": Decision.KEEP,
        "reason": "It works.",
        "owner": "Head of service",
        "function": Role.LEADER if part == "leader" else Role.EXECUTIVE,
    }
    return decide(viewer=viewer, plan=document.plan, day=due, seen=seen, **{**asked, **more})
