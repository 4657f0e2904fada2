"""The grade table: which fact about design or checks caps the grade where, and what to do about it.

No fact speaks of the effect's sign or size, so the grade cannot either.
``docs/explanation/evidence.md`` prints this table; a test holds the two together.
"""

from upshot.impact.evidence.doubts import DOUBTS
from upshot.impact.evidence.limits import LIMITS
from upshot.impact.evidence.refusals import REFUSALS
from upshot.impact.evidence.rule import MEANINGS, Letter, Rule

__all__ = ["BY_CODE", "MEANINGS", "RULES", "Letter", "Rule", "next_steps"]

RULES: tuple[Rule, ...] = (*REFUSALS, *DOUBTS, *LIMITS)
"""In the order in which reasons are told: refusals first."""

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}


def next_steps(codes: tuple[str, ...]) -> tuple[str, ...]:
    """What would lift the grade: the next step of each code that caps it lowest, each once.

    Examples
    --------
    >>> next_steps(("not-locked", "assignment-unknown"))
    ('Lock the plan before the next launch.', 'Say in the plan how people came to it.')
    >>> next_steps(("everyone-at-once", "not-locked"))
    ('Next time start in waves drawn by lot; even two waves some weeks apart make the effect knowable.',)
    """
    found = [BY_CODE[code] for code in codes if code in BY_CODE]
    lowest = max((rule.ceiling for rule in found), default="A")
    return tuple(dict.fromkeys(rule.next_step for rule in found if rule.ceiling == lowest))
