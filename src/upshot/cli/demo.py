"""`upshot demo`: two real studies from exports to answers, with nothing to prepare."""

import shutil
import time
from pathlib import Path

import click

from upshot.errors import WorkspaceError

__all__ = ["demo"]


@click.command()
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), default="upshot-demo", show_default=True
)
def demo(folder: Path) -> None:
    """Load two real studies through the feeds a firm would use, answer them, and name the reports."""
    from upshot.workspace.demo import STUDIES, make_study

    _clear(folder)
    began = time.perf_counter()
    pages = []
    for study in STUDIES:
        click.echo(f"{study.organisation}: {study.notice}")
        answer, page = make_study(study, folder / study.name, click.echo)
        naive = answer.estimate.naive
        share = naive.before_after_relative if naive else None
        if share is not None:
            click.echo(
                f"  A dashboard would say: {share:+.0%} after the training.".replace("-", "−").replace("%", " %")
            )
        grade = answer.estimate.grade
        click.echo(f"  Upshot says:           {answer.estimate.claim}")
        click.echo(f"  Grade {grade.letter}: {grade.text}\n" if grade else "")
        pages.append(page)
    (folder / ".upshot-demo").touch()
    click.echo(f"Done in {time.perf_counter() - began:.0f} s. Open the reports:")
    for page in pages:
        click.echo(f"  {page.resolve().as_uri()}")
    click.echo(f"Look around: upshot estimate procedural-justice --workspace {folder}/chicago")


def _clear(folder: Path) -> None:
    """Take an earlier demonstration away; anything else is left alone."""
    if (folder / ".upshot-demo").exists():
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise WorkspaceError(f"{folder} is not empty and not an earlier demonstration; choose another with --dir.")
