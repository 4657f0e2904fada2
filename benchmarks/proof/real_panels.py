"""Real KPI panels to lay fake programmes on: officers, counties, firms and courses."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.csv as pacsv

from upshot.impact.moments import Floats, Integers

__all__ = ["RealPanel", "counties", "county_starts", "courses", "every_panel", "firms", "officer_starts", "officers"]

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "src" / "upshot" / "workspace" / "studies"
DATA = ROOT / "tests" / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealPanel:
    """A KPI as it was, whoever was really treated.

    Parameters
    ----------
    name
        Whose KPI it is, and which.
    outcome
        Shape (n, T); 0 where unseen.
    seen
        Shape (n, T), or ``None`` for everywhere.
    team
        Real teams, shape (n,), or ``None`` where there are none on record.
    people, periods
        How many units and consecutive periods one fake programme is laid on.
    starts
        Waves of a fake programme within its window, periods from 1.
    """

    name: str
    outcome: Floats
    people: int
    periods: int
    starts: tuple[int, ...]
    seen: npt.NDArray[np.bool_] | None = None
    team: Integers | None = None


def every_panel() -> tuple[RealPanel, ...]:
    """All of them, in the order of the tables."""
    kpis = ("complaints", "force", "sustained")
    return (*(officers(kpi) for kpi in kpis), counties(), firms(log=False), firms(log=True), *courses())


@cache
def _officers() -> dict[str, Floats]:
    with gzip.open(STUDIES / "chicago" / "kpi_monthly.csv.gz") as file:
        table = pacsv.read_csv(file)
    people = np.unique(table["officer_id"].to_numpy(zero_copy_only=False), return_inverse=True)[1]
    month = np.unique(table["month"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)[1]
    found = {}
    for kpi in ("complaints", "force", "sustained"):
        found[kpi] = np.zeros((people.max() + 1, month.max() + 1))
        found[kpi][people, month] = table[kpi].to_numpy()
    return found


def officers(kpi: str) -> RealPanel:
    """Chicago police officers by month, 2011 to 2016; the training really given had no visible effect."""
    return RealPanel(name=f"officers, {kpi}", outcome=_officers()[kpi], people=1500, periods=12, starts=(6, 8, 10))


def officer_starts() -> npt.NDArray[np.datetime64]:
    """Real training dates in the order of the officers' rows, NaT for none."""
    folder = STUDIES / "chicago"
    ids = pacsv.read_csv(folder / "employees.csv")["officer_id"].to_numpy(zero_copy_only=False)
    table = pacsv.read_csv(folder / "training_completions.csv")
    dates = dict(zip(table["officer_id"].to_pylist(), table["training_date"].to_pylist(), strict=True))
    return np.array([dates.get(one, "NaT") for one in np.unique(ids)], dtype="datetime64[D]")


def counties() -> RealPanel:
    """Log teen employment of 500 counties, 2003 to 2007; counties of a state share their fate."""
    table = pacsv.read_csv(DATA / "mpdta" / "mpdta.csv")
    unit, rows = np.unique(table["countyreal"].to_numpy(), return_inverse=True)
    outcome = np.zeros((unit.size, 5))
    outcome[rows, table["year"].to_numpy() - 2003] = table["lemp"].to_numpy()
    return RealPanel(
        name="counties, log employment", outcome=outcome, people=400, periods=5, starts=(3, 4), team=unit // 1000
    )


def county_starts() -> Integers:
    """Year each county's state really raised its minimum wage, 0 for never, in the order of the counties' rows."""
    table = pacsv.read_csv(DATA / "mpdta" / "mpdta.csv")
    first = np.unique(table["countyreal"].to_numpy(), return_index=True)[1]
    return np.asarray(table["first.treat"].to_numpy()[first], dtype=np.int64)


def firms(*, log: bool) -> RealPanel:
    """Scrap rate of 54 firms, 1987 to 1989; a few firms scrap ten times as much as the rest."""
    table = pacsv.read_csv(STUDIES / "michigan" / "scrap.csv")
    rows = np.unique(table["firm"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)[1]
    outcome = np.zeros((rows.max() + 1, 3))
    outcome[rows, table["year"].to_numpy() - 1987] = table["scrap_per_100"].to_numpy()
    return RealPanel(
        name="firms, log scrap" if log else "firms, scrap",
        outcome=np.log(outcome) if log else outcome,
        people=50,
        periods=3,
        starts=(3,),
    )


def courses() -> tuple[RealPanel, RealPanel]:
    """Marks in five assignments: those who handed in all five, and everybody with those who left."""
    table = pacsv.read_csv(DATA / "panels" / "courses.csv")
    marks = np.column_stack([table[f"score_{t}"].to_numpy(zero_copy_only=False) for t in range(1, 6)]).astype(float)
    pairs = list(zip(table["course"].to_pylist(), table["area"].to_pylist(), strict=True))
    team = np.unique(np.array([f"{course} {area}" for course, area in pairs]), return_inverse=True)[1]
    seen = np.isfinite(marks)
    whole = seen.all(axis=1)
    stayed = RealPanel(
        name="courses, marks", outcome=marks[whole], people=1200, periods=5, starts=(3, 4), team=team[whole]
    )
    everybody = RealPanel(
        name="courses, marks with leavers",
        outcome=np.where(seen, marks, 0.0),
        people=1200,
        periods=5,
        starts=(3, 4),
        seen=seen,
        team=team,
    )
    return stayed, everybody
