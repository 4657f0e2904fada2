"""The refusal to randomise a delay of safety-critical training, and what can be learned instead."""

from dataclasses import dataclass
from typing import Any

from upshot.impact.waves.rules import Roster, WaveRules, seats

__all__ = ["WaveRefusal", "refuse_delay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRefusal:
    """Why no wave plan was drawn, and the next best designs."""

    code: str
    text: str
    alternatives: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "schema": "upshot-waves/1",
            "refused": {"code": self.code, "text": self.text, "alternatives": list(self.alternatives)},
        }


def refuse_delay(roster: Roster, rules: WaveRules) -> WaveRefusal:
    """Nobody is made to wait for safety by lot.

    Parameters
    ----------
    roster, rules
        To say whether everyone fits into the first wave.
    """
    people, first = int(roster.people.sum()), float(seats(rules)[0]) if rules.starts else 0.0
    queue = (
        "Seats for all in the first wave: start everyone then."
        if people <= first
        else f"The first wave has {int(first):,} seats for {people:,} people: add seats, and let those most at risk go "
        "first. Their order by risk is not random, so read it as a managed roll-out."
    )
    return WaveRefusal(
        code="safety-critical",
        text="This training is safety-critical, so no one is made to wait by lot. " + queue,
        alternatives=(
            "Give everyone the training at once and draw lots for what comes on top: coaching, practice, reminders.",
            "Draw lots between two formats of the same training, if both meet the safety standard.",
            "Draw lots for the date of the refresher, within the time the rules allow.",
            "Use sites outside the duty, or where the tool is not in use yet, as a comparison, grade B at most.",
            "Show the interrupted time series around the start, labelled weak, and claim no effect.",
        ),
    )
