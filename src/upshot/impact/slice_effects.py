"""Callaway & Sant'Anna's average effect in every slice at once, with the slices' joint covariance.

All slices share periods and cohorts, so totals are laid out as (slice, cohort, period) and every
pair of every slice is formed in one sweep. A unit's influence is linear in its own vector, with
coefficients that depend only on its slice and cohort: the covariance is taken on the cells as they
are stored, without pooling them first (DESIGN §5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.moments import Block, Floats, Integers, Moments

__all__ = ["Controls", "JointEffects", "joint_effects"]

Controls = Literal["within", "pooled"]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class JointEffects:
    """Effects of S slices.

    Parameters
    ----------
    estimate
        Shape (S,); NaN where nothing can be compared. Never leaves the package.
    covariance
        Shape (S, S).
    people, treated, compared
        People in the slice, of judged cohorts in it, and of those ever compared with, shape (S,).
    """

    estimate: Floats
    covariance: Floats
    people: Integers
    treated: Integers
    compared: Integers


@dataclass(frozen=True, slots=True)
class _Totals:
    """Sums by slice, cohort and period: num and den (S, G, T), size and people (S, G)."""

    num: Floats
    den: Floats
    size: Floats
    people: Integers
    starts: Floats


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Post-treatment pairs: cohort index, period and base index, controls (P, G)."""

    own: Integers
    period: Integers
    base: Integers
    event_time: Integers
    controls: Bools


def joint_effects(moments: Moments, slices: Integers, design: Design, controls: Controls = "within") -> JointEffects:
    """The design's average effect by slice.

    Parameters
    ----------
    moments
        Of the whole panel.
    slices
        Slice of each cell, 0 to S - 1, shape (C,); -1 leaves a cell out.
    design
        Its control group, aggregation, anticipation and event window are used.
    controls
        Whether a slice is compared with the untreated in it, or in all slices.

    Raises
    ------
    DesignError
        If the design balances event times, which slices do not.
    """
    if design.balance is not None:
        raise DesignError("Slices do not take a balanced event study; leave the balance out.")
    cohort, starts = _cohorts(moments)
    slices = np.where(cohort >= 0, slices, -1)
    alone = [block for block in moments.blocks if len(block.cells) == 1]
    linked = [block for block in moments.blocks if len(block.cells) > 1]
    parts = _stack(alone, moments.channels), linked
    totals = _totals(moments, parts, slices, cohort, starts)
    pairs = _pairs(moments.periods, starts, design)
    effects = _effects(totals, pairs, controls)
    weights, by_size, estimate = _average(totals, pairs, effects, design)
    own, other = _coefficients(totals, pairs, effects, weights, controls)
    slope = _Gradient(own, other, by_size, controls == "pooled")
    covariance = _stacked_covariance(moments, parts[0], slices, cohort, slope)
    covariance += _linked_covariance(moments, linked, slices, cohort, slope)
    judged = np.zeros_like(totals.people, dtype=bool)
    for row in range(pairs.own.size):
        judged[:, pairs.own[row]] |= weights[:, row] > 0
    compared = _compared(totals, pairs, weights, controls)
    return JointEffects(estimate, covariance, totals.people.sum(axis=1), (totals.people * judged).sum(axis=1), compared)


def _cohorts(moments: Moments) -> tuple[Integers, Floats]:
    """Cohort of each cell and the starts; -1 if treated from the first period, late starts never treated."""
    first, final = moments.periods[0], moments.periods[-1]
    found = [np.inf if c.cohort is None or c.cohort > final else float(c.cohort) for c in moments.cells]
    starts = np.unique([start for start in found if start > first])
    place = {start: index for index, start in enumerate(starts.tolist())}
    return np.array([place.get(start, -1) for start in found], dtype=np.int64), starts


@dataclass(frozen=True, slots=True)
class _Stack:
    """The blocks of one cell as arrays: cell (N,), count (N,), mean (N, V), centred (N, V, V)."""

    cell: Integers
    count: Floats
    mean: Floats
    centred: Floats


