"""An answer from one file, sealed: what it can be computed again from, its grade and its sentence."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate, Provenance
from upshot.impact.evidence.grade import graded

__all__ = ["design_hash", "file_fingerprint", "sealed"]


def sealed(found: Estimate, design: Design, *, fingerprint: str, options: Mapping[str, Any]) -> Estimate:
    """Add provenance, grade and claim to an answer.

    Parameters
    ----------
    found
        As its estimator gave it.
    design
        The question.
    fingerprint
        SHA-256 of the data.
    options
        What the question holds beyond the design: columns, season, horizon; plain JSON values.
    """
    provenance = Provenance(
        data_fingerprint=fingerprint,
        design_hash=design_hash(design, options),
        version=version("upshot"),
        seed=design.seed,
    )
    return graded(replace(found, provenance=provenance), design)


def design_hash(design: Design, options: Mapping[str, Any]) -> str:
    """SHA-256 of the design and the options as canonical JSON.

    Examples
    --------
    >>> design_hash(Design(), {"season": 12}) == design_hash(Design(), {"season": 4})
    False
    """
    whole = {"design": asdict(design), "options": dict(options)}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def file_fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
