"""`upshot estimate`: what a programme caused, from a panel file or from the workspace, as planned."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from upshot.cli.text import estimate_text
from upshot.impact.design import Adjustment, Aggregation, Assignment, Base, Control, Design, Estimator
from upshot.impact.estimate import Estimate

__all__ = ["estimate"]


def _names(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Split a comma-separated list of columns."""
    return tuple(name.strip() for name in value.split(",") if name.strip()) if value else ()


def _choice(kind: Any) -> click.Choice[str]:
    return click.Choice([str(name) for name in get_args(kind)])


@click.command()
@click.argument("initiative", required=False)
@click.option("--panel", type=click.Path(path_type=Path), help="A long panel: CSV (also .gz) or Parquet.")
@click.option("--unit", help="Column of the person or other unit.")
@click.option("--time", help="Column of the period: integers or dates.")
@click.option("--outcome", help="Column of the KPI.")
@click.option("--first-treated", help="Column of the first treated period; empty for never.")
@click.option("--estimator", type=_choice(Estimator), help="By default chosen from --assignment.")
@click.option("--control", type=_choice(Control), default="not-yet-treated", show_default=True)
@click.option("--aggregate", type=_choice(Aggregation), default="simple", show_default=True)
@click.option("--base", type=_choice(Base), default="varying", show_default=True)
@click.option("--anticipation", type=click.IntRange(0), default=0, help="Periods before the start that may react.")
@click.option("--cluster", help="Column of the team or other cluster.")
@click.option("--strata", callback=_names, help="Columns to adjust for, as categories: C,C")
@click.option("--adjust", type=_choice(Adjustment), help="How strata are adjusted for.")
@click.option("--weights", help="Column of sampling weights.")
@click.option("--unbalanced", is_flag=True, help="Keep people who are not seen in every period.")
@click.option("--repeated-cross-section", is_flag=True, help="Every row is its own person.")
@click.option("--denominator", help="Column that makes the outcome the numerator of a ratio.")
@click.option("--assignment", type=_choice(Assignment), default="unknown", show_default=True)
@click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True)
@click.option("--seed", type=int, default=20260101, show_default=True)
@click.option("--covariance", is_flag=True, help="Put the terms' covariance into the answer.")
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), default=".", help="For INITIATIVE.")
@click.option("--kpi", help="With INITIATIVE: another of the KPIs it names.")
@click.option(
    "--round", "round_", type=click.Choice(["nearest", "floor", "next"]), help="With INITIATIVE: another rule."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write FILE.json or FILE.html as well.")
def estimate(
    initiative: str | None, panel: Path | None, workspace: Path, form: str, out: Path | None, **flags: Any
) -> None:
    """Estimate what a programme caused.

    Give an INITIATIVE of the workspace's plan, or a panel of your own with --panel.
    """
    if (initiative is None) == (panel is None):
        raise click.UsageError("Give either an INITIATIVE of the workspace or --panel FILE.")
    if out is not None and out.suffix not in (".json", ".html"):
        raise click.UsageError("--out takes a name that ends in .json or .html.")
    found, page = _from_panel(panel, flags) if panel is not None else _as_planned(initiative or "", workspace, flags)
    text = json.dumps(found.to_dict(), indent=2, ensure_ascii=False)
    if out is not None:
        out.write_text(text + "\n" if out.suffix == ".json" else page(), encoding="utf-8")
    click.echo(text if form == "json" else estimate_text(found))


def _from_panel(panel: Path, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], str]]:
    from upshot.lake.scan_roles import PanelRoles, ScanOptions
    from upshot.panel.direct import estimate_file

    required = ["time", "outcome", "first_treated", *([] if flags["repeated_cross_section"] else ["unit"])]
    missing = ["--" + name.replace("_", "-") for name in required if not flags[name]]
    if missing:
        raise click.UsageError(f"--panel also needs {', '.join(missing)}.")
    if flags["strata"] and flags["adjust"] is None:
        flags["adjust"] = "doubly-robust"
    roles = PanelRoles(
        **{
            name: flags[name]
            for name in ("unit", "time", "outcome", "first_treated", "cluster", "strata", "weights", "denominator")
        }
    )
    options = ScanOptions(unbalanced=flags["unbalanced"], repeated_cross_section=flags["repeated_cross_section"])
    design = design_of(flags)
    found = estimate_file(panel, roles, design, options)

    def page() -> str:
        from upshot.report.html import render
        from upshot.workspace.findings import findings_of_panel

        by_event = replace(design, aggregation="event", estimator="callaway-santanna")
        study = estimate_file(panel, roles, by_event, options) if found.estimate is not None else None
        return render(findings_of_panel(found, study, name=panel.name))

    return found, page


def _as_planned(initiative: str, workspace: Path, flags: dict[str, Any]) -> tuple[Estimate, Callable[[], str]]:
    from upshot.report.html import render
    from upshot.workspace.answering import answer_initiative
    from upshot.workspace.findings import findings_of
    from upshot.workspace.folder import Workspace

    opened = Workspace.open(workspace)
    answer = answer_initiative(opened, initiative, kpi_id=flags["kpi"], rounding=flags["round_"])
    return answer.estimate, lambda: render(findings_of(opened, answer))


def design_of(flags: dict[str, Any]) -> Design:
    """The design that the flags name."""
    return Design(
        estimator=flags["estimator"],
        control=flags["control"],
        aggregation=flags["aggregate"],
        base=flags["base"],
        anticipation=flags["anticipation"],
        adjust=flags["adjust"],
        assignment=flags["assignment"],
        assigned_by="team" if flags["cluster"] else "person",
        outcome=flags["outcome"],
        level=flags["level"],
        seed=flags["seed"],
        covariance=flags["covariance"],
    )