def _stack(blocks: Sequence[Block], width: int) -> _Stack:
    cells = np.array([block.cells[0] for block in blocks], dtype=np.int64)
    count = np.array([block.count for block in blocks], dtype=np.float64)
    if not blocks:
        return _Stack(cells, count, np.zeros((0, width)), np.zeros((0, width, width)))
    mean = np.concatenate([block.mean for block in blocks]).reshape(-1, width)
    return _Stack(cells, count, mean, np.concatenate([block.centred for block in blocks]).reshape(-1, width, width))


def _totals(
    moments: Moments, parts: tuple[_Stack, list[Block]], slices: Integers, cohort: Integers, starts: Floats
) -> _Totals:
    S, G, T = int(slices.max(initial=-1)) + 1, starts.size, len(moments.periods)
    num, den, size = np.zeros((S, G, T)), np.zeros((S, G, T)), np.zeros((S, G))
    people = np.zeros((S, G), dtype=np.int64)
    inside = slices >= 0
    np.add.at(people, (slices[inside], cohort[inside]), moments.people[inside])
    stack, linked = parts
    sums = [(stack.cell, stack.count, stack.count[:, None] * stack.mean)]
    for block in linked:
        vectors = (block.count * block.mean).reshape(len(block.cells), -1)
        sums.append((np.array(block.cells), np.full(len(vectors), float(block.count)), vectors))
    for at, count, vectors in sums:
        kept = slices[at] >= 0
        where = (slices[at][kept], cohort[at][kept])
        own = vectors[:, 0] if moments.sized else count
        np.add.at(size, where, own[kept])
        np.add.at(num, where, vectors[kept, -T:])
        np.add.at(den, where, vectors[kept, -2 * T : -T] if moments.varying else own[kept, None])
    return _Totals(num, den, size, people, starts)


def _pairs(periods: tuple[int, ...], starts: Floats, design: Design) -> _Pairs:
    """Post-treatment pairs as in `callaway_santanna.pairs`; which can be formed depends on the slice."""
    times = np.array(periods)
    found = []
    for own, start in enumerate(starts):
        base = int((times + design.anticipation < start).sum()) - 1
        if not np.isinf(start) and base >= 0:
            found += [(own, period, base) for period in np.flatnonzero(times >= start)]
    index = np.array(found, dtype=np.int64).reshape(-1, 3)
    event_time = times[index[:, 1]] - np.where(np.isinf(starts), 0, starts)[index[:, 0]].astype(np.int64)
    if design.event_window is not None and design.aggregation == "event":
        inside = (event_time >= design.event_window[0]) & (event_time <= design.event_window[1])
        index, event_time = index[inside], event_time[inside]
    until = times[index[:, 1]] + design.anticipation
    controls = np.isinf(starts)[None, :] | (starts[None, :] > until[:, None])
    if design.control == "never-treated":
        controls = np.broadcast_to(np.isinf(starts), controls.shape)
    return _Pairs(index[:, 0], index[:, 1], index[:, 2], event_time, controls)


@dataclass(frozen=True, slots=True)
class _Effects:
    """ATT(g, t) by slice (S, P), whether it could be formed, and what it is made of.

    ``own_mean, control_mean`` (2, S, P) at the period and at its base, with their denominators.
    """

    att: Floats
    valid: Bools
    own_mean: Floats
    own_den: Floats
    control_mean: Floats
    control_den: Floats


def _effects(totals: _Totals, pairs: _Pairs, controls: Controls) -> _Effects:
    num, den = totals.num, totals.den
    if controls == "pooled":
        num, den = (np.broadcast_to(table.sum(axis=0), table.shape) for table in (num, den))
    mask = pairs.controls.astype(np.float64)
    means, dens = [], []
    for when in (pairs.period, pairs.base):
        d = np.stack([totals.den[:, pairs.own, when], np.einsum("pg,sgp->sp", mask, den[:, :, when])])
        y = np.stack([totals.num[:, pairs.own, when], np.einsum("pg,sgp->sp", mask, num[:, :, when])])
        means.append(np.divide(y, d, out=np.zeros_like(y), where=d > 0))
        dens.append(d)
    mean, den_all = np.stack(means, axis=1), np.stack(dens, axis=1)
    valid = np.asarray((den_all > 0).all(axis=(0, 1)))
    att = np.where(valid, mean[0, 0] - mean[0, 1] - mean[1, 0] + mean[1, 1], 0.0)
    return _Effects(att, valid, mean[0], den_all[0], mean[1], den_all[1])


