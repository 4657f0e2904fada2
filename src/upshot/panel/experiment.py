"""A table of an experiment, columns by name, to its answer."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import narwhals as nw
import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate
from upshot.impact.experiment import experiment

__all__ = ["experiment_table"]


def experiment_table(
    table: Any,
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
    design: Design | None = None,
) -> Estimate:
    """Answer an experiment held in a data frame or table.

    Parameters
    ----------
    table
        Anything narwhals reads eagerly: pandas, polars, pyarrow.
    outcome, treatment, take_up, block, cluster, weights
        Names of columns.
    covariates
        Names of columns; ``C(name)`` makes a column of numbers categories.
    control, planned_shares, robust, design
        See `upshot.impact.experiment.experiment`.

    Raises
    ------
    InputError
        With every column that is not there, or every problem of the columns.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"arm": [0, 0, 0, 1, 1, 1], "sales": [1.0, 2.0, 3.0, 3.0, 4.0, 5.0]})
    >>> experiment_table(table, outcome="sales", treatment="arm").estimate
    2.0
    """
    frame = nw.from_native(table, eager_only=True)
    roles = {"take_up": take_up, "block": block, "cluster": cluster, "weights": weights}
    named = [outcome, treatment, *(name for name in roles.values() if name), *map(_bare, covariates)]
    _check_columns(named, frame.columns)
    columns = {role: None if name is None else _values(frame, name) for role, name in roles.items()}
    return experiment(
        _values(frame, outcome),
        _values(frame, treatment),
        covariates={name: _values(frame, _bare(name)) for name in covariates} or None,
        control=control,
        planned_shares=planned_shares,
        robust=robust,
        design=design or Design(outcome=outcome),
        **columns,
    )


def _bare(name: str) -> str:
    return name[2:-1] if name.startswith("C(") and name.endswith(")") else name


def _check_columns(named: Sequence[str], present: Sequence[str]) -> None:
    problems = []
    for name in dict.fromkeys(named):
        if name not in present:
            near = difflib.get_close_matches(name, present, n=1)
            fix = f"Did you mean {near[0]!r}?" if near else f"The columns are {', '.join(present)}."
            problems.append(Problem(code="no-such-column", text=f"There is no column {name!r}.", fix=fix, column=name))
    if problems:
        raise InputError(problems)


def _values(frame: "nw.DataFrame[Any]", name: str) -> npt.NDArray[Any]:
    """The column as numbers with NaN for missing, or as objects with ``None``."""
    column = frame[name]
    if column.dtype.is_numeric() or column.dtype == nw.Boolean:
        cast = column.cast(nw.Float64).to_list()
        return np.array([np.nan if value is None else value for value in cast], dtype=np.float64)
    values = np.empty(len(column), dtype=object)
    values[:] = [None if value is None or value != value else value for value in column.to_list()]
    return values
