"""`upshot report`: an initiative's answer as one page."""

from pathlib import Path

import click

__all__ = ["report"]


@click.command()
@click.argument("initiative")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE.html")
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="[default: here]")
def report(initiative: str, out: Path, workspace: Path) -> None:
    """Answer INITIATIVE and write its report as one self-contained HTML page."""
    from upshot.cli.text import estimate_text
    from upshot.workspace.answering import no_training
    from upshot.workspace.folder import Workspace
    from upshot.workspace.reporting import write_report

    if out.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError("--out takes a name that ends in .html.")
    opened = Workspace.open(workspace)
    ended = no_training(opened, initiative)
    if ended is not None:
        click.echo(f"{estimate_text(ended)}\nThere is nothing to report, so no page was written.")
        return
    answer, path = write_report(opened, initiative, out=out)
    click.echo(answer.estimate.claim)
    click.echo(f"Report: {path.resolve().as_uri()}")
