"""What the page says in words: the headline, the grade, the dashboard's error, the checks."""

from upshot.impact.estimate import CheckResult, Estimate
from upshot.report.findings import Findings
from upshot.report.numbers import Display, percent, percent_range

__all__ = [
    "CHECK_TITLES",
    "GRADE_MEANINGS",
    "GRADE_NAMES",
    "METHOD_NAMES",
    "REGISTRATIONS",
    "STATUS_WORDS",
    "check_title",
    "dashboard_error",
    "direction",
    "event_finding",
    "event_note",
    "headline",
    "method_name",
    "method_paragraph",
    "next_design",
    "promise",
    "support",
]

GRADE_NAMES = {
    "A": "Shown by experiment",
    "B": "Supported by a credible comparison",
    "C": "Suggestive",
    "D": "Cannot tell",
}
GRADE_MEANINGS = {
    "A": "Who started when was drawn by lot and is on record, so the comparison is fair by construction.",
    "B": "There is a credible comparison group. Either no lot decided who started when, or none is on record, or "
    "the plan was not locked before launch; that is why this is not an A.",
    "C": "A comparison exists, but a check that it needs is weak. Read this as a pattern, not as a cause.",
    "D": "The data at hand cannot separate the programme from everything else that changed.",
}
REGISTRATIONS = {
    "as-planned": ("As planned", "The question and the method were locked before launch and kept."),
    "amended": ("Amended", "The plan was locked before launch and changed later, with the reason on record."),
    "exploratory": ("Exploratory", "No plan was locked before launch, so this answer cannot be graded above B."),
}
STATUS_WORDS = {
    "passed": "Holds",
    "failed": "Does not hold",
    "informative": "Worth knowing",
    "not_applicable": "Not run",
}
CHECK_TITLES = {
    "pre-trends": "Before the start, did both groups move alike?",
    "placebo-dates": "Does a made-up start date find an effect?",
    "balance": "Were the waves alike before they started?",
    "balance-of-waves": "Were the waves alike before they started?",
    "wave-balance": "Were the waves alike before they started?",
    "sample-ratio": "Did as many people start in each wave as planned?",
    "sample-ratio-mismatch": "Did as many people start in each wave as planned?",
    "overlap": "Is there someone comparable for everyone?",
    "attrition": "Did people leave evenly?",
    "differential-attrition": "Did people leave evenly?",
    "spillover": "Did the programme reach those who had not started?",
    "few-clusters": "Are there enough separate groups to judge chance?",
    "anticipation": "Did people react before they started?",
    "outliers": "Does the answer hang on a few people?",
    "outlier-influence": "Does the answer hang on a few people?",
    "other-initiatives": "Did another initiative reach the same people?",
    "arms": "Did every arm hold as many people as planned?",
    "differential-censoring": "Were people followed for equally long?",
    "first-stage": "Did the offer move people to take part?",
    "leave-one-out": "Does the answer hang on one of those compared?",
    "log-rank": "Do the two curves differ over the whole time?",
    "placebo-in-space": "Would a group that did not start show as much?",
    "pre-fit": "Did the comparison follow the group before the start?",
    "residual-autocorrelation": "Do neighbouring periods still move together?",
    "honest-did": "How different could the trends be before the answer fails?",
    "sensitivity": "How different could the trends be before the answer fails?",
    "persistence": "Does the effect last?",
    "by-lot": "Would another deal of the lot show as much?",
}
METHOD_NAMES = {
    "callaway-santanna": "Callaway and Sant'Anna (2021)",
    "roth-santanna": "Roth and Sant'Anna (2023)",
    "sun-abraham": "Sun and Abraham (2021)",
    "imputation": "Borusyak, Jaravel and Spiess (2024)",
    "twfe": "Two-way fixed effects",
    "difference-in-means": "Difference in means",
    "interrupted-time-series": "Interrupted time series",
    "rmst-by-intake": "Restricted mean time by intake",
    "two-stage-least-squares": "Two-stage least squares",
    "ancova": "Analysis of covariance",
    "synthetic-control": "Synthetic control",
    "synthetic-did": "Synthetic difference-in-differences",
}
_METHOD_IDEAS = {
    "callaway-santanna": "Each wave is compared, period by period, with those who had not started yet, "
    "from its last period before the start.",
    "roth-santanna": "The order of the waves is taken to be drawn by lot. Waves that started are compared with those "
    "still to start, and what was known before the start is used as far as it sharpens the answer.",
    "sun-abraham": "Each wave is compared with the last wave to start, by time since start.",
    "imputation": "What each treated period would have read is filled in from everyone's untreated periods.",
    "twfe": "One regression with an effect for every person and every period. It can mislead where effects differ "
    "between waves or grow with time.",
}
_AVERAGES = {
    "simple": "over every wave and period after the start, weighted by the number of people",
    "event": "by time since start, then over those times",
    "group": "within each wave first, then over waves by their size",
    "calendar": "within each calendar period first, then over periods",
}
_NEXT_DESIGNS = (
    (("everyone",), "Start the next step in waves instead of all at once, and draw the order of the waves by lot."),
    (("few-cluster", "clusters"), "Let more teams take part, or start them one at a time and draw the order by lot."),
    (("few-", "power", "people"), "Gather more people or more periods before asking again."),
    (("volunt",), "Offer the places by lot among those who ask for one, and compare everyone who asked."),
    (("pre-trend", "pretrend", "trend", "managed"), "Draw the order of the waves by lot next time, so that those who "
     "start first are no different from those who start last."),
)  # fmt: skip
_DEFAULT_DESIGN = "Let the next groups start in waves whose order is drawn by lot, and lock the plan before launch."
_VERBS = {"up": "raised", "down": "lowered"}
_COMPARED = {"up": "higher", "down": "lower"}


