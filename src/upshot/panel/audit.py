"""Rows in, rows lost and why: the reconciliation every answer carries."""

from dataclasses import dataclass

__all__ = ["AuditLine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One step from the rows that came in to the rows the answer rests on.

    Parameters
    ----------
    step
        What the step looks at, in a few words.
    rows_in, rows_kept
        Rows before and after it.
    people
        People left after it.
    reason
        Why the others were not kept.
    """

    step: str
    rows_in: int
    rows_kept: int
    people: int | None = None
    reason: str = ""