def _average(totals: _Totals, pairs: _Pairs, effects: _Effects, design: Design) -> tuple[Floats, Floats, Floats]:
    """Weights of the pairs (S, P), the derivative by cohort sizes (S, G), and the averages (S,)."""
    key = {
        "simple": np.zeros_like(pairs.own),
        "event": pairs.event_time,
        "calendar": pairs.period,
        "group": pairs.own,
    }[design.aggregation]
    groups = np.unique(key)[:, None] == key
    grouped = design.aggregation == "group"
    size = totals.size[:, pairs.own]
    within = effects.valid * (np.ones_like(size) if grouped else size)
    total = within @ groups.T
    outer = (total > 0) * (totals.size[:, np.unique(key)] if grouped else 1.0)
    outer = _shares(outer)
    inner = np.divide(within, total @ groups, out=np.zeros_like(within), where=within > 0)
    weights = inner * (outer @ groups)
    means = (inner * effects.att) @ groups.T
    estimate = np.where(effects.valid.any(axis=1), (outer * means).sum(axis=1), np.nan)
    by_size = np.zeros_like(totals.size)
    if grouped:
        everyone = ((total > 0) * totals.size[:, np.unique(key)]).sum(axis=1, keepdims=True)
        slope = np.divide(means - np.nan_to_num(estimate)[:, None], everyone, out=np.zeros_like(means), where=total > 0)
        by_size[:, np.unique(key)] = slope
    else:
        gap = np.where(within > 0, effects.att - means @ groups, 0.0)
        slope = gap * (_divided(outer, total) @ groups)
        np.add.at(by_size.T, pairs.own, slope.T)
    return weights, by_size, estimate


def _shares(values: Floats) -> Floats:
    total = values.sum(axis=1, keepdims=True)
    return _divided(values, np.broadcast_to(total, values.shape))


@dataclass(frozen=True, slots=True)
class _Gradient:
    """Coefficients on a unit's (den, num), shape (2, S, G, T), by its slice's own part and as a control.

    ``by_size`` (S, G) is the coefficient on its size; ``pooled`` whether controls count in all slices.
    """

    own: Floats
    other: Floats
    by_size: Floats
    pooled: bool


def _coefficients(
    totals: _Totals, pairs: _Pairs, effects: _Effects, weights: Floats, controls: Controls
) -> tuple[Floats, Floats]:
    """Derivatives by the totals of a (slice, cohort): as treated, and as a control."""
    S, G, T = totals.num.shape
    own, other = np.zeros((2, S, G, T)), np.zeros((2, S, G, T))
    mask = pairs.controls.astype(np.float64)
    for side, (when, sign) in enumerate(((pairs.period, 1.0), (pairs.base, -1.0))):
        mine = _divided(sign * weights, effects.own_den[side])
        for channel, value in enumerate((-mine * effects.own_mean[side], mine)):
            np.add.at(own[channel].transpose(1, 2, 0), (pairs.own, when), value.T)
        theirs = _divided(-sign * weights, effects.control_den[side])
        at = (when[:, None] == np.arange(T)).astype(np.float64)
        for channel, value in enumerate((-theirs * effects.control_mean[side], theirs)):
            spread = (value[:, :, None] * at[None]).transpose(0, 2, 1).reshape(S * T, -1)
            other[channel] += (spread @ mask).reshape(S, T, G).transpose(0, 2, 1)
    return (own, other) if controls == "pooled" else (own + other, np.zeros_like(other))


def _divided(top: Floats, bottom: Floats) -> Floats:
    return np.asarray(np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0))


