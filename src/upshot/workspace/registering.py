"""Whether an answer keeps the promise as locked: the launch, the lock, and what was changed since."""

import datetime as dt
from dataclasses import dataclass

from upshot.plan import Lock, Plan, registration
from upshot.plan.initiatives import Initiative
from upshot.plan.lock import Registration

__all__ = ["Registered", "launch_of", "registered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """How an answer is labelled, and on which day its plan was locked.

    ``locked_on`` is ``None`` where no plan was locked before launch, or where the plan answered is
    not the one in force.
    """

    registration: Registration = "exploratory"
    locked_on: dt.date | None = None


def registered(
    plan: Plan, initiative: Initiative, locked: Lock | None, *, launched: dt.date | None, asked_as_promised: bool
) -> Registered:
    """Judge an answer's plan by its lock.

    Parameters
    ----------
    plan
        The plan that was answered.
    locked
        The lock with its amendments; ``None`` where there is none.
    launched
        First day on which anybody of the audience started, from the facts.
    asked_as_promised
        Whether KPI, rounding and design are those of the plan; otherwise the answer is exploratory,
        however well the plan was locked.
    """
    if locked is None:
        return Registered()
    label = registration(plan, locked, launch_of(initiative, launched, locked))
    if label == "exploratory":
        return Registered()
    return Registered(registration=label if asked_as_promised else "exploratory", locked_on=locked.at.date())


def launch_of(initiative: Initiative, launched: dt.date | None, locked: Lock) -> dt.datetime:
    """The instant from which a lock comes too late.

    It is the beginning, in the lock's own time zone, of the first day on which somebody starts:
    the first planned wave or the first start in the facts, whichever is earlier. Where nobody has
    started and no wave is planned, no lock comes too late.

    Examples
    --------
    >>> locked = Lock(hash="", at=dt.datetime(2026, 1, 10, tzinfo=dt.UTC), signatories=("boss",))
    >>> launch_of(Initiative(id="coaching"), dt.date(2026, 2, 2), locked).isoformat()
    '2026-02-02T00:00:00+00:00'
    """
    days = [wave.start for wave in initiative.waves] + ([] if launched is None else [launched])
    if not days:
        return dt.datetime.max.replace(tzinfo=dt.UTC)
    return dt.datetime.combine(min(days), dt.time.min, tzinfo=locked.at.tzinfo)
