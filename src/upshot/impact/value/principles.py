"""Phillips' guiding principles as named switches, on unless someone turns them off aloud."""

from dataclasses import dataclass, fields

from upshot.impact.estimate import Caution

__all__ = ["PRINCIPLES", "Principles"]

PRINCIPLES: dict[str, str] = {
    "conservative_alternative": "of several values per unit the one that makes the benefit smallest is used",
    "isolate": "only an effect set apart from other causes is turned into money",
    "no_data_no_improvement": "people and periods without data count as not improved",
    "first_year_only": "benefits count for one year",
    "load_all_costs": "participants' and managers' time is a cost",
    "adjust_for_error": "a self-estimate is multiplied by the confidence in it",
    "no_extremes": "extreme self-estimates are left out",
}
"""Each principle's name and what it does here (after Phillips & Phillips, The ROI Methodology)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principles:
    """Which guiding principles hold; all do by default.

    Examples
    --------
    >>> Principles(first_year_only=False).off
    ('first_year_only',)
    """

    conservative_alternative: bool = True
    isolate: bool = True
    no_data_no_improvement: bool = True
    first_year_only: bool = True
    load_all_costs: bool = True
    adjust_for_error: bool = True
    no_extremes: bool = True

    @property
    def off(self) -> tuple[str, ...]:
        """Names of the principles that were switched off."""
        return tuple(f.name for f in fields(self) if not getattr(self, f.name))

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """One caution a principle switched off, so that no reader takes the number for a careful one."""
        return tuple(
            Caution(code=f"without-{name.replace('_', '-')}", text=f"A guiding principle is off: {PRINCIPLES[name]}.")
            for name in self.off
        )
