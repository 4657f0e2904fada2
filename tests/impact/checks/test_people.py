"""Checks of who is compared and who is seen: each finds its planted fault and passes a clean panel."""

import numpy as np
import pytest
from tests.impact.checks.panels import PERIODS, a_panel, check, prepared

from upshot.errors import DesignError
from upshot.impact.accumulate import moments_of
from upshot.impact.checks.attrition import attrition_of_dropped, presence
from upshot.impact.checks.by_lot import by_lot
from upshot.impact.checks.few_clusters import few_clusters
from upshot.impact.checks.other_initiatives import other_initiatives
from upshot.impact.checks.outlier_influence import effective_clusters, outlier_influence
from upshot.impact.checks.spillover import bystanders, spillover, straddling
from upshot.impact.design import Design
from upshot.impact.moments import Cell

TIMES = tuple(range(PERIODS))


def leaving(share):
    """Everyone is missing at random now and then; after the start those who started leave more often."""

    def seen(rng, start, period):
        stay = 0.95 - share * (period >= start)
        return (rng.random(np.broadcast_shapes(start.shape, period.shape)) < stay).astype(float)

    return seen


def test_nobody_missing_is_no_attrition():
    assert check(a_panel(), "attrition").text.startswith("Everyone is seen")
    assert presence(a_panel()) is None


@pytest.mark.parametrize("teams", [None, 200])
def test_missing_at_random_passes_and_leaving_after_the_start_fails(teams):
    assert check(a_panel(seen=leaving(0.0), teams=teams), "attrition").status == "passed"
    found = check(a_panel(seen=leaving(0.15), teams=teams), "attrition")
    assert (found.status, found.code) == ("failed", "differential-attrition")
    assert found.details["difference"] == pytest.approx(-0.15, abs=0.03)
    assert 0 < found.details["bound"] < found.details["bound_any_shape"]


def test_a_difference_too_small_to_matter_is_said_and_not_held_against_it():
    found = check(a_panel(people=40_000, seen=leaving(0.01)), "attrition")
    assert (found.status, found.code) == ("informative", "slight-attrition")


def test_the_denominator_of_a_ratio_is_not_taken_for_presence():
    rng = np.random.default_rng(3)
    den = rng.integers(1, 9, (200, 4)).astype(float)
    ratio = moments_of(den * 0.5, np.arange(200) % 2, periods=(0, 1, 2, 3), cells=(Cell(2), Cell(None)), den=den)
    assert presence(ratio) is None


def test_bounds_hold_what_attrition_hides():
    """The bell-shaped bound is the mean of a normal sample with its top share cut off."""
    sample = np.sort(np.random.default_rng(5).normal(size=400_000))
    found = attrition_of_dropped({8: 900, None: 1000}, {8: 100, None: 0})
    assert found.details["bias_in_sd"] == pytest.approx(-sample[:360_000].mean(), abs=0.01)


def test_waves_that_lost_people_unevenly_before_the_panel_was_made_are_found():
    assert attrition_of_dropped({8: 500, None: 480}, {}).status == "passed"
    assert attrition_of_dropped({8: 470, None: 480}, {8: 30, None: 25}).status == "passed"
    assert attrition_of_dropped({8: 380, None: 480}, {8: 120, None: 25}).code == "differential-attrition"


def test_strata_with_everyone_treated_have_no_overlap():
    adjusted = Design(adjust="regression")
    alike = a_panel(strata=lambda where, rng: rng.integers(0, 3, where.size))
    assert check(alike, "overlap", adjusted).status == "passed"
    alone = a_panel(strata=lambda where, rng: np.where((where == 0) & (rng.random(where.size) < 0.6), 1, 0))
    found = check(alone, "overlap", adjusted)
    assert (found.status, found.code) == ("failed", "thin-overlap")
    apart = a_panel(strata=lambda where, rng: np.where((where < 3) & (rng.random(where.size) < 0.8), where, 3))
    assert check(apart, "overlap", adjusted).code == "no-overlap"


