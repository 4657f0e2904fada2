"""Grade D: what makes an answer unknowable, and the next best design for each."""

from upshot.impact.evidence.rule import LOT, Rule, same_step

__all__ = ["REFUSALS"]

_WAVES = "Next time start in waves drawn by lot; even two waves some weeks apart make the effect knowable."
_OFFER = "Offer it to some teams first, drawn by lot, and compare by offer, whoever takes it up."
_EARLIER = "Add readings from before the start, or hold back some teams in the next round."
_MORE = "Include more teams, or compare the few that started with a mix of teams that did not (synthetic control)."
_LOT_NEXT = "Find out how people came to their wave; if not by lot, say so and compare accordingly."
_SOURCE = "Check the KPI's source, or choose a KPI that moves."

_NOBODY_TO_COMPARE = (
    *same_step(
        "D",
        _WAVES,
        (
            "everyone-at-once",
            "reason:everyone-at-once",
            "Everyone starts together, so there is nobody to compare with.",
        ),
        (
            "no-comparison",
            "reason:no-comparison reason:one-arm reason:no-treated",
            "All are treated, or none, so there is nobody to compare with.",
        ),
        (
            "no-comparison-planned",
            "reason:no-comparison-planned",
            "The plan compares with nobody, so there is a before and an after, and no effect.",
        ),
        (
            "not-estimable",
            "reason:not-estimable",
            "No wave could be compared with anyone in any period after its start.",
        ),
    ),
    *same_step(
        "D",
        _WAVES,
        (
            "everyone-by-design",
            "assignment:everyone",
            "The plan starts everyone at once, so there is nobody to compare with.",
        ),
        unless=frozenset({"kind:series"}),
    ),
    *same_step(
        "D",
        _OFFER,
        (
            "volunteers-only",
            "assignment:voluntary",
            "People chose to take part; those who do differ from those who do not, trained or not.",
        ),
    ),
    *same_step(
        "D",
        "Compare with those not yet treated.",
        (
            "no-never-treated",
            "reason:no-never-treated",
            "Nobody stays untreated throughout, and the design asks to compare with such people only.",
        ),
    ),
    *same_step(
        "D",
        "Measure the KPI itself, for those who took part and for those who did not.",
        ("self-report", "kind:self-report", "This is self-report: what participants believe, not what changed."),
    ),
)

_NOTHING_BEFORE = (
    *same_step(
        "D",
        _EARLIER,
        ("one-period", "reason:one-period", "There is one period only, so nothing was read before the start."),
        (
            "no-pre-period",
            "reason:no-pre-period",
            "Everyone was treated from the first period, so nothing was read before the start.",
        ),
        (
            "too-few-pre-periods",
            "reason:too-few-pre-periods",
            "Too few periods were read before the start to say how things would have gone on.",
        ),
    ),
    *same_step(
        "D",
        "Extend the readings past the first start, or check how starts are matched to people.",
        ("nobody-treated", "reason:nobody-treated", "Nobody starts within the periods given."),
    ),
)

_TOO_LITTLE = (
    *same_step(
        "D",
        _MORE,
        (
            "too-few-units",
            "check:too-few-units reason:too-few check:too-few-clusters reason:too-few-clusters reason:too-few-donors "
            "reason:too-few-spells",
            "There are too few independent people or teams to tell an effect from chance.",
        ),
        (
            "no-interval",
            "state:no-interval",
            "How exact the number is cannot be said, and a number without that is no evidence.",
        ),
    ),
    *same_step(
        "D",
        _SOURCE,
        (
            "nothing-measured",
            "reason:nothing-measured reason:constant-outcome reason:no-variance reason:no-noise",
            "The outcome does not vary, so no effect could show in it.",
        ),
        (
            "no-fit",
            "reason:no-fit reason:collinear-control",
            "The readings are too sparse, or too alike, for the comparison to be fitted.",
        ),
    ),
    *same_step(
        "D",
        "Wait until more of what is counted has happened, or measure over a shorter time.",
        (
            "no-events",
            "reason:no-events reason:horizon-before-entry reason:horizon-beyond-follow-up reason:risk-set-emptied",
            "Too little of what is counted has happened on one side to compare the two.",
        ),
    ),
    *same_step(
        "D",
        "Draw the lot within blocks, so that each holds both sides, or use fewer blocks.",
        (
            "nowhere-alike",
            "reason:no-overlap check:no-overlap",
            "Many of the treated have nobody like them to be compared with.",
        ),
    ),
    *same_step(
        "D",
        "Make the offer easier to take up, or compare by offer only (intention to treat).",
        (
            "offer-without-effect-on-take-up",
            "reason:no-first-stage check:weak-first-stage caution:anderson-rubin-unbounded",
            "The offer hardly moved who took part, so the effect of taking part cannot be told.",
        ),
    ),
)

_CHECK_FAILED = (
    *same_step(
        "D",
        "Compare with people on the same path before the start (strata), or draw the next wave by lot.",
        ("pre-trend", "check:pre-trend", "The groups were already moving apart before the start."),
        (
            "effect-before-start",
            "check:placebo-date",
            "A start dated earlier than the real one shows an effect too, so something else moves these groups.",
        ),
        unless=LOT,
    ),
    *same_step(
        "D",
        "Look for teams that did not start and moved like these before, or draw the next wave by lot.",
        (
            "placebo-start",
            "check:placebo-start check:effect-before-start",
            "A start dated earlier than the real one shows an effect too, so something else moves this.",
        ),
        (
            "poor-pre-fit",
            "check:poor-pre-fit",
            "The teams compared with did not move like the treated ones before the start.",
        ),
    ),
    *same_step(
        "D",
        _LOT_NEXT,
        (
            "unbalanced",
            "check:unbalanced check:imbalance",
            "Those compared already differed before the first start, more than a fair lot would make likely.",
        ),
    ),
    *same_step(
        "D",
        "Find out how people came to their wave; if teams were drawn, name the team as the cluster.",
        (
            "uneven-waves",
            "check:uneven-waves",
            "Single waves differed before the first one started, more than a fair lot would make likely.",
        ),
        unless=frozenset({"assignment:as-if-random"}),
    ),
    *same_step(
        "D",
        "Find out who changed sides or fell out of the data, and analyse people as they were assigned.",
        (
            "sample-ratio",
            "check:sample-ratio check:sample-ratio-mismatch",
            "The groups came out in other sizes than planned.",
        ),
    ),
)

REFUSALS: tuple[Rule, ...] = (*_NOBODY_TO_COMPARE, *_NOTHING_BEFORE, *_TOO_LITTLE, *_CHECK_FAILED)
