"""Conflicts between roster and rules: all at once, each with a way out that works."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from upshot.errors import DesignError, InputError
from upshot.impact.waves import Roster, WavePlan, WaveRules, plan_waves, propose_starts


def a_roster(n: int = 12, size: int = 5) -> Roster:
    return Roster(ids=tuple(f"team-{i:02d}" for i in range(n)), sizes=(size,) * n)


def codes(roster: Roster, rules: WaveRules) -> set[str]:
    with pytest.raises(InputError) as caught:
        plan_waves(roster, rules, seed=1)
    return {problem.code for problem in caught.value.problems}


BAD: Mapping[str, WaveRules] = {
    "gap-too-short": WaveRules(starts=(0, 1), min_gap=2),
    "all-blackout": WaveRules(starts=(0, 3), blackout=frozenset({0, 3})),
    "blackout": WaveRules(starts=(0, 3), blackout=frozenset({3})),
    "wait-too-long": WaveRules(starts=(0, 9), max_wait=6),
    "hold-back-wait": WaveRules(starts=(0, 3), max_wait=6, hold_back=0.5),
    "before-launch": WaveRules(starts=(-1, 3)),
    "no-waves": WaveRules(starts=()),
    "wrong-length": WaveRules(starts=(0, 3), capacity=(10,) * 3),
    "negative-seats": WaveRules(starts=(0, 3), capacity=-1),
    "half-trainers": WaveRules(starts=(0, 3), trainers=2),
    "hold-back-range": WaveRules(starts=(0, 3), hold_back=1.0),
    "gap-range": WaveRules(starts=(0, 3), min_gap=0),
    "shares-sum": WaveRules(starts=(0, 3), shares=(0.5, 0.4)),
    "share-range": WaveRules(starts=(0, 3), shares=(1.0, 0.0)),
    "hold-back-share": WaveRules(starts=(0,), hold_back=0.5, shares=(0.6, 0.4)),
    "unknown-unit": WaveRules(starts=(0, 3), excluded=frozenset({"nobody"})),
    "unknown-wave": WaveRules(starts=(0, 3), fixed={"team-01": 3}),
    "fixed-and-excluded": WaveRules(starts=(0, 3), fixed={"team-01": 1}, excluded=frozenset({"team-01"})),
    "urgent-and-excluded": WaveRules(starts=(0, 3), urgent=frozenset({"team-01"}), excluded=frozenset({"team-01"})),
    "urgent-and-fixed": WaveRules(starts=(0, 3), urgent=frozenset({"team-01"}), fixed={"team-01": 2}),
    "fixed-in-blackout": WaveRules(starts=(0, 3), fixed={"team-01": 2}, unit_blackout={"team-01": frozenset({3})}),
    "urgent-in-blackout": WaveRules(
        starts=(0, 3), urgent=frozenset({"team-01"}), unit_blackout={"team-01": frozenset({0})}
    ),
    "no-wave-open": WaveRules(starts=(0, 3), unit_blackout={"team-01": frozenset({0, 3})}),
    "fewer-units-than-waves": WaveRules(starts=tuple(range(13))),
    "capacity-short": WaveRules(starts=(0, 3), capacity=20),
    "unit-over-capacity": WaveRules(starts=(0, 3), capacity=4),
    "fixed-over-capacity": WaveRules(starts=(0, 3), capacity=(4, 60), fixed={"team-01": 1}),
    "share-over-capacity": WaveRules(starts=(0, 3), capacity=(20, 60), shares=(0.8, 0.2)),
}


@pytest.mark.parametrize("code", BAD)
def test_each_conflict_is_named(code: str) -> None:
    assert code in codes(a_roster(), BAD[code])


def test_conflicts_of_every_kind_are_named_at_once() -> None:
    rules = WaveRules(
        starts=(0, 1, 6),
        shares=(0.3, 0.3, 0.3),
        capacity=5,
        blackout=frozenset({1}),
        min_gap=2,
        max_wait=4,
        fixed={"team-03": 9, "team-04": 1},
        excluded=frozenset({"team-04"}),
    )
    expected = {"gap-too-short", "blackout", "wait-too-long", "shares-sum", "unknown-wave", "fixed-and-excluded"}
    assert expected | {"capacity-short"} <= codes(a_roster(), rules)


@pytest.mark.parametrize(
    ("roster", "code"),
    [
        (Roster(ids=()), "no-units"),
        (Roster(ids=("a", "a", "b")), "duplicate-unit"),
        (Roster(ids=("a", "b"), sizes=(1,)), "wrong-length"),
        (Roster(ids=("a", "b"), sizes=(1, 0)), "empty-unit"),
        (Roster(ids=("a", "b"), blocks=("x",)), "wrong-length"),
        (Roster(ids=("a",)), "fewer-units-than-waves"),
    ],
)
def test_rosters_that_cannot_be_drawn_are_named(roster: Roster, code: str) -> None:
    assert code in codes(roster, WaveRules(starts=(0, 3)))


def test_the_seats_said_to_be_missing_are_exactly_enough() -> None:
    roster, rules = a_roster(), WaveRules(starts=(0, 3), capacity=(20, 25))
    with pytest.raises(InputError, match="Add 15 seats in all"):
        plan_waves(roster, rules, seed=1)
    assert isinstance(plan_waves(roster, replace(rules, capacity=(30, 30)), seed=1), WavePlan)


def test_units_that_do_not_fit_unsplit_get_the_smallest_change_that_seats_them() -> None:
    roster = Roster(ids=tuple("abcd"), sizes=(6, 6, 6, 2))
    with pytest.raises(InputError, match="2 more seats in wave"):
        plan_waves(roster, WaveRules(starts=(0, 1), capacity=10), seed=1)
    plan = plan_waves(roster, WaveRules(starts=(0, 1), capacity=12), seed=1)
    assert isinstance(plan, WavePlan)


def test_a_blackout_is_answered_with_the_first_open_period() -> None:
    with pytest.raises(InputError, match="Move it to period 5"):
        plan_waves(a_roster(), WaveRules(starts=(0, 3), blackout=frozenset({3, 4})), seed=1)


def test_proposed_starts_keep_gap_and_blackout() -> None:
    assert propose_starts(3, gap=3, blackout=frozenset({0, 4, 5})) == (1, 6, 9)


def test_starts_that_do_not_fit_the_longest_wait_are_refused_with_a_way_out() -> None:
    with pytest.raises(InputError, match="raise the longest wait to 8"):
        propose_starts(3, gap=4, max_wait=6)


@pytest.mark.parametrize(("n_waves", "gap"), [(0, 1), (1, 0)])
def test_no_waves_and_no_gap_are_refused(n_waves: int, gap: int) -> None:
    with pytest.raises(DesignError):
        propose_starts(n_waves, gap=gap)
