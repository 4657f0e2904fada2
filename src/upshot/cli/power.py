"""`upshot power`: the smallest effect a planned study can see, from the firm's own pre-period."""

import json
from pathlib import Path
from typing import Any

import click

from upshot.cli.from_plan import refuse_columns
from upshot.cli.pre_period import PrePeriod, read_pre_period
from upshot.cli.text_tables import wrapped
from upshot.impact.power import (
    Alternative,
    PowerAnswer,
    Profile,
    Study,
    one_shot,
    power_answer,
    wave_study,
)
from upshot.impact.power.weights import PLANNED
from upshot.workspace.folder import Workspace
from upshot.workspace.planning import PlannedStudy, as_planned, noise_of, planned_study, profile_of

__all__ = ["alternatives_table", "power"]


@click.command()
@click.argument("initiative", required=False)
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), default=".", help="For INITIATIVE.")
@click.option("--panel", type=click.Path(path_type=Path), help="Panel file, CSV or Parquet.")
@click.option("--unit", help="Column of the person.")
@click.option("--time", help="Column of the period.")
@click.option("--outcome", help="Column of the KPI; the numerator of a ratio.")
@click.option("--denominator", help="Column of a ratio's denominator.")
@click.option("--cluster", help="Column of the team.")
@click.option("--by", type=click.Choice(["person", "team"]), help="What the lot is drawn for. [team if --cluster]")
@click.option("--launch", help="First period not to be read; all are read without it.")
@click.option("--season", type=int, help="Periods in a season: 12 for months, 52 for weeks.")
@click.option("--waves", type=click.IntRange(1), help="Equal waves; without it, half start at launch.")
@click.option("--gap", type=click.IntRange(1), default=3, show_default=True, help="Periods between waves.")
@click.option("--hold-back", type=float, help="Share that starts only after the window.")
@click.option("--before", type=click.IntRange(0), help="Pre-periods the estimator uses. [all, 12 at most]")
@click.option("--after", type=click.IntRange(1), help="Periods from launch to the end of the window.")
@click.option("--estimator", type=click.Choice(PLANNED), help="Planned estimator. [router's choice]")
@click.option("--units", type=click.IntRange(1), help="People or teams in the study. [as many as in the panel]")
@click.option("--worth", type=float, help="Smallest effect worth having, in KPI units. [the plan's]")
@click.option("--lag", type=click.IntRange(0), default=0, help="Periods after the start that do not count yet.")
@click.option("--take-up", type=float, default=1.0, show_default=True, help="Share of those offered who take part.")
@click.option("--power", "chance", type=float, default=0.8, show_default=True, help="Chance of seeing the effect.")
@click.option("--level", type=float, help="Confidence level. [the plan's, else 0.95]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--out", type=click.Path(path_type=Path), help="Write JSON here as well.")
@click.pass_context
def power(
    context: click.Context,
    /,
    initiative: str | None,
    workspace: Path,
    panel: Path | None,
    by: str | None,
    season: int | None,
    worth: float | None,
    form: str,
    out: Path | None,
    **flags: Any,
) -> None:
    """Say what effect a study can see before it is launched.

    Give an INITIATIVE of the workspace's plan, or readings of your own with --panel.
    """
    refuse_columns(context, initiative, panel)
    if panel is not None:
        planned, data, outcome = None, _from_panel(panel, flags), str(flags["outcome"])
    else:
        planned = planned_study(Workspace.open(workspace), initiative or "", launch=flags["launch"])
        data, outcome = planned.data, planned.outcome
        by = by or ("team" if planned.by_team else "person")
        worth = planned.worth if worth is None else worth
    profile = profile_of(data, season)
    baseline, other = noise_of(profile, by)
    study = _study(flags, profile.n_periods, planned)
    answer = power_answer(baseline, study, worth=worth, outcome=outcome, other=other, cautions=profile.cautions)
    document = json.dumps(answer.to_dict(), indent=2)
    if out is not None:
        out.write_text(document + "\n", encoding="utf-8")
    click.echo(document if form == "json" else _text(answer, profile))


