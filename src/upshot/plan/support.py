"""What carries an initiative: managers' part, messages, costs and reviews; and support tried by itself."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from upshot.plan.values import AtLeast, Duration, Matches

__all__ = [
    "ELEMENTS",
    "EVERYTHING",
    "Cost",
    "Manager",
    "ManagerAfter",
    "ManagerBefore",
    "ManagerDuring",
    "Notify",
    "Review",
    "Support",
]

ELEMENTS = ("goals", "levels", "missions", "bests", "recognition", "badges", "team")
"""What of motivation by consent can be handed out by lot: the names under which people choose it."""
EVERYTHING = "all"
"""The word for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerBefore:
    """What a manager does before somebody starts."""

    brief: Annotated[str | None, "File the manager reads."] = None
    ask: Annotated[str | None, "What the manager agrees with the person."] = None
    minutes: Annotated[float, AtLeast(0), "How long it takes for one person."] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerDuring:
    """What a manager does while somebody learns."""

    digest: Annotated[Literal["daily", "weekly", "monthly", "never"], "How often the manager hears."] = "never"
    prompts: Annotated[int, AtLeast(0), "How many prompts the manager gets."] = 0
    recognise: Annotated[bool, "Whether the manager is asked to recognise what was done."] = False
    minutes: Annotated[float, AtLeast(0), "How long it takes for one person."] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerAfter:
    """What a manager does afterwards."""

    debrief_every: Annotated[Duration | None, "How often the manager debriefs; default once."] = None
    minutes: Annotated[float, AtLeast(0), "How long one debrief takes."] = 0.0
    until: Annotated[Duration | None, "How long the debriefs go on; default one debrief."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """What is asked of managers, with its cost in minutes."""

    before: Annotated[ManagerBefore, "Before somebody starts."] = ManagerBefore()
    during: Annotated[ManagerDuring, "While somebody learns."] = ManagerDuring()
    after: Annotated[ManagerAfter, "Afterwards."] = ManagerAfter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """How and when people are written to."""

    channels: Annotated[tuple[str, ...], "Where messages go."] = ("email",)
    quiet_hours: Annotated[
        str | None,
        Matches(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", "two times, as in '18:00-08:00'"),
        "When nothing is sent, in the person's own time; default never quiet.",
    ] = None
    weekdays_only: Annotated[bool, "Whether nothing is sent at weekends."] = True
    max_per_week: Annotated[int, AtLeast(0), "Most messages a person gets in a week."] = 3
    opt_out: Annotated[tuple[str, ...], "Kinds of message a person may turn off."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One line of what the initiative costs."""

    item: Annotated[str, "What is paid for."]
    kind: Annotated[Literal["fixed", "per-person", "time"], "Once, for each person, or people's time."] = "fixed"
    amount: Annotated[float | None, AtLeast(0), "Money, in the plan's currency; `time` is computed."] = None
    minutes_from: Annotated[
        Literal["path", "manager"] | None, "For `time`: whose minutes, the path's or the manager's."
    ] = None
    minutes: Annotated[float | None, AtLeast(0), "For `time`: minutes for each person, in place of `minutes_from`."] = (
        None
    )
    rate: Annotated[float | str | None, "For `time`: money for an hour, or a key of `rates`."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A day on which somebody decides."""

    date: Annotated[dt.date, "The day."]
    by: Annotated[tuple[str, ...], "Who decides: keys of `owners`."] = ()
    decide: Annotated[tuple[str, ...], "What can be decided."] = ("continue", "change", "stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Support of another initiative, or motivation, that this one hands out by wave, so that its effect can be told."""

    kind: Annotated[
        Literal["digest", "nudge", "debrief", "spacing", "motivation"],
        "What is tried: the manager's weekly digest, the reminders of rules, debriefs in pairs, questions asked again "
        "days later, or the offer of what people can choose to see.",
    ]
    of: Annotated[
        str,
        "Id of the initiative it supports; for `motivation` the elements, set apart by commas, or `all`. Nobody in the "
        "audience gets it before their wave.",
    ]

    @property
    def about(self) -> tuple[str, ...]:
        """What is handed out, each by its name: the one initiative, or the elements of motivation.

        Examples
        --------
        >>> Support(kind="motivation", of="goals, badges").about
        ('goals', 'badges')
        >>> Support(kind="digest", of="calm-calls").about
        ('calm-calls',)
        """
        if self.kind != "motivation":
            return (self.of,)
        return ELEMENTS if self.of == EVERYTHING else tuple(name.strip() for name in self.of.split(","))
