"""Cut the courses panel out of the OULAD tables: ``python -m benchmarks.proof.make_courses FOLDER OUT.csv``.

FOLDER holds ``assessments.csv``, ``studentAssessment.csv`` and ``studentInfo.csv`` as published.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

__all__ = ["main"]

PERIODS = 5
KEPT = 4000
SEED = 20261123

Enrolment = tuple[str, str, str]


def main(folder: Path, out: Path) -> None:
    """Write score by marked assignment, in order, of a random sample of enrolments with new ids."""
    order = _order(folder / "assessments.csv")
    scores = _scores(folder / "studentAssessment.csv", order)
    region = {_key(row): row["region"] for row in _rows(folder / "studentInfo.csv")}
    everyone = sorted(key for key, marks in scores.items() if 0 in marks and key in region)
    rng = np.random.default_rng(SEED)
    chosen = [everyone[i] for i in rng.permutation(len(everyone))[:KEPT]]
    areas = {name: f"A{i + 1:02d}" for i, name in enumerate(rng.permutation(sorted(set(region.values()))))}
    with out.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["student", "course", "area", *(f"score_{t + 1}" for t in range(PERIODS))])
        for number, key in enumerate(chosen):
            marks = (scores[key].get(t, "") for t in range(PERIODS))
            writer.writerow([f"S{number + 1:04d}", f"{key[0]}-{key[1]}", areas[region[key]], *marks])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(path.read_text().splitlines()))


def _key(row: dict[str, str]) -> Enrolment:
    return row["code_module"], row["code_presentation"], row["id_student"]


def _order(path: Path) -> dict[str, tuple[str, str, int]]:
    """Module, presentation and place in the sequence of each tutor-marked assignment."""
    dated = defaultdict(list)
    for row in _rows(path):
        if row["assessment_type"] == "TMA" and row["date"]:
            dated[row["code_module"], row["code_presentation"]].append((float(row["date"]), row["id_assessment"]))
    long = {course: sorted(found) for course, found in dated.items() if len(found) >= PERIODS}
    return {one: (*course, place) for course, found in long.items() for place, (_, one) in enumerate(found[:PERIODS])}


def _scores(path: Path, order: dict[str, tuple[str, str, int]]) -> dict[Enrolment, dict[int, str]]:
    scores: dict[Enrolment, dict[int, str]] = defaultdict(dict)
    for row in _rows(path):
        if row["id_assessment"] in order and row["score"]:
            module, presentation, place = order[row["id_assessment"]]
            scores[module, presentation, row["id_student"]][place] = row["score"]
    return scores


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
