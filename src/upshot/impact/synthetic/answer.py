"""Synthetic control and synthetic difference-in-differences: from a team panel to an `Estimate`."""

from collections.abc import Sequence

import numpy as np

from upshot.impact.design import Design
from upshot.impact.estimate import Caution, CheckResult, Estimate, Naive, OtherEstimate, Relative, Term
from upshot.impact.synthetic import checks
from upshot.impact.synthetic.gaps import Method, event_times
from upshot.impact.synthetic.run import Inference, Run, interval, run
from upshot.impact.synthetic.teams import Cohort, TeamPanel, cohorts_of

__all__ = ["FEWEST_DONORS", "synthetic_control", "synthetic_did"]

FEWEST_DONORS = 5
"""Donors below which neither weights nor placebos mean much; fewer are refused."""


def synthetic_control(
    panel: TeamPanel,
    design: Design = Design(),  # noqa: B008 - frozen
    *,
    intercept: bool = False,
    inference: Inference = "auto",
    placebo_draws: int = 500,
) -> Estimate:
    """Treated teams against the mix of donors that tracked them before (Abadie, Diamond & Hainmueller 2010).

    Donors are matched on every outcome before the start, with weights that are not negative and
    sum to one. Several treated teams with one start are averaged first; several starts are
    answered one by one and averaged over treated team-periods. The interval comes from the
    placebos' spread (Student's t, donors - 1 degrees of freedom); the p-value is the rank of the
    post/pre RMSPE ratio among placebos, and a caution says so.

    Parameters
    ----------
    panel
        From `team_panel`.
    design
        Level, seed, anticipation, outcome's name and registration are read.
    intercept
        Allow a constant gap to the donors (Doudchenko & Imbens 2016; Ferman & Pinto 2021).
    inference
        ``auto`` takes placebos where enough donors remain, else the jackknife, else neither.
    placebo_draws
        Most placebo assignments tried.

    Returns
    -------
    Estimate
        Terms are gaps by event time, before and after; grade and claim are left to the rule table.
        Without ``estimate``, and with the reason in ``cautions``, where the comparison is refused.

    Examples
    --------
    >>> from upshot.impact.synthetic import team_panel
    >>> rows = [[float(u + p) for p in range(6)] for u in range(7)]
    >>> rows[3] = [y + 2.0 * (p >= 4) for p, y in enumerate(rows[3])]
    >>> panel = team_panel(rows, [None, None, None, 4, None, None, None])
    >>> round(synthetic_control(panel).estimate, 6)
    2.0
    """
    method: Method = "demeaned-synthetic-control" if intercept else "synthetic-control"
    return _answer(panel, design, method, inference, placebo_draws)


def synthetic_did(
    panel: TeamPanel,
    design: Design = Design(),  # noqa: B008 - frozen
    *,
    inference: Inference = "auto",
    placebo_draws: int = 500,
) -> Estimate:
    """Weighted two-way comparison of Arkhangelsky, Athey, Hirshberg, Imbens & Wager (2021, AER 111(12)).

    Unit weights with penalty zeta = (treated cells)^(1/4) sigma and an intercept (eq. 2.1, 2.2),
    time weights (eq. 2.3), then the difference of weighted differences (Algorithm 1). With several
    starts, each is answered against the never treated and averaged over treated team-periods
    (their appendix; Clarke, Pailañir, Athey & Imbens 2023).

    The weights solve their quadratic programs exactly; the authors' code stops its Frank-Wolfe
    steps early, which moves Proposition 99 from -15.6054 to -15.6038 (see the tests).
    Parameters, refusals and the answer are those of `synthetic_control`; the p-value here is the
    t-test's.

    Examples
    --------
    >>> from upshot.impact.synthetic import team_panel
    >>> rows = [[float(u + p) for p in range(6)] for u in range(7)]
    >>> rows[6] = [y + 2.0 * (p >= 4) for p, y in enumerate(rows[6])]
    >>> panel = team_panel(rows, [None] * 6 + [4])
    >>> round(synthetic_did(panel).estimate, 6)
    2.0
    """
    return _answer(panel, design, "synthetic-did", inference, placebo_draws)


