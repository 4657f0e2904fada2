"""Make the excerpts in chicago/ and hr_roster/ from the full data sets: `python make_excerpts.py DATA_FOLDER`."""

import csv
import random
import sys
from pathlib import Path

HERE = Path(__file__).parent
OFFICERS = 40


def chicago(data: Path) -> None:
    """Forty officers with new numbers; nothing else is changed."""
    source = data / "pj_police" / "as_exports"
    rng = random.Random(20260107)  # noqa: S311 - a sample, not a secret
    people = [row["officer_id"] for row in csv.DictReader((source / "employees.csv").open())]
    keep = rng.sample(people, OFFICERS)
    renamed = {old: f"C{number:03d}" for number, old in enumerate(rng.sample(keep, OFFICERS), 1)}
    (HERE / "chicago").mkdir(exist_ok=True)
    for name in ("employees.csv", "training_completions.csv", "kpi_monthly.csv"):
        with (source / name).open(newline="") as full, (HERE / "chicago" / name).open("w", newline="") as part:
            rows = csv.DictReader(full)
            writer = csv.DictWriter(part, rows.fieldnames or [], lineterminator="\n")
            writer.writeheader()
            for row in rows:
                if row["officer_id"] in renamed:
                    writer.writerow({**row, "officer_id": renamed[row["officer_id"]]})


def hr_roster(data: Path) -> None:
    """The first 60 lines, byte for byte."""
    lines = (data / "hr_roster_cc0" / "raw_employee_data.csv").read_bytes().splitlines(keepends=True)
    (HERE / "hr_roster").mkdir(exist_ok=True)
    (HERE / "hr_roster" / "raw_employee_data.csv").write_bytes(b"".join(lines[:61]))


if __name__ == "__main__":
    chicago(Path(sys.argv[1]))
    hr_roster(Path(sys.argv[1]))