def _compared(totals: _Totals, pairs: _Pairs, weights: Floats, controls: Controls) -> Integers:
    people = totals.people
    if controls == "pooled":
        people = np.broadcast_to(people.sum(axis=0), people.shape)
    used = (weights > 0).astype(np.float64) @ pairs.controls.astype(np.float64) > 0
    return np.asarray((people * used).sum(axis=1))


def _stacked_covariance(
    moments: Moments, stack: _Stack, slices: Integers, cohort: Integers, slope: _Gradient
) -> Floats:
    """Share of the units that lie in one cell each, all cells in one sweep."""
    S = slope.by_size.shape[0]
    kept = np.flatnonzero(slices[stack.cell] >= 0)
    home, group = slices[stack.cell[kept]], cohort[stack.cell[kept]]
    rows = np.arange(S) if slope.pooled else np.zeros(1, dtype=np.int64)
    both = np.zeros((2, kept.size, rows.size, len(moments.periods)))
    if slope.pooled:
        both += slope.other[:, :, group].swapaxes(1, 2)
    size = np.zeros((kept.size, rows.size))
    mine = home if slope.pooled else np.zeros_like(home)
    both[:, np.arange(kept.size), mine] += slope.own[:, home, group]
    size[np.arange(kept.size), mine] = slope.by_size[home, group]
    matrix, constant = _laid_out(moments, both, size)
    level = np.einsum("nrv,nv->nr", matrix, stack.mean[kept]) + constant
    spread = matrix @ stack.centred[kept]
    if slope.pooled:
        flat = matrix.swapaxes(0, 1).reshape(S, -1)
        return np.asarray(spread.swapaxes(0, 1).reshape(S, -1) @ flat.T + (level * stack.count[kept, None]).T @ level)
    each = np.einsum("nrv,nrv->n", spread, matrix) + stack.count[kept] * level[:, 0] ** 2
    return np.diag(np.bincount(home, weights=each, minlength=S).astype(np.float64))


def _laid_out(moments: Moments, both: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Coefficients (…, V) in the order of a unit's vector, and what is left constant."""
    if not moments.varying:
        size = size + both[0].sum(axis=-1)
    parts = [size[..., None]] if moments.sized else []
    parts += [both[0]] if moments.varying else []
    return np.concatenate([*parts, both[1]], axis=-1), np.zeros_like(size) if moments.sized else size


def _linked_covariance(
    moments: Moments, linked: list[Block], slices: Integers, cohort: Integers, slope: _Gradient
) -> Floats:
    """Share of the clusters with people in several cells."""
    S = slope.by_size.shape[0]
    total = np.zeros((S, S))
    for block in linked:
        at = [place for place, cell in enumerate(block.cells) if slices[cell] >= 0]
        if not at:
            continue
        homes = slices[[block.cells[place] for place in at]]
        rows = np.arange(S) if slope.pooled else np.unique(homes)
        matrix, level = _block_gradient(moments, block, at, rows, (slices, cohort), slope)
        total[np.ix_(rows, rows)] += matrix @ block.centred @ matrix.T + block.count * np.outer(level, level)
    return (total + total.T) / 2


def _block_gradient(
    moments: Moments, block: Block, at: list[int], rows: Integers, where: tuple[Integers, Integers], slope: _Gradient
) -> tuple[Floats, Floats]:
    """Coefficients on the block's vector (R, V), and their value at its mean (R,)."""
    width = moments.channels
    matrix, constant = np.zeros((rows.size, block.mean.size)), np.zeros(rows.size)
    for place in at:
        cell = block.cells[place]
        home, group = int(where[0][cell]), int(where[1][cell])
        both = slope.other[:, rows, group].copy()
        mine = rows == home
        both[:, mine] += slope.own[:, [home], group]
        own, rest = _laid_out(moments, both, np.where(mine, slope.by_size[home, group], 0.0))
        matrix[:, place * width : (place + 1) * width] = own
        constant += rest
    return matrix, np.asarray(matrix @ block.mean + constant)
