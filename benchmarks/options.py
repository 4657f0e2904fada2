"""What options, sizes and engines cost: ``python benchmarks/options.py --people 1000000``, tables out.

Each case is a process of its own, in alternation with the plain one; the bare read of its columns is its floor.
"""

import argparse
import json
import statistics
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from panels import RollOut, write_apart
from speed import HERE, Run, machine, run

ROLES = ["--unit", "person", "--time", "period", "--outcome", "sales", "--first-treated", "start"]
PLAIN = ["--aggregate", "event", "--covariance", "--assignment", "as-if-random", "--format", "json"]
UNLIKE = ["--aggregate", "event", "--covariance", "--format", "json"]
SAME = 1e-10
FLOOR = """
import duckdb, sys
columns = ", ".join(f"sum({name})" for name in sys.argv[2].split(","))
duckdb.connect().execute(f"SELECT {columns} FROM read_parquet('{sys.argv[1]}')").fetchall()
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to ask: the panel it needs, the flags, the columns that are read."""

    made: RollOut
    flags: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    control: tuple[str, ...] = tuple(PLAIN)

    def file(self, folder: Path) -> Path:
        """The panel, made if it is not there yet."""
        parts = [f"{self.made.people}x{self.made.periods}"]
        parts += [name for name in ("strata", "teams", "denominator") if getattr(self.made, name)]
        path = folder / ("-".join([*parts, *(["leavers"] if self.made.leavers else [])]) + ".parquet")
        if not path.exists():
            write_apart(self.made, path)
        return path


def cases(people: int) -> dict[str, Case]:
    """Every case, the plain one first."""
    plain = RollOut(people=people)
    strata = ("site", "grade", "tenure")
    return {
        "plain": Case(plain),
        "24 strata, doubly robust": Case(
            replace(plain, strata=True), ("--strata", ",".join(strata)), strata, tuple(UNLIKE)
        ),
        "teams of ten as clusters": Case(replace(plain, teams=True), ("--cluster", "team"), ("team",)),
        "ratio": Case(replace(plain, denominator=True), ("--denominator", "cases"), ("cases",)),
        "unbalanced, 30 % leave": Case(replace(plain, leavers=0.3), ("--unbalanced",)),
        "104 periods": Case(replace(plain, periods=104)),
        "ten times the people": Case(replace(plain, people=10 * people)),
        "Spark, this machine": Case(plain, ("--engine", "spark")),
    }


def commands(case: Case, folder: Path) -> tuple[list[str], list[str]]:
    """The estimate, and the bare read of its columns."""
    file = str(case.file(folder))
    upshot = [str(Path(sys.executable).parent / "upshot"), "estimate", "--panel", file, *ROLES]
    read = ",".join(("person", "period", "sales", "start", *case.columns))
    return [*upshot, *case.control, *case.flags], [sys.executable, "-c", FLOOR, file, read]


def line(name: str, done: list[Run], floor: list[Run], plain: float) -> str:
    """One row of the table."""
    cpu = min(one.cpu for one in done)
    return (
        f"| {name} | {min(one.wall for one in done):.2f} | {statistics.median(one.wall for one in done):.2f} | "
        f"{cpu:.2f} | {cpu / plain:.2f} | {max(one.memory for one in done):,.0f} | "
        f"{min(one.wall for one in floor):.2f} | {min(one.cpu for one in floor):.2f} |"
    )


def same(plain: str, other: str) -> float:
    """Largest relative difference between two engines' terms; stops the run above 1e-10."""
    ours, theirs = (json.loads(text)["terms"] for text in (plain, other))
    assert len(ours) == len(theirs)
    worst: float = max(
        abs(left[key] - right[key]) / max(abs(right[key]), 1e-6)
        for left, right in zip(ours, theirs, strict=True)
        for key in ("estimate", "std_error")
        if right.get(key)
    )
    assert worst <= SAME, f"the engines disagree by {worst:g}"
    return worst


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="+", help="Names of cases; the plain one is always run.")
    parser.add_argument("--data", type=Path, default=HERE / "data")
    flags = parser.parse_args()
    flags.data.mkdir(exist_ok=True)
    chosen = {name: case for name, case in cases(flags.people).items() if name in ("plain", *(flags.only or [name]))}
    asked = {name: commands(case, flags.data) for name, case in chosen.items()}
    done: dict[str, tuple[list[Run], list[Run]]] = {name: ([], []) for name in chosen}
    print(f"{flags.people:,} people; {machine()} at the start", flush=True)
    for _ in range(flags.repeats):
        for name, pair in asked.items():
            for command, runs in zip(pair, done[name], strict=True):
                runs.append(run(command))
    plain = min(one.cpu for one in done["plain"][0])
    print(
        "| case | wall s, best | wall s, median | CPU s, best | CPU to plain | peak MB | read: wall s | read: CPU s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, (runs, floor) in done.items():
        print(line(name, runs, floor, plain))
    if "Spark, this machine" in done:
        worst = same(done["plain"][0][0].out, done["Spark, this machine"][0][0].out)
        print(f"\nSpark differs from one machine by {worst:.0e} at most.")
    print(machine() + " at the end")


if __name__ == "__main__":
    main()
