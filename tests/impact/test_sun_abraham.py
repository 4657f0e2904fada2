"""Sun & Abraham against the saturated regression, and with the last cohort as control."""

import numpy as np
import pytest
from tests.impact.builders import Panel, a_panel

from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.sun_abraham import cohort_effects


def saturated(panel: Panel) -> dict[tuple[int, int], float]:
    """Cohort-by-event-time dummies on unit and period effects, event time -1 left out."""
    n, T = panel.y.shape
    time = np.tile(panel.periods, n).astype(float)
    start = np.repeat(panel.start, T)
    keys = sorted({(int(g), int(t - g)) for g, t in zip(start, time, strict=True) if np.isfinite(g) and t - g != -1})
    columns = [((start == g) & (time - start == e)).astype(float) for g, e in keys]
    x = np.c_[np.array(columns).T, np.kron(np.eye(n), np.ones((T, 1))), np.kron(np.ones((n, 1)), np.eye(T))]
    return dict(zip(keys, np.linalg.lstsq(x, panel.y.ravel(), rcond=None)[0], strict=False))


def found(panel: Panel) -> dict[tuple[int, int], float]:
    _, _, effects = cohort_effects(panel.moments(), Design())
    rows = zip(effects.cohort, effects.event_time, effects.linear.estimate, effects.reference, strict=True)
    return {(int(g), int(e)): float(value) for g, e, value, reference in rows if not reference}


def test_cohort_effects_are_those_of_the_saturated_regression() -> None:
    panel = a_panel(people=50, periods=6)
    wanted = saturated(panel)
    assert found(panel) == pytest.approx(wanted, abs=1e-10)


def test_without_never_treated_the_last_cohort_is_the_control_until_it_starts() -> None:
    panel = a_panel(people=60, periods=7, starts=(3, 4, 6))
    early = Panel(y=panel.y[:, :5], start=np.where(panel.start == 6, np.inf, panel.start), periods=panel.periods[:5])
    assert found(panel) == pytest.approx(saturated(early), abs=1e-10)


def test_a_single_cohort_is_the_universal_base_of_callaway_santanna() -> None:
    moments = a_panel(starts=(4, np.inf)).moments()
    sa = answer(moments, Design(estimator="sun-abraham", aggregation="event"))
    cs = answer(moments, Design(aggregation="event", base="universal", control="never-treated"))
    assert [term.estimate for term in sa.terms] == pytest.approx([term.estimate for term in cs.terms])
    assert sa.std_error == pytest.approx(cs.std_error)


def test_everyone_at_once_has_no_number() -> None:
    result = answer(a_panel(starts=(4,)).moments(), Design(estimator="sun-abraham"))
    assert result.estimate is None
    assert result.grade is not None
    assert "everyone-at-once" in result.grade.codes
