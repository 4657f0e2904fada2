"""Rules that set each other off: found before they are kept."""

from collections.abc import Sequence

from upshot.web.automation.language.words import Rule

__all__ = ["loop"]

_FOLLOWS_ENROLMENT = frozenset({"wave-starts", "step-done", "overdue", "certificate-expiring"})


def loop(rules: Sequence[Rule]) -> tuple[int, ...]:
    """Positions of rules of which each can set off the next, and the last the first; empty where there are none."""
    edges = {at: [to for to, other in enumerate(rules) if _sets_off(rule, other)] for at, rule in enumerate(rules)}
    left = {at: set(targets) for at, targets in edges.items()}
    while free := [at for at, targets in left.items() if not targets & set(left)]:
        for at in free:
            del left[at]
    if not left:
        return ()
    walk = [min(left)]
    while walk.count(walk[-1]) == 1:
        walk.append(min(left[walk[-1]] & set(left)))
    return tuple(walk[walk.index(walk[-1]) : -1])


def _sets_off(rule: Rule, other: Rule) -> bool:
    """Whether what a rule does can become the event of another: enrolling leads to steps, proposing to reviews."""
    wanted = other.when.initiative
    for act in rule.then:
        if act.enrol and other.when.event in _FOLLOWS_ENROLMENT and wanted in (None, act.enrol):
            return True
        if act.propose_review and other.when.event == "review-due" and wanted in (None, act.propose_review):
            return True
    return False
