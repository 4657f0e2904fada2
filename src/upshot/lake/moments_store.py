"""Moments kept on disk, one file for an initiative, KPI and set of strata, found again by their data."""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from upshot.errors import LakeError
from upshot.impact.estimate import Caution
from upshot.lake.moments_bytes import arrays_of, head_of, moments_from
from upshot.lake.scan import ScannedPanel
from upshot.lake.scan_roles import PanelRoles, ScanOptions
from upshot.lake.scan_times import TimeScale

__all__ = ["SCHEMA", "MomentsKey", "StoredMoments", "load_moments", "save_moments", "stored_or_scanned"]

SCHEMA = "upshot-moments/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsKey:
    """What a file of moments answers for.

    Parameters
    ----------
    initiative, kpi
        Identifiers of the plan.
    strata
        Names of the columns the moments are kept by, in order.
    fingerprint
        SHA-256 of the facts.
    scan
        SHA-256 of how the rows were read: roles, options, rules of the panel.
    """

    initiative: str
    kpi: str
    strata: tuple[str, ...]
    fingerprint: str
    scan: str = ""

    @property
    def file(self) -> str:
        """The file's name: one per initiative, KPI, strata and reading; newer facts replace older ones."""
        lasting = [self.initiative, self.kpi, sorted(self.strata), self.scan]
        return hashlib.sha256(json.dumps(lasting).encode()).hexdigest()[:32] + ".npz"

    @staticmethod
    def scan_of(roles: PanelRoles, options: ScanOptions) -> str:
        """SHA-256 of how a panel is read; what only bounds memory is left out."""
        read = asdict(roles) | {name: value for name, value in asdict(options).items() if name != "memory"}
        return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMoments:
    """Moments as they were scanned, with the names of their strata."""

    scanned: ScannedPanel
    strata: tuple[str, ...]


def save_moments(folder: Path, key: MomentsKey, scanned: ScannedPanel) -> Path:
    """Write moments; whoever reads at the same time finds the old file or the new one, whole.

    Centred cross-products are symmetric and kept as triangles: cells x T² / 2 doubles.
    """
    moments = scanned.moments
    head = {
        "schema": SCHEMA,
        "key": asdict(key),
        **head_of(moments),
        "scale": [scanned.scale.kind, scanned.scale.grain],
        "fingerprint": scanned.fingerprint,
        "rows": scanned.rows,
        "cautions": [[caution.code, caution.text] for caution in scanned.cautions],
    }
    arrays = {
        "head": np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
        **arrays_of(moments),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return _written(folder / key.file, arrays)


def _written(path: Path, arrays: dict[str, Any]) -> Path:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(path)
    return path


def load_moments(folder: Path, key: MomentsKey) -> StoredMoments | None:
    """Read moments; ``None`` if none are kept, or those kept are of other facts.

    Raises
    ------
    LakeError
        If the file is damaged or of a schema this version does not know.
    """
    path = folder / key.file
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            head = json.loads(found["head"].tobytes())
            if head["schema"] != SCHEMA:
                raise ValueError(head["schema"])
            if head["key"]["fingerprint"] != key.fingerprint or tuple(head["key"]["strata"]) != key.strata:
                return None
            return StoredMoments(scanned=_scanned(head, found), strata=key.strata)
    except (ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise LakeError(
            f"The stored moments in {path.name} cannot be read. Delete the file; it is made again."
        ) from error


def _scanned(head: dict[str, Any], found: Any) -> ScannedPanel:
    kind, grain = head["scale"]
    return ScannedPanel(
        moments=moments_from(head, found),
        scale=TimeScale(kind, grain),
        fingerprint=head["fingerprint"],
        rows=head["rows"],
        cautions=tuple(Caution(code=code, text=text) for code, text in head["cautions"]),
    )


def stored_or_scanned(folder: Path, key: MomentsKey, scan: Callable[[], ScannedPanel]) -> StoredMoments:
    """The stored moments of these facts, or a new scan, which is stored."""
    found = load_moments(folder, key)
    if found is not None:
        return found
    scanned = scan()
    save_moments(folder, key, scanned)
    return StoredMoments(scanned=scanned, strata=key.strata)
