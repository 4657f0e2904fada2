"""Covariates as numbers: categories become indicators, missing values a mean and an indicator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.errors import Problem
from upshot.impact.experiment.arms import codes_of

__all__ = ["CodedCovariates", "code_covariates"]

Floats = npt.NDArray[np.float64]

_MOST_CATEGORIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedCovariates:
    """Covariates ready for arithmetic.

    Parameters
    ----------
    names
        Name of each column, ``region[north]`` for an indicator and ``tenure[missing]`` for a gap.
    values
        Shape (n, len(names)), finite.
    imputed
        Covariates with missing values, and in how many rows.
    """

    names: tuple[str, ...]
    values: Floats
    imputed: Mapping[str, int]


def code_covariates(
    covariates: Mapping[str, npt.ArrayLike] | npt.ArrayLike | None, n_rows: int, problems: list[Problem]
) -> CodedCovariates:
    """Code every covariate; what cannot be coded is added to ``problems``.

    Text is always a set of categories. Numbers are numbers, whole ones too, unless the name is
    written ``C(name)``. The first category in sorted order is the one left out.

    Parameters
    ----------
    covariates
        Columns by name, each of shape (n,), or one array of shape (n,) or (n, k).
    n_rows
        Number of rows every column must have.
    problems
        What is wrong is added here.

    Examples
    --------
    >>> coded = code_covariates({"tenure": [1.0, 2.0, 4.0], "site": ["a", "b", "a"]}, 3, [])
    >>> coded.names, coded.values[:, 1].tolist()
    (('tenure', 'site[b]'), [0.0, 1.0, 0.0])
    """
    names: list[str] = []
    columns: list[Floats] = []
    imputed: dict[str, int] = {}
    for name, values in _by_name(covariates).items():
        if np.shape(values) != (n_rows,):
            problems.append(_problem("covariate-length", name, f"has shape {np.shape(values)}, not ({n_rows},)."))
            continue
        coded, missing = _code(name, np.asarray(values), problems)
        if missing:
            imputed[name] = missing
        names.extend(coded)
        columns.extend(coded.values())
    values_out = np.column_stack(columns) if columns else np.empty((n_rows, 0))
    return CodedCovariates(names=tuple(names), values=values_out, imputed=imputed)


def _by_name(covariates: Mapping[str, npt.ArrayLike] | npt.ArrayLike | None) -> Mapping[str, Any]:
    if covariates is None:
        return {}
    if isinstance(covariates, Mapping):
        return covariates
    table = np.asarray(covariates)
    if table.ndim == 1:
        return {"x1": table}
    return {f"x{position + 1}": table[:, position] for position in range(table.shape[1])}


def _code(name: str, values: npt.NDArray[Any], problems: list[Problem]) -> tuple[dict[str, Floats], int]:
    forced = name.startswith("C(") and name.endswith(")")
    numbers = None if forced else _as_numbers(values)
    if numbers is None:
        return _categories(name[2:-1] if forced else name, values, problems)
    if np.isinf(numbers).any():
        problems.append(_problem("covariate-infinite", name, "holds an infinite value."))
        return {}, 0
    return _numbers(name, numbers)


def _as_numbers(values: npt.NDArray[Any]) -> Floats | None:
    if values.dtype.kind in "biuf":
        return values.astype(np.float64)
    if values.dtype.kind == "O" and all(v is None or isinstance(v, int | float | np.number) for v in values.tolist()):
        return np.array([np.nan if v is None else float(v) for v in values.tolist()])
    return None


def _numbers(name: str, numbers: Floats) -> tuple[dict[str, Floats], int]:
    gaps = np.isnan(numbers)
    missing = int(gaps.sum())
    if missing == len(numbers):
        return {}, missing
    if not missing:
        return {name: numbers}, 0
    filled = np.where(gaps, numbers[~gaps].mean(), numbers)
    return {name: filled, f"{name}[missing]": gaps.astype(np.float64)}, missing


def _categories(name: str, values: npt.NDArray[Any], problems: list[Problem]) -> tuple[dict[str, Floats], int]:
    labels, codes = codes_of(values, name, [])
    if len(labels) > _MOST_CATEGORIES:
        problems.append(_problem("too-many-categories", name, f"has {len(labels)} categories."))
        return {}, 0
    coded = {f"{name}[{label}]": (codes == i).astype(np.float64) for i, label in enumerate(labels) if i > 0}
    missing = int((codes < 0).sum())
    if missing:
        coded[f"{name}[missing]"] = (codes < 0).astype(np.float64)
    return coded, missing


_FIXES = {
    "covariate-length": "Give every covariate one value a row.",
    "covariate-infinite": "Leave the value empty where it is not known.",
    "too-many-categories": f"Group them to {_MOST_CATEGORIES} or fewer, or leave the column out.",
}


def _problem(code: str, name: str, text: str) -> Problem:
    return Problem(code=code, text=f"The covariate {name!r} {text}", fix=_FIXES[code], column=name)
