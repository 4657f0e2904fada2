"""What the business wants: objectives with their key results, the period, and the people who answer for them."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from upshot.plan.values import Between, Duration, Matches

__all__ = ["Id", "KeyResult", "Objective", "Owner", "Period"]

Id = Annotated[str, Matches(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}", "letters, digits, '-', '_', '.' or ':', at most 100")]
"""A name other parts of the plan refer to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The cycle the plan is for."""

    start: Annotated[dt.date | None, "First day of the plan's cycle."] = None
    end: Annotated[dt.date | None, "Last day of the plan's cycle."] = None
    review_every: Annotated[Duration | None, "How often the plan is reviewed."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A person the plan refers to by role, never by name."""

    account: Annotated[str | None, "The person's account, as `system:number`."] = None
    role: Annotated[str | None, "What the person answers for."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResult:
    """From where to where a KPI must move, and by when."""

    kpi: Annotated[str, "Id of the KPI that is read."]
    baseline: Annotated[float | None, "What the KPI reads today, in its unit."] = None
    target: Annotated[float | None, "What it must read, in its unit."] = None
    by: Annotated[dt.date | None, "The day the target is due."] = None
    confidence: Annotated[float | None, Between(0, 1), "How sure the owner is to reach it, 0 to 1."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Something the business wants, in words."""

    id: Annotated[Id, "Name other parts of the plan refer to."]
    statement: Annotated[str, "What the business wants, in one sentence."]
    parent: Annotated[str | None, "The objective this one serves, here or in another plan."] = None
    owner: Annotated[str | None, "Who answers for it: a key of `owners`."] = None
    sponsor: Annotated[str | None, "Who pays for it: a key of `owners`."] = None
    reason: Annotated[str | None, "Why the business wants it now."] = None
    period: Annotated[Period | None, "Its own cycle, when it is not the plan's."] = None
    key_results: Annotated[tuple[KeyResult, ...], "How one will see that it is reached."] = ()
