"""`upshot estimate`: what a programme caused, as planned in the workspace or from a file of one's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from upshot.cli.estimate_forms import SYNTHETIC, chosen_form, refuse_strangers
from upshot.cli.text import estimate_text
from upshot.impact.design import Adjustment, Aggregation, Assignment, Base, Control, Estimator
from upshot.impact.estimate import Estimate

if TYPE_CHECKING:
    from upshot.report.findings import Findings

__all__ = ["Answered", "estimate"]

Answered = tuple[Estimate, Callable[[], "Findings"] | None]
"""An answer, and what a report would say; ``None`` where there is nothing it could show."""


def _names(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Split a comma-separated list of columns."""
    return tuple(name.strip() for name in value.split(",") if name.strip()) if value else ()


def _choice(kind: Any, *more: str) -> click.Choice[str]:
    return click.Choice([*(str(name) for name in get_args(kind)), *more])


_file = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("initiative", required=False)
@click.option(
    "--panel", type=click.Path(path_type=Path), help="A long panel: CSV (also .gz), Parquet, or a folder of it."
)
@click.option("--experiment", type=_file, help="One row per person or team of an experiment.")
@click.option("--series", type=_file, help="One row per period of a single series.")
@click.option("--spells", type=_file, help="One row per spell: a duration and whether it ended.")
@click.option("--unit", help="Column of the person or other unit.")
@click.option("--time", help="Column of the period: integers or dates.")
@click.option("--outcome", help="Column of the KPI.")
@click.option("--first-treated", help="Column of the first treated period; empty for never.")
@click.option("--estimator", type=_choice(Estimator, *SYNTHETIC), help="By default chosen from --assignment.")
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
@click.option("--treatment", help="Experiment: column of the arm assigned. Spells: 1 or 0.")
@click.option("--take-up", help="Experiment: column that says who took part, 1 or 0; gives the effect on them.")
@click.option("--covariates", callback=_names, help="Experiment: columns known before the start: C,C")
@click.option("--block", help="Experiment: column of the block the arms were drawn in.")
@click.option("--control-arm", help="Experiment: label of the arm the others are compared with.")
@click.option("--planned-shares", help="Experiment: planned size of each arm: control=1,coaching=2")
@click.option("--start", help="Series: first time the programme could act, as the time column writes it.")
@click.option("--exposure", help="Series: column of what a count is out of: hours, orders, people.")
@click.option("--season", type=click.IntRange(2), help="Series: periods in a cycle, such as 12 for months.")
@click.option("--family", type=click.Choice(["gaussian", "poisson"]), default="gaussian", show_default=True)
@click.option("--control-series", callback=_names, help="Series: columns the programme cannot have touched: C,C")
@click.option("--duration", help="Spells: column of how long it took, or was watched.")
@click.option("--event", help="Spells: column of 1 where it ended, 0 where it was still running.")
@click.option("--entry", help="Spells: column of when watching began.")
@click.option("--horizon", type=float, help="Spells: up to when time is counted.")
@click.option("--intake", help="Spells: column of the intake of new hires; with --first-treated.")
@click.option("--assignment", type=_choice(Assignment), default="unknown", show_default=True)
@click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True)
@click.option("--seed", type=int, default=20260101, show_default=True)
@click.option("--covariance", is_flag=True, help="Put the terms' covariance into the answer.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    envvar="UPSHOT_ENGINE",
    help="What reads the rows: this machine, or a Spark cluster.",
)
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), default=".", help="For INITIATIVE.")
@click.option("--kpi", help="With INITIATIVE: another of the KPIs it names.")
@click.option(
    "--round", "round_", type=click.Choice(["nearest", "floor", "next"]), help="With INITIATIVE: another rule."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write FILE.json, .html, .pdf, .pptx or .xlsx as well.",
)
@click.pass_context
def estimate(
    context: click.Context,
    /,
    initiative: str | None,
    panel: Path | None,
    experiment: Path | None,
    series: Path | None,
    spells: Path | None,
    form: str,
    out: Path | None,
    **flags: Any,
) -> None:
    """Estimate what a programme caused.

    Give an INITIATIVE of the workspace's plan, or a file of your own: a panel of people and
    periods (--panel), an experiment (--experiment), one series (--series), or times until
    something happens (--spells).
    """
    files = {"panel": panel, "experiment": experiment, "series": series, "spells": spells}
    name = chosen_form(initiative, files, flags["estimator"])
    refuse_strangers(context, name, flags)
    suffix = _suffix(out)
    found, findings = _answered(name, next((file for file in files.values() if file), None), initiative, flags)
    text = json.dumps(found.to_dict(), indent=2, ensure_ascii=False)
    if out is not None:
        out.write_bytes(f"{text}\n".encode() if suffix == ".json" else _report(findings, suffix))
    click.echo(text if form == "json" else estimate_text(found, colour=_on_a_terminal()))


def _suffix(out: Path | None) -> str:
    """The format that is asked for; the name is looked at before anything is computed."""
    from upshot.report.formats import SUFFIXES

    suffix = ".json" if out is None else out.suffix.lower()
    if suffix not in (".json", *SUFFIXES):
        raise click.UsageError(f"--out takes a name that ends in .json, {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    return suffix


def _report(findings: Callable[[], "Findings"] | None, suffix: str) -> bytes:
    from upshot.report.formats import render_as

    if findings is None:
        raise click.UsageError("There is no report for this answer. Use --out FILE.json.")
    return render_as(findings(), suffix)


def _on_a_terminal() -> bool:
    import os
    import sys

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def _answered(name: str, file: Path | None, initiative: str | None, flags: dict[str, Any]) -> Answered:
    """Hand the flags to their form; only that form's code is imported."""
    if file is None:
        from upshot.cli.initiative import answered_initiative

        return answered_initiative(initiative or "", flags)
    match name:
        case "panel":
            from upshot.cli.panel import answered_panel as answered
        case "few-teams":
            from upshot.cli.few_teams import answered_few_teams as answered
        case "experiment":
            from upshot.cli.experiment import answered_experiment as answered
        case "series":
            from upshot.cli.series import answered_series as answered
        case _:
            from upshot.cli.spells import answered_spells as answered
    return answered(file, flags)