def team_rows(*, spill: float, seed: int = 4, teams: int = 120, size: int = 10):
    """Half of the teams start in period 8, with half of their people; the rest never do."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(teams), size)
    reached = rng.permutation(teams) < teams // 2
    member = np.tile(np.arange(size) < size // 2, teams)
    start = [8 if reached[t] and m else None for t, m in zip(team, member, strict=True)]
    period = np.arange(PERIODS)
    y = rng.normal(size=(team.size, PERIODS)) + rng.normal(size=(teams, 1))[team]
    y += spill * (reached[team][:, None] & (period >= 8)[None, :])
    return y, start, team


def test_untrained_people_who_change_with_their_colleagues_are_spillover():
    y, start, team = team_rows(spill=0.0)
    assert spillover(bystanders(y, start, team, periods=TIMES), Design()).status == "passed"
    y, start, team = team_rows(spill=0.5)
    found = spillover(bystanders(y, start, team, periods=TIMES), Design())
    assert (found.status, found.code) == ("failed", "spillover")
    assert found.details["estimate"] == pytest.approx(0.5, abs=0.15)
    assert found.details["bystanders"] == 300


def test_teams_that_start_as_a_whole_cannot_spill_within_and_mixed_ones_are_named():
    assert straddling(a_panel(teams=60)).status == "passed"
    y, start, team = team_rows(spill=0.0)
    where = np.array([0 if g else 1 for g in start])
    mixed = moments_of(y, where, periods=TIMES, cells=(Cell(8), Cell(None)), cluster=team)
    assert straddling(mixed).code == "mixed-teams"
    assert straddling(a_panel()).code == "no-teams"
    with pytest.raises(DesignError, match="no bystanders"):
        bystanders(y, [8] * len(start), team, periods=TIMES)


def test_another_initiative_that_reached_the_same_people_is_found():
    rng = np.random.default_rng(6)
    ours = [8 if rng.random() < 0.5 else None for _ in range(2_000)]
    apart = [int(rng.integers(0, 20)) for _ in ours]
    tied = [9 if g is not None and rng.random() < 0.6 else None for g in ours]
    design = Design(assignment="managed")
    assert other_initiatives(ours, {}, periods=TIMES, design=design).status == "passed"
    assert other_initiatives(ours, {"coaching": apart}, periods=TIMES, design=design).status == "passed"
    found = other_initiatives(ours, {"coaching": apart, "new tool": tied}, periods=TIMES, design=design)
    assert (found.status, found.code) == ("failed", "other-initiative")
    assert "new tool" in found.text
    assert "coaching" not in found.text


def influence(moments):
    panel = prepared(moments)
    return outlier_influence(panel.effects, panel.ready.moments, panel.means)


def test_one_wave_with_extreme_readings_carries_the_uncertainty():
    assert influence(a_panel(effect=0.5)).status == "passed"
    wild = np.array([12.0, 1.0, 1.0, 1.0])
    found = influence(a_panel(spread_of=wild))
    assert found.code == "heavy-readings"
    assert found.details["largest_share_of_variance"] > 0.5


def test_one_wave_that_decides_the_answer_is_named():
    found = influence(a_panel(shift=lambda g, t: 3.0 * ((g == 8) & (t >= g))))
    assert found.code == "one-wave-decides"


def test_teams_of_unequal_size_are_worth_fewer():
    sizes = np.r_[np.full(50, 2), np.full(2, 200)]
    team = np.repeat(np.arange(52), sizes)
    y = np.random.default_rng(2).normal(size=(team.size, 3))
    moments = moments_of(y, team % 2, periods=(0, 1, 2), cells=(Cell(2), Cell(None)), cluster=team)
    assert effective_clusters(moments) == pytest.approx(sizes.sum() ** 2 / (sizes**2).sum())
    assert effective_clusters(a_panel(teams=60, people=600)) == pytest.approx(60)


@pytest.mark.parametrize(
    ("units", "treated", "effective", "code"),
    [
        (11, 5, None, "too-few-units"),
        (12, 6, None, "few-units"),
        (39, 20, None, "few-units"),
        (40, 20, None, None),
        (400, 1, None, "too-few-units"),
        (400, 4, None, "few-units"),
        (400, 5, None, None),
        (100, 50, 11.0, "too-few-units"),
        (100, 50, 39.0, "few-units"),
    ],
)
def test_units_are_counted_on_both_sides_of_each_bar(units, treated, effective, code):
    assert few_clusters(units, treated, units - treated, what="teams", effective=effective).code == code


def test_the_test_by_lot_sees_a_large_effect_among_few_teams_and_none_where_none_is():
    rng = np.random.default_rng(8)
    starts = [5] * 6 + [None] * 6
    quiet = rng.normal(size=(12, 10))
    design = Design(assignment="random", estimator="callaway-santanna")
    options = {"periods": tuple(range(10)), "design": design, "draws": 199}
    assert by_lot(quiet, starts, **options).p_value > 0.05
    loud = quiet + 3.0 * np.outer([g is not None for g in starts], np.arange(10) >= 5)
    found = by_lot(loud, starts, **options)
    assert found.p_value < 0.02
    assert found.details["drawn_by_lot"]
    managed = Design(assignment="managed")
    assert "rough guide" in by_lot(quiet, starts, periods=tuple(range(10)), design=managed, draws=19).text
