"""Grade B: what keeps a sound answer from counting as an experiment."""

from upshot.impact.evidence.rule import Rule, same_step

__all__ = ["LIMITS"]

LIMITS: tuple[Rule, ...] = (
    *same_step(
        "B",
        "Draw the order of the next waves by lot.",
        ("not-drawn-by-lot", "assignment:managed", "Somebody decided who starts when."),
        (
            "synthetic-comparison",
            "kind:synthetic",
            "The comparison is a mix of teams chosen to match, not one drawn by lot.",
        ),
    ),
    *same_step(
        "B",
        "Draw the order of the next waves by lot, and keep the seed.",
        ("as-if-by-lot", "assignment:as-if-random", "Who started when looks like chance, but no lot is on record."),
    ),
    *same_step(
        "B",
        "Say in the plan how people came to it.",
        ("assignment-unknown", "assignment:unknown", "How people came to their start date is not on record."),
    ),
    *same_step(
        "B",
        "Lock the plan before the next launch.",
        ("not-locked", "registration:exploratory", "The question was not fixed before launch."),
    ),
    *same_step(
        "B",
        "Keep the next plan as locked.",
        ("amended-plan", "registration:amended", "The plan was amended after it was locked."),
    ),
    *same_step(
        "B",
        "Put the waves and their shares into the plan.",
        (
            "no-planned-shares",
            "check:no-planned-shares unseen:sample-ratio",
            "No sizes were planned, so it cannot be seen whether people were analysed as assigned.",
        ),
    ),
    *same_step(
        "B",
        "Give the planned shares and what was known of people before the start.",
        (
            "lot-unchecked",
            "kind:spells kind:shares",
            "Whether the lot was kept to was not checked.",
        ),
    ),
    *same_step(
        "B",
        "Add readings from before the first start, and name the team as the cluster if teams were drawn.",
        ("no-balance-test", "check:no-balance-test", "Whether the lot made like groups could not be seen."),
    ),
    *same_step(
        "B",
        "Follow more people, or more teams, to the end.",
        ("attrition-untested", "check:attrition-untested", "Whether people fell out evenly could not be tested."),
    ),
    *same_step(
        "B",
        "Compare by offer as well (intention to treat); that needs the lot alone.",
        (
            "offer-acts-through-take-up",
            "kind:late",
            "It is taken on trust that the offer changes nothing but who takes part.",
        ),
    ),
    *same_step(
        "B",
        "Make the offer easier to take up.",
        (
            "moderate-first-stage",
            "check:moderate-first-stage",
            "The offer moved take-up only somewhat.",
        ),
    ),
)
