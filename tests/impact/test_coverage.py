"""How often 95 % intervals hold the true effect, estimator by estimator."""

import numpy as np
import pytest
from tests.impact.builders import a_panel

from upshot.impact.design import Design
from upshot.impact.methods import METHODS, prepare

DRAWS = 500
MARGIN = 3 * np.sqrt(0.05 * 0.95 / DRAWS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "adjust"),
    [
        ("callaway-santanna", None),
        ("callaway-santanna", "doubly-robust"),
        ("callaway-santanna", "inverse-propensity"),
        ("callaway-santanna", "regression"),
        ("sun-abraham", None),
        ("imputation", None),
        ("roth-santanna", None),
    ],
)
def test_intervals_cover_the_effect(method: str, adjust: str | None) -> None:
    """500 panels of 400 people with an effect of 0.5; within three Monte Carlo errors of 95 %."""
    hits = 0
    for seed in range(DRAWS):
        strata = (2, 2) if adjust else ()
        moments = a_panel(people=400, periods=5, starts=(3, 4, np.inf), strata=strata, seed=1000 + seed).moments()
        design = Design(adjust=adjust)  # type: ignore[arg-type]
        found = METHODS[method](prepare(moments, design), design, False)
        assert found.estimate is not None
        assert found.std_error is not None
        hits += abs(found.estimate - 0.5) <= 1.959964 * found.std_error
    assert abs(hits / DRAWS - 0.95) <= MARGIN
