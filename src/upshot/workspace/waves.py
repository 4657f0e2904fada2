"""Who starts when, by lot, from a plan: seats, closed days and longest waits kept, the seed on record."""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.estimate import Caution
from upshot.impact.power import PowerAnswer
from upshot.impact.waves import PlannedPower, Roster, WaveRefusal, WaveRules, propose_starts
from upshot.impact.waves import WavePlan as DrawnPlan
from upshot.impact.waves import plan_waves as draw
from upshot.impact.waves.audit import AuditRow
from upshot.impact.waves.balance import BalanceRow
from upshot.panel.pre_period import PrePeriod
from upshot.periods import Grain, period_index, period_start
from upshot.plan import Document
from upshot.workspace.folder import Workspace
from upshot.workspace.planning import PlannedStudy, noise_of, planned_study, profile_of

__all__ = ["PlannedWave", "WavePlan", "plan_waves", "roster_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWave:
    """One wave: the day its period begins, how many units and people it takes, and its seats."""

    number: int
    start: dt.date
    units: int
    people: int
    seats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlan:
    """A drawn plan as it may be shown: no person is named.

    Parameters
    ----------
    by
        What the lot was drawn for.
    waves, held_back
        The waves, and how many units start only after the window.
    seed, method, tries, fingerprint
        What the draw can be repeated from, and the SHA-256 of roster, rules and seed.
    rules, balance
        Each rule with whether it holds; what was known before launch, by wave.
    power
        What the plan can see.
    refused
        Why nobody is drawn (a safety-critical training), with what can be learned instead; then
        there are no waves.
    teams
        Which wave each team starts in (``None``: none), where whole teams are drawn.
    """

    by: str
    waves: tuple[PlannedWave, ...] = ()
    held_back: int = 0
    seed: int | None = None
    method: str = ""
    tries: int = 0
    fingerprint: str = ""
    rules: tuple[AuditRow, ...] = ()
    balance: tuple[BalanceRow, ...] = ()
    power: PowerAnswer | None = None
    cautions: tuple[Caution, ...] = ()
    refused: str = ""
    instead: tuple[str, ...] = ()
    teams: tuple[tuple[str, int | None], ...] = ()


def plan_waves(
    workspace: Workspace,
    initiative_id: str,
    *,
    document: Document | None = None,
    waves: int | None = None,
    gap: int = 1,
    hold_back: float = 0.0,
    seats: int | tuple[int, ...] | None = None,
    closed: Sequence[tuple[dt.date, dt.date]] = (),
    longest_wait: int | None = None,
    blocks: tuple[str, ...] = (),
    safety_critical: bool = False,
    seed: int | None = None,
) -> WavePlan:
    """Draw an initiative's waves by lot, within the rules, and say what they can see.

    Parameters
    ----------
    document
        The plan, in place of the workspace's ``plan.yaml``.
    waves, gap
        Number of waves and periods between them; by default those the plan lists.
    hold_back
        Share that starts only after the window.
    seats
        People who can start, once for all or for each wave.
    closed
        First and last days of times in which no wave may start.
    longest_wait
        In periods from launch.
    blocks
        People's fields to draw within.
    safety_critical
        Nobody may wait: nothing is drawn.
    seed
        Of the lot; by default the plan's, else one is drawn and put on record.

    Raises
    ------
    InputError
        With every conflict between people and rules, each with the smallest way out.
    """
    document = document or workspace.plan()
    planned = planned_study(workspace, initiative_id, document=document, blocks=blocks)
    grain = document.plan.initiative(initiative_id).design.period
    data = planned.data if planned.by_team else _without_teams(planned.data)
    shut = _closed(closed, planned.launch, grain)
    starts = propose_starts(waves, gap=gap, blackout=shut, max_wait=longest_wait) if waves else planned.starts
    if not starts:
        text = "Nothing says when waves start."
        raise InputError(Problem(code="no-starts", text=text, fix="List the waves in the plan, or say how many."))
    own = waves is None and bool(planned.shares)
    held = planned.hold_back if own else hold_back
    rules = WaveRules(
        starts=starts,
        shares=(*planned.shares, *((held,) if held > 0 else ())) if own else None,
        hold_back=held,
        capacity=seats,
        blackout=shut,
        max_wait=longest_wait,
        min_gap=gap,
        safety_critical=safety_critical,
    )
    return _drawn(planned, data, rules, seed, grain)


def _drawn(planned: PlannedStudy, data: PrePeriod, rules: WaveRules, seed: int | None, grain: Grain) -> WavePlan:
    roster, figure = roster_of(data)
    chosen = planned.seed if seed is None else seed
    found = draw(
        roster,
        rules,
        seed=secrets.randbelow(2**31) if chosen is None else chosen,
        covariates={f"{planned.outcome} before launch": figure} if np.isfinite(figure).all() else None,
        planned=_power(planned, data, rules),
    )
    by = "person" if data.teams is None else "team"
    if isinstance(found, WaveRefusal):
        return WavePlan(by=by, refused=found.text, instead=found.alternatives)
    return _shown(found, by, planned.launch, grain)


def _shown(found: DrawnPlan, by: str, launch: int, grain: Grain) -> WavePlan:
    return WavePlan(
        by=by,
        waves=tuple(
            PlannedWave(
                number=wave.wave,
                start=dt.date.fromisoformat(str(period_start(launch + wave.start, grain))),
                units=wave.n_units,
                people=wave.n_people,
                seats=wave.seats,
            )
            for wave in found.waves
        ),
        held_back=found.held_back,
        seed=found.seed,
        method=found.method,
        tries=found.tries,
        fingerprint=found.fingerprint,
        rules=found.audit,
        balance=found.balance,
        power=found.power,
        cautions=found.cautions,
        teams=tuple((row.unit, row.wave) for row in found.assignment) if by == "team" else (),
    )


def _without_teams(data: PrePeriod) -> PrePeriod:
    return PrePeriod(
        units=data.units, periods=data.periods, outcome=data.outcome, denominator=data.denominator, blocks=data.blocks
    )


def _closed(closed: Sequence[tuple[dt.date, dt.date]], launch: int, grain: Grain) -> frozenset[int]:
    """Periods from launch in which a closed day lies."""
    found: set[int] = set()
    for first, last in closed:
        low, high = period_index(np.array([first, last], dtype="datetime64[D]"), grain).tolist()
        found |= set(range(max(low - launch, 0), high - launch + 1))
    return frozenset(found)


def _power(planned: PlannedStudy, data: PrePeriod, rules: WaveRules) -> PlannedPower:
    profile = profile_of(data)
    baseline, other = noise_of(profile, "person" if data.teams is None else "team")
    after = 1 if planned.after is None else planned.after + 1
    return PlannedPower(
        baseline=baseline,
        other=other,
        after=max(rules.starts) + max(after, rules.min_gap),
        before=min(planned.before or 12, profile.n_periods),
        worth=planned.worth,
        outcome=planned.outcome,
        level=planned.level,
    )


def roster_of(data: PrePeriod) -> tuple[Roster, npt.NDArray[np.float64]]:
    """The units of the lot, and each one's pre-period KPI (NaN where it has no reading)."""
    present = ~np.isnan(data.outcome)
    den = present.astype(np.float64) if data.denominator is None else np.nan_to_num(data.denominator)
    top, bottom = np.nan_to_num(data.outcome).sum(axis=1), np.where(present, den, 0.0).sum(axis=1)
    if data.teams is None:
        figure = np.divide(top, bottom, out=np.full(top.size, np.nan), where=bottom > 0)
        return Roster(ids=data.units, blocks=data.blocks), figure
    names, codes = np.unique(np.asarray(data.teams), return_inverse=True)
    sizes = np.bincount(codes)
    tops, bottoms = np.bincount(codes, weights=top), np.bincount(codes, weights=bottom)
    figure = np.divide(tops, bottoms, out=np.full(names.size, np.nan), where=bottoms > 0)
    roster = Roster(ids=tuple(names.tolist()), sizes=tuple(sizes.tolist()), blocks=_team_blocks(data, names.tolist()))
    return roster, figure


def _team_blocks(data: PrePeriod, names: list[str]) -> tuple[str, ...] | None:
    if data.blocks is None or data.teams is None:
        return None
    found: dict[str, set[str]] = {name: set() for name in names}
    for team, block in zip(data.teams, data.blocks, strict=True):
        found[team].add(block)
    split = [name for name, blocks in found.items() if len(blocks) > 1]
    if split:
        fix = "Block by something all of a team share."
        raise InputError(
            [Problem(code="split-team", text="A team lies in several blocks.", fix=fix, value=name) for name in split]
        )
    return tuple(next(iter(found[name])) for name in names)
