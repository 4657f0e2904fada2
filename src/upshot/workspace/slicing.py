"""An answer by role, site and the like: moments kept on disk, shrunken effects, and the guard over what was shown."""

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from upshot.errors import DesignError, PanelError
from upshot.impact.design import Design
from upshot.impact.disclosure import Group
from upshot.impact.intervals import interval
from upshot.impact.moments import Moments
from upshot.impact.slices import Slice, Slices, atoms, selected, slice_effects
from upshot.lake.moments_store import MomentsKey, StoredMoments, stored_or_scanned
from upshot.lake.scan import ScannedPanel
from upshot.lake.schema import TABLES
from upshot.panel.build import build, scan
from upshot.panel.monthly import monthly_moments
from upshot.plan import plan_hash
from upshot.report.findings import Range, SliceFacts, SliceRow
from upshot.workspace.answers import Answer
from upshot.workspace.disclosing import FEWER, Disclosure
from upshot.workspace.folder import Workspace
from upshot.workspace.refusing import answered_day, minimum_of, refused, too_few

__all__ = ["INCOMPARABLE", "SLICEABLE", "Sliced", "dimensions_of", "forget_moments", "slices_of"]

SLICEABLE = ("role", "site", "region")
"""People's fields every answer may be sliced by. Teams and managers are not among them: nobody is ranked."""

INCOMPARABLE = "Nobody in it can be compared."
"""Why a group has no effect of its own, where it is not for its size."""

Where = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """Tables to show, and what must be remembered of having shown them.

    Parameters
    ----------
    facts
        One table a dimension, in the order asked.
    disclosure
        The gate after these tables: keep its ``answered`` for this reader and ``fingerprint``.
    fingerprint
        State of the data the selections are of; another state starts a new history.
    """

    facts: tuple[SliceFacts, ...]
    disclosure: Disclosure
    fingerprint: str


def dimensions_of(answer: Answer) -> tuple[str, ...]:
    """What an answer can be sliced by: role, site, region, and the KPI's own dimensions."""
    own = [name for name in answer.kpi.dimensions if name not in ("person", "team", "manager")]
    return tuple(dict.fromkeys((*SLICEABLE, *own)))


def slices_of(
    workspace: Workspace,
    answer: Answer,
    by: Sequence[str] = ("role", "site"),
    *,
    where: Where | None = None,
    asked_before: Disclosure | None = None,
) -> Sliced:
    """The answer's effect by each dimension, one table each.

    Every table goes through the gate: groups under the minimum and their neighbours are withheld,
    and so is every slice that, put together with what this reader saw before, would tell a few
    people apart. Rows stand in order of their label, never of their effect.

    Parameters
    ----------
    by
        Dimensions, out of `dimensions_of`.
    where
        Keep only people with these values, by dimension.
    asked_before
        The gate with what the reader was shown of these data; its minimum may be stricter than the KPI's.

    Raises
    ------
    DesignError
        If a dimension is not one the answer can be sliced by, or is named twice.
    """
    known = dimensions_of(answer)
    _check(by, where, known)
    gate = (asked_before or Disclosure()).at_least(minimum_of(answer))
    fingerprint = _fingerprint(workspace, answer)
    reason = _reason(answer)
    stored = None if reason else _stored(workspace, answer, known, fingerprint)
    if stored is None or answer.design is None:
        reason = reason or "The people of one unit differ in these fields, so the answer cannot be sliced by them."
        return Sliced(
            facts=tuple(SliceFacts(dimension=name, withheld=reason) for name in by),
            disclosure=gate,
            fingerprint=fingerprint,
        )
    moments = stored.scanned.moments
    gate = gate.having(frozenset(atoms(moments)))
    facts = []
    for name in by:
        table, gate = _table(moments, answer.design, name, known, where, gate)
        facts.append(table)
    return Sliced(facts=tuple(facts), disclosure=gate, fingerprint=fingerprint)


def forget_moments(workspace: Workspace) -> None:
    """Delete every stored set of moments, and the readings kept for their next month; all are made again.

    Erasing a person calls for it.
    """
    shutil.rmtree(_folder(workspace), ignore_errors=True)


def _check(by: Sequence[str], where: Where | None, known: Sequence[str]) -> None:
    wrong = sorted({*by, *(where or {})} - set(known))
    if wrong:
        raise DesignError(f"An answer can be sliced by {', '.join(known)}. Got {', '.join(wrong)} instead.")
    if len(set(by)) < len(by):
        raise DesignError("Name each dimension once.")


def _reason(answer: Answer) -> str:
    if too_few(answer):
        return f"Fewer than {answer.kpi.min_cell} people are in the answer, so it is not split further."
    if refused(answer.estimate):
        return "The answer as a whole cannot be claimed, so its parts cannot either."
    if answer.scanned is None or answer.design is None:
        return "This kind of answer is not kept by people's fields, so it cannot be sliced."
    return ""


