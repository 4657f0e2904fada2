"""What an answer rests on, as hashes: how it is told that the plan, the lock, the data or the costs changed since."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from upshot.errors import UpshotError
from upshot.lake import Lake
from upshot.lake.schema import TABLES
from upshot.plan import Amendment as PlanAmendment
from upshot.plan import Document, Lock
from upshot.web.accounts.models import Organisation
from upshot.web.measures.models import CostLine, Run
from upshot.web.plans.models import PromiseLock
from upshot.web.plans.parsed import parsed
from upshot.web.plans.selectors import current_document, document_in_force, lock_in_force, promise_hash
from upshot.workspace.folder import Workspace

__all__ = ["Basis", "basis_of", "changes", "cost_state", "facts_state", "inputs_now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The plan in force, its lock, and hashes of all an answer of today would rest on."""

    document: Document
    lock: Lock | None
    inputs: Mapping[str, str]


def facts_state(workspace: Workspace) -> str:
    """Hash of the lake's files: any import, merge, restatement or erasure changes it."""
    lake = workspace.root / "lake"
    return _facts(lake, Lake(lake).state())


@lru_cache(maxsize=64)
def _facts(folder: Path, state: str) -> str:
    """The same for one state of the tables' logs, which is read without opening them."""
    lake = Lake.open(folder)
    names = [sorted(file.rsplit("/", 1)[-1] for file in lake.files(table)) for table in TABLES]
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def cost_state(lines: list[CostLine]) -> str:
    """Hash of what was spent."""
    said = [[line.pk, line.item, str(line.amount)] for line in lines]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def basis_of(organisation: Organisation, initiative: str, *, facts: str, costs: list[CostLine]) -> Basis:
    """What an answer of today rests on.

    Raises
    ------
    UpshotError
        If the plan does not load or has no such initiative.
    """
    document, lock = document_in_force(organisation, initiative), lock_in_force(organisation, initiative)
    sealed = "" if lock is None else (lock.amendments[-1].seal if lock.amendments else lock.seal)
    return Basis(
        document=document,
        lock=lock,
        inputs=_inputs(document, initiative, sealed, facts, costs),
    )


def _inputs(document: Document, initiative: str, sealed: str, facts: str, costs: list[CostLine]) -> dict[str, str]:
    return {
        "plan": promise_hash(document.plan, initiative),
        "lock": sealed,
        "data": facts,
        "costs": cost_state(costs),
        "version": version("upshot"),
    }


def inputs_now(
    organisation: Organisation, initiatives: Iterable[str], *, facts: str, costs: Mapping[str, list[CostLine]]
) -> dict[str, Mapping[str, str]]:
    """What answers of today would rest on, for many initiatives in a few queries; none for those the plan lacks.

    Unlike `basis_of` it takes the locks as they stand, without holding them against the ledger.
    """
    locks = PromiseLock.objects.filter(organisation=organisation).select_related("version")
    rows = {row.initiative: row for row in locks.prefetch_related("amendments__version")}
    found: dict[str, Mapping[str, str]] = {}
    try:
        today = current_document(organisation)
    except UpshotError:
        return {}
    for name in initiatives:
        row = rows.get(name)
        try:
            document, sealed = (today, "") if row is None else _in_force(row)
            found[name] = _inputs(document, name, sealed, facts, costs.get(name, []))
        except UpshotError:
            continue
    return found


def _in_force(row: PromiseLock) -> tuple[Document, str]:
    """The locked or last amended text, and the seal of the record that says so."""
    last = max(row.amendments.all(), key=lambda item: item.pk, default=None)
    if last is None:
        return parsed(row.version.text), row.seal
    said = PlanAmendment(
        hash=last.hash, reason=last.reason, at=last.at, by=last.by, changed=tuple(last.changed), previous=last.previous
    )
    return parsed(last.version.text), said.seal


def changes(run: Run, now: Mapping[str, str] | None) -> tuple[str, ...]:
    """What differs from what a run rested on: any of ``plan``, ``lock``, ``data``, ``costs``, ``version``."""
    if now is None:
        return ("plan",)
    return tuple(name for name in now if now[name] != run.inputs.get(name))
