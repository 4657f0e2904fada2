"""The `--panel` form of `upshot estimate` for few treated teams: a mix of the other teams is the comparison."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from upshot.cli.columns import read_columns
from upshot.impact.design import Design
from upshot.impact.estimate import Estimate
from upshot.impact.synthetic import synthetic_control, synthetic_did
from upshot.panel.few_teams import few_team_panel
from upshot.panel.sealed import file_fingerprint, sealed
from upshot.report.findings import Findings

__all__ = ["answered_few_teams"]

_ROLES = ("unit", "time", "outcome", "first_treated", "cluster")


def answered_few_teams(file: Path, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], Findings]]:
    """Answer a panel of few teams by synthetic control or synthetic difference-in-differences.

    Raises
    ------
    PanelError
        If the rows cannot form a full matrix of teams by periods.
    """
    roles = {name: flags[name] for name in _ROLES}
    design = Design(
        anticipation=flags["anticipation"],
        assignment=flags["assignment"],
        outcome=flags["outcome"],
        level=flags["level"],
        seed=flags["seed"],
        covariance=flags["covariance"],
    )
    panel, cautions = few_team_panel(**read_columns(file, roles))
    answer = synthetic_did if flags["estimator"] == "synthetic-did" else synthetic_control
    found = answer(panel, design)
    found = replace(found, cautions=(*found.cautions, *cautions))
    options = roles | {"estimator": flags["estimator"]}
    found = sealed(found, design, fingerprint=file_fingerprint(file), options=options)

    def page() -> Findings:
        from upshot.workspace.findings import findings_of_file

        study = replace(found, aggregation="event") if found.estimate is not None else None
        return findings_of_file(found, file, event_study=study, people="teams")

    return found, page
