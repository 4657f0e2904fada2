"""`upshot waves`: who starts when, by lot, under seats, closed periods and longest waits."""

import csv
import io
import json
import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from upshot.cli.from_plan import refuse_columns
from upshot.cli.power import alternatives_table
from upshot.cli.pre_period import PrePeriod, read_pre_period
from upshot.cli.text_tables import wrapped
from upshot.errors import DesignError
from upshot.impact.power import Profile
from upshot.impact.waves import (
    PlannedPower,
    Roster,
    WavePlan,
    WaveRefusal,
    WaveRules,
    matched_blocks,
    plan_waves,
    propose_starts,
)
from upshot.workspace.folder import Workspace
from upshot.workspace.planning import PlannedStudy, planned_study, profile_of
from upshot.workspace.waves import roster_of

__all__ = ["waves"]

_SHOWN = 60


@click.command()
@click.argument("initiative", required=False)
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), default=".", help="For INITIATIVE.")
@click.option("--panel", type=click.Path(path_type=Path), help="Panel file, CSV or Parquet.")
@click.option("--unit", help="Column of the person.")
@click.option("--time", help="Column of the period.")
@click.option("--outcome", help="Column of the KPI; the numerator of a ratio.")
@click.option("--denominator", help="Column of a ratio's denominator.")
@click.option("--cluster", help="Column of the team; the lot is then drawn for teams.")
@click.option(
    "--block", "blocks", multiple=True, help="Column or field to draw within (region, role). May be repeated."
)
@click.option("--match", is_flag=True, help="Draw within blocks of units alike in the pre-period KPI.")
@click.option("--launch", help="First period not to be read; all are read without it.")
@click.option("--waves", "count", type=click.IntRange(1), help="Number of waves; starts are proposed.")
@click.option("--gap", type=click.IntRange(1), default=1, show_default=True, help="Least periods between waves.")
@click.option("--start", "starts", type=int, multiple=True, help="A wave's start in periods from launch (0).")
@click.option("--share", "shares", type=float, multiple=True, help="A wave's share, then that held back.")
@click.option("--hold-back", type=float, default=0.0, help="Share that starts only after the window.")
@click.option("--capacity", type=int, multiple=True, help="People who can start; once for all, or per wave.")
@click.option("--trainers", type=int, multiple=True, help="Trainers; once for all, or per wave.")
@click.option("--seats-per-trainer", type=int, help="People one trainer takes in a wave.")
@click.option("--blackout", type=int, multiple=True, help="Period from launch in which no wave may start.")
@click.option("--closed", multiple=True, metavar="UNIT=PERIOD", help="Period in which one unit may not start.")
@click.option("--fix", multiple=True, metavar="UNIT=WAVE", help="Place a unit by hand.")
@click.option("--exclude", multiple=True, help="Unit not to be scheduled.")
@click.option("--urgent", multiple=True, help="Unit that must not wait: first wave, not drawn.")
@click.option("--safety-critical", is_flag=True, help="Nobody may wait for this training.")
@click.option("--max-wait", type=click.IntRange(0), help="Longest wait, in periods from launch.")
@click.option("--accept", type=float, help="Redraw until balance is in this best share of draws, e.g. 0.1.")
@click.option("--after", type=click.IntRange(1), help="Periods from launch to the end of the window.")
@click.option("--worth", type=float, help="Smallest effect worth having, in KPI units. [the plan's]")
@click.option("--take-up", type=float, default=1.0, show_default=True, help="Share of those offered who take part.")
@click.option("--seed", type=int, help="Seed of the lot. [the plan's, else drawn and recorded]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan: .json, or .csv for who starts when.")
@click.pass_context
def waves(
    context: click.Context,
    /,
    initiative: str | None,
    workspace: Path,
    panel: Path | None,
    form: str,
    out: Path | None,
    **flags: Any,
) -> None:
    """Draw a wave plan, check it against every rule, and say what it can see.

    Give an INITIATIVE of the workspace's plan, or readings of your own with --panel.
    """
    refuse_columns(context, initiative, panel)
    if panel is not None:
        data, outcome = _from_panel(panel, flags), str(flags["outcome"])
    else:
        planned = planned_study(
            Workspace.open(workspace), initiative or "", launch=flags["launch"], blocks=flags["blocks"]
        )
        data, outcome = planned.data if planned.by_team else replace(planned.data, teams=None), planned.outcome
        flags = _filled(flags, planned)
    plan = plan_waves_of(data, outcome, flags)
    document = json.dumps(plan.to_dict(), indent=2)
    if out is not None:
        written = _csv(plan) if out.suffix == ".csv" and isinstance(plan, WavePlan) else document + "\n"
        out.write_text(written, encoding="utf-8")
    click.echo(document if form == "json" else _text(plan))


def _from_panel(panel: Path, flags: dict[str, Any]) -> PrePeriod:
    return read_pre_period(
        panel,
        unit=flags["unit"],
        time=flags["time"],
        outcome=flags["outcome"],
        denominator=flags["denominator"],
        team=flags["cluster"],
        blocks=flags["blocks"],
        launch=flags["launch"],
    )


def _filled(flags: dict[str, Any], planned: PlannedStudy) -> dict[str, Any]:
    """The flags, with what they leave open taken from the plan."""
    found = {**flags, "seed": planned.seed if flags["seed"] is None else flags["seed"]}
    found["worth"] = planned.worth if flags["worth"] is None else flags["worth"]
    if flags["starts"] or flags["count"] is not None or not planned.starts:
        return found
    found["starts"], found["hold_back"] = planned.starts, planned.hold_back
    found["shares"] = (*planned.shares, *((planned.hold_back,) if planned.hold_back > 0 else ()))
    if planned.after is not None and flags["after"] is None:
        found["after"] = max(planned.starts) + planned.after + 1
    return found


