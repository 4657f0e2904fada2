"""How far somebody is on a role path: facts about steps in cmi5's words, and what follows from them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from upshot.plan.practice import Step
from upshot.plan.rolepath import RolePath, is_asked

__all__ = ["Fact", "PathProgress", "StepProgress", "StepState", "Verb", "progress"]

Verb = Literal["launched", "completed", "passed", "failed", "waived"]
StepState = Literal["locked", "open", "begun", "failed", "done", "waived"]

_TESTED_OUT = "Tested Out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something on record about one step.

    Parameters
    ----------
    scaled
        Score from 0 to 1, where there was one.
    seconds
        Time spent, where it was measured.
    reason
        Why it was waived, in cmi5's words.
    evidence
        What showed that it need not be taken, for people to read.
    """

    step: str
    verb: Verb
    day: dt.date
    scaled: float | None = None
    seconds: float | None = None
    reason: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """One step for one person.

    Parameters
    ----------
    state
        ``locked`` while a step it needs is open; ``waived`` where it need not be taken.
    done
        The day it came to count, taken or waived.
    due
        The day it should count by; absent without a wave, or where the plan names none.
    reason, evidence
        Why it was waived, and what showed it.
    missing
        Steps that must come first and do not count yet.
    """

    step: Step
    state: StepState
    done: dt.date | None = None
    due: dt.date | None = None
    reason: str = ""
    evidence: str = ""
    missing: tuple[Step, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it counts: done or waived."""
        return self.state in ("done", "waived")

    def late(self, on: dt.date) -> bool:
        """Whether its day has passed."""
        return not self.counts and self.due is not None and on > self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class PathProgress:
    """A whole path for one person.

    Parameters
    ----------
    done
        The day the last step that is asked for came to count; absent before.
    begun
        The day of the first fact that is no waiver.
    waived
        Whether the path is done and none of its steps was taken but what tested somebody out.
    seconds
        Time on record.
    """

    steps: tuple[StepProgress, ...]
    done: dt.date | None
    begun: dt.date | None
    waived: bool
    seconds: float

    @property
    def next(self) -> StepProgress | None:
        """The first step that can be taken now: those asked for before those that are not."""
        ready = [one for one in self.steps if one.state in ("open", "begun", "failed")]
        asked = [one for one in ready if is_asked(one.step)]
        return next(iter((*asked, *ready)), None)

    @property
    def share(self) -> float:
        """Share of the steps asked for that count."""
        asked = [one for one in self.steps if is_asked(one.step)]
        return sum(one.counts for one in asked) / len(asked) if asked else 0.0


def progress(path: RolePath, facts: Iterable[Fact], *, starts: dt.date | None = None) -> PathProgress:
    """What follows from the facts.

    Parameters
    ----------
    path
        The version the person is on.
    facts
        In any order; those about steps the path does not have are left out.
    starts
        The day their turn begins: due dates are counted from it.
    """
    known = sorted((one for one in facts if path.step(one.step)), key=lambda one: one.day)
    waived = {**_tested_out(path, known), **{one.step: one for one in known if one.verb == "waived"}}
    counted: dict[str, dt.date] = {}
    for step in path.path:
        day = _counts_from(step, [one for one in known if one.step == step.id])
        if day is None and step.id in waived:
            day = waived[step.id].day
        if day is not None:
            counted[step.id] = day
    steps = tuple(_step(path, step, known, waived, counted, starts) for step in path.path)
    asked = [one for one in steps if is_asked(one.step)]
    done = max((one.done for one in asked if one.done), default=starts) if all(one.counts for one in asked) else None
    return PathProgress(
        steps=steps,
        done=done if asked else None,
        begun=min((one.day for one in known if one.verb != "waived"), default=None),
        waived=bool(asked) and done is not None and all(_not_taken(one) for one in asked),
        seconds=sum(one.seconds or 0.0 for one in known),
    )


def _not_taken(one: StepProgress) -> bool:
    return one.state == "waived" or one.step.test_out is not None


def _tested_out(path: RolePath, facts: Sequence[Fact]) -> dict[str, Fact]:
    """Steps that an assessment's score waives, with the fact that says so."""
    found: dict[str, Fact] = {}
    for step in path.path:
        if step.test_out is None:
            continue
        low = step.test_out.min_scaled
        shown = [one for one in facts if one.step == step.id and one.scaled is not None and one.scaled >= low]
        first = next((one for one in shown if one.verb in ("completed", "passed")), None)
        if first is not None:
            found |= {
                name: Fact(step=name, verb="waived", day=first.day, reason=_TESTED_OUT) for name in step.test_out.skips
            }
    return found


def _counts_from(step: Step, facts: Sequence[Fact]) -> dt.date | None:
    """The day a step's own facts come to satisfy its ``move_on``."""
    passed = min((one.day for one in facts if _passes(step, one)), default=None)
    completed = min((one.day for one in facts if one.verb == "completed"), default=None)
    days = [day for day in (passed, completed) if day is not None]
    match step.move_on:
        case "Passed":
            return passed
        case "Completed":
            return completed
        case "CompletedAndPassed":
            return max(days) if len(days) == 2 else None
        case "CompletedOrPassed":
            return min(days, default=None)
        case _:
            return min((one.day for one in facts), default=None)


def _passes(step: Step, fact: Fact) -> bool:
    """Passed, or completed with the score that mastery asks for; a score below mastery never passes."""
    if fact.scaled is None or step.mastery is None:
        return fact.verb == "passed"
    return fact.verb in ("passed", "completed") and fact.scaled >= step.mastery


def _step(
    path: RolePath,
    step: Step,
    facts: Sequence[Fact],
    waived: dict[str, Fact],
    counted: dict[str, dt.date],
    starts: dt.date | None,
) -> StepProgress:
    own = [one for one in facts if one.step == step.id]
    needed = (path.step(name) for name in step.needs)
    missing = tuple(one for one in needed if one is not None and one.id not in counted and not _free(one))
    due = step.due.after(starts) if step.due is not None and starts is not None else None
    taken = _counts_from(step, own)
    if taken is not None:
        return StepProgress(step=step, state="done", done=taken, due=due)
    if step.id in waived:
        fact = waived[step.id]
        return StepProgress(
            step=step, state="waived", done=fact.day, due=due, reason=fact.reason, evidence=fact.evidence
        )
    state: StepState = "locked" if missing else "open"
    if own and not missing:
        state = "failed" if own[-1].verb == "failed" or any(one.verb == "completed" for one in own) else "begun"
    return StepProgress(step=step, state=state, due=due, missing=missing)


def _free(step: Step) -> bool:
    """A step that asks for nothing (cmi5's NotApplicable) holds nobody up."""
    return step.move_on == "NotApplicable"
