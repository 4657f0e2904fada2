"""Wave plans: every rule kept, the seed on record, safety never delayed, and what the plan can see."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upshot.errors import DesignError, InputError
from upshot.impact.power import assumed_baseline
from upshot.impact.waves import (
    PlannedPower,
    Roster,
    WavePlan,
    WaveRefusal,
    WaveRules,
    audit_plan,
    matched_blocks,
    plan_waves,
)


def a_roster(n: int = 24, *, seed: int = 0) -> Roster:
    rng = np.random.default_rng(seed)
    return Roster(
        ids=tuple(f"team-{i:02d}" for i in range(n)),
        sizes=tuple(rng.integers(4, 15, n).tolist()),
        blocks=tuple(rng.choice(["north", "south"], n).tolist()),
    )


def a_plan(roster: Roster | None = None, rules: WaveRules | None = None, **options: object) -> WavePlan:
    plan = plan_waves(roster or a_roster(), rules or WaveRules(starts=(0, 3, 6)), **{"seed": 7, **options})  # type: ignore[arg-type]
    assert isinstance(plan, WavePlan)
    return plan


@st.composite
def feasible(draw: st.DrawFn) -> tuple[Roster, WaveRules]:
    """A roster, and rules wide enough for it to fit unsplit."""
    n = draw(st.integers(6, 20))
    sizes = draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    ids = tuple(f"u{i}" for i in range(n))
    starts = tuple(int(s) for s in np.cumsum(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))) - 1)
    special = draw(st.permutations(ids))[:3]
    fixed = {special[0]: draw(st.integers(1, len(starts)))} if draw(st.booleans()) else {}
    rules = WaveRules(
        starts=starts,
        hold_back=draw(st.sampled_from([0.3, 0.5])) if len(starts) == 1 else draw(st.sampled_from([0.0, 0.3])),
        capacity=tuple(sum(sizes) // len(starts) + 9 * len(starts) + draw(st.integers(0, 30)) + 9 for _ in starts),
        blackout=frozenset(range(40)) - set(starts),
        unit_blackout={special[1]: frozenset({starts[-1]})} if len(starts) > 1 else {},
        fixed=fixed,
        excluded=frozenset({special[2]}) if draw(st.booleans()) else frozenset(),
        min_gap=1,
    )
    blocks = tuple(draw(st.lists(st.sampled_from("xy"), min_size=n, max_size=n)))
    return Roster(ids=ids, sizes=tuple(sizes), blocks=blocks), rules


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=feasible(), seed=st.integers(0, 2**31 - 1))
def test_every_plan_keeps_every_rule(case: tuple[Roster, WaveRules], seed: int) -> None:
    roster, rules = case
    plan = a_plan(roster, rules, seed=seed)
    place = {row.unit: row for row in plan.assignment}
    assert len(place) == len(roster.ids)
    assert all(place[name].wave == wave for name, wave in rules.fixed.items())
    assert all(place[name].reason == "excluded" and place[name].wave is None for name in rules.excluded)
    for name, closed in rules.unit_blackout.items():
        assert place[name].start not in closed
    for wave, limit in zip(plan.waves, rules.capacity, strict=True):  # type: ignore[arg-type]
        assert sum(row.people for row in plan.assignment if row.wave == wave.wave) == wave.n_people <= limit
    assert all(row.start not in rules.blackout for row in plan.assignment if row.start is not None)
    assert all(row.holds for row in plan.audit)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=feasible(), seed=st.integers(0, 2**31 - 1))
def test_the_same_seed_gives_the_same_plan(case: tuple[Roster, WaveRules], seed: int) -> None:
    assert a_plan(*case, seed=seed) == a_plan(*case, seed=seed)


def test_another_seed_gives_another_plan_and_another_fingerprint() -> None:
    one, two = a_plan(seed=1), a_plan(seed=2)
    assert one.assignment != two.assignment
    assert one.fingerprint != two.fingerprint


def test_each_block_is_spread_evenly_over_the_waves() -> None:
    plan = a_plan()
    for block in ("north", "south"):
        counts = [sum(row.block == block and row.wave == wave for row in plan.assignment) for wave in (1, 2, 3)]
        assert max(counts) - min(counts) <= 1


def test_those_who_must_not_wait_start_first_and_stay_out_of_the_comparison() -> None:
    plan = a_plan(rules=WaveRules(starts=(0, 3), urgent=frozenset({"team-03", "team-04"})))
    first = {row.unit: (row.wave, row.reason) for row in plan.assignment if row.reason == "urgent"}
    assert first == {"team-03": (1, "urgent"), "team-04": (1, "urgent")}
    assert sum(wave.n_drawn for wave in plan.waves) == 22
    assert "set-by-hand" in {caution.code for caution in plan.cautions}


def test_a_share_is_held_back_when_asked() -> None:
    plan = a_plan(rules=WaveRules(starts=(0,), hold_back=0.5))
    assert plan.held_back == 12
    assert sum(row.reason == "held-back" and row.start is None for row in plan.assignment) == 12


def test_trainers_limit_seats() -> None:
    plan = a_plan(rules=WaveRules(starts=(0, 3, 6), trainers=(4, 5, 4), seats_per_trainer=20))
    assert [wave.seats for wave in plan.waves] == [80, 100, 80]
    assert all(wave.seats is not None and wave.n_people <= wave.seats for wave in plan.waves)


def test_waves_shrink_where_seats_are_few() -> None:
    roster = Roster(ids=tuple(map(str, range(100))))
    plan = a_plan(roster, WaveRules(starts=(0, 1, 2), capacity=(10, 60, 60)))
    assert [wave.n_people for wave in plan.waves] == [10, 45, 45]


def test_where_seats_are_just_enough_a_plan_is_still_found_and_says_how() -> None:
    roster = Roster(ids=tuple("abcdef"), sizes=(7, 5, 4, 8, 6, 6))
    plan = a_plan(roster, WaveRules(starts=(0, 1, 2), capacity=12))
    assert [wave.n_people for wave in plan.waves] == [12, 12, 12]


def test_a_very_tight_plan_is_stirred_by_swaps_and_says_so() -> None:
    rng = np.random.default_rng(0)
    sizes = tuple(rng.integers(4, 15, 61).tolist())
    roster = Roster(ids=tuple(map(str, range(61))), sizes=sizes)
    room = -(-sum(sizes) // 3)
    blocked = {str(i): frozenset({0}) for i in range(20)}
    plan = a_plan(roster, WaveRules(starts=(0, 3, 6), capacity=room, unit_blackout=blocked))
    assert plan.method == "swap-chain"
    assert "swap-chain" in {caution.code for caution in plan.cautions}
    assert all(row.holds for row in plan.audit)


def test_draws_thrown_away_for_the_rules_are_counted_and_said() -> None:
    roster = Roster(ids=tuple(map(str, range(12))))
    closed = {str(i): frozenset({0}) for i in range(4)}
    plan = a_plan(roster, WaveRules(starts=(0, 1, 2), unit_blackout=closed))
    assert plan.method == "restricted-shuffle"
    assert plan.tries > 1
    assert "restricted" in {caution.code for caution in plan.cautions}


def test_safety_critical_training_is_never_delayed_by_lot() -> None:
    found = plan_waves(a_roster(), WaveRules(starts=(0, 3), capacity=50, safety_critical=True), seed=1)
    assert isinstance(found, WaveRefusal)
    assert found.code == "safety-critical"
    assert "no one is made to wait" in found.text
    assert len(found.alternatives) >= 3
    assert json.loads(json.dumps(found.to_dict()))["refused"]["code"] == "safety-critical"


def test_safety_critical_training_with_seats_for_all_starts_everyone() -> None:
    found = plan_waves(a_roster(), WaveRules(starts=(0,), safety_critical=True), seed=1)
    assert isinstance(found, WaveRefusal)
    assert "start everyone" in found.text


def test_rerandomising_improves_balance_and_says_what_it_costs() -> None:
    kpi = {"sales": np.random.default_rng(3).normal(size=24)}
    plain = [a_plan(seed=s, covariates=kpi).balance[0].gap for s in range(8)]
    drawn = [a_plan(seed=s, covariates=kpi, accept=0.1) for s in range(8)]
    assert np.mean([plan.balance[0].gap for plan in drawn if plan.balance[0].gap]) < 0.5 * np.mean(
        np.array(plain, dtype=float)
    )
    caution = next(c for c in drawn[0].cautions if c.code == "rerandomised")
    assert "must redraw" in caution.text


def test_rerandomising_without_figures_is_said_not_to_have_happened() -> None:
    plan = a_plan(accept=0.1)
    assert plan.method == "shuffle"
    assert "not-rerandomised" in {caution.code for caution in plan.cautions}


def test_matched_blocks_balance_the_kpi_without_redrawing() -> None:
    values = np.random.default_rng(3).normal(size=24)
    roster = replace(a_roster(), blocks=matched_blocks(values, 3))
    gaps = [a_plan(roster, seed=s, covariates={"sales": values}).balance[0].gap for s in range(20)]
    assert max(gap for gap in gaps if gap) < 0.5


def test_the_plan_says_what_it_can_see_with_the_units_it_drew() -> None:
    baseline = assumed_baseline(24, mean=10, std_dev=2, icc=0.1, team_size=9, autocorrelation=0.5, n_periods=4)
    planned = PlannedPower(baseline=baseline, after=9, before=4, worth=5.0, outcome="sales")
    rules = WaveRules(starts=(0, 3, 6), fixed={"team-00": 1}, excluded=frozenset({"team-01"}))
    plan = a_plan(rules=rules, planned=planned)
    assert plan.power is not None
    assert plan.power.n_units == 22
    assert plan.power.visible is True
    names = {row.name for row in plan.power.alternatives}
    assert {"2 equal waves, everyone started by the end", "4 equal waves, everyone started by the end"} <= names
    assert "half at once, half held back to the end" in names


def test_the_plan_is_plain_json_with_its_seed() -> None:
    document = json.loads(json.dumps(a_plan().to_dict(), allow_nan=False))
    assert document["schema"] == "upshot-waves/1"
    assert document["seed"] == 7
    assert len(document["assignment"]) == 24


def test_the_audit_finds_a_broken_plan() -> None:
    roster = a_roster(6)
    rules = WaveRules(
        starts=(0, 1),
        capacity=5,
        fixed={"team-00": 2},
        excluded=frozenset({"team-01"}),
        urgent=frozenset({"team-02"}),
        max_wait=0,
        min_gap=2,
        blackout=frozenset({1}),
    )
    rows = {row.rule: row.holds for row in audit_plan(roster, rules, np.array([0, 0, 1, 1, -1, 1]))}
    broken = ("seats", "fixed", "excluded", "urgent", "longest-wait", "gap", "blackout", "everyone-placed")
    assert not any(rows[rule] for rule in broken)


@pytest.mark.parametrize("accept", [0.0, 1.5])
def test_an_accepted_share_out_of_range_is_refused(accept: float) -> None:
    with pytest.raises(DesignError, match="accept"):
        a_plan(accept=accept)


def test_covariates_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="one value per unit"):
        a_plan(covariates={"sales": [1.0, 2.0]})
    with pytest.raises(InputError, match="no pre-period figure"):
        a_plan(covariates={"sales": [np.nan] * 24})


def test_few_units_are_warned_of() -> None:
    plan = a_plan(a_roster(4), WaveRules(starts=(0, 3)))
    assert {"few-units", "small-blocks"} & {caution.code for caution in plan.cautions} >= {"few-units"}


def test_one_wave_for_all_is_drawn_and_said_to_compare_nothing() -> None:
    plan = a_plan(rules=WaveRules(starts=(0,)))
    assert plan.power is None
    assert "nothing-to-compare" in {caution.code for caution in plan.cautions}


def test_a_share_too_small_for_a_single_unit_is_said() -> None:
    plan = a_plan(rules=WaveRules(starts=(0, 3, 6), shares=(0.01, 0.49, 0.5)))
    assert plan.waves[0].n_units == 0
    assert "empty-wave" in {caution.code for caution in plan.cautions}
