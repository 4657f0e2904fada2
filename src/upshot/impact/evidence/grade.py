"""From facts to a grade: the lowest ceiling of the rules that apply."""

from collections.abc import Iterable

from upshot.impact.design import Design
from upshot.impact.estimate import CheckResult, Grade
from upshot.impact.evidence.rules import MEANINGS, RULES, Letter, Rule

__all__ = ["applying", "facts_of", "grade"]


def facts_of(design: Design, checks: Iterable[CheckResult], reasons: Iterable[str] = ()) -> frozenset[str]:
    """Everything the rules may look at; never the estimate."""
    return frozenset(
        {
            f"assignment:{design.assignment}",
            f"registration:{design.registration}",
            *(f"check:{check.code}" for check in checks if check.code and check.status != "passed"),
            *(f"reason:{reason}" for reason in reasons),
        }
    )


def applying(facts: frozenset[str]) -> tuple[Rule, ...]:
    """Rules that apply, in the table's order."""
    return tuple(rule for rule in RULES if rule.when in facts and not rule.unless & facts)


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
