"""Slices from stored moments: equal to each slice answered alone, tested together, and never too small."""

from itertools import product

import numpy as np
import pytest

from upshot.errors import DesignError
from upshot.impact.accumulate import moments_of
from upshot.impact.answer import answer
from upshot.impact.design import Design
from upshot.impact.moments import Cell
from upshot.impact.slice_effects import joint_effects
from upshot.impact.slices import atoms, selected, slice_effects

COLUMNS = ("region", "role")
REGIONS, ROLES = ("north", "south", "west"), ("clerk", "lead")


def a_panel(*, n=900, effect=None, unbalanced=False, clustered=False, weighted=False, starts=(3, 5, 9, None), seed=2):
    """Moments of people in 3 regions and 2 roles who start in one of ``starts``; teams straddle roles."""
    draw = np.random.default_rng(seed)
    periods = tuple(range(1, 8))
    team = np.arange(n) // 9
    region, role = team % 3, np.arange(n) % 2
    start = np.array([np.inf if s is None else s for s in starts])[(team // 3) % len(starts)]
    size = np.array([1.0, 0.5, 2.0] if effect is None else effect)[region]
    y = draw.normal(0, 1, (n, 1)) + draw.normal(0, 1, (n, 7)) + draw.normal(0, 0.3, team.max() + 1)[team, None]
    y += np.array(periods) * (0.1 + 0.1 * role[:, None]) + size[:, None] * (np.array(periods) >= start[:, None])
    cells = tuple(Cell(s, (a, b)) for s, a, b in product(sorted(starts, key=lambda s: (s is None, s)), REGIONS, ROLES))
    place = {cell: index for index, cell in enumerate(cells)}
    where = [
        place[Cell(None if np.isinf(s) else int(s), (REGIONS[a], ROLES[b]))]
        for s, a, b in zip(start, region, role, strict=True)
    ]
    weight = draw.uniform(0.5, 2, n) if weighted else None
    den = (draw.random((n, 7)) > 0.2).astype(float) if unbalanced else None
    scale = np.ones(n) if weight is None else weight
    num = y * scale[:, None] * (1 if den is None else den)
    return moments_of(
        num,
        where,
        periods=periods,
        cells=cells,
        den=None if den is None else den * scale[:, None],
        size=weight,
        cluster=team if clustered else None,
    )


def alone(moments, design, keep):
    """The same slice answered by itself."""
    found = answer(moments.keep(keep(cell.stratum) for cell in moments.cells), design)
    return found.estimate, found.std_error


DESIGNS = [
    Design(aggregation=aggregation, control=control)
    for aggregation in ("simple", "event", "group", "calendar")
    for control in ("not-yet-treated", "never-treated")
] + [Design(anticipation=1), Design(aggregation="event", event_window=(-1, 2))]


KINDS = [{}, {"unbalanced": True}, {"clustered": True}, {"weighted": True, "unbalanced": True}]
PAIRS = [*((design, {}) for design in DESIGNS), *((DESIGNS[n], KINDS[n // 2]) for n in (2, 4, 6))]


@pytest.mark.parametrize(("design", "kind"), PAIRS)
def test_each_slice_is_what_it_is_alone(design, kind):
    moments = a_panel(**kind)
    found = slice_effects(moments, design, by=["region", "role"], columns=COLUMNS)
    assert [part.values for part in found.slices] == sorted(product(REGIONS, ROLES))
    for part in found.slices[::4]:
        estimate, std_error = alone(moments, design, lambda stratum, want=part.values: stratum == want)
        assert part.estimate == pytest.approx(estimate, abs=1e-12)
        assert part.std_error == pytest.approx(std_error, rel=1e-10)


@pytest.mark.parametrize("starts", [(3, 5), (3, 5, 7), (1, 3, 5, None), (3, None)])
def test_slices_follow_the_same_rules_of_comparison(starts):
    """With nobody never treated the last wave is only a comparison; the treated from the start are left out."""
    moments = a_panel(starts=starts)
    found = slice_effects(moments, Design(), by=["region"], columns=COLUMNS)
    for part in found.slices:
        estimate, std_error = alone(moments, Design(), lambda stratum, want=part.values: stratum[:1] == want)
        assert part.estimate == pytest.approx(estimate, abs=1e-12)
        assert part.std_error == pytest.approx(std_error, rel=1e-10)


@pytest.mark.parametrize(
    ("controls", "kind", "aggregation"),
    [
        ("pooled", {}, "simple"),
        ("within", {"clustered": True}, "event"),
        ("pooled", {"clustered": True}, "group"),
        ("pooled", {"unbalanced": True, "weighted": True}, "calendar"),
    ],
)
def test_the_joint_covariance_is_the_one_of_the_influences(controls, kind, aggregation):
    """Closed form against a numerical derivative: each unit's influence is its leave-in slope."""
    moments = a_panel(n=540, starts=(3, 5, None), **kind)
    at = np.array([REGIONS.index(cell.stratum[0]) for cell in moments.cells])
    design = Design(aggregation=aggregation)
    found = joint_effects(moments, at, design, controls)
    np.testing.assert_allclose(found.covariance, numerical(moments, at, design, controls), rtol=1e-5, atol=1e-9)


def numerical(moments, at, design, controls):
    """Delta method by central differences of the blocks' mean vectors."""
    from dataclasses import replace

    def estimate(position, mean):
        blocks = list(moments.blocks)
        blocks[position] = replace(blocks[position], mean=mean)
        return joint_effects(replace(moments, blocks=tuple(blocks)), at, design, controls).estimate

    total = 0
    for position, block in enumerate(moments.blocks):
        slope = np.empty((3, block.mean.size))
        for entry in range(block.mean.size):
            step = np.zeros(block.mean.size)
            step[entry] = 1e-5
            slope[:, entry] = (estimate(position, block.mean + step) - estimate(position, block.mean - step)) / 2e-5
        spread = block.centred
        level = slope @ block.mean if moments.sized else by_count(moments, position, at, design, controls) * block.count
        total = total + (slope @ spread @ slope.T) / block.count**2 + np.outer(level, level) / block.count
    return total


def by_count(moments, position, at, design, controls):
    """Slope by the number of units of a block, means held."""
    from dataclasses import replace

    def estimate(change):
        blocks, people = list(moments.blocks), moments.people.copy()
        blocks[position] = replace(blocks[position], count=blocks[position].count + change)
        return joint_effects(replace(moments, blocks=tuple(blocks), people=people), at, design, controls).estimate

    return (estimate(1e-3) - estimate(-1e-3)) / 2e-3


def test_pooled_controls_of_one_slice_are_the_whole_panel():
    moments = a_panel()
    everyone = joint_effects(moments, np.zeros(len(moments.cells), dtype=int), Design(), "pooled")
    found = answer(moments, Design(estimator="callaway-santanna"))
    assert everyone.estimate[0] == pytest.approx(found.estimate, abs=1e-12)
    assert np.sqrt(everyone.covariance[0, 0]) == pytest.approx(found.std_error, rel=1e-10)


def test_slices_that_share_controls_are_correlated_and_the_test_knows():
    moments = a_panel(effect=(1.0, 1.0, 1.0))
    at = np.array([REGIONS.index(cell.stratum[0]) for cell in moments.cells])
    within, pooled = (joint_effects(moments, at, Design(), kind) for kind in ("within", "pooled"))
    assert within.covariance[0, 1] == 0
    assert pooled.covariance[0, 1] > 0.1 * pooled.covariance[0, 0]
    y, V = pooled.estimate, pooled.covariance
    W = np.linalg.inv(V)
    mean = W.sum(axis=0) @ y / W.sum()
    found = slice_effects(moments, Design(), by=["region"], columns=COLUMNS, controls="pooled")
    assert found.q == pytest.approx((y - mean) @ W @ (y - mean))
    assert found.q_df == 2


@pytest.mark.slow
def test_the_test_of_equal_effects_keeps_its_size():
    """At 5 %, 400 draws: within 5 ± 3.3 % (three Monte Carlo standard errors)."""
    rejected = 0
    for seed in range(400):
        moments = a_panel(effect=(1.0, 1.0, 1.0), seed=seed)
        found = slice_effects(moments, Design(), by=["region"], columns=COLUMNS, controls="pooled")
        rejected += found.q_p_value < 0.05
    assert abs(rejected / 400 - 0.05) < 0.033


def test_a_true_difference_is_found_and_the_figures_are_shrunk():
    found = slice_effects(a_panel(n=3600), Design(), by=["region"], columns=COLUMNS)
    assert found.q_p_value < 0.01
    for part in found.slices:
        low, high = sorted((part.estimate, found.mean))
        assert low <= part.shrunken <= high
        assert part.p_adjusted >= part.p_value
        assert part.shrunken_conf_high - part.shrunken_conf_low <= part.conf_high - part.conf_low


def test_merged_slices_are_the_slice_of_the_merged():
    moments = a_panel()
    merge = {"region": {"north": "rest", "south": "rest"}}
    found = slice_effects(moments, Design(), by=["region"], columns=COLUMNS, merge=merge)
    estimate, std_error = alone(moments, Design(), lambda stratum: stratum[0] != "west")
    assert [part.values for part in found.slices] == [("rest",), ("west",)]
    assert found.slices[0].estimate == pytest.approx(estimate, abs=1e-12)
    assert found.slices[0].std_error == pytest.approx(std_error, rel=1e-10)


def test_a_filter_keeps_what_it_names():
    moments = a_panel()
    found = slice_effects(moments, Design(), by=["region"], columns=COLUMNS, where={"role": ["lead"]})
    estimate, _ = alone(moments, Design(), lambda stratum: stratum == ("north", "lead"))
    assert found.slices[0].estimate == pytest.approx(estimate, abs=1e-12)
    assert selected(moments, COLUMNS, {"role": ["lead"]}) == {(region, "lead") for region in REGIONS}
    assert sum(atoms(moments).values()) == moments.n_units


def test_hidden_slices_carry_no_number_and_come_in_pairs():
    moments = a_panel(n=360)
    wanted = (cell.stratum[0] != "north" or cell == Cell(3, ("north", "lead")) for cell in moments.cells)
    few = moments.keep(wanted)
    left = sum(int(n) for cell, n in zip(few.cells, few.people, strict=True) if cell.stratum[0] == "north")
    found = slice_effects(few, Design(), by=["region"], columns=COLUMNS, minimum=left + 1)
    hidden = [part for part in found.slices if part.status == "hidden"]
    assert len(hidden) == 2
    assert all(set(part.__slots__) - {"values", "status"} and part.n_units is None for part in hidden)
    assert all(list(row) == ["values", "status"] for row in found.to_dict()["slices"] if row["status"] == "hidden")
    assert found.cautions[0].code == "too-few-to-show"


def test_a_slice_in_which_nobody_can_be_compared_says_so():
    moments = a_panel()
    kept = moments.keep(cell.stratum[0] != "north" or cell.cohort == 3 for cell in moments.cells)
    found = slice_effects(kept, Design(), by=["region"], columns=COLUMNS)
    assert [part.status for part in found.slices] == ["not-identified", "shown", "shown"]
    assert found.slices[0].estimate is None
    pooled = slice_effects(kept, Design(), by=["region"], columns=COLUMNS, controls="pooled")
    assert [part.status for part in pooled.slices] == ["shown"] * 3


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"by": ["team"]}, "not kept by team; they are by: region, role"),
        ({"by": []}, "at least one"),
        ({"by": ["role", "role"]}, "once"),
        ({"by": ["role"], "minimum": 0}, ">= 1"),
        ({"by": ["role"], "where": {"age": ["x"]}}, "not kept by age"),
    ],
)
def test_what_cannot_be_sliced_is_refused(options, text):
    with pytest.raises(DesignError, match=text):
        slice_effects(a_panel(), Design(), columns=COLUMNS, **options)


def test_a_balanced_event_study_is_not_offered():
    with pytest.raises(DesignError, match="balanced event study"):
        slice_effects(a_panel(), Design(aggregation="event", balance=1), by=["role"], columns=COLUMNS)
