"""`upshot report`: an initiative's answer as a page, a PDF, slides or a workbook."""

from pathlib import Path

import click

__all__ = ["report"]


@click.command()
@click.argument("initiative")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="FILE.html, .pdf, .pptx or .xlsx; the ending says which.",
)
@click.option("--workspace", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="[default: here]")
def report(initiative: str, out: Path, workspace: Path) -> None:
    """Answer INITIATIVE and write its report: an HTML page, a tagged PDF, slides or a workbook."""
    from upshot.cli.text import estimate_text
    from upshot.report.formats import SUFFIXES
    from upshot.workspace.answering import no_training
    from upshot.workspace.folder import Workspace
    from upshot.workspace.reporting import write_report

    if out.suffix.lower() not in (".htm", *SUFFIXES):
        raise click.UsageError(f"--out takes a name that ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    opened = Workspace.open(workspace)
    ended = no_training(opened, initiative)
    if ended is not None:
        click.echo(f"{estimate_text(ended)}\nThere is nothing to report, so nothing was written.")
        return
    answer, path = write_report(opened, initiative, out=out)
    click.echo(answer.estimate.claim)
    click.echo(f"Report: {path.resolve().as_uri()}")