def _answer(panel: TeamPanel, design: Design, method: Method, inference: Inference, draws: int) -> Estimate:
    cohorts, dropped = cohorts_of(panel, design.anticipation)
    reason = _refusal(panel, cohorts)
    if reason is not None:
        return _empty(panel, design, method, reason)
    done = run(panel, cohorts, method, inference=inference, draws=draws, design=design)
    return _assemble(done, design, _cautions(done, dropped))


def _refusal(panel: TeamPanel, cohorts: Sequence[Cohort]) -> Caution | None:
    donors = len(panel.donors)
    if not (panel.start >= 0).any():
        return Caution(
            code="no-treated", text="No team is treated inside the panel, so there is no effect to look for."
        )
    if not cohorts:
        return Caution(
            code="no-pre-period",
            text="The treated teams have fewer than two periods before their start, so nothing can be matched. "
            "Load earlier periods.",
        )
    if donors < FEWEST_DONORS:
        return Caution(
            code="too-few-donors",
            text=f"{donors} teams are never treated; a synthetic comparison needs at least {FEWEST_DONORS}. "
            "Keep some teams for a later wave, or load more untreated teams.",
        )
    return None


def _assemble(done: Run, design: Design, cautions: tuple[Caution, ...]) -> Estimate:
    n_treated = sum(len(c.treated) for c in done.cohorts)
    effect, se = done.found.estimate, done.std_error
    low, high = interval(effect, se, done.reach)
    after = _treated_after(done)
    return Estimate(
        method=done.method,
        estimand="att",
        aggregation="simple",
        outcome=design.outcome,
        level=design.level,
        registration=design.registration,
        n_units=len(done.panel.donors) + n_treated,
        n_treated=n_treated,
        n_periods=len(done.panel.periods),
        estimate=effect,
        std_error=se,
        statistic=effect / se if se else None,
        p_value=done.p_value,
        conf_low=low,
        conf_high=high,
        baseline=after - effect,
        relative=_relative(after, effect, low, high),
        terms=_terms(done),
        covariance=done.spread.covariance[1:, 1:] if done.spread and design.covariance else None,
        checks=_checks(done, design),
        cautions=cautions,
        other_estimates=_others(done, design),
        naive=_naive(done),
    )


def _treated_after(done: Run) -> float:
    return float(np.mean(np.concatenate([done.panel.outcome[np.ix_(c.treated, c.post)].ravel() for c in done.cohorts])))


def _relative(after: float, effect: float, low: float | None, high: float | None) -> Relative | None:
    """Effect over the outcome without it; an endpoint moves the counterfactual with it, so each is exact."""
    ends = [e for e in (effect, low, high) if e is not None]
    if any(after - e <= 1e-12 * abs(after) for e in ends):
        return None
    shares = [e / (after - e) for e in ends]
    return Relative(
        estimate=shares[0],
        conf_low=shares[1] if low is not None else None,
        conf_high=shares[-1] if high is not None else None,
    )


def _terms(done: Run) -> tuple[Term, ...]:
    errors = done.term_errors
    return tuple(
        _term(done, int(event), float(done.found.terms[k]), errors[k])
        for k, event in enumerate(event_times(done.cohorts, len(done.panel.periods)))
    )


def _term(done: Run, event: int, at: float, error: float | None) -> Term:
    periods = done.panel.periods
    low, high = interval(at, error, done.reach)
    seen = [c for c in done.cohorts if 0 <= c.start + event < len(periods)]
    return Term(
        term=f"event {event:+d}",
        event_time=event,
        period=periods[done.cohorts[0].start + event] if len(done.cohorts) == 1 else None,
        estimate=at,
        std_error=error,
        conf_low=low,
        conf_high=high,
        n_units=sum(len(c.treated) for c in seen),
    )


