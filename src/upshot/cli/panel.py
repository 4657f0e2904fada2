"""The `--panel` form of `upshot estimate`: roles, design and options from the flags, and the answer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from upshot.impact.design import Design
from upshot.impact.estimate import Estimate

if TYPE_CHECKING:
    from upshot.report.findings import Findings

__all__ = ["answered_panel", "design_of"]

_ROLES = ("unit", "time", "outcome", "first_treated", "cluster", "strata", "weights", "denominator")


def answered_panel(file: Path, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], "Findings"]]:
    """Answer a long panel; the page adds the event study."""
    from upshot.lake.engines import file_scan
    from upshot.lake.scan_roles import PanelRoles, ScanOptions
    from upshot.panel.direct import estimate_file

    roles = PanelRoles(**{name: flags[name] for name in _ROLES})
    options = ScanOptions(unbalanced=flags["unbalanced"], repeated_cross_section=flags["repeated_cross_section"])
    design = design_of(flags)
    with file_scan(flags["engine"]) as scan:
        found = estimate_file(file, roles, design, options, scan=scan)

    def page() -> "Findings":
        from upshot.workspace.findings import findings_of_file

        by_event = replace(design, aggregation="event", estimator="callaway-santanna")
        study = None
        if found.estimate is not None:
            with file_scan(flags["engine"]) as scan:
                study = estimate_file(file, roles, by_event, options, scan=scan)
        return findings_of_file(found, file, event_study=study)

    return found, page


def design_of(flags: dict[str, Any]) -> Design:
    """The design that the flags name."""
    return Design(
        estimator=flags["estimator"],
        control=flags["control"],
        aggregation=flags["aggregate"],
        base=flags["base"],
        anticipation=flags["anticipation"],
        adjust=flags["adjust"] or ("doubly-robust" if flags["strata"] else None),
        assignment=flags["assignment"],
        assigned_by="team" if flags["cluster"] else "person",
        outcome=flags["outcome"],
        level=flags["level"],
        seed=flags["seed"],
        covariance=flags["covariance"],
    )
