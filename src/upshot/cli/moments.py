"""`upshot moments`: the statement that lets a warehouse compute the moments, and the answer from what it returned."""

import json
from pathlib import Path
from typing import Any, get_args

import click

from upshot.impact.design import Adjustment, Aggregation, Assignment, Base, Control, Design, Estimator

__all__ = ["moments"]

_DIALECTS = ("duckdb", "postgresql", "snowflake", "bigquery", "databricks", "spark", "redshift")


def _names(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Split a comma-separated list of columns."""
    return tuple(name.strip() for name in value.split(",") if name.strip()) if value else ()


def _periods(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """Read ``2025-01..2026-06`` or ``1,2,3``."""
    from upshot.lake.warehouse_panel import periods_between

    first, dots, last = value.partition("..")
    if dots:
        return periods_between(first.strip(), last.strip())
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _choice(kind: Any) -> click.Choice[str]:
    return click.Choice([str(name) for name in get_args(kind)])


@click.group()
def moments() -> None:
    """Let a warehouse compute the moments, and answer from what it returned."""


@moments.command()
@click.option("--dialect", type=click.Choice(_DIALECTS), required=True, help="Whose SQL to write.")
@click.option("--table", required=True, help="The long panel: one row per unit and period.")
@click.option("--unit", required=True, help="Column of the person or other unit.")
@click.option("--time", required=True, help="Column of the period: integers, dates or written periods.")
@click.option("--outcome", required=True, help="Column of the KPI.")
@click.option("--first-treated", required=True, help="Column of the first treated period; null for never.")
@click.option("--periods", required=True, callback=_periods, help="The periods to use: 2025-01..2026-06, or P,P,P.")
@click.option("--cluster", help="Column of the team or other cluster.")
@click.option("--strata", callback=_names, help="Columns to adjust for or slice by, as categories: C,C")
@click.option("--weights", help="Column of sampling weights.")
@click.option("--denominator", help="Column that makes the outcome the numerator of a ratio.")
@click.option("--unbalanced", is_flag=True, help="Keep people who are not seen in every period.")
@click.option("--minimum", type=click.IntRange(1), default=10, show_default=True, help="Smallest group that may leave.")
@click.option("--centre", type=float, help="A number near the mean, to save the warehouse computing it.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write FILE instead of printing.")
def sql(dialect: str, out: Path | None, **flags: Any) -> None:
    """Print the statement; its rows are aggregates of groups, never of a person.

    Export the rows with every column and digit, then run: upshot moments estimate FILE.
    """
    from upshot.lake.scan_roles import PanelRoles
    from upshot.lake.warehouse import moments_sql
    from upshot.lake.warehouse_panel import WarehousePanel

    names = ("unit", "time", "outcome", "first_treated", "cluster", "strata", "weights", "denominator")
    panel = WarehousePanel(
        table=flags["table"],
        roles=PanelRoles(**{name: flags[name] for name in names}),
        periods=flags["periods"],
        unbalanced=flags["unbalanced"],
        minimum=flags["minimum"],
        centre=flags["centre"],
    )
    text = "".join(f"{statement};\n" for statement in moments_sql(panel, dialect))
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@moments.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--estimator", type=_choice(Estimator), help="By default chosen from --assignment.")
@click.option("--control", type=_choice(Control), default="not-yet-treated", show_default=True)
@click.option("--aggregate", type=_choice(Aggregation), default="simple", show_default=True)
@click.option("--base", type=_choice(Base), default="varying", show_default=True)
@click.option("--anticipation", type=click.IntRange(0), default=0, help="Periods before the start that may react.")
@click.option("--adjust", type=_choice(Adjustment), help="How strata are adjusted for.")
@click.option("--assignment", type=_choice(Assignment), default="unknown", show_default=True)
@click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True)
@click.option("--seed", type=int, default=20260101, show_default=True)
@click.option("--covariance", is_flag=True, help="Put the terms' covariance into the answer.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write FILE.json as well.")
def estimate(files: tuple[Path, ...], form: str, out: Path | None, **flags: Any) -> None:
    """Answer from FILES: what a warehouse returned, one file per statement, as Parquet, CSV or JSON."""
    from upshot.cli.text import estimate_text
    from upshot.lake.warehouse_rows import moments_from_rows, read_rows
    from upshot.panel.direct import answer_scan

    found = moments_from_rows([row for file in files for row in read_rows(file)])
    design = _design(flags, found.kind.outcome, by_team=found.kind.clustered)
    estimate = answer_scan(found.scanned, design)
    text = json.dumps(estimate.to_dict(), indent=2, ensure_ascii=False)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    click.echo(text if form == "json" else estimate_text(estimate))


def _design(flags: dict[str, Any], outcome: str, *, by_team: bool) -> Design:
    flags["aggregation"] = flags.pop("aggregate")
    return Design(**flags, outcome=outcome, assigned_by="team" if by_team else "person")
