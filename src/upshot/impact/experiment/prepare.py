"""What of the rows enters the estimate: outcomes seen, whole blocks, covariates the sample can carry."""

from dataclasses import dataclass

import numpy as np

from upshot.impact.estimate import Caution, CheckResult
from upshot.impact.experiment.checks import arms_linked, block_check, whole_blocks
from upshot.impact.experiment.covariates import Floats
from upshot.impact.experiment.rows import Rows

__all__ = ["Prepared", "prepare"]

_UNITS_PER_COVARIATE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Rows to analyse, the covariates to adjust for, and why there is nothing to analyse if so.

    Parameters
    ----------
    rows
        Rows with an outcome in blocks that hold two arms or more.
    covariates
        Shape (n, k) with k = 0 when nothing is adjusted for.
    refusal
        Code and sentence when no effect can be estimated.
    """

    rows: Rows
    covariates: Floats
    block_check: CheckResult
    cautions: tuple[Caution, ...]
    refusal: Caution | None

    @property
    def adjusted(self) -> bool:
        """Whether covariates are used."""
        return bool(self.covariates.shape[1])


def prepare(rows: Rows) -> Prepared:
    """Leave out what cannot be used and say so.

    Parameters
    ----------
    rows
        All rows as assigned; a missing outcome is NaN.
    """
    seen = rows.keep(~np.isnan(rows.outcome))
    overlap = block_check(seen)
    used = whole_blocks(seen)
    cautions = [*_row_cautions(rows, seen, overlap), *_imputed(rows)]
    refusal = _refusal(seen, used)
    if refusal is not None:
        return Prepared(
            rows=used, covariates=np.empty((used.arm.size, 0)), block_check=overlap, cautions=tuple(cautions),
            refusal=refusal,
        )  # fmt: skip
    covariates, said = _affordable(used)
    return Prepared(rows=used, covariates=covariates, block_check=overlap, cautions=(*cautions, *said), refusal=None)


def _row_cautions(rows: Rows, seen: Rows, overlap: CheckResult) -> list[Caution]:
    cautions = []
    gone = rows.arm.size - seen.arm.size
    if gone:
        text = f"{gone} of {rows.arm.size} people have no outcome and are not in the estimate."
        cautions.append(Caution(code="missing-outcomes", text=text))
    if overlap.status in ("failed", "informative"):
        cautions.append(Caution(code="blocks-left-out", text=overlap.text))
    return cautions


def _imputed(rows: Rows) -> list[Caution]:
    return [
        Caution(
            code="covariate-imputed",
            text=f"{name} is missing for {count} people; its mean, or a category of its own, stands in.",
        )
        for name, count in rows.covariates.imputed.items()
    ]


def _refusal(seen: Rows, used: Rows) -> Caution | None:
    units = seen.units_by_cell().sum(axis=0) if seen.arm.size else np.zeros(seen.n_arms, np.int64)
    small = [(arm, int(n)) for arm, n in zip(seen.arms, units, strict=True) if n < 2]
    if small:
        what = "clusters" if seen.clustered else "people"
        return Caution(
            code="too-few",
            text=f"Arm {small[0][0]} has {small[0][1]} {what} with an outcome; with fewer than two, chance cannot be "
            "judged. Leave the arm out, or join it with another.",
        )
    if used.arm.size == 0 or (used.units_by_cell().sum(axis=0) < 2).any():
        return Caution(code="no-overlap", text="Too few people are in blocks that hold two arms or more.")
    if not arms_linked(used):
        return Caution(code="no-overlap", text="No chain of blocks links every arm with the control arm.")
    if float(np.ptp(used.outcome)) == 0:
        return Caution(code="constant-outcome", text="Everyone has the same outcome, so there is nothing to compare.")
    return None


def _affordable(used: Rows) -> tuple[Floats, list[Caution]]:
    values = used.covariates.values
    varying = np.ptp(values, axis=0) > 0 if values.shape[1] else np.zeros(0, bool)
    values, k = values[:, varying], int(varying.sum())
    none = np.empty((used.arm.size, 0))
    if k == 0:
        return none, []
    cells = used.units_by_cell()
    if (cells == 0).any():
        spare = int(cells.sum()) - len(cells) - used.n_arms
    else:
        spare = len(cells) - 1 if (cells < 2).any() else int(cells.sum(axis=0).min()) - len(cells)
    if spare >= _UNITS_PER_COVARIATE * k:
        return values, []
    text = (
        f"There are {spare} units to spare for {k} covariate columns; {_UNITS_PER_COVARIATE} a column are "
        "needed, so nothing is adjusted for. Name fewer covariates; the outcome before the start helps most."
    )
    return none, [Caution(code="too-many-covariates", text=text)]
