"""The `--series` form of `upshot estimate`: read the file, name the columns, answer."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from upshot.cli.columns import read_columns
from upshot.errors import InputError, Problem
from upshot.impact.design import Assignment, Design, Registration
from upshot.impact.estimate import Estimate, Label
from upshot.impact.series import interrupted_time_series
from upshot.panel.sealed import file_fingerprint, sealed
from upshot.report.findings import Findings

__all__ = ["answered_series", "run_series"]


def answered_series(file: Path, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], Findings]]:
    """Answer one series from the command line's flags."""
    found = run_series(file, controls=flags["control_series"], **{name: flags[name] for name in _FLAGS})

    def page() -> Findings:
        from upshot.workspace.findings import findings_of_file

        return findings_of_file(found, file)

    return found, page


_FLAGS = ("time", "outcome", "start", "exposure", "season", "family", "level", "seed", "assignment")


def run_series(
    file: Path,
    *,
    time: str,
    outcome: str,
    start: str,
    exposure: str | None = None,
    season: int | None = None,
    family: Literal["gaussian", "poisson"] = "gaussian",
    controls: Sequence[str] = (),
    level: float = 0.95,
    assignment: Assignment = "unknown",
    seed: int = Design().seed,
    registration: Registration = "exploratory",
) -> Estimate:
    """Answer an interrupted time series from a CSV or Parquet file, with grade, claim and provenance.

    Parameters
    ----------
    file
        One row a period.
    time, outcome, exposure, controls
        Names of columns.
    start
        First time the programme could act, written as in the time column.
    season, family, level, registration
        See `upshot.impact.series.interrupted_time_series`.
    assignment, seed
        How people came to it, for the grade; the seed is recorded, nothing is drawn.

    Raises
    ------
    InputError
        If the file cannot be read, a column is not there, or the columns have problems.
    DesignError
        If an option is out of range.
    """
    beside = {f"control {name}": name for name in controls}
    found = read_columns(file, {"time": time, "outcome": outcome, "exposure": exposure, **beside})
    times = found["time"]
    answer = interrupted_time_series(
        found["outcome"],
        times,
        _start(start, bool(np.issubdtype(times.dtype, np.number))),
        exposure=found.get("exposure"),
        season=season,
        family=family,
        control=np.column_stack([found[role] for role in beside]) if beside else None,
        level=level,
        outcome_name=outcome,
        registration=registration,
    )
    design = Design(outcome=outcome, assignment=assignment, level=level, seed=seed, registration=registration)
    options = {
        "time": time, "start": start, "exposure": exposure, "season": season, "family": family,
        "controls": list(controls),
    }  # fmt: skip
    return sealed(answer, design, fingerprint=file_fingerprint(file), options=options)


def _start(text: str, numeric: bool) -> Label:
    if not numeric:
        return text
    try:
        value = float(text)
    except ValueError:
        fix = "Write --start as the time column does."
        raise InputError(
            Problem(code="start-of-another-kind", text="The times are numbers.", fix=fix, value=text)
        ) from None
    return int(value) if value.is_integer() else value
