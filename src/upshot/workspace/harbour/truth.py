"""What was planted at Harbour, as data: the true effect, what must be said of it, and what a dashboard says instead."""

from dataclasses import dataclass
from typing import Literal

from upshot.workspace.harbour.effects import (
    CONVERSION_POINTS,
    DAYS_SOONER,
    HANDLING_SHARE,
    SATISFACTION_POINTS,
)

__all__ = ["GUARDRAIL", "PLANTED_GAPS", "TRUTH", "Planted", "narrative"]

Sentence = Literal["moved", "no-effect-worth-having", "cannot-tell", "not-training"]
Letter = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What was planted for one initiative and KPI.

    Parameters
    ----------
    effect
        The true effect; ``None`` where there is no course to have one.
    relative
        Whether ``effect`` is a share of what the KPI would read, not in its unit.
    grades
        Grades that are right; empty where there is no effect to grade.
    sentence
        What must be said.
    dashboard
        Range the dashboard's figure falls in: before against after, as a share of before where
        ``dashboard_relative``; ``None`` where it has none.
    how
        How people came to it.
    story
        What was planted and why it comes out so, for the page that shows it.
    """

    initiative: str
    kpi: str
    effect: float | None
    relative: bool = False
    grades: frozenset[Letter]
    sentence: Sentence
    dashboard: tuple[float, float] | None = None
    dashboard_relative: bool = False
    how: str
    story: str


TRUTH: tuple[Planted, ...] = (
    Planted(
        initiative="needs-first",
        kpi="conversion",
        effect=CONVERSION_POINTS,
        grades=frozenset({"A"}),
        sentence="moved",
        dashboard=(0.022, 0.040),
        how="64 branch teams in four waves, drawn by lot",
        story="Advisers of a team that has started win 2.0 points more on average over the months that can be "
        "compared. The effect grows over three months and then stays. The market rises by a tenth of a point a month "
        "for everybody, which the dashboard counts as well.",
    ),
    Planted(
        initiative="welcome-path",
        kpi="days-to-first-case",
        effect=DAYS_SOONER,
        grades=frozenset({"B"}),
        sentence="moved",
        dashboard=(-13.0, -3.0),
        how="New colleagues by intake, two sites first",
        story="Whoever is hired once the site has started needs nine days less. Nobody drew the two sites by lot, so "
        "the answer stops at B however clear it is.",
    ),
    Planted(
        initiative="careful-hands",
        kpi="errors-per-1000",
        effect=0.0,
        grades=frozenset({"C", "D"}),
        sentence="cannot-tell",
        dashboard=(-0.30, -0.06),
        dashboard_relative=True,
        how="20 operations teams in two rounds, the worst first",
        story="The course changes nothing. Bad spells pass by themselves, and managers picked the teams that were in "
        "one; a better case screen makes errors rarer everywhere. A dashboard shows about 18 per cent fewer errors.",
    ),
    Planted(
        initiative="leading-well",
        kpi="engagement",
        effect=0.0,
        grades=frozenset({"D"}),
        sentence="cannot-tell",
        dashboard=(4.5, 7.5),
        how="About 55 of 180 leads, volunteers",
        story="The course changes nothing. Leads whose team was on the way up signed up far more often, and their "
        "teams went on rising. A dashboard shows about 6 points more.",
    ),
    Planted(
        initiative="calm-on-the-line",
        kpi="satisfaction",
        effect=0.0,
        grades=frozenset({"A"}),
        sentence="no-effect-worth-having",
        dashboard=(0.002, 0.020),
        how="About 360 cards agents in three waves, drawn by lot one by one",
        story="The course changes nothing, and enough callers answer to say so: no effect of a point or more. "
        "Satisfaction rises slowly for everybody, so a dashboard shows an improvement.",
    ),
    Planted(
        initiative="faster-wrap-up",
        kpi="handling-time",
        effect=HANDLING_SHARE,
        relative=True,
        grades=frozenset({"A"}),
        sentence="moved",
        dashboard=(-42.0, -22.0),
        how="48 teams of the everyday line in four waves, drawn by lot",
        story="Calls of teams that have started are 6 per cent shorter, and 2 points fewer of their callers are "
        "content. The guardrail has to warn.",
    ),
    Planted(
        initiative="know-your-customer",
        kpi="file-complete",
        effect=0.0,
        grades=frozenset({"D"}),
        sentence="cannot-tell",
        dashboard=(0.03, 0.10),
        how="Everybody who opens files, at once, and again every year",
        story="Files get better month by month for other reasons. As everybody started at once there is nobody to "
        "compare with. Who passed, who renewed and whose certificate lapsed is proven all the same.",
    ),
    Planted(
        initiative="deal-desk-rule",
        kpi="discount-depth",
        effect=None,
        grades=frozenset(),
        sentence="not-training",
        how="Nobody was trained",
        story="Nothing stopped relationship managers from giving discounts, and they knew what discounts cost. The "
        "deal desk opened on 1 April 2026 and discounts fell by 2.4 points, without a course.",
    ),
)

GUARDRAIL = Planted(
    initiative="faster-wrap-up",
    kpi="satisfaction",
    effect=SATISFACTION_POINTS,
    grades=frozenset({"A", "B"}),
    sentence="moved",
    how="The same teams and the same lot",
    story="What faster wrap-up costs: 2 points of satisfaction on the everyday line.",
)
"""The side effect planted beside the headline; its answer is of the same lot, read as a guardrail."""

PLANTED_GAPS: tuple[str, ...] = ("objective-nothing-serves", "value-not-agreed", "no-comparison")
"""What `upshot plan check` must find in the plan, and nothing else."""


def narrative() -> str:
    """The page "what we planted", as Markdown.

    Examples
    --------
    >>> narrative().splitlines()[0]
    '# What we planted at Harbour'
    """
    lines = [
        "# What we planted at Harbour",
        "",
        "Harbour is an invented bank. Everything it reports is simulated, so the truth behind every answer is known. "
        "Here it is, one initiative at a time.",
    ]
    for planted in (*TRUTH, GUARDRAIL):
        lines += ["", f"## {planted.initiative}: {planted.kpi}", "", f"{planted.how}. {planted.story}"]
        if planted.grades:
            lines += ["", f"Right to say: {_right(planted)}."]
    return "\n".join(lines) + "\n"


_SAID: dict[Sentence, str] = {
    "moved": "it moved, with an interval that covers the planted effect",
    "no-effect-worth-having": "no effect worth having",
    "cannot-tell": "we cannot tell, or no more than that the two go together",
    "not-training": "this is not for training to change",
}


def _right(planted: Planted) -> str:
    return f"grade {' or '.join(sorted(planted.grades))}, {_SAID[planted.sentence]}"