def headline(findings: Findings, display: Display) -> str:
    """The page's answer in one sentence; it never carries a number the grade does not support."""
    estimate, label = findings.estimate, findings.measure.label
    effect = estimate.estimate
    if findings.refused or effect is None:
        return f"We cannot tell whether {_lower(findings.subject)} changed {label}."
    if estimate.conf_low is None or estimate.conf_high is None:
        return f"{_change(findings, display, effect)}; how exact this is could not be computed."
    if estimate.conf_low <= 0 <= estimate.conf_high:
        return _no_effect(findings, display, estimate.conf_low, estimate.conf_high)
    low, high = sorted((abs(estimate.conf_low), abs(estimate.conf_high)))
    return f"{_change(findings, display, effect)} ({display.bare(low)} to {display.bare(high)})."


def _change(findings: Findings, display: Display, effect: float) -> str:
    way, size, label = (
        "up" if effect > 0 else "down",
        display.difference(abs(effect), signed=False),
        findings.measure.label,
    )
    if findings.letter == "C":
        return f"{findings.subject} is associated with {label} {size} {_COMPARED[way]}"
    return f"{findings.subject} {_VERBS[way]} {label} by {size}"


def _no_effect(findings: Findings, display: Display, low: float, high: float) -> str:
    label, worth = findings.measure.label, findings.plan.smallest_worth_having
    if worth is not None and max(abs(low), abs(high)) < abs(worth):
        size = display.planned(abs(worth))
        return (
            f"{findings.subject} made no difference to {label} as large as {size}, the smallest worth having: "
            f"the effect lies between {display.between(low, high).replace(' to ', ' and ')}."
        )
    noun = "difference in" if findings.letter == "C" else "effect on"
    return f"No {noun} {label} that can be seen: between {_spoken_range(findings.estimate, display)}."


def _spoken_range(estimate: Estimate, display: Display) -> str:
    relative = estimate.relative
    if relative and relative.conf_low is not None and relative.conf_high is not None:
        return percent_range(relative.conf_low, relative.conf_high, "and")
    assert estimate.conf_low is not None  # noqa: S101 - the caller has an interval
    assert estimate.conf_high is not None  # noqa: S101
    between = display.between(estimate.conf_low, estimate.conf_high).replace(" to ", " and ")
    return f"{between} {display.unit}".rstrip()


def direction(findings: Findings) -> tuple[str, str, str]:
    """Arrow, words and tone (``better | worse | open``) of the effect against the goal."""
    estimate = findings.estimate
    low, high = estimate.conf_low, estimate.conf_high
    if findings.refused or low is None or high is None or low <= 0 <= high:
        return "↔", "no clear direction", "open"
    rose = low > 0
    arrow, moved = ("↑", "higher") if rose else ("↓", "lower")
    wanted = findings.measure.direction
    if wanted == "hold-within":
        return arrow, f"{moved}; the goal is to hold it steady", "worse"
    towards = rose == (wanted == "up")
    return arrow, f"{moved}, {'towards' if towards else 'against'} the goal", "better" if towards else "worse"


def support(findings: Findings) -> str:
    """Why the grade is what it is: the engine's own reason, or the meaning of the letter."""
    grade = findings.estimate.grade
    if grade is None:
        return "No grade was given, so nothing is claimed."
    _, colon, reason = grade.text.partition(": ")
    return f"{reason[0].upper()}{reason[1:]}" if colon and reason else grade.text


def next_design(findings: Findings) -> str:
    """What would make the answer knowable next time."""
    if findings.next_design:
        return findings.next_design
    codes = " ".join(findings.estimate.grade.codes if findings.estimate.grade else ()).lower()
    return next((text for keys, text in _NEXT_DESIGNS if any(key in codes for key in keys)), _DEFAULT_DESIGN)