def plan_waves_of(data: PrePeriod, outcome: str, flags: dict[str, Any]) -> WavePlan | WaveRefusal:
    """Draw the waves the flags describe.

    Raises
    ------
    DesignError
        If nothing says when waves start.
    InputError
        With every conflict between people and rules.
    """
    rules = _rules(flags)
    roster, figure = roster_of(data)
    if flags["match"]:
        known = np.where(np.isfinite(figure), figure, np.nanmean(figure))
        blocks = matched_blocks(known, max(rules.n_groups, 2), roster.blocks)
        roster = Roster(ids=roster.ids, sizes=roster.sizes, blocks=blocks)
    return plan_waves(
        roster,
        rules,
        seed=secrets.randbelow(2**31) if flags["seed"] is None else flags["seed"],
        covariates={f"{outcome} before launch": figure} if np.isfinite(figure).all() else None,
        planned=_planned(profile_of(data), rules, flags["after"], flags["worth"], outcome, flags["take_up"]),
        accept=flags["accept"],
    )


def _rules(flags: dict[str, Any]) -> WaveRules:
    if not flags["starts"] and flags["count"] is None:
        raise DesignError("Say when waves start: list them in the plan, or give --start once per wave, or --waves.")
    blackout = frozenset(flags["blackout"])
    proposed = flags["starts"] or propose_starts(
        flags["count"] or 1, gap=flags["gap"], blackout=blackout, max_wait=flags["max_wait"]
    )
    return WaveRules(
        starts=proposed,
        shares=flags["shares"] or None,
        hold_back=flags["hold_back"],
        capacity=_one_or_many(flags["capacity"]),
        trainers=_one_or_many(flags["trainers"]),
        seats_per_trainer=flags["seats_per_trainer"],
        blackout=blackout,
        unit_blackout=_closed(flags["closed"]),
        fixed=dict(_pair(text, "--fix") for text in flags["fix"]),
        excluded=frozenset(flags["exclude"]),
        urgent=frozenset(flags["urgent"]),
        safety_critical=flags["safety_critical"],
        max_wait=flags["max_wait"],
        min_gap=flags["gap"],
    )


def _one_or_many(values: tuple[int, ...]) -> int | tuple[int, ...] | None:
    return None if not values else values[0] if len(values) == 1 else values


def _pair(text: str, option: str) -> tuple[str, int]:
    name, _, number = text.rpartition("=")
    if not name or not number.isdigit():
        raise DesignError(f"The {option} option is written UNIT=NUMBER. Got {text!r} instead.")
    return name, int(number)


def _closed(texts: tuple[str, ...]) -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for name, period in (_pair(text, "--closed") for text in texts):
        found[name] = found.get(name, frozenset()) | {period}
    return found


def _planned(
    profile: Profile, rules: WaveRules, after: int | None, worth: float | None, outcome: str, take_up: float
) -> PlannedPower:
    last = max(rules.starts)
    return PlannedPower(
        baseline=profile.people if profile.teams is None else profile.teams,
        other=None if profile.teams is None else profile.people,
        after=after or last + max(rules.min_gap, 1),
        before=min(profile.n_periods, 12),
        worth=worth,
        outcome=outcome,
        take_up=take_up,
    )


def _csv(plan: WavePlan) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["unit", "block", "people", "wave", "start", "reason"])
    for row in plan.assignment:
        writer.writerow([row.unit, row.block, row.people, row.wave, row.start, row.reason])
    return buffer.getvalue()


def _text(plan: WavePlan | WaveRefusal) -> str:
    if isinstance(plan, WaveRefusal):
        return wrapped([plan.text, "", "What can be learned instead", *(f"  - {text}" for text in plan.alternatives)])
    tries = "1 try" if plan.tries == 1 else f"{plan.tries} tries"
    lines = [f"Drawn with seed {plan.seed} ({plan.method}, {tries}); fingerprint {plan.fingerprint[:12]}."]
    for wave in plan.waves:
        room = "" if wave.seats is None else f" of {wave.seats:,} seats"
        lines.append(f"  wave {wave.wave}: period {wave.start}, {wave.n_units:,} units, {wave.n_people:,} people{room}")
    if plan.held_back:
        lines.append(f"  held back to the end: {plan.held_back:,} units")
    if len(plan.assignment) <= _SHOWN:
        lines += ["", "Who starts when"]
        lines += [f"  {row.unit}: {'-' if row.wave is None else row.wave} ({row.reason})" for row in plan.assignment]
    lines += ["", "Rules", *(f"  {'kept' if row.holds else 'BROKEN'}  {row.rule}: {row.text}" for row in plan.audit)]
    if plan.balance:
        lines += ["", "Balance before launch"]
    for item in plan.balance:
        gap = "" if item.gap is None else f"; largest gap {item.gap:.2f} standard deviations between units"
        lines.append(f"  {item.name}: {' / '.join(f'{mean:.3g}' for mean in item.means)}{gap}")
    if plan.power is not None:
        lines += ["", plan.power.text, "", "Other ways to run it", *alternatives_table(plan.power.alternatives)]
        lines += ["", "This rests on", *(f"  - {text}" for text in plan.power.assumptions)]
    if plan.cautions:
        lines += ["", "Mind", *(f"  - {caution.text}" for caution in plan.cautions)]
    return wrapped(lines)
