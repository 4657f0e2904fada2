"""The `--experiment` form of `upshot estimate`: read the file, name the columns, answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from upshot.cli.columns import read_table
from upshot.errors import InputError, Problem
from upshot.impact.design import Assignment, Design
from upshot.impact.estimate import Estimate
from upshot.panel.experiment import experiment_table
from upshot.panel.sealed import file_fingerprint, sealed
from upshot.report.findings import Findings

__all__ = ["answered_experiment", "parse_shares", "run_experiment"]


def answered_experiment(file: Path, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], Findings]]:
    """Answer an experiment from the command line's flags."""
    shares = flags["planned_shares"]
    found = run_experiment(
        file,
        control=flags["control_arm"],
        planned_shares=None if shares is None else parse_shares(shares),
        **{name: flags[name] for name in _FLAGS},
    )

    def page() -> Findings:
        from upshot.workspace.findings import findings_of_file

        return findings_of_file(found, file)

    return found, page


_FLAGS = (
    "outcome", "treatment", "take_up", "covariates", "block", "cluster", "weights", "assignment", "level", "seed",
    "covariance",
)  # fmt: skip


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
    """Answer a one-shot experiment from a CSV or Parquet file, with grade, claim and provenance.

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
    design = design if seed is None else replace(design, seed=seed)
    columns = {
        "outcome": outcome,
        "treatment": treatment,
        "take_up": take_up,
        "covariates": tuple(covariates),
        "block": block,
        "cluster": cluster,
        "weights": weights,
        "control": control,
        "planned_shares": planned_shares,
    }
    found = experiment_table(read_table(file), design=design, **columns)  # type: ignore[arg-type]  # one record for both uses
    return sealed(
        found, design, fingerprint=file_fingerprint(file), options=columns | {"planned_shares": _pairs(planned_shares)}
    )


def _pairs(shares: Mapping[int | float | str, float] | None) -> list[tuple[str, float]] | None:
    return None if shares is None else sorted((str(arm), share) for arm, share in shares.items())


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
