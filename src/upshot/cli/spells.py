"""The `--spells` form of `upshot estimate`: read the file, name the columns, answer."""

from collections.abc import Sequence
from pathlib import Path

from upshot.cli.columns import read_columns
from upshot.errors import DesignError
from upshot.impact.design import Registration
from upshot.impact.estimate import Estimate
from upshot.impact.spells import new_hires, spells

__all__ = ["run_spells"]


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
    registration: Registration = "exploratory",
) -> Estimate:
    """Answer time to an event from a CSV or Parquet file, one row a spell.

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
    found = read_columns(file, {**roles, "intake": intake, "first_treated": first_treated, **layers})
    if by_intake:
        starts = [None if start is None or start != start else start for start in found["first_treated"].tolist()]
        return new_hires(
            found["duration"],
            found["event"],
            found["intake"],
            starts,
            entry=found.get("entry"),
            horizon=horizon,
            cluster=found.get("cluster"),
            level=level,
            outcome=duration,
            registration=registration,
        )
    joint = list(zip(*(found[role].tolist() for role in layers), strict=True)) if layers else None
    return spells(
        found["duration"],
        found["event"],
        found["treatment"],
        entry=found.get("entry"),
        horizon=horizon,
        strata=None if joint is None else ["\x1f".join(map(str, row)) for row in joint],
        cluster=found.get("cluster"),
        level=level,
        outcome=duration,
        registration=registration,
    )
