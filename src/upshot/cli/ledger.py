"""`upshot ledger`: show what was promised, found and decided, and verify that nobody changed it."""

import sys
from pathlib import Path

import click

__all__ = ["ledger"]

_FOLDER = click.option(
    "--workspace",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Workspace folder; the current one by default.",
)


@click.group()
def ledger() -> None:
    """Show and verify the ledger of promises, results and decisions."""


@ledger.command()
@_FOLDER
def show(folder: Path) -> None:
    """Print every entry, oldest first."""
    from upshot.web import boot

    organisation = boot.organisation_of(folder)
    from upshot.web.ledger.selectors import entries_of

    found = list(entries_of(organisation))
    if not found:
        click.echo("The ledger is empty. Lock an initiative to write the first promise: upshot plan lock")
    for entry in found:
        click.echo(f"{entry.number:>4}  {entry.at:%Y-%m-%d %H:%M}  {entry.kind:<9}  {entry.subject}")
        sentence = entry.body.get("sentence") or entry.body.get("reason")
        if sentence:
            click.echo(f"      {sentence}")


@ledger.command()
@_FOLDER
def verify(folder: Path) -> None:
    """Check every seal; exit 1 when the chain is broken."""
    from upshot.web import boot

    organisation = boot.organisation_of(folder)
    from upshot.web.ledger.selectors import entries_of
    from upshot.web.ledger.selectors import verify as first_break

    broken = first_break(organisation)
    if broken is not None:
        click.echo(f"The chain is broken. {broken.text}", err=True)
        sys.exit(1)
    entries = list(entries_of(organisation))
    last = f" The last seal is {entries[-1].seal}." if entries else ""
    click.echo(f"The chain holds: {len(entries)} entries.{last}")
