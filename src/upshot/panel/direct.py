"""A panel file and a design in, an answer out: for analysts who bring their own panel."""

import gzip
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from upshot.errors import PanelError, Problem
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Provenance
from upshot.lake.engines import FileScan
from upshot.lake.scan import ScannedPanel, scan_file
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.lake.scan_strata import SEEN
from upshot.panel.lot import with_lot

__all__ = ["answer_scan", "estimate_file"]

_ESTIMATORS = "upshot.impact.answer"
"""Loaded while rows are read: with SciPy it takes a third of a small file's time."""


def estimate_file(
    path: Path,
    roles: PanelRoles,
    design: Design | None = None,
    options: ScanOptions | None = None,
    *,
    scan: FileScan = scan_file,
) -> Estimate:
    """Estimate what a programme did, from one long panel file (CSV or Parquet).

    Parameters
    ----------
    path
        The file; one row per unit and period.
    roles
        Which column plays which part.
    design
        The question; by default Callaway & Sant'Anna's simple average against the not-yet-treated.
    options
        Whether units may be missing in some periods, and whether rows are cross-sections.
    scan
        What reads the file (`lake.engines.file_scan`).

    Raises
    ------
    PanelError
        If the file is empty or cut off, or its rows cannot form a panel; all problems at once.
    DesignError
        If the estimator cannot be used on this kind of panel.
    """
    _whole(path)
    chosen = design or Design()
    if chosen.outcome == "outcome":
        chosen = replace(chosen, outcome=roles.outcome)
    if chosen.estimator == "imputation" and options is not None and options.unbalanced and SEEN not in roles.strata:
        roles = replace(roles, strata=(*roles.strata, SEEN))
    with ThreadPoolExecutor(1) as beside:
        beside.submit(import_module, _ESTIMATORS)
        scanned = scan(path, roles, options)
    found = answer_scan(scanned, chosen)
    if options is not None and (options.unbalanced or options.repeated_cross_section):
        return found
    return with_lot(found, chosen, roles, lambda others: scan(path, others, options))


def _whole(path: Path) -> None:
    """Refuse an empty file and a download that was cut off, which would read as fewer rows."""
    if not path.is_file():
        return
    if path.stat().st_size == 0:
        text, fix = "The file is empty.", "Export it again, with one header row and one row per unit and period."
        raise PanelError(Problem(code="empty-file", text=text, fix=fix, file=str(path)))
    if path.suffix.lower() == ".gz":
        try:
            with gzip.open(path) as file:
                while file.read(_CHUNK):
                    pass
        except (EOFError, OSError, zlib.error) as error:
            text, fix = "The compressed file is cut off or damaged.", "Fetch it again."
            raise PanelError(Problem(code="unreadable-file", text=text, fix=fix, file=str(path))) from error


_CHUNK = 2**20


def answer_scan(
    scanned: ScannedPanel,
    design: Design,
    *,
    plan_hash: str | None = None,
    stage: Callable[[str], None] | None = None,
) -> Estimate:
    """Answer a design from a scanned panel, with its labels, cautions and provenance.

    ``stage`` is told what begins, and may raise to stop the work.
    """
    from upshot.impact.answer import answer

    provenance = Provenance(
        data_fingerprint=scanned.fingerprint,
        design_hash=design.hash,
        version=version("upshot"),
        seed=design.seed,
        plan_hash=plan_hash,
    )
    return answer(
        scanned.moments,
        design,
        label=scanned.scale.label,
        provenance=provenance,
        cautions=scanned.cautions,
        stage=stage or (lambda _: None),
    )
