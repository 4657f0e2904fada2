"""Lock, amend and judge a plan: pure functions over hashes; where a lock is kept is decided elsewhere."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from upshot.errors import PlanError, Problem
from upshot.plan.canonical import differences, plan_hash
from upshot.plan.part import part_of
from upshot.plan.promise import Plan

__all__ = ["Amendment", "Lock", "Registration", "amend", "covered", "lock", "registration"]

Registration = Literal["as-planned", "amended", "exploratory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One change after the lock: the hash it led to, why, when, by whom, and what it touched.

    ``previous`` chains it to the lock or amendment before it.
    """

    hash: str
    reason: str
    at: dt.datetime
    by: str
    changed: tuple[str, ...]
    previous: str

    @property
    def seal(self) -> str:
        """SHA-256 over everything the amendment says."""
        said = [self.previous, self.hash, self.reason, self.at.isoformat(), self.by, *self.changed]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A plan fixed before launch: its hash, who signed, when, and the baseline as measured then.

    ``initiative`` names the one initiative whose promise the lock covers (`upshot.plan.part.part_of`),
    so that initiatives launched on different dates are each locked before their own; ``None`` is the
    plan as a whole.
    """

    hash: str
    at: dt.datetime
    signatories: tuple[str, ...]
    baseline: Mapping[str, float] = field(default_factory=dict)
    amendments: tuple[Amendment, ...] = ()
    initiative: str | None = None

    @property
    def seal(self) -> str:
        """SHA-256 over the lock itself, without its amendments."""
        baseline = dict(sorted(self.baseline.items()))
        said: list[object] = [self.hash, self.at.isoformat(), list(self.signatories), baseline]
        if self.initiative is not None:
            said.append(self.initiative)
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, allow_nan=False).encode()).hexdigest()

    @property
    def current(self) -> str:
        """The plan hash in force: the last amendment's, or the lock's own."""
        return self.amendments[-1].hash if self.amendments else self.hash

    @property
    def intact(self) -> bool:
        """Whether every amendment still follows from the one before it, in order of time."""
        previous, at = self.seal, self.at
        for amendment in self.amendments:
            if amendment.previous != previous or amendment.at < at:
                return False
            previous, at = amendment.seal, amendment.at
        return True


def covered(plan: Plan, locked: Lock) -> Plan:
    """What of a plan a lock covers: all of it, or the part one initiative's promise rests on.

    Raises
    ------
    PlanError
        If the plan no longer has the initiative.
    """
    return plan if locked.initiative is None else part_of(plan, locked.initiative)


def lock(
    plan: Plan,
    *,
    at: dt.datetime,
    signatories: Sequence[str],
    baseline: Mapping[str, float] | None = None,
    initiative: str | None = None,
) -> Lock:
    """Fix a plan, or one initiative of it.

    Parameters
    ----------
    plan
        The plan as it will be carried out.
    at
        Time of the lock, with its time zone.
    signatories
        Who signs; at least one.
    baseline
        What each KPI read at that time, by KPI id.
    initiative
        The one initiative whose promise is fixed; by default the plan as a whole.

    Raises
    ------
    PlanError
        If nobody signs, the time has no zone, the initiative is unknown, or the baseline names a KPI
        that what is locked does not have.
    """
    problems = _time(at)
    if not [name for name in signatories if name.strip()]:
        problems.append(Problem(code="no-signatory", text="Nobody signs the plan.", fix="Name at least one signatory."))
    fixed = plan if initiative is None else part_of(plan, initiative)
    known = {kpi.id for kpi in fixed.kpis}
    for name in (baseline or {}).keys() - known:
        text = f"The baseline names the KPI '{name}', which the plan does not have."
        problems.append(Problem(code="unknown-kpi", text=text, fix="Correct the name.", value=name))
    if problems:
        raise PlanError(problems)
    return Lock(
        hash=plan_hash(fixed),
        at=at,
        signatories=tuple(signatories),
        baseline=dict(baseline or {}),
        initiative=initiative,
    )


def amend(locked: Lock, before: Plan, after: Plan, *, reason: str, at: dt.datetime, by: str) -> Lock:
    """Append an amendment; nothing already there is changed.

    Parameters
    ----------
    locked
        The lock, with the amendments so far.
    before, after
        The plan in force, and the plan as it should be.
    reason, at, by
        Why, when (with a time zone) and by whom.

    Raises
    ------
    PlanError
        If ``before`` is not the plan in force, nothing changes, or the reason, name or order of
        time is missing.
    """
    problems = _time(at)
    previous = locked.amendments[-1] if locked.amendments else locked
    before, after = covered(before, locked), covered(after, locked)
    if plan_hash(before) != locked.current:
        text = "The plan to amend is not the one in force."
        problems.append(Problem(code="not-in-force", text=text, fix="Start from the plan as last amended."))
    changed = differences(before, after)
    if not changed:
        problems.append(Problem(code="nothing-changed", text="The amendment changes nothing.", fix="Leave it out."))
    if not reason.strip():
        problems.append(Problem(code="no-reason", text="The amendment has no reason.", fix="Say why the plan changes."))
    if not by.strip():
        problems.append(Problem(code="no-signatory", text="Nobody signs the amendment.", fix="Name who amends."))
    if not problems and at < previous.at:
        text = "The amendment is dated before what it amends."
        problems.append(Problem(code="time-runs-back", text=text, fix="Correct the time."))
    if problems:
        raise PlanError(problems)
    added = Amendment(hash=plan_hash(after), reason=reason, at=at, by=by, changed=changed, previous=previous.seal)
    return replace(locked, amendments=(*locked.amendments, added))


def registration(plan: Plan, locked: Lock | None, launch: dt.datetime) -> Registration:
    """How an answer from this plan is labelled.

    ``as-planned``: locked before launch and unchanged. ``amended``: locked before launch, and this
    is the plan as last amended. ``exploratory``: everything else: not locked, locked at or after
    launch, a broken record, or a plan that is not the one in force. A lock of one initiative looks at
    its part of the plan only.
    """
    if locked is None or locked.at >= launch or not locked.intact:
        return "exploratory"
    if locked.initiative is not None and locked.initiative not in {item.id for item in plan.initiatives}:
        return "exploratory"
    if plan_hash(covered(plan, locked)) != locked.current:
        return "exploratory"
    return "amended" if locked.amendments else "as-planned"


def _time(at: dt.datetime) -> list[Problem]:
    if at.tzinfo is not None:
        return []
    return [Problem(code="time-without-zone", text="The time has no time zone.", fix="Give the time with its zone.")]
