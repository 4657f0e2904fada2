"""An answer by slice (role, region, tenure), from stored moments, without giving a small group away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.disclosure import Filter, Group, hidden_groups
from upshot.impact.estimate import Caution
from upshot.impact.intervals import interval
from upshot.impact.moments import Integers, Moments
from upshot.impact.shrinkage import SliceEffects, shrink_slices
from upshot.impact.slice_effects import Controls, JointEffects, joint_effects

__all__ = ["Slice", "Slices", "atoms", "selected", "slice_effects"]

Where = Mapping[str, Collection[str]]
"""Values kept, by column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One slice's effect.

    Parameters
    ----------
    values
        Its value in each column sliced by.
    status
        ``shown``; ``hidden`` if it, or another group by subtraction, has too few people: then every
        number is absent; ``not-identified`` if nobody in it can be compared.
    n_units, n_treated
        People in it, and those of them whose effect this is.
    estimate, std_error, conf_low, conf_high
        The slice alone.
    shrunken, shrunken_conf_low, shrunken_conf_high
        Pulled towards the slices' common mean as far as its noise demands: the figure to print.
    weight
        Share of the slice's own estimate in the shrunken one.
    p_value, p_adjusted
        Of its own effect, and after Benjamini & Hochberg over all slices shown.
    """

    values: Group
    status: Literal["shown", "hidden", "not-identified"]
    n_units: int | None = None
    n_treated: int | None = None
    estimate: float | None = None
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    shrunken: float | None = None
    shrunken_conf_low: float | None = None
    shrunken_conf_high: float | None = None
    weight: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """Every slice, in order of its values; never of its effect.

    Parameters
    ----------
    by
        Columns sliced by.
    method, aggregation, controls, level, minimum
        How each slice was computed and from which size on it is shown.
    mean, tau2
        The shown slices' common mean, and the variance of true effects between them.
    q, q_df, q_p_value
        Cochran's test that all shown slices have one effect, with their joint covariance.
    """

    by: tuple[str, ...]
    slices: tuple[Slice, ...]
    method: str
    aggregation: str
    controls: Controls
    level: float
    minimum: int
    mean: float | None = None
    mean_std_error: float | None = None
    tau2: float | None = None
    q: float | None = None
    q_df: int | None = None
    q_p_value: float | None = None
    cautions: tuple[Caution, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; absent means hidden or not computable."""
        found = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) is not None}
        found["cautions"] = [{"code": caution.code, "text": caution.text} for caution in self.cautions]
        found["slices"] = [
            {f.name: value for f in fields(part) if (value := getattr(part, f.name)) is not None}
            for part in self.slices
        ]
        return found


def slice_effects(
    moments: Moments,
    design: Design,
    *,
    by: Sequence[str],
    columns: Sequence[str],
    minimum: int = 5,
    controls: Controls = "within",
    where: Where | None = None,
    merge: Mapping[str, Mapping[str, str]] | None = None,
) -> Slices:
    """The design's average effect by slice, each compared as Callaway & Sant'Anna (2021) do.

    Parameters
    ----------
    moments
        Of the whole panel, kept by stratum.
    design
        The question; its estimator is not used, since slices are always compared the same way.
    by
        Columns to slice by, out of ``columns``.
    columns
        Names of the stored strata, in order.
    minimum
        Slices in which fewer people are, are treated, or are compared with, are hidden, and as many
        more as it takes that none can be had by subtraction.
    controls
        ``within``: each slice's untreated; ``pooled``: everyone untreated, which is steadier if
        slices would have developed alike. The slices' covariance is exact in both cases.
    where
        Keep only these values of some columns. Ask `disclosure.refused_filter` first.
    merge
        By column, new names of values; values of one name become one slice.

    Raises
    ------
    DesignError
        If a column is unknown, twice or not given, or the minimum is below 1.
    """
    _check(by, columns, minimum, where, merge)
    strata = {cell.stratum for cell in moments.cells}
    kept = {found for found in strata if where is None or _kept(found, columns, where)}
    names = {stratum: _group(stratum, by, columns, merge or {}) for stratum in kept}
    groups = sorted(set(names.values()))
    place = {stratum: groups.index(name) for stratum, name in names.items()}
    at = np.array([place.get(cell.stratum, -1) for cell in moments.cells], dtype=np.int64)
    found = joint_effects(moments, at, design, controls)
    return _shown(groups, found, design, tuple(by), minimum, controls)


def _check(
    by: Sequence[str],
    columns: Sequence[str],
    minimum: int,
    where: Where | None,
    merge: Mapping[str, Mapping[str, str]] | None,
) -> None:
    problems = []
    if not by or len(set(by)) < len(by):
        problems.append("Name each column to slice by once, and at least one.")
    unknown = sorted({*by, *(where or {}), *(merge or {})} - set(columns))
    if unknown:
        known = ", ".join(columns) or "none"
        problems.append(f"The moments are not kept by {', '.join(unknown)}; they are by: {known}.")
    if minimum < 1:
        problems.append(f"The minimum parameter of slice_effects must be >= 1. Got {minimum} instead.")
    if problems:
        raise DesignError("\n".join(problems))


