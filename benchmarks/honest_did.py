"""Time the sensitivity analysis from 2 to 24 periods on each side: ``python benchmarks/honest_did.py``."""

import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from upshot.impact.honest import breakdown, relative_magnitudes, sensitivity_check, smoothness

Study = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], int, int]

SIZES = (2, 5, 8, 12, 24)
REPEATS = 5


def a_study(periods: int) -> Study:
    """An event study with an average effect of ten standard errors or so, ``periods`` on each side."""
    rng = np.random.default_rng(periods)
    root = rng.normal(size=(2 * periods, 3 * periods))
    sigma = root @ root.T / (300 * periods)
    return rng.multivariate_normal(np.repeat([0.0, 1.0], periods), sigma), sigma, periods, periods


def tasks(study: Study) -> dict[str, Callable[[], object]]:
    """What is timed, all for the average over the post-periods."""
    weights = np.full(study[3], 1 / study[3])
    return {
        "relative, 4 bounds": lambda: relative_magnitudes(*study, weights=weights),
        "smoothness, 4 bounds": lambda: smoothness(*study, weights=weights, bounds=(0.0, 0.01, 0.05, 0.1)),
        "breakdown, relative": lambda: breakdown(*study, weights=weights),
        "breakdown, smoothness": lambda: breakdown(*study, weights=weights, restriction="smoothness"),
        "check": lambda: sensitivity_check(*study, weights=weights),
    }


def seconds(task: Callable[[], object]) -> float:
    """Median processor time of `REPEATS` runs after one that is thrown away."""
    task()
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return statistics.median(times)


def main() -> None:
    """Print one row for each size, in milliseconds."""
    names = list(tasks(a_study(2)))
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}, {os.cpu_count()} CPUs")
    print(f"Processor time, median of {REPEATS}, ms")
    print("periods each side | " + " | ".join(names))
    for periods in SIZES:
        row = [f"{1000 * seconds(task):.0f}" for task in tasks(a_study(periods)).values()]
        print(f"{periods} | " + " | ".join(row))


if __name__ == "__main__":
    main()
