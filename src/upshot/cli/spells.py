"""The `--spells` form of `upshot estimate`: read the file, name the columns, answer."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from upshot.cli.columns import read_columns
from upshot.errors import DesignError
from upshot.impact.design import Assignment, Design, Registration
from upshot.impact.estimate import Estimate
from upshot.impact.spells import new_hires, spells
from upshot.panel.sealed import file_fingerprint, sealed
from upshot.report.findings import Findings

__all__ = ["answered_spells", "run_spells"]


def answered_spells(file: Path, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], Findings]]:
    """Answer times to an event from the command line's flags."""
    found = run_spells(file, **{name: flags[name] for name in _FLAGS})

    def page() -> Findings:
        from upshot.workspace.findings import findings_of_file

        return findings_of_file(found, file)

    return found, page


_FLAGS = (
    "duration", "event", "treatment", "entry", "horizon", "strata", "cluster", "intake", "first_treated", "level",
    "seed", "assignment",
)  # fmt: skip


def run_spells(
    file: Path,
    *,
    duration: str,
    event: str,
    treatment: str | None = None,
    entry: str | None = None,
    horizon: float | None = None,
    strata: Sequence[str] = (),
    cluster: str | None = None,
    intake: str | None = None,
    first_treated: str | None = None,
    level: float = 0.95,
    assignment: Assignment = "unknown",
    seed: int = Design().seed,
    registration: Registration = "exploratory",
) -> Estimate:
    """Answer time to an event from a CSV or Parquet file, one row a spell, with grade and claim.

    With ``treatment``, two arms are compared. With ``intake`` and ``first_treated`` instead, the
    hires of sites that had started are compared with those of sites still waiting.

    Parameters
    ----------
    file
        One row a spell.
    duration, event, treatment, entry, strata, cluster, intake, first_treated
        Names of columns; ``first_treated`` is empty where a site never starts.
    horizon, level, registration
        See `upshot.impact.spells.spells` and `upshot.impact.spells.new_hires`.
    assignment, seed
        How people came to it, for the grade; the seed is recorded, nothing is drawn.

    Raises
    ------
    InputError
        If the file cannot be read, a column is not there, or the columns have problems.
    DesignError
        If options contradict each other.
    """
    by_intake = intake is not None and first_treated is not None
    if by_intake == (treatment is not None):
        raise DesignError("Name either --treatment, or both --intake and --first-treated.")
    if by_intake and strata:
        raise DesignError("--strata cannot be used with --intake; give the strata files of their own.")
    layers = {f"strata {name}": name for name in strata}
    roles = {"duration": duration, "event": event, "treatment": treatment, "entry": entry, "cluster": cluster}
    roles |= {"intake": intake, "first_treated": first_treated}
    found = read_columns(file, {**roles, **layers})
    common: dict[str, Any] = {
        "entry": found.get("entry"),
        "horizon": horizon,
        "cluster": found.get("cluster"),
        "level": level,
    }
    common |= {"outcome": duration, "registration": registration}
    answer = _by_intake(found, common) if by_intake else _two_arms(found, list(layers), common)
    design = Design(
        outcome=duration, assignment=assignment, level=level, seed=seed, registration=registration, direction="down"
    )
    options = roles | {"horizon": horizon, "strata": list(strata)}
    return sealed(answer, design, fingerprint=file_fingerprint(file), options=options)


def _by_intake(found: dict[str, Any], common: dict[str, Any]) -> Estimate:
    starts = [None if start is None or start != start else start for start in found["first_treated"].tolist()]
    return new_hires(found["duration"], found["event"], found["intake"], starts, **common)


def _two_arms(found: dict[str, Any], layers: list[str], common: dict[str, Any]) -> Estimate:
    joint = list(zip(*(found[role].tolist() for role in layers), strict=True))
    strata = ["\x1f".join(map(str, row)) for row in joint] if layers else None
    return spells(found["duration"], found["event"], found["treatment"], strata=strata, **common)
