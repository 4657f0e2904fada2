"""The role path: what people do, in what order, and when they must renew it."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self, get_args

from upshot.plan.objectives import Id
from upshot.plan.values import AtLeast, Between, Duration, Only, Positive

__all__ = [
    "ASKED",
    "QUESTIONS",
    "STEP_KINDS",
    "Evidence",
    "Recertify",
    "SignOff",
    "SkipFrom",
    "Step",
    "StepKind",
    "TestOut",
]

StepKind = Literal[
    "assessment", "module", "scenario", "commitment", "challenge", "practice", "check-in", "session", "document"
]
STEP_KINDS: tuple[StepKind, ...] = get_args(StepKind)
MoveOn = Literal["Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable"]

_CONTENT = ("assessment", "module", "scenario", "session", "document")
_ON_THE_JOB = ("challenge",)
QUESTIONS = ("used_it", "how_often", "what_helped", "what_got_in_the_way", "example")
"""What a check-in can ask; whether it was used is always asked."""
ASKED = {"self": "self", **dict.fromkeys(("observer", "manager", "peer", "expert"), "observer")}
"""Of whom a check-in can ask it: the person, or whoever signed as an observer of their work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOut:
    """Who already can may skip."""

    min_scaled: Annotated[float, Between(0, 1), "Scaled score from which the steps are waived."]
    skips: Annotated[tuple[str, ...], "Ids of the steps that are waived."] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipFrom:
    """From which level of a competency on a step need not be taken."""

    competency: Annotated[str, "Id of the competency the step trains."]
    level: Annotated[str, "One of the competency's `levels`; whoever stands there or above can already."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What somebody hands in to show that they did it at work."""

    accepts: Annotated[tuple[str, ...], "Forms that are taken: `text`, `link`, `file`, `recording`."] = ("text",)
    min: Annotated[int, AtLeast(0), "How many pieces are needed."] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """Who confirms what was done at work, and by what."""

    by: Annotated[str, "Who signs: `manager`, `peer`, `observer`."] = "manager"
    checklist: Annotated[str | None, "File with the points that are looked at."] = None
    min_scaled: Annotated[float | None, Between(0, 1), "Scaled score from which it is signed; default none."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a role path."""

    id: Annotated[Id, "Name other steps refer to."]
    kind: Annotated[StepKind, "What people do in this step."]
    title: Annotated[str | None, "How it is printed; default the id."] = None
    ref: Annotated[str | None, Only((*_CONTENT, "practice")), "File or activity that is opened."] = None
    needs: Annotated[tuple[str, ...], "Ids of the steps that come first."] = ()
    optional: Annotated[bool, "Whether the path is done without it; default it is asked for."] = False
    minutes: Annotated[float | None, AtLeast(0), "How long it takes one person."] = None
    due: Annotated[Duration | None, "How long after the start of the wave it is due; default never."] = None
    move_on: Annotated[MoveOn, Only(_CONTENT), "When it counts as done, in cmi5's words."] = "CompletedOrPassed"
    mastery: Annotated[float | None, Between(0, 1), Only(_CONTENT), "Scaled score from which it is passed."] = None
    test_out: Annotated[TestOut | None, Only(("assessment",)), "Who already can may skip."] = None
    skip_from: Annotated[
        tuple[SkipFrom, ...],
        Only(_CONTENT),
        "Levels from which the step is waived (`Tested Out`), by the evidence log; all of them are needed.",
    ] = ()
    template: Annotated[str | None, Only(("commitment",)), "The if-then sentence people complete."] = None
    share_with: Annotated[tuple[str, ...], Only(("commitment",)), "Who reads the commitment; default nobody."] = ()
    evidence: Annotated[Evidence | None, Only(_ON_THE_JOB), "What is handed in; default nothing."] = None
    sign_off: Annotated[SignOff | None, Only(_ON_THE_JOB), "Who confirms it; default nobody."] = None
    schedule: Annotated[Literal["fsrs", "uniform", "expanding"], Only(("practice",)), "How repetitions are spaced."] = (
        "fsrs"
    )
    retention: Annotated[
        float, Between(0, 1, above=True), Only(("practice",)), "Share that should be remembered when asked."
    ] = 0.9
    max_per_week: Annotated[int, AtLeast(1), Only(("practice",)), "Most repetitions in a week."] = 2
    for_: Annotated[Duration | None, Only(("practice",)), "How long it goes on; default the plan's period."] = None
    at: Annotated[tuple[Duration, ...], Only(("check-in",)), "How long after the start people are asked."] = ()
    asks: Annotated[
        tuple[str, ...],
        Only(("check-in",)),
        "Of `used_it`, `how_often`, `what_helped`, `what_got_in_the_way`, `example`; default all.",
    ] = ()
    of: Annotated[
        tuple[str, ...], Only(("check-in",)), "Who is asked: `self`, and `observer` (or `manager`) for whoever signed."
    ] = ("self",)

    def resolved(self) -> Self:
        """The same step with its title written in."""
        return replace(self, title=self.title or self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recertify:
    """When people must show again that they can."""

    every: Annotated[Duration, Positive(), "How long a certificate holds, from completion."]
    window_opens: Annotated[Duration | None, "How long before expiry the renewal opens; default at once."] = None
    path: Annotated[tuple[str, ...], "Ids of the steps that renew it; default the whole path."] = ()
    on_expiry: Annotated[Literal["overdue", "expired", "notify"], "What happens on the day."] = "overdue"
    grace: Annotated[Duration | None, "How long after expiry nothing else happens; default none."] = None
