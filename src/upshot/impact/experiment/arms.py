"""The arms of an experiment: reading their labels and choosing the one the others are compared with."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from upshot.errors import DesignError, Problem

__all__ = ["Codes", "arm_codes", "codes_of", "plain_label"]

Codes = npt.NDArray[np.int64]

_OBVIOUS = ("0", "control", "false")


def plain_label(value: Any) -> int | float | str | None:
    """A label as plain Python; whole floats become integers, missing values ``None``.

    Examples
    --------
    >>> plain_label(1.0), plain_label("A"), plain_label(float("nan"))
    (1, 'A', None)
    """
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) else str(value)


def codes_of(values: npt.ArrayLike, name: str, problems: list[Problem]) -> tuple[tuple[int | float | str, ...], Codes]:
    """Labels in sorted order and each row's position among them; missing labels are a problem.

    Parameters
    ----------
    values
        One label a row, shape (n,).
    name
        Role of the column, for the message.
    problems
        What is wrong is added here.

    Returns
    -------
    tuple
        Labels, and codes of shape (n,) with -1 where the label is missing.
    """
    raw = np.asarray(values)
    if raw.dtype.kind in "biuf":
        found, inverse = np.unique(raw, return_inverse=True)
        plain = [plain_label(value) for value in found]
        codes = inverse.reshape(-1).astype(np.int64)
    else:
        each = [plain_label(value) for value in raw.tolist()]
        plain = sorted(set(each), key=lambda label: (label is None, isinstance(label, str), label))
        place = {label: position for position, label in enumerate(plain)}
        codes = np.array([place[label] for label in each], dtype=np.int64)
    labels = tuple(label for label in plain if label is not None)
    codes = np.where(codes < len(labels), codes, -1)
    missing = int((codes < 0).sum())
    if missing:
        problems.append(
            Problem(
                code=f"missing-{name}",
                text=f"The {name} is missing in {missing} of {len(codes)} rows.",
                fix=f"Give every row a {name}, or leave out the rows that were never part of the experiment.",
            )
        )
    return labels, codes


def arm_codes(
    treatment: npt.ArrayLike, control: int | float | str | None, problems: list[Problem]
) -> tuple[tuple[int | float | str, ...], Codes]:
    """Arm labels with the control arm first, and each row's arm as a code, shape (n,).

    Raises
    ------
    DesignError
        If the control arm is not among the arms, or none was named and none is obvious.
    """
    labels, codes = codes_of(treatment, "treatment", problems)
    if len(labels) < 2:
        only = f"only {labels[0]!r}" if labels else "none"
        problems.append(
            Problem(
                code="one-arm",
                text=f"An experiment needs at least two arms; the treatment column holds {only}.",
                fix="Name the column that says which arm each row was assigned to.",
            )
        )
        return labels, codes
    if len(labels) > max(20, len(codes) // 4):
        problems.append(
            Problem(
                code="too-many-arms",
                text=f"The treatment column holds {len(labels)} different values.",
                fix="An arm is a label such as 0, 1 or 'coaching'; a dose or an identifier is not an arm.",
            )
        )
    first = _control_position(labels, control)
    order = [first, *(position for position in range(len(labels)) if position != first)]
    renumber = np.empty(len(labels) + 1, dtype=np.int64)
    renumber[order] = np.arange(len(labels))
    renumber[-1] = -1
    return tuple(labels[position] for position in order), renumber[codes]


def _control_position(labels: tuple[int | float | str, ...], control: int | float | str | None) -> int:
    choices = ", ".join(map(repr, labels))
    if control is not None:
        wanted = plain_label(control)
        named = [i for i, label in enumerate(labels) if label == wanted or str(label) == str(wanted)]
        if not named:
            raise DesignError(f"The control arm {control!r} is not among the arms. Choose one of {choices}.")
        return named[0]
    obvious = [i for i, label in enumerate(labels) if str(label).strip().casefold() in _OBVIOUS]
    if len(obvious) != 1:
        raise DesignError(f"It is not clear which arm is the control arm. Name it; choose one of {choices}.")
    return obvious[0]