def _from_panel(panel: Path, flags: dict[str, Any]) -> PrePeriod:
    return read_pre_period(
        panel,
        unit=flags["unit"],
        time=flags["time"],
        outcome=flags["outcome"],
        denominator=flags["denominator"],
        team=flags["cluster"],
        launch=flags["launch"],
    )


def _study(flags: dict[str, Any], n_periods: int, planned: PlannedStudy | None) -> Study:
    """The study the flags ask for; what they leave open is the plan's, where there is one."""
    before = flags["before"] if flags["before"] is not None else min((planned and planned.before) or 12, n_periods)
    level = flags["level"] or (0.95 if planned is None else planned.level)
    rest = {"n_units": flags["units"], "lag": flags["lag"], "take_up": flags["take_up"]}
    rest |= {"level": level, "power": flags["chance"], "before": before}
    waves, hold_back, after = flags["waves"], flags["hold_back"], flags["after"]
    if (
        planned is not None
        and waves is None
        and hold_back is None
        and len(planned.starts) + (planned.hold_back > 0) > 1
    ):
        return as_planned(planned, flags["estimator"], after, flags["gap"], rest)
    if waves is None or (waves == 1 and hold_back is not None):
        chosen: Any = flags["estimator"] or ("ancova" if before else "difference")
        share = 1 - (0.5 if hold_back is None else hold_back)
        return one_shot(after=after or 6, treated_share=share, estimator=chosen, **rest)
    chosen = flags["estimator"] or ("roth-santanna" if before else "difference")
    return wave_study(waves, gap=flags["gap"], after=after, held_back=hold_back or 0.0, estimator=chosen, **rest)


def _text(answer: PowerAnswer, profile: Profile) -> str:
    lines = [answer.text, "", "What the pre-period says", *(f"  {line}" for line in _profile_lines(profile))]
    if answer.curve:
        lines += ["", "Effect on participants and the chance of seeing it"]
        lines += [f"  {effect:>10.3g}  {chance:>4.0%}" for effect, chance in answer.curve]
    lines += ["", "Other ways to run it", *alternatives_table(answer.alternatives)]
    lines += ["", "This rests on", *(f"  - {text}" for text in answer.assumptions)]
    if answer.cautions:
        lines += ["", "Mind", *(f"  - {caution.text}" for caution in answer.cautions)]
    return wrapped(lines)


def _profile_lines(profile: Profile) -> list[str]:
    lines = [
        f"{profile.people.n_people:,} people, {profile.n_periods} periods, {profile.missing:.1%} of readings missing",
        f"mean {profile.mean:.4g}, standard deviation between people {profile.std_dev:.4g}",
    ]
    if profile.teams is not None:
        lines.append(
            f"{profile.teams.n_units:,} teams of {profile.team_size:.1f} people on average; "
            f"intra-class correlation {profile.icc or 0:.3f}"
        )
    if profile.autocorrelation is not None:
        lines.append(
            f"correlation from one period to the next {profile.autocorrelation:.2f}; "
            f"{profile.lasting or 0:.0%} of the variance lasts"
        )
    if profile.season is not None:
        lines.append(f"seasonal swing {profile.season:.2f} standard deviations")
    return lines


def alternatives_table(rows: tuple[Alternative, ...]) -> list[str]:
    """One line per alternative: what it is, and the smallest effect it sees."""
    width = max((len(row.name) for row in rows), default=0)
    lines = []
    for row in rows:
        seen = "cannot tell" if row.smallest_effect is None else f"{row.smallest_effect:.3g}"
        enough = "" if row.visible is None else "  enough" if row.visible else "  not enough"
        lines.append(f"  {row.name:<{width}}  {seen}{enough}")
    return lines
