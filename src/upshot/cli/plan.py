"""`upshot plan`: check and show a plan document, keep it in step with the product, and lock it."""

import json
from pathlib import Path

import click

from upshot.cli import plan_exchange
from upshot.errors import PlanError, Problem

__all__ = ["plan"]

_LARGEST = 4_000_000
_COLOURS = {"error": "red", "gap": "yellow", "advice": "cyan"}


@click.group(name="plan")
def plan() -> None:
    """Check and show a plan document, push, pull and lock it."""


plan.add_command(plan_exchange.push)
plan.add_command(plan_exchange.pull)
plan.add_command(plan_exchange.lock)


@plan.command()
@click.argument("file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.pass_context
def check(ctx: click.Context, file: Path, form: str) -> None:
    """Say everything that is wrong, open or weak in a plan, at once and with its line.

    Exit 0 when the plan loads, gaps and advice included; 1 when it has errors.
    """
    from upshot.plan.document import Examined, examine
    from upshot.plan.summary import check_lines, check_record

    try:
        examined = examine(_read(file), str(file))
    except PlanError as error:
        examined = Examined(error.problems, None)
    if form == "json":
        click.echo(json.dumps(check_record(examined, str(file)), indent=2, ensure_ascii=False))
    else:
        for kind, line in check_lines(examined, str(file)):
            click.echo(click.style(line, fg=_COLOURS[kind], bold=True) if kind in _COLOURS else line)
    ctx.exit(0 if examined.document else 1)


@plan.command()
@click.argument("file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--initiative", metavar="ID", help="Show this initiative only.")
@click.option("--format", "form", type=click.Choice(["text", "svg"]), default="text", help="How to draw it.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file, not to the screen.")
def show(file: Path, initiative: str | None, form: str, out: Path | None) -> None:
    """Draw the chain cost → path → behaviour → KPI → objective of a plan's initiatives."""
    from upshot.plan import parse
    from upshot.plan.chain import chain_text
    from upshot.plan.chain_svg import chain_svg

    promise = parse(_read(file), str(file)).plan
    chosen = (promise.initiative(initiative),) if initiative else promise.initiatives
    drawn = chain_svg(promise, *chosen) if form == "svg" else "\n".join(chain_text(promise, item) for item in chosen)
    if out is None:
        click.echo(drawn, nl=False)
    else:
        _write(out, drawn)
        click.echo(f"Wrote {out}.")


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise PlanError(_unreadable(file, error)) from None
    if len(content) > _LARGEST:
        text = f"The plan has more than {_LARGEST // 1_000_000} million bytes."
        raise PlanError(Problem(code="too-large", text=text, fix="Split it into several files.", file=str(file)))
    return content


def _unreadable(file: Path, error: OSError) -> Problem:
    if not isinstance(error, FileNotFoundError):
        why = (error.strerror or "it cannot be read").lower()
        text = f"The plan cannot be read: {why}."
        return Problem(code="unreadable-file", text=text, fix="Name a file you may read.", file=str(file))
    import difflib

    beside = [item.name for item in file.parent.glob("*.y*ml")] if file.parent.is_dir() else []
    near = difflib.get_close_matches(file.name, beside, n=1)
    fix = f"Did you mean '{file.with_name(near[0])}'?" if near else "Check the name and the folder."
    return Problem(code="no-such-file", text="There is no such file.", fix=fix, file=str(file))


def _write(out: Path, drawn: str) -> None:
    try:
        out.write_text(drawn, encoding="utf-8")
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        text = f"The picture cannot be written: {why}."
        raise PlanError(
            Problem(code="unwritable-file", text=text, fix="Name a file in a folder that exists.", file=str(out))
        ) from None
