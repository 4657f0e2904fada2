"""What Spark costs by rows and executors: ``python benchmarks/spark_scale.py``, a table out.

Executors are processes of their own (``local-cluster``), one core each. Every line is a process of its own: the session
starts, a small panel warms it up, then the panel is scanned once. Processor seconds are those of the driver, Java and
the executors' Python together, from ``/proc``, for that scan alone.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from panels import RollOut, write_apart
from speed import HERE, machine, run
from upshot.lake.scan import PanelRoles

ROLES = PanelRoles(unit="person", time="period", outcome="sales", first_treated="start")
TICKS = os.sysconf("SC_CLK_TCK")


def processors() -> float:
    """Seconds of this process and of everything it has started that still runs, with what those have waited for."""
    parents, spent = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
        spent[int(path.parent.name)] = sum(map(int, fields[11:15])) / TICKS
    own, grown = {os.getpid()}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in own} - own
        own, grown = own | more, bool(more)
    return sum(spent.get(one, 0.0) for one in own)


def one(executors: int, warm: Path, file: Path) -> dict[str, float]:
    """Start a session, warm it up, scan the file once."""
    from upshot.lake.spark.session import spark_session
    from upshot.lake.spark.source import scan_path

    os.environ["PYSPARK_SUBMIT_ARGS"] = (
        f"--master local-cluster[{executors},1,2048] --conf spark.executor.memory=1g --conf spark.ui.enabled=false "
        "--conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1 pyspark-shell"
    )
    with spark_session() as session:
        scan_path(session, warm, ROLES)
        cpu, wall = processors(), time.perf_counter()
        rows = scan_path(session, file, ROLES).rows
        return {"rows": rows, "wall": time.perf_counter() - wall, "cpu": processors() - cpu}


def made(folder: Path, people: int) -> Path:
    """A panel of so many people over 20 periods."""
    file = folder / f"{people}x20.parquet"
    if not file.exists():
        write_apart(RollOut(people=people), file)
    return file


def main() -> None:
    """Print the table, or one of its lines' figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[100_000, 200_000, 400_000])
    parser.add_argument("--executors", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--one", nargs=2, metavar=("EXECUTORS", "FILE"), help="What the table's processes get.")
    flags = parser.parse_args()
    flags.data.mkdir(exist_ok=True)
    warm = made(flags.data, 2_000)
    if flags.one:
        print(json.dumps(one(int(flags.one[0]), warm, Path(flags.one[1]))))
        return
    print(f"{machine()} at the start", flush=True)
    print("| executors | rows | wall s | CPU s | CPU s a million rows |\n|---|---|---|---|---|", flush=True)
    for executors in flags.executors:
        for people in flags.people:
            file = made(flags.data, people)
            command = [sys.executable, __file__, "--data", str(flags.data), "--one", str(executors), str(file)]
            found = json.loads(run(command).out.splitlines()[-1])
            million = found["cpu"] / found["rows"] * 1e6
            print(
                f"| {executors} | {found['rows']:,.0f} | {found['wall']:.1f} | {found['cpu']:.1f} | {million:.2f} |",
                flush=True,
            )
    print(f"{machine()} at the end")


if __name__ == "__main__":
    main()
