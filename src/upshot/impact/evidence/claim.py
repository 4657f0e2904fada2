"""The one sentence that may be said of an answer, and no more than holds."""

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Grade
from upshot.impact.evidence.amounts import Amounts, amounts, number, percent
from upshot.impact.evidence.rules import BY_CODE

__all__ = ["claim", "number", "percent"]


def claim(estimate: Estimate, design: Design) -> str:
    """Say what the interval and the grade allow, in plain words.

    At grade A and B an effect "raised" or "lowered" the outcome; at C it "goes with" it; at D the
    sentence holds no number of the effect at all. An interval that holds zero is "no effect that
    can be seen", with its width; when it also leaves no room for an effect worth having, that is
    said instead: a precise zero is an answer.

    Examples
    --------
    >>> found = Estimate(method="ancova", estimand="itt", outcome="sales", level=0.95, registration="as-planned",
    ...     n_units=80, estimate=2.0, conf_low=1.0, conf_high=3.0, grade=Grade(letter="A", codes=(), text=""))
    >>> claim(found, Design(smallest_worth_having=0.5))
    'It raised sales by 2 (between 1 and 3).'
    >>> claim(found, Design(smallest_worth_having=5.0))
    'It raised sales by 2 (between 1 and 3). That is less than the smallest effect worth having (5).'
    """
    found = estimate.grade
    if found is None or found.letter == "D" or estimate.estimate is None:
        return f"We cannot tell what this did to {estimate.outcome}: {_reasons(found)}"
    if estimate.conf_low is None or estimate.conf_high is None:
        return f"We cannot tell what this did to {estimate.outcome}: how exact the number is cannot be said."
    shown = amounts(estimate)
    if estimate.conf_low <= 0 <= estimate.conf_high:
        return _nothing_seen(estimate, design, shown)
    return f"{_effect(estimate, shown)}{_against_worth(estimate, design, shown)}{_against_goal(estimate, design)}"


def _effect(estimate: Estimate, shown: Amounts) -> str:
    effect, outcome = estimate.estimate or 0.0, estimate.outcome
    if _weak(estimate):
        side = "higher" if effect > 0 else "lower"
        if estimate.method == "interrupted-time-series":
            return (
                f"Since the start {outcome} has been {shown.size} {side} than on its earlier path ({shown.span}); "
                "anything else that changed then may be the cause."
            )
        return f"Taking part goes with {outcome} {shown.size} {side} ({shown.span}); this may have other causes."
    verb = "raised" if effect > 0 else "lowered"
    if estimate.estimand == "late":
        return f"For those who take part because it is offered, it {verb} {outcome} by {shown.size} ({shown.span})."
    return f"It {verb} {outcome} by {shown.size} ({shown.span})."


def _nothing_seen(estimate: Estimate, design: Design, shown: Amounts) -> str:
    """An interval with zero inside: how wide it is, and whether it leaves room for what was hoped."""
    low, high, worth = estimate.conf_low or 0.0, estimate.conf_high or 0.0, design.smallest_worth_having
    outcome, weak = estimate.outcome, _weak(estimate)
    if worth and not weak and max(-low, high) < abs(worth):
        limit = shown.write(abs(worth))
        return f"No effect on {outcome} larger than {limit} is compatible with the data ({shown.span})."
    seen = f"No effect on {outcome} that can be seen: {shown.span}."
    if not worth:
        return seen
    return f"{seen} {_room(design, low, high, abs(worth), shown)}"


def _room(design: Design, low: float, high: float, worth: float, shown: Amounts) -> str:
    limit = shown.write(worth)
    if max(-low, high) < worth:
        return f"One worth having ({limit} or more) is outside that range."
    hoped = {"up": high, "down": -low, "hold-within": max(-low, high)}[design.direction]
    if hoped < worth and _planned(design):
        return f"An improvement worth having ({limit} or more) is ruled out; a change for the worse is not."
    return f"One worth having ({limit} or more) is still possible."


def _against_worth(estimate: Estimate, design: Design, shown: Amounts) -> str:
    worth = design.smallest_worth_having
    if not worth or estimate.conf_low is None or estimate.conf_high is None or _towards(estimate, design) is False:
        return ""
    near, far = sorted((abs(estimate.conf_low), abs(estimate.conf_high)))
    limit = shown.write(abs(worth))
    if far < abs(worth):
        return f" That is less than the smallest effect worth having ({limit})."
    if near < abs(worth) and abs(estimate.estimate or 0.0) < abs(worth):
        return f" It is probably less than the smallest effect worth having ({limit})."
    return ""


def _against_goal(estimate: Estimate, design: Design) -> str:
    if not _planned(design):
        return ""
    if design.direction == "hold-within":
        return " The goal is to hold it steady."
    return " That is against the goal." if _towards(estimate, design) is False else ""


def _towards(estimate: Estimate, design: Design) -> bool | None:
    """Whether the effect is for the better; unknown where the goal has no direction or is not on record."""
    if design.direction == "hold-within" or not _planned(design):
        return None
    return ((estimate.estimate or 0.0) > 0) == (design.direction == "up")


def _planned(design: Design) -> bool:
    """Whether somebody stated the goal: a design made up from defaults does not know which way is better."""
    return design.registration != "exploratory" or design.smallest_worth_having is not None


def _weak(estimate: Estimate) -> bool:
    return estimate.grade is not None and estimate.grade.letter == "C"


def _reasons(found: Grade | None) -> str:
    rules = [BY_CODE[code] for code in found.codes if BY_CODE[code].ceiling == "D"] if found else []
    if not rules:
        return "nothing could be estimated."
    text = " ".join(rule.text for rule in rules[:2])
    return f"{text[0].lower()}{text[1:]}"
