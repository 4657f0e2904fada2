"""`experiment`, `interrupted_time_series`, `spells` and the synthetic comparisons, on columns by name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from upshot.errors import DesignError
from upshot.frames.answer import Answer
from upshot.frames.columns import arrays
from upshot.frames.tables import Data, arrow_table, is_path
from upshot.frames.words import told_in_python
from upshot.impact import series, synthetic
from upshot.impact import spells as spells_of
from upshot.impact.design import Assignment, Design
from upshot.impact.estimate import Estimate
from upshot.lake.scan_arrow import fingerprint_of
from upshot.panel.experiment import experiment_table
from upshot.panel.few_teams import few_team_panel
from upshot.panel.sealed import file_fingerprint, sealed

__all__ = ["experiment", "interrupted_time_series", "spells", "synthetic_control", "synthetic_did"]


def experiment(
    data: Data,
    *,
    outcome: str,
    treatment: str,
    take_up: str | None = None,
    covariates: Sequence[str] = (),
    block: str | None = None,
    cluster: str | None = None,
    weights: str | None = None,
    control: int | float | str | None = None,
    planned_shares: Mapping[int | float | str, float] | None = None,
    robust: Literal["HC2", "HC3"] | None = None,
    assignment: Assignment = "unknown",
    assigned_by: Literal["person", "team"] = "person",
    direction: Literal["up", "down", "hold-within"] = "up",
    level: float = 0.95,
    seed: int = 20260101,
    covariance: bool = False,
) -> Answer:
    """Answer an experiment that was drawn once: one row a person, columns by name.

    Intention to treat by difference in means or, with covariates, Lin's (2013, Ann. Appl. Stat.
    7(1), §4) regression; with ``take_up`` the effect on those who take part because of the offer
    (LATE; Imbens & Angrist 1994, Theorem 1), with Anderson & Rubin's interval.

    Parameters
    ----------
    data
        Anything `estimate` takes; one row a person.
    outcome, treatment, take_up, block, cluster, weights
        Columns. ``treatment`` is the arm a person was *assigned* to.
    covariates
        Columns known before the start; ``C(name)`` makes a column of numbers categories.
    control
        The control arm's label; 0 and "control" are found without being named.
    planned_shares
        Planned share of each arm by label, for the sample-ratio check.
    robust
        Standard errors, HC2 or HC3; chosen from the columns by default.
    assignment, assigned_by
        Whether a lot decided, and whether it was drawn for people or for clusters.
    direction, level, seed, covariance
        As in `estimate`.

    Returns
    -------
    Answer
        ``itt`` or ``late``, one term an arm.

    Raises
    ------
    InputError
        With every problem of the columns.
    DesignError
        If options contradict each other.

    Examples
    --------
    >>> import upshot as up
    >>> offers = up.simulate_experiment(n=600, effect=1.0, take_up=0.6)
    >>> offered = up.experiment(
    ...     offers, outcome="sales", treatment="offered", take_up="took_part", covariates=["before"],
    ...     assignment="random",
    ... )
    >>> offered.estimand, offered.conf_low < 1.0 < offered.conf_high
    ('late', True)
    """
    design = Design(
        outcome=outcome,
        assignment=assignment,
        assigned_by=assigned_by,
        direction=direction,
        level=level,
        seed=seed,
        covariance=covariance,
    )
    roles = {"outcome": outcome, "treatment": treatment, "take_up": take_up, "block": block}
    roles |= {"cluster": cluster, "weights": weights}
    names = [name for name in (*roles.values(), *map(_bare, covariates)) if name is not None]
    found = experiment_table(
        arrow_table(data, names),
        **roles,  # type: ignore[arg-type]  # two of the names are never None
        covariates=tuple(covariates),
        control=control,
        planned_shares=planned_shares,
        robust=robust,
        design=design,
    )
    shares = None if planned_shares is None else sorted((str(arm), share) for arm, share in planned_shares.items())
    options = {**roles, "covariates": list(covariates), "control": control, "planned_shares": shares, "robust": robust}
    return _sealed(found, design, data, names, options)


def _bare(name: str) -> str:
    return name[2:-1] if name.startswith("C(") and name.endswith(")") else name


def interrupted_time_series(
    data: Data,
    *,
    time: str,
    outcome: str,
    start: Any,
    exposure: str | None = None,
    season: int | None = None,
    family: Literal["gaussian", "poisson"] = "gaussian",
    controls: Sequence[str] = (),
    trend: bool = True,
    assignment: Assignment = "everyone",
    direction: Literal["up", "down", "hold-within"] = "up",
    level: float = 0.95,
) -> Answer:
    """Answer one series with a start in it: everyone at once, nobody left to compare with.

    Segmented regression with a change in level and slope (Bernal, Cummins & Gasparrini 2017, Int.
    J. Epidemiology 46(1), eq. 1), errors AR(1). Graded C at most: something else may have happened.

    Parameters
    ----------
    data
        Anything `estimate` takes; one row a period.
    time, outcome, exposure
        Columns; ``exposure`` is what a count is out of.
    start
        First time the programme could act, written as in the time column.
    season
        Periods in a cycle: 12 for months.
    family
        ``gaussian`` for means and rates, ``poisson`` for counts.
    controls
        Columns of series the programme cannot have touched.
    trend
        Whether the line may rise or fall before the start.
    assignment, direction, level
        As in `estimate`.

    Returns
    -------
    Answer
        ``average-effect``, with both lines in the terms.

    Raises
    ------
    InputError
        With every problem of the columns.
    DesignError
        If an option is out of range.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import upshot as up
    >>> calls = pa.table({"month": list(range(24)), "calls": [50 + m + (m % 3) - 8 * (m >= 16) for m in range(24)]})
    >>> answer = up.interrupted_time_series(calls, time="month", outcome="calls", start=16)
    >>> round(answer.estimate), answer.grade.letter in "CD"
    (-8, True)
    """
    design = Design(outcome=outcome, assignment=assignment, direction=direction, level=level)
    beside = {f"control {name}": name for name in controls}
    roles = {"time": time, "outcome": outcome, "exposure": exposure, **beside}
    found = arrays(data, roles)
    answer = series.interrupted_time_series(
        found["outcome"],
        found["time"],
        start,
        exposure=found.get("exposure"),
        season=season,
        family=family,
        control=np.column_stack([found[role] for role in beside]) if beside else None,
        trend=trend,
        level=level,
        outcome_name=outcome,
    )
    options = {**roles, "start": str(start), "season": season, "family": family, "trend": trend}
    return _sealed(answer, design, data, roles.values(), options)


def spells(
    data: Data,
    *,
    duration: str,
    event: str,
    treatment: str | None = None,
    entry: str | None = None,
    horizon: float | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    intake: str | None = None,
    first_treated: str | None = None,
    assignment: Assignment = "unknown",
    direction: Literal["up", "down", "hold-within"] = "down",
    level: float = 0.95,
) -> Answer:
    """Answer how much sooner something happens: onboarding days, time to proficiency.

    Difference in restricted mean time between two arms (Royston & Parmar 2013, BMC Med. Res.
    Methodology 13:152, §2), the area between two Kaplan–Meier curves; with ``intake`` and
    ``first_treated`` the difference-in-differences of it over intakes and sites. Spells still
    running count for as long as they were seen.

    Parameters
    ----------
    data
        Anything `estimate` takes; one row a spell.
    duration, event
        Columns: length of the spell, and 1 where it ended, 0 where it was still running.
    treatment
        Column, 1 or 0; or else:
    intake, first_treated
        Columns: number of the intake a person was hired in, and the first intake treated at their
        site (empty: never).
    entry, strata, cluster
        Columns: when a spell came under observation, what arms are compared within, who shares a
        fate. ``strata`` goes with ``treatment`` only.
    horizon
        Up to when time is counted.
    assignment, direction, level
        As in `estimate`.

    Returns
    -------
    Answer
        ``rmst-difference`` or ``rmst-difference-in-differences``.

    Raises
    ------
    InputError
        With every problem of the columns.
    DesignError
        If both or neither of ``treatment`` and ``intake`` with ``first_treated`` are named.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import upshot as up
    >>> days = list(range(1, 41)) + list(range(11, 51))
    >>> table = pa.table({"days": days, "done": [1] * 80, "coached": [1] * 40 + [0] * 40})
    >>> round(up.spells(table, duration="days", event="done", treatment="coached", horizon=60).estimate, 6)
    -10.0
    """
    by_intake = intake is not None and first_treated is not None
    if by_intake == (treatment is not None) or (by_intake and strata is not None):
        raise DesignError("Name either treatment (and strata, if any), or both intake and first_treated.")
    roles = {"duration": duration, "event": event, "treatment": treatment, "entry": entry, "strata": strata}
    roles |= {"cluster": cluster, "intake": intake, "first_treated": first_treated}
    found = arrays(data, roles)
    shared: dict[str, Any] = {"entry": found.get("entry"), "horizon": horizon, "cluster": found.get("cluster")}
    shared |= {"level": level, "outcome": duration}
    if by_intake:
        starts = [None if s is None or s != s else s for s in found["first_treated"].tolist()]
        answer = spells_of.new_hires(found["duration"], found["event"], found["intake"], starts, **shared)
    else:
        arms = (found["duration"], found["event"], found["treatment"])
        answer = spells_of.spells(*arms, strata=found.get("strata"), **shared)
    design = Design(outcome=duration, assignment=assignment, direction=direction, level=level)
    return _sealed(answer, design, data, roles.values(), {**roles, "horizon": horizon})


def synthetic_control(
    data: Data,
    *,
    unit: str,
    time: str,
    outcome: str,
    first_treated: str,
    cluster: str | None = None,
    intercept: bool = False,
    inference: Literal["auto", "placebo", "jackknife"] = "auto",
    placebo_draws: int = 500,
    anticipation: int = 0,
    assignment: Assignment = "unknown",
    direction: Literal["up", "down", "hold-within"] = "up",
    level: float = 0.95,
    seed: int = 20260101,
    covariance: bool = False,
) -> Answer:
    """Answer for a few treated teams by a weighted mix of the others (synthetic control).

    Abadie, Diamond & Hainmueller (2010, JASA 105(490), §2): weights not negative, summing to one,
    matched on every outcome before the start.

    Parameters
    ----------
    data
        Anything `estimate` takes; one row a team and period, or a person and period with
        ``cluster``, which averages people into teams.
    unit, time, outcome, first_treated, cluster
        Columns.
    intercept
        Allow a constant gap to the donors (Doudchenko & Imbens 2016).
    inference, placebo_draws
        ``auto`` takes placebos where enough donors remain, else the jackknife, else neither.
    anticipation, assignment, direction, level, seed, covariance
        As in `estimate`.

    Returns
    -------
    Answer
        Terms are gaps by event time. Without ``estimate`` where there are fewer than five donors.

    Raises
    ------
    PanelError
        If the rows cannot form a full matrix of teams by periods.

    Examples
    --------
    >>> import pyarrow as pa
    >>> import upshot as up
    >>> pairs = [(t, p) for t in range(8) for p in range(10)]
    >>> table = pa.table({
    ...     "team": [f"team {t}" for t, _ in pairs], "period": [p for _, p in pairs],
    ...     "deals": [float(t + (p * (t % 3)) % 4 + 2.0 * (t == 3 and p >= 8)) for t, p in pairs],
    ...     "started": [8 if t == 3 else None for t, _ in pairs],
    ... })
    >>> answer = up.synthetic_control(table, unit="team", time="period", outcome="deals", first_treated="started")
    >>> answer.method, round(answer.estimate, 2)
    ('synthetic-control', 2.0)
    """
    design = _few(anticipation, assignment, direction, outcome, level, seed, covariance)
    roles = _roles(unit, time, outcome, first_treated, cluster)
    with told_in_python():
        panel, cautions = few_team_panel(**arrays(data, roles))
    found = synthetic.synthetic_control(
        panel, design, intercept=intercept, inference=inference, placebo_draws=placebo_draws
    )
    found = replace(found, cautions=(*found.cautions, *cautions))
    options = {**roles, "intercept": intercept, "inference": inference, "placebo_draws": placebo_draws}
    return _sealed(found, design, data, roles.values(), options)


def synthetic_did(
    data: Data,
    *,
    unit: str,
    time: str,
    outcome: str,
    first_treated: str,
    cluster: str | None = None,
    inference: Literal["auto", "placebo", "jackknife"] = "auto",
    placebo_draws: int = 500,
    anticipation: int = 0,
    assignment: Assignment = "unknown",
    direction: Literal["up", "down", "hold-within"] = "up",
    level: float = 0.95,
    seed: int = 20260101,
    covariance: bool = False,
) -> Answer:
    """Answer for a few treated teams by synthetic difference-in-differences.

    Arkhangelsky, Athey, Hirshberg, Imbens & Wager (2021, AER 111(12), Algorithm 1). Parameters,
    errors and refusals are those of `synthetic_control`.

    Parameters
    ----------
    data, unit, time, outcome, first_treated, cluster, inference, placebo_draws
        As in `synthetic_control`.
    anticipation, assignment, direction, level, seed, covariance
        As in `estimate`.

    Returns
    -------
    Answer
        Terms are gaps by event time.

    Raises
    ------
    PanelError
        If the rows cannot form a full matrix of teams by periods.

    Examples
    --------
    >>> import upshot as up
    >>> rows = up.simulate_rollout(n=240, waves=("2025-10",), never_share=0.9, effect=2.0)
    >>> answer = up.synthetic_did(
    ...     rows, unit="person", cluster="team", time="month", outcome="sales", first_treated="started"
    ... )
    >>> answer.n_units, answer.n_treated, answer.conf_low < 2.0 < answer.conf_high
    (24, 2, True)
    """
    design = _few(anticipation, assignment, direction, outcome, level, seed, covariance)
    roles = _roles(unit, time, outcome, first_treated, cluster)
    with told_in_python():
        panel, cautions = few_team_panel(**arrays(data, roles))
    found = synthetic.synthetic_did(panel, design, inference=inference, placebo_draws=placebo_draws)
    found = replace(found, cautions=(*found.cautions, *cautions))
    options = {**roles, "inference": inference, "placebo_draws": placebo_draws}
    return _sealed(found, design, data, roles.values(), options)


def _few(
    anticipation: int,
    assignment: Assignment,
    direction: Literal["up", "down", "hold-within"],
    outcome: str,
    level: float,
    seed: int,
    covariance: bool,
) -> Design:
    return Design(
        anticipation=anticipation,
        assignment=assignment,
        direction=direction,
        outcome=outcome,
        level=level,
        seed=seed,
        covariance=covariance,
    )


def _roles(unit: str, time: str, outcome: str, first_treated: str, cluster: str | None) -> dict[str, str | None]:
    return {"unit": unit, "time": time, "outcome": outcome, "first_treated": first_treated, "cluster": cluster}


def _sealed(found: Estimate, design: Design, data: Data, columns: Any, options: Mapping[str, Any]) -> Answer:
    """With grade, claim and provenance, as the command line gives them."""
    if is_path(data):
        fingerprint = file_fingerprint(Path(data))
    else:
        fingerprint = fingerprint_of(arrow_table(data, [name for name in columns if name is not None]))
    return Answer.of(sealed(found, design, fingerprint=fingerprint, options=options))
