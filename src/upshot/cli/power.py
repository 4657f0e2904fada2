"""`upshot power`: the smallest effect a planned study can see, from the firm's own pre-period."""

import json
from pathlib import Path

import click
import numpy as np

from upshot.cli.pre_period import PrePeriod, read_pre_period
from upshot.errors import DesignError
from upshot.impact.power import (
    Alternative,
    Baseline,
    PowerAnswer,
    Profile,
    Study,
    baseline_profile,
    one_shot,
    power_answer,
    wave_study,
)
from upshot.impact.power.weights import PLANNED, Planned

__all__ = ["alternatives_table", "power", "profile_of"]


@click.command()
@click.option("--panel", type=click.Path(path_type=Path), required=True, help="Panel file, CSV or Parquet.")
@click.option("--unit", required=True, help="Column of the person.")
@click.option("--time", required=True, help="Column of the period.")
@click.option("--outcome", required=True, help="Column of the KPI; the numerator of a ratio.")
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
@click.option("--worth", type=float, help="Smallest effect worth having, in KPI units.")
@click.option("--lag", type=click.IntRange(0), default=0, help="Periods after the start that do not count yet.")
@click.option("--take-up", type=float, default=1.0, show_default=True, help="Share of those offered who take part.")
@click.option("--power", "chance", type=float, default=0.8, show_default=True, help="Chance of seeing the effect.")
@click.option("--level", type=float, default=0.95, show_default=True, help="Confidence level.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--out", type=click.Path(path_type=Path), help="Write JSON here as well.")
def power(
    panel: Path,
    unit: str,
    time: str,
    outcome: str,
    denominator: str | None,
    cluster: str | None,
    by: str | None,
    launch: str | None,
    season: int | None,
    waves: int | None,
    gap: int,
    hold_back: float | None,
    before: int | None,
    after: int | None,
    estimator: Planned | None,
    units: int | None,
    worth: float | None,
    lag: int,
    take_up: float,
    chance: float,
    level: float,
    form: str,
    out: Path | None,
) -> None:
    """Say what effect a study can see before it is launched."""
    data = read_pre_period(
        panel, unit=unit, time=time, outcome=outcome, denominator=denominator, team=cluster, launch=launch
    )
    profile = profile_of(data, season)
    baseline, other = _chosen(profile, by)
    study = _study(
        waves=waves,
        gap=gap,
        hold_back=hold_back,
        before=min(profile.n_periods, 12) if before is None else before,
        after=after,
        estimator=estimator,
        rest={"n_units": units, "lag": lag, "take_up": take_up, "level": level, "power": chance},
    )
    answer = power_answer(baseline, study, worth=worth, outcome=outcome, other=other, cautions=profile.cautions)
    document = json.dumps(answer.to_dict(), indent=2)
    if out is not None:
        out.write_text(document + "\n", encoding="utf-8")
    click.echo(document if form == "json" else _text(answer, profile))


def profile_of(data: PrePeriod, season: int | None = None) -> Profile:
    """The baseline profile of a pre-period."""
    teams = None if data.teams is None else np.asarray(data.teams)
    return baseline_profile(data.outcome, teams, denominator=data.denominator, season=season)


def _chosen(profile: Profile, by: str | None) -> tuple[Baseline, Baseline | None]:
    if by == "team" and profile.teams is None:
        raise DesignError("Drawing by team needs the team's column: give --cluster.")
    if profile.teams is None or by == "person":
        return profile.people, profile.teams
    return profile.teams, profile.people


def _study(
    *,
    waves: int | None,
    gap: int,
    hold_back: float | None,
    before: int,
    after: int | None,
    estimator: Planned | None,
    rest: dict[str, float | int | None],
) -> Study:
    if waves is None or (waves == 1 and hold_back is not None):
        chosen = estimator or ("ancova" if before else "difference")
        share = 1 - (0.5 if hold_back is None else hold_back)
        return one_shot(
            after=after or 6,
            before=before,
            treated_share=share,
            estimator=chosen,  # type: ignore[arg-type]
            **rest,  # type: ignore[arg-type]
        )
    chosen = estimator or ("roth-santanna" if before else "difference")
    return wave_study(
        waves,
        gap=gap,
        after=after,
        before=before,
        held_back=hold_back or 0.0,
        estimator=chosen,
        **rest,  # type: ignore[arg-type]
    )


def _text(answer: PowerAnswer, profile: Profile) -> str:
    lines = [answer.text, "", "What the pre-period says", *(f"  {line}" for line in _profile_lines(profile))]
    if answer.curve:
        lines += ["", "Effect on participants and the chance of seeing it"]
        lines += [f"  {effect:>10.3g}  {chance:>4.0%}" for effect, chance in answer.curve]
    lines += ["", "Other ways to run it", *alternatives_table(answer.alternatives)]
    lines += ["", "This rests on", *(f"  - {text}" for text in answer.assumptions)]
    if answer.cautions:
        lines += ["", "Mind", *(f"  - {caution.text}" for caution in answer.cautions)]
    return "\n".join(lines)


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