def promise(findings: Findings, display: Display) -> str:
    """What was promised, and whether the interval leaves room for it."""
    estimate, plan = findings.estimate, findings.plan
    if plan.promised is None:
        return ""
    said = f"The plan promised {display.planned(plan.promised, signed=True)}."
    if findings.refused or estimate.conf_low is None or estimate.conf_high is None:
        return f"{said} These data cannot say whether that was kept."
    if estimate.conf_low <= plan.promised <= estimate.conf_high:
        return f"{said} The interval leaves room for that."
    short = abs(estimate.estimate or 0) < abs(plan.promised) or (estimate.estimate or 0) * plan.promised < 0
    return f"{said} The data rule that out: the effect is {'smaller' if short else 'larger'}."


def dashboard_error(findings: Findings, display: Display) -> tuple[str, ...]:
    """What is wrong with the naive figures, here; one paragraph each."""
    naive, estimate = findings.estimate.naive, findings.estimate
    if naive is None:
        return ()
    said = []
    if naive.before_after is not None:
        said.append(
            f"Before and after compares the same {findings.people} with themselves at an earlier time. "
            "Whatever else changed meanwhile is counted as the programme's doing."
        )
    if naive.treated_vs_rest is not None:
        said.append(
            f"Those who started against the rest compares {findings.people} who may have differed from the outset, "
            "and later periods with earlier ones."
        )
    return (*said, _verdict(findings, estimate, display))


def _verdict(findings: Findings, estimate: Estimate, display: Display) -> str:
    naive = estimate.naive
    if findings.refused or naive is None or estimate.estimate is None:
        return "None of this separates the programme from everything else that changed, so none of it is an answer."
    first = naive.before_after if naive.before_after is not None else naive.treated_vs_rest
    if first is None or estimate.conf_low is None or estimate.conf_high is None:
        return "The answer above is the one to use."
    if estimate.conf_low <= first <= estimate.conf_high:
        return "Here the weak figure happens to lie within the interval; without the comparison nobody could know."
    return (
        f"Like compared with like, {display.difference(estimate.estimate)} remains of {display.difference(first)}. "
        f"The rest is change that {findings.people} would have seen without the programme."
    )


def event_finding(findings: Findings) -> str:
    """What the event study shows, as its title."""
    event = findings.event_study
    if event is None:
        return ""
    after = [t for t in event.terms if t.event_time is not None and t.event_time >= 0 and t.band_low is not None]
    before = [t for t in event.terms if t.event_time is not None and t.event_time < 0 and t.band_low is not None]
    stands_out = [t for t in after if _clear(t.band_low, t.band_high)]
    early = any(_clear(t.band_low, t.band_high) for t in before)
    if early:
        return "The groups already moved apart before the start"
    if not after:
        return f"The difference by {findings.grain}s since the start"
    if not stands_out:
        return f"No {findings.grain} after the start stands out" + (", and none before it" if before else "")
    first = min(t.event_time for t in stands_out if t.event_time is not None)
    since = f"{findings.grain} of the start" if first == 0 else f"{findings.grain} {first} after the start"
    return f"A difference is clear from the {since}" if first == 0 else f"A difference is clear in {since}"


def event_note(findings: Findings) -> str:
    """How to read the event study."""
    event = findings.event_study
    if event is None or not any(t.event_time is not None and t.event_time < -1 for t in event.terms):
        return (
            "Nothing is known about the time before the start, so it cannot be checked whether the groups moved alike."
        )
    return "Points left of the dashed line show the time before the start; a fair comparison lies near zero there."


def _clear(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and (low > 0 or high < 0)


def check_title(check: CheckResult) -> str:
    """The check's question in plain words; an unknown check keeps its name."""
    name = check.name.replace("_", "-").replace(" ", "-").lower()
    return CHECK_TITLES.get(name, name.replace("-", " ").capitalize())


def method_name(method: str) -> str:
    """An estimator's name as people cite it."""
    return METHOD_NAMES.get(method, method.replace("-", " ").capitalize())


def method_paragraph(estimate: Estimate) -> str:
    """The estimator, its idea and its average in two or three sentences."""
    name, idea = method_name(estimate.method), _METHOD_IDEAS.get(estimate.method, "")
    if estimate.estimate is None:
        return f"No effect was estimated. The method asked for was {name}."
    average = _AVERAGES.get(estimate.aggregation or "", "")
    mean = f" The headline averages {average}." if average else ""
    return f"Method: {name}. {idea}{mean} The interval is a {percent(estimate.level)} interval."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
