"""The `--experiment` form of `upshot estimate`: read the file, name the columns, answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from upshot.errors import InputError, Problem
from upshot.impact.design import Assignment, Design
from upshot.impact.estimate import Estimate
from upshot.panel.experiment import experiment_table

__all__ = ["parse_shares", "run_experiment"]


def run_experiment(
    file: Path,
    *,
    outcome: str,
    treatment: str,
    take_up: str | None = None,
    covariates: Sequence[str] = (),
    block: str | None = None,
    cluster: str | None = None,
    weights: str | None = None,
    control: str | None = None,
    planned_shares: Mapping[int | float | str, float] | None = None,
    assignment: Assignment = "unknown",
    level: float = 0.95,
    seed: int | None = None,
    covariance: bool = False,
) -> Estimate:
    """Answer a one-shot experiment from a CSV or Parquet file.

    With ``cluster``, the arms count as drawn by cluster when no cluster holds two arms, else by
    person.

    Raises
    ------
    InputError
        If the file cannot be read, a column is not there, or the columns have problems.
    DesignError
        If options contradict each other.
    """
    design = Design(outcome=outcome, assignment=assignment, level=level, covariance=covariance)
    return experiment_table(
        _read(file),
        outcome=outcome,
        treatment=treatment,
        take_up=take_up,
        covariates=covariates,
        block=block,
        cluster=cluster,
        weights=weights,
        control=control,
        planned_shares=planned_shares,
        design=design if seed is None else replace(design, seed=seed),
    )


def parse_shares(text: str) -> dict[int | float | str, float]:
    """Planned shares as written on the command line.

    Raises
    ------
    InputError
        If the text is not ``label=share`` pairs parted by commas.

    Examples
    --------
    >>> parse_shares("control=1,coaching=2")
    {'control': 1.0, 'coaching': 2.0}
    """
    try:
        pairs = [pair.rsplit("=", 1) for pair in text.split(",")]
        return {label.strip(): float(share) for label, share in pairs}
    except ValueError:
        raise InputError(
            Problem(code="planned-shares", text="Planned shares are written label=share,label=share.", value=text)
        ) from None


def _read(file: Path) -> Any:
    try:
        if file.suffix.lower() in (".parquet", ".pq"):
            return pa_parquet.read_table(file)
        options = pa_csv.ConvertOptions(strings_can_be_null=True)
        return pa_csv.read_csv(file, convert_options=options)
    except (OSError, pa.ArrowInvalid) as error:
        reason = "is not there" if isinstance(error, FileNotFoundError) else "cannot be read as CSV or Parquet"
        raise InputError(
            Problem(code="unreadable-file", text=f"The file {reason}.", fix="Check its path.", file=str(file))
        ) from error
