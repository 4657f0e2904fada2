"""What a list of spells must be before anything is computed; every problem is named at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from upshot.errors import InputError, Problem

__all__ = ["Spells", "read_spells"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Checked arrays, each (n,). ``entry`` is ``-inf`` for spells seen from their start."""

    duration: Floats
    event: Bools
    treated: Bools
    entry: Floats
    strata: npt.NDArray[np.int64] | None
    cluster: npt.NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.duration)


def read_spells(
    duration: npt.ArrayLike,
    event: npt.ArrayLike,
    treatment: npt.ArrayLike,
    *,
    entry: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
) -> Spells:
    """Check and convert.

    Raises
    ------
    InputError
        With every problem: text or missing numbers, negative durations, entry at or after exit,
        flags other than 0 and 1, columns of different length, no spells.
    """
    problems: list[Problem] = []
    length = _numbers(duration, "duration", problems)
    ended = _flags(event, "event", problems)
    treated = _flags(treatment, "treatment", problems)
    began = np.zeros(len(length)) if entry is None else _numbers(entry, "entry", problems)
    given = {"duration": length, "event": ended, "treatment": treated, "entry": began}
    labels = {
        name: np.asarray(values) for name, values in (("strata", strata), ("cluster", cluster)) if values is not None
    }
    sizes = {name: len(values) for name, values in {**given, **labels}.items()}
    if len(set(sizes.values())) > 1:
        text = ", ".join(f"{name} {size}" for name, size in sizes.items())
        problems.append(Problem(code="lengths-differ", text=f"The columns have different lengths: {text}."))
    elif not problems:
        problems += _contradictions(length, began)
    problems += [p for name, values in labels.items() if (p := _missing_label(values, name))]
    if not problems and len(length) == 0:
        problems.append(Problem(code="no-spells", text="There are no spells.", fix="Give one row for each spell."))
    if problems:
        raise InputError(problems)
    return Spells(
        duration=length,
        event=ended == 1,
        treated=treated == 1,
        entry=np.where(began > 0, began, -np.inf),
        strata=_codes(labels.get("strata")),
        cluster=_codes(labels.get("cluster")),
    )


def _numbers(values: npt.ArrayLike, name: str, problems: list[Problem]) -> Floats:
    raw = np.asarray(values)
    if raw.ndim != 1:
        problems.append(Problem(code="not-one-column", text="One value a spell is needed, in one column.", column=name))
        return np.zeros(0)
    try:
        numbers = raw.astype(np.float64)
    except (TypeError, ValueError):
        problems.append(Problem(code="not-a-number", text="Some values are not numbers.", column=name))
        return np.zeros(len(raw))
    _refuse(~np.isfinite(numbers), numbers, "not-finite", "is missing or not finite", name, problems)
    return numbers


def _flags(values: npt.ArrayLike, name: str, problems: list[Problem]) -> Floats:
    flags = _numbers(values, name, problems)
    wrong = np.isfinite(flags) & ~np.isin(flags, (0, 1))
    _refuse(wrong, flags, "not-a-flag", "is neither 0 nor 1", name, problems)
    return flags


def _contradictions(duration: Floats, entry: Floats) -> list[Problem]:
    problems: list[Problem] = []
    _refuse(duration < 0, duration, "negative-duration", "is negative", "duration", problems)
    _refuse(entry < 0, entry, "negative-entry", "is negative", "entry", problems)
    late = (entry >= duration) & (entry > 0)
    _refuse(late, entry, "entry-after-exit", "is not before the end of its spell", "entry", problems)
    return problems


def _refuse(wrong: Bools, values: Floats, code: str, what: str, name: str, problems: list[Problem]) -> None:
    if not wrong.any():
        return
    row = int(np.flatnonzero(wrong)[0])
    count = int(wrong.sum())
    problems.append(
        Problem(
            code=code,
            text=f"The {name} of {count} spell{'s' * (count > 1)} {what}; the first is spell {row + 1}.",
            fix=_FIXES.get((code, name), "Correct or remove these rows."),
            column=name,
            value=str(values[row]),
        )
    )


def _missing_label(values: npt.NDArray[np.generic], name: str) -> Problem | None:
    missing: Callable[[object], bool] = lambda value: value is None or value != value  # noqa: E731
    count = sum(missing(value) for value in values.tolist())
    if not count:
        return None
    text = f"{count} spells have no {name}."
    return Problem(
        code="missing-label", text=text, fix="Give every spell a value, or leave the column out.", column=name
    )


def _codes(labels: npt.NDArray[np.generic] | None) -> npt.NDArray[np.int64] | None:
    return None if labels is None else np.unique(labels.astype(str), return_inverse=True)[1].astype(np.int64)


_FIXES = {
    ("not-finite", "duration"): "A spell that has not ended keeps its length so far, with event 0.",
    ("not-a-flag", "event"): "Write 1 for yes and 0 for no; a spell that has not ended has event 0.",
    ("entry-after-exit", "entry"): "A spell must come under observation before it ends.",
}
