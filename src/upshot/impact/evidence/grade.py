"""From facts to a grade, and from any design's answer to a graded one with its sentence."""

from dataclasses import replace

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Grade
from upshot.impact.evidence.claim import claim
from upshot.impact.evidence.facts import facts_of, reasons_of
from upshot.impact.evidence.rules import MEANINGS, RULES, Letter, Rule

__all__ = ["applying", "grade", "graded"]


def applying(facts: frozenset[str]) -> tuple[Rule, ...]:
    """Rules that apply, in the table's order."""
    return tuple(rule for rule in RULES if rule.when & facts and not rule.unless & facts)


def grade(facts: frozenset[str]) -> Grade:
    """The grade, the codes of all rules that cap it there or lower it at all, and why.

    Examples
    --------
    >>> grade(frozenset({"assignment:random", "registration:as-planned"})).letter
    'A'
    >>> grade(frozenset({"assignment:voluntary", "registration:as-planned"})).text
    'Cannot tell: people chose to take part; those who do differ from those who do not, trained or not.'
    """
    rules = applying(facts)
    letter: Letter = max((rule.ceiling for rule in rules), default="A")
    deciding = [rule for rule in rules if rule.ceiling == letter]
    why = " ".join(rule.text for rule in deciding)
    meaning = MEANINGS[letter].capitalize()
    text = f"{meaning}: {why[0].lower()}{why[1:]}" if why else f"{meaning}."
    return Grade(letter=letter, codes=tuple(rule.code for rule in rules), text=text)


def graded(estimate: Estimate, design: Design) -> Estimate:
    """Fill in grade, ``claimable`` and the sentence of any answer, whatever design it is from.

    Parameters
    ----------
    estimate
        Of an experiment, a panel, a series, spells, a synthetic comparison …, with its checks and
        cautions; the number itself is not looked at, only whether there is one with an interval.
    design
        How people came to it; its ``assignment``, ``direction`` and ``smallest_worth_having`` are
        read. The registration is the estimate's own.

    Returns
    -------
    Estimate
        The same answer with ``grade``, ``claimable`` (false at D) and ``claim``.

    Examples
    --------
    >>> bare = Estimate(method="interrupted-time-series", estimand="average-effect", outcome="calls", level=0.95,
    ...     registration="as-planned", n_units=1, estimate=-8.0, conf_low=-9.0, conf_high=-7.0)
    >>> found = graded(bare, Design(assignment="everyone"))
    >>> found.grade.letter, found.grade.codes[0]
    ('C', 'no-comparison-group')
    """
    reasons = reasons_of(estimate)
    facts = facts_of(
        design.assignment,
        estimate.registration,
        estimate.checks,
        reasons,
        cautions=estimate.cautions,
        method=estimate.method,
    )
    if estimate.estimate is not None and (estimate.conf_low is None or estimate.conf_high is None):
        facts |= {"state:no-interval"}
    found = grade(facts)
    if reasons and found.letter != "D":
        found = grade(facts | {"reason:not-estimable"})
    answered = replace(estimate, grade=found, claimable=found.letter != "D")
    return replace(answered, claim=claim(answered, design))
