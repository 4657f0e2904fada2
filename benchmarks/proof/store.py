"""Results on disk: one JSON a part, with the machine, the date and the versions they came from."""

import datetime as dt
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from .monte_carlo import SEED, Share

__all__ = ["load", "record"]

FOLDER = Path(__file__).parent / "results"


def record(part: str, make: Callable[[], Any], **settings: int) -> None:
    """Run one part and keep what came out."""
    started, worked = time.perf_counter(), _worked()
    found = make()
    meta = {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "machine": f"{_processor()}, {os.cpu_count()} cores shared with other work",
        "versions": f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}",
        "seconds": round(time.perf_counter() - started),
        "cpu_seconds": round(_worked() - worked),
        "seed": SEED,
        **settings,
    }
    text = json.dumps({"meta": meta, "found": found}, default=_plain, indent=1, ensure_ascii=False)
    (FOLDER / f"{part}.json").write_text(text + "\n")


def load(part: str) -> dict[str, Any]:
    """What `record` kept, counts as `Share` again."""
    found: dict[str, Any] = json.loads((FOLDER / f"{part}.json").read_text(), object_hook=_shares)
    return found


def _plain(value: object) -> Any:
    if isinstance(value, Share):
        return {"hits": value.hits, "runs": value.runs}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} does not belong in a result")


def _shares(value: dict[str, Any]) -> Any:
    return Share(value["hits"], value["runs"]) if value.keys() == {"hits", "runs"} else value


def _worked() -> float:
    """Processor time so far, of this process and of those it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    return found.stdout.strip() or "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor()
