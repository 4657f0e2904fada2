"""Programmes that did nothing, on real KPIs: the scripts run, and over many fakes few are claimed."""

import numpy as np
import pytest
from benchmarks.proof.audit import audit_of, false_dates, verdict, without_ornaments
from benchmarks.proof.fakes import BY_LOT, PICKED, excerpt
from benchmarks.proof.firms import NEVER, moments
from benchmarks.proof.monte_carlo import Share, generator
from benchmarks.proof.real_panels import RealPanel, counties, courses, every_panel, firms, officers

from upshot.impact.answer import answer
from upshot.impact.design import Design


def test_the_panels_are_the_published_ones() -> None:
    assert officers("complaints").outcome.shape == (7785, 72)
    assert counties().outcome.shape == (500, 5)
    assert firms(log=False).outcome.shape == (54, 3)
    stayed, everybody = courses()
    assert stayed.outcome.shape == (2469, 5)
    assert everybody.outcome.shape == (4000, 5)
    assert everybody.seen is not None
    assert everybody.outcome[everybody.seen].min() >= 0
    assert everybody.outcome[everybody.seen].max() <= 100


@pytest.mark.parametrize("fake", [*BY_LOT, *PICKED], ids=lambda fake: fake.name)
def test_every_fake_starts_some_and_leaves_some(fake) -> None:
    rng = generator(fake.name)
    panel = counties()
    firm = fake.assign(rng, panel.starts, excerpt(rng, panel))
    assert set(firm.start) <= {*panel.starts, *range(min(panel.starts), max(panel.starts) + 1), NEVER}
    assert np.unique(firm.start).size >= 2


def test_teams_start_as_a_whole() -> None:
    rng = generator("teams")
    panel = courses()[0]
    for fake in BY_LOT:
        if not fake.by_team:
            continue
        firm = fake.assign(rng, panel.starts, excerpt(rng, panel))
        assert firm.team is not None
        assert all(np.unique(firm.start[firm.team == team]).size == 1 for team in np.unique(firm.team))


@pytest.mark.parametrize("said", ["random", "unknown"])
def test_leaving_out_ornaments_changes_neither_grade_nor_interval(said) -> None:
    rng = generator("ornaments")
    panel = counties()
    scanned = moments(BY_LOT[0].assign(rng, panel.starts, excerpt(rng, panel)))
    design = Design(assignment=said, registration="as-planned")
    whole = answer(scanned, design)
    with without_ornaments():
        bare = answer(scanned, design)
    assert bare.grade == whole.grade
    assert (bare.estimate, bare.conf_low, bare.conf_high) == (whole.estimate, whole.conf_low, whole.conf_high)
    assert bare.claim == whole.claim


def test_a_small_audit_fills_every_row() -> None:
    with without_ornaments():
        rows = audit_of(BY_LOT, [counties()], 2)
    assert [(row["fake"], row["said"]) for row in rows] == [(fake.name, said) for fake in BY_LOT for said in fake.said]
    assert all(sum(row["letters"].values()) == row["claimed"].runs == 2 for row in rows)


def test_a_refusal_is_never_counted_as_a_claim() -> None:
    firm = excerpt(generator("all"), counties())
    start = np.full(firm.start.size, 3)
    found = verdict(answer(moments(type(firm)(outcome=firm.outcome, start=start)), Design()))
    assert found.letter == "D"
    assert not found.claimed


@pytest.mark.slow
def test_real_groups_with_false_dates_are_rarely_claimed() -> None:
    rows = false_dates()
    assert sum(row["claimed"] for row in rows) <= 0.15 * len(rows)


@pytest.mark.slow
@pytest.mark.parametrize("panel", every_panel(), ids=lambda panel: panel.name)
def test_fakes_by_lot_are_claimed_at_most_at_the_nominal_rate(panel: RealPanel) -> None:
    with without_ornaments():
        rows = audit_of(BY_LOT, [panel], 30)
    claimed = Share(sum(row["claimed"].hits for row in rows), sum(row["claimed"].runs for row in rows))
    low, _ = claimed.span(0.999)
    assert low <= 0.05
