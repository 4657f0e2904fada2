"""What is asked of an initiative, and its answer with what it rests on."""

import datetime as dt
from dataclasses import dataclass

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate
from upshot.lake.scan import ScannedPanel
from upshot.panel.build import BuiltPanel
from upshot.panel.planned import planned_design
from upshot.plan import Lock, Plan
from upshot.plan.initiatives import Expected, Initiative
from upshot.plan.kpis import Kpi
from upshot.workspace.questions import audience_day
from upshot.workspace.registering import Registered, registered

__all__ = ["Answer", "Question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An initiative's answer with what it rests on.

    Parameters
    ----------
    estimate
        The headline, as planned.
    event_study
        The same comparison by time since start; ``None`` if nothing is identified, and for times to
        an event.
    locked_on
        The day the plan was locked; ``None`` unless it was locked before launch and is in force.
    as_of
        The instant up to which facts were read; ``None`` for all there are.
    design, scanned
        The question as the engine was asked it, and the moments it was answered from: value,
        persistence and sensitivity are worked out from these. ``None`` where no panel was scanned.
    """

    plan: Plan
    initiative: Initiative
    kpi: Kpi
    expected: Expected | None
    built: BuiltPanel
    estimate: Estimate
    event_study: Estimate | None
    locked_on: dt.date | None = None
    as_of: dt.datetime | None = None
    design: Design | None = None
    scanned: ScannedPanel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One KPI of one initiative, and how it is answered.

    Parameters
    ----------
    changes
        A design in place of the plan's.
    as_promised
        Whether KPI, rounding and design are the plan's.
    locked
        The plan's lock, where there is one.
    as_of
        The instant up to which facts are read.
    fingerprint
        Of the facts.
    """

    plan: Plan
    initiative: Initiative
    kpi: Kpi
    expected: Expected | None
    fingerprint: str
    changes: Design | None = None
    as_promised: bool = True
    locked: Lock | None = None
    as_of: dt.datetime | None = None

    def registered(self, launched: dt.date | None) -> Registered:
        """How the answer is labelled, given the first start in the facts."""
        return registered(
            self.plan, self.initiative, self.locked, launched=launched, asked_as_promised=self.as_promised
        )

    def audience_day(self) -> dt.date:
        """The day the audience is read on."""
        return audience_day(self.plan, self.initiative, today=None if self.as_of is None else self.as_of.date())

    def design(self) -> Design:
        """The design that answers it."""
        level = self.initiative.design.level
        return self.changes or planned_design(self.initiative, self.kpi, self.expected, level=level)