def _group(stratum: Group, by: Sequence[str], columns: Sequence[str], merge: Mapping[str, Mapping[str, str]]) -> Group:
    found = ((column, stratum[columns.index(column)]) for column in by)
    return tuple(merge.get(column, {}).get(value, value) for column, value in found)


def _kept(stratum: Group, columns: Sequence[str], where: Where) -> bool:
    return all(value in where.get(column, (value,)) for column, value in zip(columns, stratum, strict=True))


def atoms(moments: Moments) -> dict[Group, int]:
    """People by atomic group, the ``people`` of `disclosure.refused_filter`."""
    found: dict[Group, int] = {}
    for cell, people in zip(moments.cells, moments.people, strict=True):
        found[cell.stratum] = found.get(cell.stratum, 0) + int(people)
    return found


def selected(moments: Moments, columns: Sequence[str], where: Where) -> Filter:
    """The atomic groups a filter keeps."""
    return frozenset(cell.stratum for cell in moments.cells if _kept(cell.stratum, columns, where))


def _shown(
    groups: list[Group], found: JointEffects, design: Design, by: tuple[str, ...], minimum: int, controls: Controls
) -> Slices:
    """Hide what is too small, shrink the rest, and put names to it."""
    spread = np.diag(found.covariance)
    identified = np.isfinite(found.estimate) & (spread > 0)
    sizes = {}
    for k, group in enumerate(groups):
        judged = (found.treated[k], found.compared[k]) if identified[k] else (0, 0)
        sizes[group] = (int(found.people[k]), *map(int, judged))
    hidden = hidden_groups(sizes, minimum)
    use = np.array([k for k, group in enumerate(groups) if identified[k] and group not in hidden], dtype=np.int64)
    shrunken = _shrink(groups, found, use, design.level)
    return Slices(
        by=by,
        slices=tuple(_slices(groups, found, use, hidden, shrunken, design.level)),
        method="callaway-santanna",
        aggregation=design.aggregation,
        controls=controls,
        level=design.level,
        minimum=minimum,
        mean=shrunken.mean if shrunken else None,
        mean_std_error=shrunken.mean_std_error if shrunken else None,
        tau2=shrunken.tau2 if shrunken else None,
        q=shrunken.q if shrunken else None,
        q_df=use.size - 1 if shrunken and shrunken.q is not None else None,
        q_p_value=shrunken.q_p_value if shrunken else None,
        cautions=(*_hidden_caution(len(hidden), minimum), *(shrunken.cautions if shrunken else ())),
    )


def _shrink(groups: list[Group], found: JointEffects, use: Integers, level: float) -> SliceEffects | None:
    if not use.size:
        return None
    return shrink_slices(
        [" · ".join(groups[k]) + f" #{k}" for k in use],
        found.estimate[use].tolist(),
        found.covariance[np.ix_(use, use)],
        found.people[use].tolist(),
        minimum_group=1,
        level=level,
    )


def _slices(
    groups: list[Group],
    found: JointEffects,
    use: Integers,
    hidden: frozenset[Group],
    shrunken: SliceEffects | None,
    level: float,
) -> list[Slice]:
    row = {int(k): n for n, k in enumerate(use)}
    out = []
    for k, group in enumerate(groups):
        if group in hidden:
            out.append(Slice(values=group, status="hidden"))
        elif k not in row or shrunken is None:
            out.append(Slice(values=group, status="not-identified", n_units=int(found.people[k])))
        else:
            out.append(_one(group, found, k, shrunken, row[k], level))
    return out


def _one(group: Group, found: JointEffects, k: int, shrunken: SliceEffects, row: int, level: float) -> Slice:
    estimate, std_error = float(found.estimate[k]), float(np.sqrt(found.covariance[k, k]))
    span = interval(estimate, std_error, level)
    assert span is not None  # noqa: S101 - its standard error is above zero
    toward = shrunken.slices[row]
    return Slice(
        values=group,
        status="shown",
        n_units=int(found.people[k]),
        n_treated=int(found.treated[k]),
        estimate=estimate,
        std_error=std_error,
        conf_low=span.conf_low,
        conf_high=span.conf_high,
        shrunken=toward.shrunken,
        shrunken_conf_low=toward.conf_low,
        shrunken_conf_high=toward.conf_high,
        weight=toward.weight,
        p_value=span.p_value,
        p_adjusted=toward.p_adjusted,
    )


def _hidden_caution(hidden: int, minimum: int) -> tuple[Caution, ...]:
    if not hidden:
        return ()
    text = (
        f"{hidden} slices are not shown: they have fewer than {minimum} people, treated or compared with, "
        "or would give such a slice away."
    )
    return (Caution(code="too-few-to-show", text=text),)
