"""``python -m benchmarks.proof [coverage audit traps page]``: run the parts named (all), then write the page."""

import argparse

from .audit import audit
from .coverage import coverage_table
from .page import PAGE, page
from .pretrends import pretrend_table
from .store import load, record
from .traps import trap_table

__all__ = ["main"]

PARTS = ("coverage", "pretrends", "audit", "traps")


def main() -> None:
    """Parse, run, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, help=f"any of {', '.join(PARTS)}, page")
    parser.add_argument("--replications", type=int, default=1000, help="simulated firms a design")
    parser.add_argument("--fakes", type=int, default=100, help="fake programmes a panel and design")
    parser.add_argument("--seeds", type=int, default=100, help="firms a trap")
    parser.add_argument("--workers", type=int, default=1, help="processes; the results do not depend on it")
    chosen = parser.parse_args()
    runs, fakes, seeds, workers = chosen.replications, chosen.fakes, chosen.seeds, chosen.workers
    if "coverage" in chosen.parts:
        record("coverage", lambda: coverage_table(runs, workers), replications=runs)
    if "pretrends" in chosen.parts:
        record("pretrends", lambda: pretrend_table(runs), replications=runs)
    if "audit" in chosen.parts:
        record("audit", lambda: audit(fakes, workers), replications=fakes)
    if "traps" in chosen.parts:
        record("traps", lambda: trap_table(seeds, workers), replications=seeds)
    PAGE.write_text(page({part: load(part) for part in PARTS}))


if __name__ == "__main__":
    main()
