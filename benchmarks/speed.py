"""Upshot beside its peers on the same files: ``python benchmarks/speed.py --people 10000 100000``."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from panels import RollOut, write_apart

HERE = Path(__file__).parent
BENCH = HERE.parent / ".venv-bench" / "bin" / "python"
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""With compiled modules kept, as any installation has them; some machines forbid it, and compile at every start."""
ESTIMATE, ERROR = 1e-7, 1e-6
"""Agreement asked for: estimates absolutely (outcomes have a spread of about one), standard errors relatively."""

FLOOR = """
import duckdb, sys
query = "SELECT sum(person), sum(period), sum(sales), sum(start) FROM read_parquet('" + sys.argv[1] + "')"
duckdb.connect().execute(query).fetchall()
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds by the wall and of the processors, peak memory in MB, and what it printed."""

    wall: float
    cpu: float
    memory: float
    out: str


def run(command: list[str]) -> Run:
    """Run a command to its end; figures are the kernel's for that process alone."""
    with tempfile.TemporaryFile() as out:
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=COMPILED)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begin
        out.seek(0)
        text = out.read().decode()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)


def commands(file: Path, tools: list[str]) -> dict[str, list[str]]:
    """What is run, by name."""
    upshot = [str(Path(sys.executable).parent / "upshot"), "estimate", "--panel", str(file), "--unit", "person"]
    upshot += ["--time", "period", "--outcome", "sales", "--first-treated", "start", "--control", "never-treated"]
    upshot += ["--aggregate", "event", "--covariance", "--format", "json"]
    known = {"upshot": upshot, "bare read": [sys.executable, "-c", FLOOR, str(file)]}
    known |= {peer: [str(BENCH), str(HERE / "peers.py"), peer, str(file)] for peer in ("diff-diff", "csdid")}
    return {name: known[name] for name in tools}


def terms(tool: str, out: str) -> dict[str, list[float]]:
    """Estimate and standard error by event time."""
    answer: dict[str, Any] = json.loads(out if tool == "upshot" else out.splitlines()[-1])
    if tool != "upshot":
        return answer
    return {
        str(term["event_time"]): [term["estimate"], term["std_error"]]
        for term in answer["terms"]
        if term.get("std_error")
    }


def agree(ours: dict[str, list[float]], theirs: dict[str, list[float]]) -> tuple[float, float]:
    """Largest differences over the event times both give: estimates, and standard errors relatively."""
    shared = sorted(set(ours) & set(theirs), key=int)
    assert len(shared) >= 5, f"only {len(shared)} event times in common"
    return (
        max(abs(ours[e][0] - theirs[e][0]) for e in shared),
        max(abs(ours[e][1] / theirs[e][1] - 1) for e in shared),
    )


def compare(people: int, periods: int, tools: list[str], repeats: int, folder: Path) -> list[str]:
    """Rows of the table for one size: tools in alternation, best of the repeats."""
    file = folder / f"{people}x{periods}.parquet"
    if not file.exists():
        write_apart(RollOut(people=people, periods=periods), file)
    runs: dict[str, list[Run]] = {tool: [] for tool in tools}
    for _ in range(repeats):
        for tool, command in commands(file, tools).items():
            runs[tool].append(run(command))
    own = min(one.cpu for one in runs["upshot"])
    lines = []
    for tool, done in runs.items():
        cpu = min(one.cpu for one in done)
        found = "" if tool in ("upshot", "bare read") else _agreement(runs["upshot"][0].out, tool, done[0].out)
        lines.append(
            f"| {people:,} × {periods} | {tool} | {min(one.wall for one in done):.2f} | "
            f"{statistics.median(one.wall for one in done):.2f} | {cpu:.2f} | {max(one.memory for one in done):,.0f} | "
            f"{cpu / own:.1f} | {found} |"
        )
    return lines


def _agreement(ours: str, tool: str, theirs: str) -> str:
    estimate, error = agree(terms("upshot", ours), terms(tool, theirs))
    assert estimate <= ESTIMATE, f"{tool} and Upshot disagree by {estimate:g}"
    assert error <= ERROR, f"standard errors of {tool} and Upshot disagree by {error:g}"
    return f"{estimate:.0e}, {error:.0e}"


def machine() -> str:
    """What it ran on, in one line."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = next((line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")), "?")
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    now = datetime.now(tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{now}; {os.cpu_count()} × {model}; Python {platform.python_version()}; load {load}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--periods", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--tools", nargs="+", default=["upshot", "bare read", "diff-diff", "csdid"])
    parser.add_argument("--data", type=Path, default=HERE / "data")
    flags = parser.parse_args()
    flags.data.mkdir(exist_ok=True)
    print(machine() + " at the start")
    print(
        "| people × periods | tool | wall s, best | wall s, median | CPU s, best | peak MB | CPU ratio | differs by |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for people in flags.people:
        for line in compare(people, flags.periods, flags.tools, flags.repeats, flags.data):
            print(line, flush=True)
    print(f"Load at the end: {', '.join(f'{value:.1f}' for value in os.getloadavg())}")


if __name__ == "__main__":
    main()
