"""Whether what was said of Harbour is right: an answer held against what was planted."""

from upshot.impact.estimate import Estimate
from upshot.workspace.harbour.truth import Planted

__all__ = ["mistakes"]


def mistakes(planted: Planted, found: Estimate) -> list[str]:
    """What an answer gets wrong, in words; empty where it says what it must.

    Parameters
    ----------
    planted
        The truth.
    found
        The answer, from a plan that was locked before launch.

    Examples
    --------
    >>> from upshot.workspace.harbour.truth import TRUTH
    >>> bare = Estimate(method="none", estimand="none", outcome="errors", level=0.95, registration="as-planned",
    ...     n_units=20)
    >>> mistakes(next(p for p in TRUTH if p.initiative == "careful-hands"), bare)
    ['grade none instead of C or D', 'no dashboard figure']
    """
    letter = found.grade.letter if found.grade else "none"
    wrong = []
    if planted.grades and letter not in planted.grades:
        wrong.append(f"grade {letter} instead of {' or '.join(sorted(planted.grades))}")
    rule = _RULES.get(planted.sentence)
    if rule is not None:
        wrong += rule(planted, found)
    return wrong + _dashboard(planted, found)


def _moved(planted: Planted, found: Estimate) -> list[str]:
    """An interval on the right side of zero that covers the truth."""
    low, high = found.conf_low, found.conf_high
    if planted.relative and found.relative is not None:
        low, high = found.relative.conf_low, found.relative.conf_high
    if low is None or high is None or planted.effect is None:
        return ["no interval"]
    wrong = [] if low <= planted.effect <= high else [f"{low:.4g} to {high:.4g} does not cover {planted.effect:.4g}"]
    return wrong + ([] if low > 0 or high < 0 else ["the effect is not seen"])


def _nothing(_: Planted, found: Estimate) -> list[str]:
    """A precise zero: no effect worth having is left open, and none is claimed."""
    if found.claim is None or not found.claim.startswith("No effect"):
        return ["an effect is claimed, and there is none"]
    return [] if "is compatible with the data" in found.claim else ["an effect worth having is left open"]


def _unknown(_: Planted, found: Estimate) -> list[str]:
    """No cause is named: nothing is said, or that two things go together."""
    said = found.claim or ""
    named = said.startswith(("It raised", "It lowered"))
    return ["a cause is named, and there is none"] if named else []


def _no_course(_: Planted, found: Estimate) -> list[str]:
    return [] if "good outcome" in (found.claim or "") else ["finding another cause is not credited"]


_RULES = {
    "moved": _moved,
    "no-effect-worth-having": _nothing,
    "cannot-tell": _unknown,
    "not-training": _no_course,
}


def _dashboard(planted: Planted, found: Estimate) -> list[str]:
    if planted.dashboard is None:
        return []
    naive = found.naive
    shown = None if naive is None else naive.before_after_relative if planted.dashboard_relative else naive.before_after
    if shown is None:
        return ["no dashboard figure"]
    low, high = planted.dashboard
    return [] if low <= shown <= high else [f"the dashboard shows {shown:.3g}, outside {low:.3g} to {high:.3g}"]
