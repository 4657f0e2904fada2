"""`experiment`: rows of a one-shot experiment in, an answer out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy.typing as npt

from upshot.errors import DesignError
from upshot.impact.design import Design
from upshot.impact.estimate import Caution, Estimate
from upshot.impact.experiment.answer import refuse
from upshot.impact.experiment.checks import attrition_check, balance_check, cluster_check, sample_ratio_check
from upshot.impact.experiment.itt import itt_from_rows
from upshot.impact.experiment.late import late_from_rows
from upshot.impact.experiment.prepare import prepare
from upshot.impact.experiment.rows import check_rows

__all__ = ["experiment"]


def experiment(
    outcome: npt.ArrayLike,
    treatment: npt.ArrayLike,
    *,
    take_up: npt.ArrayLike | None = None,
    covariates: Mapping[str, npt.ArrayLike] | npt.ArrayLike | None = None,
    block: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    control: int | float | str | None = None,
    planned_shares: Mapping[int | float | str, float] | None = None,
    robust: Literal["HC2", "HC3"] | None = None,
    design: Design | None = None,
) -> Estimate:
    """Effect of an experiment that was randomised once: intention to treat, or LATE with ``take_up``.

    With covariates this is Lin's (2013) regression, covariates centred and interacted with every
    arm; with an outcome from before the start among them it is CUPED. Blocks count by their size
    whatever their shares of treated (Imbens & Rubin 2015, ch. 9); blocks with a single unit in an
    arm, such as matched pairs, are judged by how effects differ between blocks (Pashley & Miratrix
    2021). Standard errors are HC2 or HC3, for clusters CR2, with Bell & McCaffrey's degrees of freedom.
    The answer is about the people in this experiment; without ``design.assigned_by`` = ``team``
    clusters may hold several arms.

    Parameters
    ----------
    outcome
        Numbers, shape (n,); NaN where the outcome was not seen.
    treatment
        Arm each row was *assigned* to, shape (n,); any labels.
    take_up
        Whether each row took part, 0 or 1, shape (n,). Two arms only.
    covariates
        Known before the start. Columns by name, or one array of shape (n, k). Text is categories;
        write a name as ``C(name)`` to make numbers categories. Missing values are imputed.
    block, cluster
        Labels, shape (n,): within what, and in what groups, the arms were drawn.
    weights
        Sampling weights above 0, shape (n,).
    control
        Label of the control arm; 0 or "control" is found without being named.
    planned_shares
        Planned share of each arm by label, for the sample-ratio check.
    robust
        Errors of rows that are their own clusters. By default HC2 without covariates, where it is
        Neyman's unbiased variance, and HC3 with them, where HC2 is too small in small samples.
    design
        Outcome name, level, seed, registration, who was assigned, whether to give the covariance.

    Returns
    -------
    Estimate
        ``estimand`` is ``itt`` or ``late``; one term an arm; no ``estimate`` when none can be known.

    Raises
    ------
    InputError
        With every problem of the columns.
    DesignError
        If the control arm is unclear, planned shares do not match the arms, ``robust`` is unknown,
        or ``take_up`` is given with more than two arms.

    Examples
    --------
    >>> before = [4.0, 5.0, 6.0, 7.0, 4.0, 5.0, 6.0, 7.0]
    >>> after = [4.1, 5.0, 6.2, 6.9, 6.0, 7.2, 8.1, 8.9]
    >>> answer = experiment(after, ["control"] * 4 + ["coaching"] * 4, covariates={"before": before})
    >>> answer.method, answer.terms[0].term, round(answer.estimate, 2), round(answer.std_error, 2)
    ('ancova', 'coaching', 2.0, 0.16)
    """
    chosen = design or Design()
    if robust not in (None, "HC2", "HC3"):
        raise DesignError(f"The robust parameter of experiment must be HC2 or HC3. Got {robust!r} instead.")
    rows = check_rows(
        outcome,
        treatment,
        take_up=take_up,
        covariates=covariates,
        block=block,
        cluster=cluster,
        weights=weights,
        control=control,
        assigned_by_cluster=chosen.assigned_by == "team",
    )
    if take_up is not None and rows.n_arms > 2:
        raise DesignError(
            "With take_up there must be two arms, offered and not offered. Leave take_up out for the effect of each "
            "offer, or analyse one offer at a time."
        )
    prepared = prepare(rows)
    checks = (
        sample_ratio_check(rows, planned_shares),
        balance_check(rows),
        attrition_check(rows),
        prepared.block_check,
        cluster_check(prepared.rows, chosen.level) if prepared.refusal is None else cluster_check(rows, chosen.level),
    )
    if prepared.refusal is not None:
        return refuse(
            prepared.rows,
            prepared.refusal,
            estimand="itt" if take_up is None else "late",
            design=chosen,
            checks=checks,
            cautions=prepared.cautions,
        )
    analyse = itt_from_rows if take_up is None else late_from_rows
    answer = analyse(prepared, chosen, robust or ("HC3" if prepared.adjusted else "HC2"))
    return replace(answer, checks=(*checks, *answer.checks), cautions=(*answer.cautions, *_weight_caution(weights)))


def _weight_caution(weights: npt.ArrayLike | None) -> tuple[Caution, ...]:
    if weights is None:
        return ()
    return (Caution(code="weighted", text="People count by their sampling weight."),)
