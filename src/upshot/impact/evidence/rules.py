"""The grade table: which fact about design or checks caps the grade where, and what to do about it.

Facts are strings: ``assignment:…`` and ``registration:…`` from the design, ``check:…`` from the
code of a check that did not pass, ``reason:…`` when nothing could be estimated. No fact speaks of
the effect's sign or size, so the grade cannot either. ``docs/explanation/evidence.md`` prints this
table; a test holds the two together.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = ["BY_CODE", "MEANINGS", "RULES", "Letter", "Rule"]

Letter = Literal["A", "B", "C", "D"]

MEANINGS: dict[Letter, str] = {
    "A": "shown by experiment",
    "B": "supported by a credible comparison",
    "C": "suggestive",
    "D": "cannot tell",
}

_LOT = frozenset({"assignment:random", "assignment:as-if-random"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """If ``when`` holds and none of ``unless``, the grade is ``ceiling`` at most."""

    code: str
    when: str
    ceiling: Letter
    text: str
    next_step: str
    unless: frozenset[str] = frozenset()


RULES: tuple[Rule, ...] = (
    Rule(
        code="one-period",
        when="reason:one-period",
        ceiling="D",
        text="There is one period only, so nothing was read before the start.",
        next_step="Add readings from before the start; six periods or more make a comparison worth having.",
    ),
    Rule(
        code="nobody-treated",
        when="reason:nobody-treated",
        ceiling="D",
        text="Nobody starts within the periods given.",
        next_step="Extend the readings past the first start, or check how starts are matched to people.",
    ),
    Rule(
        code="no-pre-period",
        when="reason:no-pre-period",
        ceiling="D",
        text="Everyone was treated from the first period, so nothing was read before the start.",
        next_step="Add readings from before the start, or hold back some teams in the next round.",
    ),
    Rule(
        code="everyone-at-once",
        when="reason:everyone-at-once",
        ceiling="D",
        text="Everyone starts together, so there is nobody to compare with.",
        next_step="Next time start in waves drawn by lot; even two waves some weeks apart make the effect knowable.",
    ),
    Rule(
        code="everyone-by-design",
        when="assignment:everyone",
        ceiling="D",
        text="The plan starts everyone at once, so there is nobody to compare with.",
        next_step="Next time start in waves drawn by lot; even two waves some weeks apart make the effect knowable.",
    ),
    Rule(
        code="no-never-treated",
        when="reason:no-never-treated",
        ceiling="D",
        text="Nobody stays untreated throughout, and the design asks to compare with such people only.",
        next_step="Compare with those not yet treated.",
    ),
    Rule(
        code="nothing-measured",
        when="reason:nothing-measured",
        ceiling="D",
        text="The outcome does not vary, so no effect could show in it.",
        next_step="Check the KPI's source, or choose a KPI that moves.",
    ),
    Rule(
        code="not-estimable",
        when="reason:not-estimable",
        ceiling="D",
        text="No wave could be compared with anyone in any period after its start.",
        next_step="Keep some teams waiting longer, so that each wave has somebody to be compared with.",
    ),
    Rule(
        code="volunteers-only",
        when="assignment:voluntary",
        ceiling="D",
        text="People chose to take part; those who do differ from those who do not, trained or not.",
        next_step="Offer it to some teams first, drawn by lot, and compare by offer, whoever takes it up.",
    ),
    Rule(
        code="too-few-units",
        when="check:too-few-units",
        ceiling="D",
        text="There are too few independent people or teams to tell an effect from chance.",
        next_step="Include more teams, or measure longer before and after with the synthetic comparison for few teams.",
    ),
    Rule(
        code="pre-trend",
        when="check:pre-trend",
        ceiling="D",
        unless=_LOT,
        text="The groups were already moving apart before the start.",
        next_step="Compare with people on the same path before the start (strata), or draw the next wave by lot.",
    ),
    Rule(
        code="unbalanced",
        when="check:unbalanced",
        ceiling="D",
        text="The waves already differed before the first one started, more than a fair lot would make likely.",
        next_step="Find out how people came to their wave; if not by lot, say so and compare accordingly.",
    ),
    Rule(
        code="uneven-waves",
        when="check:uneven-waves",
        ceiling="D",
        unless=frozenset({"assignment:as-if-random"}),
        text="Single waves differed before the first one started, more than a fair lot would make likely.",
        next_step="Find out how people came to their wave; if teams were drawn, name the team as the cluster.",
    ),
    Rule(
        code="not-quite-by-lot",
        when="check:uneven-waves",
        ceiling="C",
        unless=frozenset({"assignment:random"}),
        text="Single waves differed before the first one started, so start dates were not quite as if by lot.",
        next_step="Find out how people came to their wave, and draw the next ones by lot.",
    ),
    Rule(
        code="drift-despite-lot",
        when="check:pre-trend",
        ceiling="C",
        unless=frozenset({"assignment:random", "assignment:managed", "assignment:unknown", "assignment:voluntary"}),
        text="The waves drifted apart somewhat before the start.",
        next_step="Find out how people came to their wave, and draw the next ones by lot.",
    ),
    Rule(
        code="sample-ratio",
        when="check:sample-ratio",
        ceiling="D",
        text="The waves came out in other sizes than planned.",
        next_step="Find out who changed waves or fell out of the data, and analyse people as they were assigned.",
    ),
    Rule(
        code="few-units",
        when="check:few-units",
        ceiling="C",
        text="There are few independent people or teams, so the interval may be too short.",
        next_step="Include more teams.",
    ),
    Rule(
        code="weak-pre-trend-test",
        when="check:weak-pre-trend-test",
        ceiling="C",
        unless=_LOT,
        text="The test of earlier trends could not have seen a drift that matters.",
        next_step="Add earlier readings, or more people.",
    ),
    Rule(
        code="no-pre-trend-test",
        when="check:no-pre-trend-test",
        ceiling="C",
        unless=_LOT,
        text="Earlier trends could not be tested.",
        next_step="Add at least two periods before the first start.",
    ),
    Rule(
        code="not-drawn-by-lot",
        when="assignment:managed",
        ceiling="B",
        text="Somebody decided who starts when.",
        next_step="Draw the order of the next waves by lot.",
    ),
    Rule(
        code="as-if-by-lot",
        when="assignment:as-if-random",
        ceiling="B",
        text="Who started when looks like chance, but no lot is on record.",
        next_step="Draw the order of the next waves by lot, and keep the seed.",
    ),
    Rule(
        code="assignment-unknown",
        when="assignment:unknown",
        ceiling="B",
        text="How people came to their start date is not on record.",
        next_step="Say in the plan how people came to it.",
    ),
    Rule(
        code="not-locked",
        when="registration:exploratory",
        ceiling="B",
        text="The question was not fixed before launch.",
        next_step="Lock the plan before the next launch.",
    ),
    Rule(
        code="amended-plan",
        when="registration:amended",
        ceiling="B",
        text="The plan was amended after it was locked.",
        next_step="Keep the next plan as locked.",
    ),
    Rule(
        code="no-planned-shares",
        when="check:no-planned-shares",
        ceiling="B",
        text="No wave sizes were planned, so it cannot be seen whether people were analysed as assigned.",
        next_step="Put the waves and their shares into the plan.",
    ),
)

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}