def _checks(done: Run, design: Design) -> tuple[CheckResult, ...]:
    results = [checks.check_pre_fit(done.panel, done.cohorts, done.found, done.method, done.fake)]
    if done.fake is not None:
        results.append(checks.check_placebo_in_space(done.found, done.fake, done.ratio, design.level))
    results += [
        checks.check_placebo_in_time(done.panel, done.cohorts, done.method, done.draws, design.seed, design.level),
        checks.check_leave_one_out(done.panel, done.found, done.estimate_with, done.std_error),
        checks.check_donor_weights(done.panel, done.cohorts, done.found),
    ]
    return tuple(results)


def _cautions(done: Run, dropped: int) -> tuple[Caution, ...]:
    spread, few = done.spread, min(len(c.pre) for c in done.cohorts) < 8
    by_rank = done.method != "synthetic-did" and done.p_value is not None
    source, df = (spread.source, spread.df) if spread else (None, 0)
    notes = [
        (
            dropped,
            "no-pre-period-for-some",
            f"{dropped} treated teams have fewer than two periods before their start and were left out.",
        ),
        (
            few,
            "few-pre-periods",
            "Fewer than eight periods before a start: the weights may follow noise, not the teams.",
        ),
        (
            done.ratio is None,
            "exact-pre-fit",
            "The donors reproduce the treated exactly before the start, as they can when there are more donors than "
            "periods: a good fit then says nothing.",
        ),
        (
            spread is None,
            "no-standard-error",
            "No interval: too few donors for placebos and too few treated teams for a jackknife, or no variation.",
        ),
        (
            source == "placebo",
            "placebo-interval",
            f"The interval takes treated teams to vary as donors do; Student's t, {df} degrees of freedom.",
        ),
        (
            source == "jackknife",
            "jackknife-interval",
            f"The interval is the jackknife's, weights held fixed; Student's t, {df} degrees of freedom.",
        ),
        (by_rank, "rank-p-value", "The p-value is a rank among placebos; it need not agree with the interval."),
    ]
    return tuple(Caution(code=code, text=text) for holds, code, text in notes if holds)


def _others(done: Run, design: Design) -> tuple[OtherEstimate, ...]:
    """The other methods on the same matrix, with intervals from their own placebos."""
    others: tuple[Method, ...] = ("synthetic-did", "synthetic-control", "did")
    return tuple(_other(done, design, method) for method in others if method != done.method)


def _other(done: Run, design: Design, method: Method) -> OtherEstimate:
    again = run(done.panel, done.cohorts, method, inference=done.inference, draws=done.draws, design=design)
    effect, se = again.found.estimate, again.std_error
    low, high = interval(effect, se, again.reach)
    return OtherEstimate(method=method, estimand="att", estimate=effect, std_error=se, conf_low=low, conf_high=high)


def _naive(done: Run) -> Naive:
    Y = done.panel.outcome
    after = _treated_after(done)
    before = float(np.mean(np.concatenate([Y[np.ix_(c.treated, c.pre)].ravel() for c in done.cohorts])))
    rest = float(Y[done.panel.donors][:, min(c.start for c in done.cohorts) :].mean())
    return Naive(
        before_after=after - before,
        before_after_relative=(after - before) / before if before else None,
        treated_vs_rest=after - rest,
        treated_vs_rest_relative=(after - rest) / rest if rest else None,
    )


def _empty(panel: TeamPanel, design: Design, method: Method, reason: Caution) -> Estimate:
    return Estimate(
        method=method,
        estimand="att",
        outcome=design.outcome,
        level=design.level,
        registration=design.registration,
        n_units=len(panel.units),
        n_treated=int((panel.start >= 0).sum()),
        n_periods=len(panel.periods),
        checks=(CheckResult(name="donors", status="failed", code=reason.code, text=reason.text),),
        cautions=(reason,),
    )
