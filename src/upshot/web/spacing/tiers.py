"""Which tiers of the Learning-Transfer Evaluation Model (LTEM) practice may claim, and only when it was remembered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["DELAY", "ENOUGH", "TIERS", "Late", "Tier", "decides_later"]

DELAY = 7.0
"""Days between the first attempt and a check, below which nothing is claimed."""
ENOUGH = 0.8
"""Share of the decisions that must be right."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier with its definition, and what it takes here."""

    number: int
    name: str | Promise
    definition: str | Promise
    here: str | Promise


TIERS: dict[int, Tier] = {
    5: Tier(
        5,
        _("Decision-making competence"),
        _("Somebody decides well in realistic cases, and still does so days after learning."),
        _(
            "Every decision of the scenario was asked again seven days or more after the first attempt, and four in"
            " five of the newest answers are right."
        ),
    ),
    6: Tier(
        6,
        _("Task competence"),
        _("Somebody does a whole realistic task, decisions and actions, and still does so days after learning."),
        _("The whole scenario was played again seven days or more after the first attempt, and passed."),
    ),
}
"""What is claimed here; knowledge alone, attendance and being content are lower tiers and are not claimed."""


@dataclass(frozen=True, slots=True)
class Late:
    """The newest answer to one decision: how many days after the first attempt, and whether it was right."""

    days: float
    right: bool


def decides_later(decisions: Sequence[Late | None]) -> tuple[int, int] | None:
    """How many decisions are right, of how many, where tier 5 may be claimed; else nothing.

    Examples
    --------
    >>> decides_later([Late(8, True), Late(30, True)])
    (2, 2)
    >>> decides_later([Late(8, True), Late(3, True)]) is None
    True
    """
    late = [one for one in decisions if one is not None and one.days >= DELAY]
    if not decisions or len(late) < len(decisions):
        return None
    right = sum(one.right for one in late)
    return (right, len(late)) if right >= ENOUGH * len(late) - 1e-9 else None
