"""`upshot init`: make a workspace."""

from pathlib import Path

import click

__all__ = ["init"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--organisation", help="Name printed on reports [default: the folder's name].")
def init(folder: Path, organisation: str | None) -> None:
    """Make a workspace FOLDER with a plan to fill in and an empty lake."""
    from upshot.workspace.folder import Workspace

    workspace = Workspace.create(folder, organisation=organisation)
    click.echo(f"Made the workspace {workspace.root}. Next:")
    click.echo(f"  1. Write the promise: upshot plan check {workspace.root}/plan.yaml says what is missing")
    click.echo(f"  2. upshot import people FILE --mapping plain-people --workspace {workspace.root}")
    click.echo("     the same with learning and kpis")
    click.echo(f"  3. upshot estimate INITIATIVE --workspace {workspace.root}")
