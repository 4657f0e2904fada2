"""Draw the wave plan: conflicts first, then the lot, then the audit of what came out."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError, InputError, Problem
from upshot.impact.power import PowerAnswer, Study, power_answer
from upshot.impact.waves.audit import audit_plan
from upshot.impact.waves.balance import balance_table
from upshot.impact.waves.cautions import plan_cautions
from upshot.impact.waves.conflicts import find_conflicts, taken_seats
from upshot.impact.waves.draw import Lot, draw_lot
from upshot.impact.waves.record import Assigned, PlannedPower, Reason, Wave, WavePlan
from upshot.impact.waves.refusal import WaveRefusal, refuse_delay
from upshot.impact.waves.rules import Roster, WaveRules, allowed_waves, free_units, seats
from upshot.impact.waves.seating import extra_seats

__all__ = ["plan_waves"]

Floats = npt.NDArray[np.float64]


def plan_waves(
    roster: Roster,
    rules: WaveRules,
    *,
    seed: int,
    covariates: dict[str, npt.ArrayLike] | None = None,
    planned: PlannedPower | None = None,
    accept: float | None = None,
) -> WavePlan | WaveRefusal:
    """Draw who starts when.

    Parameters
    ----------
    roster, rules
        Units and constraints.
    seed
        Of the lot; the same seed, roster and rules give the same plan.
    covariates
        Pre-period figures by name, each of shape (n,), for the balance table and rerandomising;
        the KPI first.
    planned
        To say what the plan can see.
    accept
        Redraw until balance is among this best share of draws (Morgan & Rubin 2012), e.g. 0.1.
        The analysis must then repeat the rule; matched blocks need no such care.

    Returns
    -------
    WavePlan or WaveRefusal
        A refusal when the training is safety-critical: that is a result, not an error.

    Raises
    ------
    InputError
        With every conflict between roster and rules, each with the smallest way out.
    DesignError
        If ``accept`` is not in (0, 1].

    Examples
    --------
    >>> teams = Roster(ids=("a", "b", "c", "d"), sizes=(5, 5, 5, 5))
    >>> plan = plan_waves(teams, WaveRules(starts=(0, 3), capacity=10), seed=7)
    >>> [wave.n_people for wave in plan.waves]
    [10, 10]
    """
    if rules.safety_critical:
        return refuse_delay(roster, rules)
    if accept is not None and not 0 < accept <= 1:
        raise DesignError(f"The accept parameter of plan_waves must be above 0 and at most 1. Got {accept!r} instead.")
    names, table = _covariates(roster, covariates or {})
    conflicts = (*find_conflicts(roster, rules), *_covariate_problems(roster, table))
    if conflicts:
        raise InputError(conflicts)
    free = free_units(roster, rules)
    lot = _lot(roster, rules, free, table[free], accept)
    draw = draw_lot(lot, np.random.default_rng(seed))
    if draw is None:
        raise InputError(_does_not_fit(lot, rules))
    groups = _all_groups(roster, rules, free, draw.groups)
    audit = audit_plan(roster, rules, groups)
    assert all(row.holds for row in audit), audit  # noqa: S101 - a plan that breaks its own rules is a bug
    return WavePlan(
        assignment=_assignment(roster, rules, groups),
        waves=_waves(roster, rules, groups, free),
        held_back=int((groups == rules.n_waves).sum()),
        seed=seed,
        method=draw.method,
        tries=draw.tries,
        fingerprint=_fingerprint(roster, rules, seed),
        audit=audit,
        balance=balance_table(names, table[free], draw.groups),
        power=None if planned is None else _power(planned, rules, draw.groups),
        cautions=plan_cautions(roster, rules, free, draw, accept),
    )


def _covariates(roster: Roster, covariates: dict[str, npt.ArrayLike]) -> tuple[tuple[str, ...], Floats]:
    columns = [np.asarray(values, dtype=np.float64).reshape(-1) for values in covariates.values()]
    wrong = [name for name, column in zip(covariates, columns, strict=True) if column.size != len(roster.ids)]
    if wrong:
        text = f"A covariate does not have one value per unit ({len(roster.ids)})."
        raise InputError([Problem(code="wrong-length", text=text, column=name) for name in wrong])
    return tuple(covariates), np.column_stack(columns) if columns else np.zeros((len(roster.ids), 0))


def _covariate_problems(roster: Roster, table: Floats) -> list[Problem]:
    gaps = int((~np.isfinite(table)).any(axis=1).sum()) if table.size else 0
    if not gaps:
        return []
    text = f"{gaps} of {len(roster.ids)} units have no pre-period figure."
    return [Problem(code="missing-value", text=text, fix="Exclude them, or leave the figure out of the balance.")]


def _lot(
    roster: Roster, rules: WaveRules, free: npt.NDArray[np.bool_], covariates: Floats, accept: float | None
) -> Lot:
    room = seats(rules) - taken_seats(roster, rules)
    if rules.hold_back > 0:
        room = np.append(room, np.inf)
    even = np.append(np.full(rules.n_waves, (1 - rules.hold_back) / rules.n_waves), rules.hold_back)[: rules.n_groups]
    labels = np.array(roster.block_labels)[free]
    return Lot(
        people=roster.people[free],
        blocks=np.unique(labels, return_inverse=True)[1].astype(np.int64),
        weights=even if rules.shares is None else np.asarray(rules.shares, dtype=np.float64),
        room=room,
        allowed=allowed_waves(roster, rules)[free],
        covariates=covariates,
        accept=accept if covariates.shape[1] else None,
    )


def _does_not_fit(lot: Lot, rules: WaveRules) -> Problem:
    extra = extra_seats(lot.people, lot.room, lot.allowed)
    if extra is None:
        text = "No seating was found in the time allowed."
        return Problem(code="no-seating", text=text, fix="Add seats or waves, or lift a blackout.")
    need = [(wave + 1, int(np.ceil(value - 1e-6))) for wave, value in enumerate(extra[: rules.n_waves]) if value > 1e-6]
    if not need:
        return Problem(code="no-seating", text="No seating was found in the time allowed.", fix="Add a few seats.")
    text = "There are seats enough in all, but the units do not fit into the waves without being split."
    fix = "Smallest change: " + ", ".join(f"{count} more seats in wave {wave}" for wave, count in need) + "."
    return Problem(code="does-not-fit", text=text, fix=fix)


def _all_groups(
    roster: Roster, rules: WaveRules, free: npt.NDArray[np.bool_], drawn: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    groups = np.full(len(roster.ids), -1, dtype=np.int64)
    groups[free] = drawn
    for unit, name in enumerate(roster.ids):
        if name in rules.fixed:
            groups[unit] = rules.fixed[name] - 1
        elif name in rules.urgent:
            groups[unit] = 0
    return groups


def _assignment(roster: Roster, rules: WaveRules, groups: npt.NDArray[np.int64]) -> tuple[Assigned, ...]:
    def reason(name: str, group: int) -> Reason:
        if group < 0:
            return "excluded"
        if name in rules.fixed:
            return "fixed"
        if name in rules.urgent:
            return "urgent"
        return "held-back" if group == rules.n_waves else "drawn"

    rows = zip(roster.ids, roster.block_labels, roster.people, groups.tolist(), strict=True)
    return tuple(
        Assigned(
            unit=name,
            block=block,
            people=int(people),
            reason=reason(name, group),
            wave=group + 1 if 0 <= group < rules.n_waves else None,
            start=rules.starts[group] if 0 <= group < rules.n_waves else None,
        )
        for name, block, people, group in rows
    )


def _waves(
    roster: Roster, rules: WaveRules, groups: npt.NDArray[np.int64], free: npt.NDArray[np.bool_]
) -> tuple[Wave, ...]:
    room = seats(rules)
    return tuple(
        Wave(
            wave=wave + 1,
            start=start,
            n_units=int((groups == wave).sum()),
            n_people=int(roster.people[groups == wave].sum()),
            n_drawn=int(((groups == wave) & free).sum()),
            seats=None if np.isinf(room[wave]) else int(room[wave]),
        )
        for wave, start in enumerate(rules.starts)
    )


def _fingerprint(roster: Roster, rules: WaveRules, seed: int) -> str:
    def order(value: Any) -> Any:
        return sorted(value) if isinstance(value, frozenset) else str(value)

    document = json.dumps([asdict(roster), asdict(rules), seed], sort_keys=True, separators=(",", ":"), default=order)
    return hashlib.sha256(document.encode()).hexdigest()


def _power(planned: PlannedPower, rules: WaveRules, groups: npt.NDArray[np.int64]) -> PowerAnswer | None:
    """Power of the drawn units in their drawn numbers; absent when all landed in one group."""
    counts = np.bincount(groups, minlength=rules.n_groups)
    starts: list[int | None] = [*rules.starts, None][: rules.n_groups]
    used = [(start, int(count)) for start, count in zip(starts, counts, strict=True) if count]
    if len(used) < 2:
        return None
    study = Study(
        starts=tuple(start for start, _ in used),
        shares=tuple(count / groups.size for _, count in used),
        after=planned.after,
        before=planned.before,
        estimator="roth-santanna" if planned.before else "difference",
        n_units=groups.size,
        lag=planned.lag,
        take_up=planned.take_up,
        level=planned.level,
        power=planned.power,
    )
    return power_answer(planned.baseline, study, worth=planned.worth, outcome=planned.outcome, other=planned.other)
