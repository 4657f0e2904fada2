"""`upshot plan push`, `pull` and `lock`: the workspace's plan and the product's versions, from the command line."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from upshot.errors import PlanError, Problem

if TYPE_CHECKING:
    from upshot.web.accounts.models import Organisation

__all__ = ["lock", "pull", "push"]

_FUNCTIONS = {"sponsor": "sponsor", "finance": "finance", "works-council": "works council"}
_FILE = click.argument("file", metavar="PLAN", type=click.Path(path_type=Path, dir_okay=False))
_WORKSPACE = click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="The workspace the plan belongs to. [the folder of PLAN]",
)
_FORCE = "Go on although the other side changed too."


def _organisation(file: Path, workspace: Path | None) -> "Organisation":
    """Start the product on the workspace and find its organisation."""
    from upshot.web.boot import ensure_organisation, setup

    home = workspace or file.resolve().parent
    setup(home)
    return ensure_organisation(home)


def _shown(difference: Sequence[Any]) -> list[str]:
    """The lines that differ: the version's with a minus, the file's with a plus."""
    said = []
    for line in difference:
        for sign, pieces in (("-", line.before), ("+", line.after)):
            if line.kind not in ("same", "gap") and pieces:
                said.append(f"  {sign} {''.join(piece.text for piece in pieces)}")
    return said


def _refuse(code: str, text: str, fix: str, difference: Sequence[Any], file: Path) -> PlanError:
    for line in _shown(difference):
        click.echo(line)
    return PlanError(Problem(code=code, text=text, fix=fix, file=str(file)))


@click.command()
@_FILE
@_WORKSPACE
@click.option("--note", default="", help="What was changed, in a few words.")
@click.option("--force", is_flag=True, help=_FORCE)
def push(file: Path, workspace: Path | None, note: str, force: bool) -> None:
    """Store PLAN as the newest version of the product's plan.

    Refused, with the difference, when the product's plan changed too since both last said the same.
    """
    organisation = _organisation(file, workspace)
    from upshot.web.plans import exchange

    if not file.is_file():
        text = "There is no such file."
        raise PlanError(Problem(code="no-such-file", text=text, fix="Check the name and the folder.", file=str(file)))
    done = exchange.push(organisation=organisation, file=file, note=note, force=force)
    if done.outcome == "refused":
        text = f"The product's plan changed too; version {done.version.number} is newer than this file."
        fix = "Pull it into another file and bring both together, or push with --force: every version is kept."
        raise _refuse("plan-moved", text, fix, done.difference, file)
    same = "says the same as" if done.outcome == "same" else "is stored as"
    click.echo(f"{file} {same} version {done.version.number}.")


@click.command()
@_FILE
@_WORKSPACE
@click.option("--force", is_flag=True, help=_FORCE)
def pull(file: Path, workspace: Path | None, force: bool) -> None:
    """Write the newest version of the product's plan into PLAN.

    Refused, with the difference, when PLAN was changed since both last said the same.
    """
    organisation = _organisation(file, workspace)
    from upshot.web.plans import exchange

    done = exchange.pull(organisation=organisation, file=file, force=force)
    if done.outcome == "refused":
        text = f"The file was changed, and version {done.version.number} would replace it."
        fix = "Push it first, or pull with --force: what only the file holds is then lost."
        raise _refuse("file-moved", text, fix, done.difference, file)
    same = "says the same as" if done.outcome == "same" else "is now"
    click.echo(f"{file} {same} version {done.version.number}.")


@click.command()
@_FILE
@_WORKSPACE
@click.option(
    "--initiative", "initiatives", multiple=True, metavar="ID", help="Lock this one. [all that can be locked]"
)
@click.option(
    "--signed", multiple=True, metavar="FUNCTION=NAME", help="Signed on paper: sponsor, finance, works-council."
)
@click.option("--no-works-council", metavar="REASON", help="The firm has no works council, and why.")
def lock(
    file: Path,
    workspace: Path | None,
    initiatives: tuple[str, ...],
    signed: tuple[str, ...],
    no_works_council: str | None,
) -> None:
    """Lock initiatives of PLAN before their launch, with hash, signatures and measured baseline.

    PLAN must say what the product's newest version says. All are locked or none; what is missing is listed at once.
    """
    names = dict(_signature(text) for text in signed)
    organisation = _organisation(file, workspace)
    from upshot.web.plans import exchange
    from upshot.web.plans.parsed import parsed

    done = exchange.push(organisation=organisation, file=file)
    if done.outcome == "refused":
        text = f"The product's plan changed; version {done.version.number} is newer than this file."
        raise _refuse("plan-moved", text, "Pull it, read it, then lock.", done.difference, file)
    plan = parsed(done.version.text).plan
    chosen = [plan.initiative(name).id for name in initiatives] or [
        item.id for item in plan.initiatives if item.is_training
    ]
    for line in _locked(organisation, done.version, chosen, names, no_works_council):
        click.echo(line)


def _signature(text: str) -> tuple[str, str]:
    function, _, name = text.partition("=")
    if function not in _FUNCTIONS or not name.strip():
        known = ", ".join(_FUNCTIONS)
        raise click.UsageError(f"--signed is written FUNCTION=NAME, with a FUNCTION of {known}. Got {text!r} instead.")
    return _FUNCTIONS[function], name


def _locked(
    organisation: "Organisation", version: Any, chosen: Sequence[str], names: dict[str, str], without: str | None
) -> list[str]:
    """Sign and lock each, or raise every problem of all of them and lock none."""
    from upshot.web.plans.on_paper import lock_on_paper

    rows = lock_on_paper(organisation=organisation, version=version, chosen=chosen, names=names, without=without)
    said = []
    for key, row in zip(chosen, rows, strict=True):
        read = ", ".join(f"{kpi} {value:g}" for kpi, value in row.baseline.items()) or "no readings yet"
        said.append(f"Locked {key}: {row.hash[:16]}, ledger entry {row.entry}, baseline {read}.")
    return said
