"""`estimate`, `moments` and `answer`: a long panel in any container to what a programme did."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from upshot.frames.answer import Answer
from upshot.frames.tables import Data, arrow_table, is_path
from upshot.frames.words import told_in_python
from upshot.impact.answer import answer as answer_moments
from upshot.impact.design import Adjustment, Aggregation, Assignment, Base, Control, Design, Estimator
from upshot.impact.moments import Moments
from upshot.lake.scan import ScannedPanel, scan_file
from upshot.lake.scan_arrow import scan_arrow
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.panel.direct import answer_scan

__all__ = ["answer", "estimate", "moments"]


def estimate(
    data: Data,
    *,
    time: str,
    outcome: str,
    first_treated: str,
    unit: str | None = None,
    cluster: str | None = None,
    strata: Sequence[str] = (),
    adjust: Adjustment | None = None,
    weights: str | None = None,
    denominator: str | None = None,
    estimator: Estimator | None = None,
    control: Control = "not-yet-treated",
    aggregation: Aggregation = "simple",
    base: Base = "varying",
    anticipation: int = 0,
    assignment: Assignment = "unknown",
    unbalanced: bool = False,
    repeated_cross_section: bool = False,
    balance: int | None = None,
    event_window: tuple[int, int] | None = None,
    direction: Literal["up", "down", "hold-within"] = "up",
    smallest_worth_having: float | None = None,
    planned_shares: tuple[tuple[int | None, float], ...] | None = None,
    level: float = 0.95,
    seed: int = 20260101,
    covariance: bool = False,
) -> Answer:
    """Estimate what a programme did, from a long panel: one row a unit and period.

    Group-time effects ATT(g, t) of Callaway & Sant'Anna (2021, J. Econometrics 225(2), eq. 2.9,
    with strata 2.4 to 2.6), averaged as ``aggregation`` says (their §3). With
    ``assignment="random"`` the efficient estimator of Roth & Sant'Anna (2023, J. Political Economy
    Microeconomics 1(4), eq. 7). Standard errors come from the units' (or clusters')
    influence functions. One pass over the rows, whatever the estimator.

    Parameters
    ----------
    data
        A path (CSV, also .gz, or Parquet), pandas, polars (eager or lazy), pyarrow, or a DuckDB
        relation. The numbers are the same; only the fingerprint differs: SHA-256 of the file's
        bytes for a path, of the Arrow IPC stream of the columns used otherwise.
    time, outcome, first_treated
        Columns. Times are integers, dates or written periods (2026-01, 2026-Q1, 2026-W05);
        ``first_treated`` is written alike and empty for those who never start.
    unit
        Column of the person; only repeated cross-sections do without.
    cluster
        Column of the team, when teams start together.
    strata, adjust
        Columns to adjust for, as categories, and how (``doubly-robust`` unless said otherwise;
        Sant'Anna & Zhao 2020, J. Econometrics 219(1)).
    weights, denominator
        Columns of sampling weights, and of what makes the outcome the numerator of a ratio.
    estimator
        By default the design router's choice from ``assignment``.
    control, aggregation, base, anticipation, balance, event_window
        See `Design`.
    assignment
        How people came to the programme; it decides the estimator and the highest grade.
    unbalanced, repeated_cross_section
        Keep units not seen in every period; take every row as its own unit.
    direction, smallest_worth_having, planned_shares
        Which way is better, the effect below which it is not worth doing, and the planned shares
        of the start periods (for the sample-ratio check).
    level, seed, covariance
        Confidence level in (0, 1); seed of the simultaneous bands; whether ``covariance`` of the
        terms, shape (terms, terms), is part of the answer.

    Returns
    -------
    Answer
        An `Estimate` with ``tidy()``, ``summary()`` and ``plot()``. Without ``estimate`` where
        nothing is identified: that is a finding. Always ``exploratory``: a plan locked before
        launch lives in a workspace.

    Raises
    ------
    PanelError
        If the rows cannot form a panel; all problems at once.
    InputError
        If the data cannot be read, or a column of a table is not there.
    DesignError
        If options contradict each other or the panel.

    Examples
    --------
    >>> import upshot as up
    >>> rows = up.simulate_rollout(n=400, effect=1.0, seed=7)
    >>> answer = up.estimate(
    ...     rows, unit="person", time="month", outcome="sales", first_treated="started", cluster="team"
    ... )
    >>> answer.method, round(answer.estimate, 2), answer.conf_low < 1.0 < answer.conf_high
    ('callaway-santanna', 0.9, True)
    """
    panel = moments(
        data,
        unit=unit,
        time=time,
        outcome=outcome,
        first_treated=first_treated,
        cluster=cluster,
        strata=strata,
        weights=weights,
        denominator=denominator,
        unbalanced=unbalanced,
        repeated_cross_section=repeated_cross_section,
    )
    design = Design(
        estimator=estimator,
        control=control,
        aggregation=aggregation,
        base=base,
        anticipation=anticipation,
        adjust=adjust or ("doubly-robust" if _listed(strata) else None),
        assignment=assignment,
        assigned_by="team" if cluster else "person",
        outcome=outcome,
        direction=direction,
        level=level,
        seed=seed,
        covariance=covariance,
        balance=balance,
        event_window=event_window,
        smallest_worth_having=smallest_worth_having,
        planned_shares=planned_shares,
    )
    return answer(panel, design)


def moments(
    data: Data,
    *,
    time: str,
    outcome: str,
    first_treated: str,
    unit: str | None = None,
    cluster: str | None = None,
    strata: Sequence[str] = (),
    weights: str | None = None,
    denominator: str | None = None,
    unbalanced: bool = False,
    repeated_cross_section: bool = False,
) -> ScannedPanel:
    """Scan a panel once and keep what every estimator needs, so that many questions cost one scan.

    Per cell of cohort and stratum: count, mean (T,) and centred cross-product (T, T) of the
    outcomes, merged by the pairwise rule of Chan, Golub & LeVeque (1983, The American
    Statistician 37(3), eq. 2.1). No row is kept.

    Parameters
    ----------
    data, unit, time, outcome, first_treated, cluster, strata, weights, denominator
        As in `estimate`.
    unbalanced, repeated_cross_section
        As in `estimate`.

    Returns
    -------
    ScannedPanel
        The ``moments`` with the panel's own time labels, fingerprint and cautions; for `answer`.

    Raises
    ------
    PanelError
        If the rows cannot form a panel; all problems at once.
    InputError
        If the data cannot be read, or a column of a table is not there.

    Examples
    --------
    >>> import upshot as up
    >>> rows = up.simulate_rollout(n=400, effect=1.0, seed=7)
    >>> panel = up.moments(rows, unit="person", time="month", outcome="sales", first_treated="started")
    >>> panel.rows, len(panel.moments.cells), panel.moments.n_units
    (4800, 4, 400)
    >>> [up.answer(panel, up.Design(aggregation=how)).aggregation for how in ("simple", "event", "group")]
    ['simple', 'event', 'group']
    """
    roles = PanelRoles(
        unit=unit,
        time=time,
        outcome=outcome,
        first_treated=first_treated,
        cluster=cluster,
        strata=_listed(strata),
        weights=weights,
        denominator=denominator,
    )
    options = ScanOptions(unbalanced=unbalanced, repeated_cross_section=repeated_cross_section)
    with told_in_python():
        if is_path(data):
            return scan_file(Path(data), roles, options)
        return scan_arrow(arrow_table(data, roles.named().values()), roles, options)


def answer(panel: ScannedPanel | Moments, design: Design | None = None) -> Answer:
    """Answer a question from moments kept earlier, in milliseconds.

    Parameters
    ----------
    panel
        From `moments`; or bare moments, such as several sites' merged, whose periods are then
        printed as numbers and whose data have no fingerprint.
    design
        The question; by default Callaway & Sant'Anna's (2021) simple average.

    Returns
    -------
    Answer
        As `estimate`.

    Raises
    ------
    DesignError
        If the estimator cannot be used on this kind of panel.

    Examples
    --------
    >>> import upshot as up
    >>> rows = up.simulate_rollout(n=400, effect=1.0, seed=7)
    >>> panel = up.moments(rows, unit="person", time="month", outcome="sales", first_treated="started")
    >>> by_lot = up.answer(panel, up.Design(assignment="random", outcome="sales"))
    >>> by_lot.method, by_lot.std_error < up.answer(panel).std_error
    ('roth-santanna', True)
    """
    chosen = design or Design()
    if isinstance(panel, Moments):
        return Answer.of(answer_moments(panel, chosen))
    return Answer.of(answer_scan(panel, chosen))


def _listed(strata: Sequence[str]) -> tuple[str, ...]:
    return (strata,) if isinstance(strata, str) else tuple(strata)
