"""What the reader of a wave plan must know: how it was drawn, and what that asks of the analysis."""

import numpy as np
import numpy.typing as npt

from upshot.impact.estimate import Caution
from upshot.impact.waves.draw import Draw
from upshot.impact.waves.rules import Roster, WaveRules

__all__ = ["plan_cautions"]


def plan_cautions(
    roster: Roster, rules: WaveRules, free: npt.NDArray[np.bool_], draw: Draw, accept: float | None
) -> tuple[Caution, ...]:
    """Every caution that holds, in the order of the draw.

    Parameters
    ----------
    roster, rules
        What was asked for.
    free
        Units the lot was drawn for, shape (n,).
    draw
        What came out.
    accept
        Share of best-balanced draws that was asked for, if any.
    """
    drawn, groups = int(free.sum()), rules.n_groups
    labels, counts = np.unique(np.array(roster.block_labels)[free], return_counts=True)
    small = int((counts < groups).sum())
    empty = groups - np.unique(draw.groups).size
    by_hand = len(rules.fixed) + len(rules.urgent - set(rules.fixed))
    found = {
        "rerandomised": (
            draw.method == "rerandomised",
            f"The draw was repeated until balance was among the best {accept or 1:.0%}. Plain standard errors are then "
            "too wide, and exact p-values must redraw by the same rule; matched blocks avoid both.",
        ),
        "not-rerandomised": (
            accept is not None and draw.method != "rerandomised",
            "Balance could not be asked for too: the rules leave too few permitted draws, or no figures were given.",
        ),
        "restricted": (
            draw.method == "restricted-shuffle",
            f"{draw.tries - 1} draws broke a seat limit or a blackout and were thrown away; exact p-values must "
            "redraw under the same rules.",
        ),
        "swap-chain": (
            draw.method == "swap-chain",
            "The rules leave few permitted draws, so one was built and stirred by random swaps. Chances are nearly "
            "even only among the plans swaps can reach, and blocks may be uneven; exact p-values must redraw alike.",
        ),
        "small-blocks": (
            small > 0 and len(labels) > 1,
            f"{small} of {len(labels)} blocks have fewer units than there are groups, so not every wave has each.",
        ),
        "set-by-hand": (
            by_hand > 0,
            f"{by_hand} units were placed by hand; they start, but are not part of the comparison.",
        ),
        "nothing-to-compare": (
            groups == 1,
            "Everyone starts at once, so no effect can be told from what else changes then. Hold a group back, or use "
            "two waves.",
        ),
        "empty-wave": (
            empty > 0,
            f"{empty} of {groups} groups got no unit by lot; use fewer waves or larger shares.",
        ),
        "few-units": (
            drawn < 12,
            f"Only {drawn} units were drawn, so chance imbalance can be large; read exact (Fisher) p-values.",
        ),
    }
    return tuple(Caution(code=code, text=text) for code, (holds, text) in found.items() if holds)
