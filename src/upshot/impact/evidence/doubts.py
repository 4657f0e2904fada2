"""Grade C: what leaves a comparison standing but weak, so that it is said as a pattern and not as a cause."""

from upshot.impact.evidence.rule import LOT, Rule, same_step

__all__ = ["DOUBTS"]

_BY_LOT = "Find out how people came to their wave, and draw the next ones by lot."

DOUBTS: tuple[Rule, ...] = (
    *same_step(
        "C",
        "Find teams that start later or not at all, and compare with them.",
        (
            "no-comparison-group",
            "kind:series",
            "There is no comparison group: whatever else changed at the start counts as its effect.",
        ),
    ),
    *same_step(
        "C",
        "Add readings from before the start, or draw the next round by lot.",
        (
            "compared-once",
            "arms:not-by-lot",
            "Those compared were not drawn by lot, and nothing shows that they were alike before.",
        ),
    ),
    *same_step(
        "C",
        _BY_LOT,
        (
            "not-quite-by-lot",
            "check:uneven-waves",
            "Single waves differed before the first one started, so start dates were not quite as if by lot.",
        ),
        unless=frozenset({"assignment:random"}),
    ),
    *same_step(
        "C",
        _BY_LOT,
        (
            "drift-despite-lot",
            "check:pre-trend check:placebo-date",
            "The waves drifted apart somewhat before the start.",
        ),
        unless=frozenset(
            {
                "assignment:random",
                "assignment:managed",
                "assignment:unknown",
                "assignment:voluntary",
                "assignment:everyone",
            }
        ),
    ),
    *same_step(
        "C",
        "Draw the dose by lot: the same course in two lengths, say.",
        (
            "dose-not-by-lot",
            "caution:strong-parallel-trends",
            "Who took which dose was not drawn by lot, so doses differ in their people as well.",
        ),
    ),
    *same_step(
        "C",
        "Name the periods in which people may already react (anticipation), and compare from before them.",
        ("anticipation", "check:anticipation", "Something already moved right before the start."),
    ),
    *same_step(
        "C",
        "Add earlier readings, or more people.",
        (
            "weak-pre-trend-test",
            "check:weak-pre-trend-test",
            "The test of earlier trends could not have seen a drift that matters.",
        ),
        unless=LOT,
    ),
    *same_step(
        "C",
        "Add at least two periods before the first start.",
        (
            "no-pre-trend-test",
            "check:no-pre-trend-test check:no-pre-period",
            "Earlier trends could not be tested.",
        ),
        unless=LOT,
    ),
    *same_step(
        "C",
        "Include more teams, and read the test by lot beside the interval.",
        (
            "few-units",
            "check:few-units check:few-clusters caution:few-clusters",
            "There are few independent people or teams, so the interval may be too short.",
        ),
    ),
    *same_step(
        "C",
        "Find out who left and why, and follow leavers to the end.",
        (
            "differential-attrition",
            "check:differential-attrition",
            "More people fell out of the data on one side, so those left may not be alike.",
        ),
    ),
    *same_step(
        "C",
        "Compare teams that start as a whole, so that untrained colleagues do not learn alongside.",
        (
            "spillover",
            "check:spillover",
            "People who did not start changed too when their colleagues did, so the comparison is not untouched.",
        ),
    ),
    *same_step(
        "C",
        "Leave out the people the other initiative reached, or start the two at different times.",
        (
            "other-initiative",
            "check:other-initiative",
            "Another initiative reached those who started more than those compared with.",
        ),
    ),
    *same_step(
        "C",
        "Draw the lot within blocks, so that each holds both sides.",
        (
            "thin-overlap",
            "check:thin-overlap failed:blocks-without-overlap",
            "Some of the treated have nobody like them to be compared with and are left out or carried along.",
        ),
    ),
    *same_step(
        "C",
        "Load more teams that did not start, and more periods before the start.",
        (
            "one-donor-decides",
            "check:one-donor-decides",
            "The answer hangs on one of the teams compared with.",
        ),
        (
            "few-placebos",
            "check:few-placebos",
            "There are too few teams to compare with for chance to be ruled out.",
        ),
        (
            "loose-weights",
            "caution:few-pre-periods caution:exact-pre-fit",
            "With so few periods before the start, a good fit before it says little.",
        ),
    ),
    *same_step(
        "C",
        "Use an estimator made for staggered starts.",
        (
            "distrusted-estimator",
            "method:twfe",
            "Two-way fixed effects can weight some effects negatively when starts are staggered.",
        ),
    ),
)
