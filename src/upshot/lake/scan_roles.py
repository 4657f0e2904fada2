"""Which column plays which part in a panel, and how its rows are to be read."""

from dataclasses import dataclass, fields

from upshot.errors import PanelError, Problem

__all__ = ["PanelRoles", "ScanOptions", "missing_columns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRoles:
    """Columns of a long panel: one row per unit and period (or per reading, for cross-sections).

    Parameters
    ----------
    unit, time, outcome, first_treated
        Required; ``first_treated`` is empty for those who never start. ``unit`` may be absent for
        repeated cross-sections.
    cluster, strata, weights, denominator
        Optional. Strata are categories, whatever their type. ``denominator`` makes the outcome the
        numerator of a ratio.
    """

    time: str
    outcome: str
    first_treated: str
    unit: str | None = None
    cluster: str | None = None
    strata: tuple[str, ...] = ()
    weights: str | None = None
    denominator: str | None = None

    def named(self) -> dict[str, str]:
        """Column by role, strata numbered."""
        single = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "strata"}
        roles = {role: column for role, column in single.items() if column is not None}
        return roles | {f"strata[{index}]": column for index, column in enumerate(self.strata)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """How rows become sampling units.

    Parameters
    ----------
    unbalanced
        Keep units that are not seen in every period; each mean is over those present.
    repeated_cross_section
        Every row is its own unit.
    memory
        Bytes the outcome matrix of one partition may take; ``None`` is what `scan_layout.room` finds.
    """

    unbalanced: bool = False
    repeated_cross_section: bool = False
    memory: int | None = None


def missing_columns(roles: PanelRoles, columns: list[str], file: str | None) -> None:
    """Raise, all at once, for roles whose column is not there.

    Raises
    ------
    PanelError
        Naming each missing column and the nearest ones there are.
    """
    import difflib

    problems = []
    for role, column in roles.named().items():
        if column in columns:
            continue
        near = difflib.get_close_matches(column, columns, n=3, cutoff=0.5)
        known = ", ".join(near or columns[:12]) + (" …" if not near and len(columns) > 12 else "")
        problems.append(
            Problem(
                code="no-such-column",
                text=f"The column for {role.replace('_', '-')} is not in the panel.",
                fix=f"{'Did you mean' if near else 'It has'}: {known}{'?' if near else '.'}",
                file=file,
                value=column,
            )
        )
    if problems:
        raise PanelError(problems)
