"""What rules are made of: events, conditions, acts; which key belongs to which event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from upshot.plan.expression import Expression
from upshot.plan.objectives import Id
from upshot.plan.values import AtLeast, Duration

__all__ = ["ABOUT_PEOPLE", "GAPS", "KEYS", "Act", "Condition", "Event", "Rule", "Ruleset", "Said", "To", "When"]

Event = Literal[
    "joiner",
    "mover",
    "wave-starts",
    "step-done",
    "overdue",
    "certificate-expiring",
    "kpi-drifts",
    "data-late",
    "review-due",
]
To = Literal["person", "manager", "leaders", "analysts", "executives", "administrators"]

ABOUT_PEOPLE: frozenset[Event] = frozenset(
    {"joiner", "mover", "wave-starts", "step-done", "overdue", "certificate-expiring"}
)
"""Events that happen to a person; the others happen to the firm."""

KEYS: Mapping[Event, frozenset[str]] = {
    "joiner": frozenset({"after"}),
    "mover": frozenset({"after"}),
    "wave-starts": frozenset({"initiative", "before", "after"}),
    "step-done": frozenset({"initiative", "step", "after"}),
    "overdue": frozenset({"initiative", "step", "after"}),
    "certificate-expiring": frozenset({"initiative", "before"}),
    "kpi-drifts": frozenset({"kpi"}),
    "data-late": frozenset({"kpi"}),
    "review-due": frozenset({"initiative", "before"}),
}
"""What `when` may say beside each event."""

GAPS: Mapping[str, frozenset[Event]] = {
    "{day}": frozenset(KEYS),
    "{initiative}": frozenset({"wave-starts", "step-done", "overdue", "certificate-expiring", "review-due"}),
    "{step}": frozenset({"step-done", "overdue"}),
    "{kpi}": frozenset({"kpi-drifts", "data-late"}),
    "{what}": frozenset({"kpi-drifts", "data-late"}),
}
"""Places in the words of a message that are filled in, and the events that fill them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What sets a rule off, and on which day."""

    event: Annotated[Event, "What happens."]
    initiative: Annotated[Id | None, "Only of this initiative; default of any."] = None
    step: Annotated[Id | None, "Only of this step; default of any."] = None
    kpi: Annotated[Id | None, "Only of this KPI; default of any."] = None
    before: Annotated[Duration | None, "So long before the day; default on it."] = None
    after: Annotated[Duration | None, "So long after the day; default on it."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """For whom a rule holds; everything that is said must hold."""

    audience: Annotated[Expression | None, "As in a plan's audience; default everybody."] = None
    role: Annotated[tuple[str, ...], "Roles on the roster; default any."] = ()
    site: Annotated[tuple[str, ...], "Sites on the roster; default any."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Words to somebody."""

    heading: Annotated[str, "In a few words; {day}, {initiative}, {step}, {kpi} and {what} are filled in."]
    text: Annotated[str, "One or two sentences."]
    to: Annotated[To | None, "Who gets it; default the person, or leaders where nobody is concerned."] = None
    channel: Annotated[str | None, "A shared channel instead, by its name; only for events without a person."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that a rule does: exactly one of these."""

    message: Annotated[Said | None, "Say something."] = None
    task: Annotated[Said | None, "Ask for something."] = None
    enrol: Annotated[Id | None, "Put the person on the path of this initiative."] = None
    invite: Annotated[Literal["wave"] | None, "Send the wave's day as a calendar entry, and changes of it."] = None
    propose_review: Annotated[Id | None, "Ask those who decide to review this initiative."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When something happens, and for whom, do this."""

    id: Annotated[Id, "Name of the rule; messages are sent once a rule and event."]
    title: Annotated[str, "What it is for, in a few words; people read it as the reason."]
    when: Annotated[When, "What sets it off."]
    if_: Annotated[Condition, "For whom."] = Condition()
    then: Annotated[tuple[Act, ...], "What it does."]
    at_most: Annotated[int, AtLeast(1), "Most people in one day; for more it stops and asks."] = 200
    active: Annotated[bool, "Whether it runs."] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """Every rule of a firm."""

    format: Annotated[Literal["upshot-rules/1"], "The format."]
    rules: Annotated[tuple[Rule, ...], "The rules."] = ()

    def rule(self, name: str) -> Rule | None:
        """A rule by its id."""
        return next((rule for rule in self.rules if rule.id == name), None)