def _table(
    moments: Moments,
    design: Design,
    name: str,
    columns: Sequence[str],
    where: Where | None,
    gate: Disclosure,
) -> tuple[SliceFacts, Disclosure]:
    """One dimension's table, and the gate after it."""
    people, started = atoms(moments), _started(moments)
    if where:
        asked = selected(moments, columns, where)
        refusal = gate.refuses(asked, people, started) if asked else "Nobody is in this selection."
        if refusal:
            return SliceFacts(dimension=name, withheld=refusal), gate
        gate = gate.having(asked)
    found = slice_effects(moments, design, by=[name], columns=columns, minimum=max(gate.minimum, 1), where=where)
    refusals: dict[Group, str] = {}
    for part in found.slices:
        if part.status == "hidden":
            continue
        asked = selected(moments, columns, {**(where or {}), name: part.values})
        refusal = gate.refuses(asked, people, started)
        if refusal is None:
            gate = gate.having(asked)
        else:
            refusals[part.values] = refusal
    return _facts(name, found, refusals, gate.minimum), gate


def _started(moments: Moments) -> dict[Group, int]:
    """People who start within the panel, per atomic group."""
    found = dict.fromkeys(atoms(moments), 0)
    for cell, people in zip(moments.cells, moments.people, strict=True):
        if cell.cohort is not None:
            found[cell.stratum] += int(people)
    return found


def _facts(name: str, found: Slices, refusals: Mapping[Group, str], minimum: int) -> SliceFacts:
    """The table; where the guard withheld a slice, nothing that was computed with it is printed either."""
    rows = tuple(_row(part, refusals.get(part.values), minimum, shrunken=not refusals) for part in found.slices)
    together = None if refusals else found.q_p_value
    shown = len([row for row in rows if not row.withheld])
    return SliceFacts(
        dimension=name,
        rows=rows,
        overall=None if refusals or found.mean is None else _common(found),
        differ_p_value=together,
        note=_note(shown, together, shrunken=not refusals),
    )


def _common(found: Slices) -> Range:
    span = None if not found.mean_std_error else interval(found.mean or 0.0, found.mean_std_error, found.level)
    if span is None:
        return Range(estimate=found.mean or 0.0)
    return Range(estimate=found.mean or 0.0, low=span.conf_low, high=span.conf_high)


def _row(part: Slice, refusal: str | None, minimum: int, *, shrunken: bool) -> SliceRow:
    label = "not recorded" if part.values[0] in ("", "(empty)") else part.values[0]
    if part.status == "hidden":
        text = f"Too few to show: {FEWER.format(minimum=minimum)}, or next to such a group."
        return SliceRow(label=label, withheld=text)
    if refusal is not None:
        return SliceRow(label=label, withheld=refusal)
    if part.status == "not-identified" or part.estimate is None:
        return SliceRow(label=label, people=part.n_units, withheld=INCOMPARABLE)
    toward = None
    if shrunken and part.shrunken is not None:
        toward = Range(estimate=part.shrunken, low=part.shrunken_conf_low, high=part.shrunken_conf_high)
    alone = Range(estimate=part.estimate, low=part.conf_low, high=part.conf_high)
    return SliceRow(label=label, people=part.n_units, estimate=alone, shrunken=toward)


def _note(shown: int, p_value: float | None, *, shrunken: bool) -> str:
    if shown < 2:
        return ""
    said = f"{shown} groups were looked at, and one of several differs by luck alone."
    if shrunken:
        said += " Each is pulled towards their common mean as far as its own noise demands."
    if p_value is None:
        return said
    more = "differ more" if p_value < 0.05 else "do not differ more"
    return f"{said} Together they {more} than luck would have it (p = {p_value:.2g})."


def _stored(workspace: Workspace, answer: Answer, columns: Sequence[str], fingerprint: str) -> StoredMoments | None:
    """The answer's moments by every dimension, from disk or scanned now; ``None`` where units disagree in one."""
    key = MomentsKey(
        initiative=answer.initiative.id,
        kpi=answer.kpi.id,
        strata=tuple(columns),
        fingerprint=fingerprint,
        scan=hashlib.sha256(
            repr((plan_hash(answer.plan), answer.initiative.design, answer.as_of)).encode()
        ).hexdigest(),
    )
    try:
        folder = _folder(workspace)
        months = folder / key.file.removesuffix(".npz")
        return stored_or_scanned(folder, key, lambda: _scanned(workspace, answer, columns, fingerprint, months))
    except PanelError:
        return None


def _scanned(
    workspace: Workspace, answer: Answer, columns: Sequence[str], fingerprint: str, folder: Path
) -> ScannedPanel:
    """Moments of the facts now: of what was known once by a scan, of all there is from month to month."""
    design = replace(answer.initiative.design, strata=tuple(columns))
    initiative = replace(answer.initiative, design=design)
    day = answered_day(answer)
    if answer.as_of is None:
        return monthly_moments(
            workspace.lake(), folder, initiative, answer.kpi, on=day, fingerprint=fingerprint
        ).scanned
    connection = workspace.lake().connect(known_at=answer.as_of)
    try:
        built = build(connection, initiative, answer.kpi, on=day)
        return scan(connection, built, fingerprint=fingerprint)
    finally:
        connection.close()


def _fingerprint(workspace: Workspace, answer: Answer) -> str:
    """State of the facts: what was imported and, so that an erasure counts, which files hold it."""
    lake = workspace.lake()
    files = [sorted(Path(file).name for file in lake.files(name)) for name in TABLES if name != "imports"]
    source = answer.estimate.provenance
    return hashlib.sha256(
        json.dumps([source.data_fingerprint if source else "", files, str(answer.as_of)]).encode()
    ).hexdigest()


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "moments"
