"""`upshot import`: take in people, learning records or KPI readings from a file."""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from upshot.lake import Lake
    from upshot.sources import Feed, ImportReport

__all__ = ["import_"]

_STEP = 10


def _open_lake(workspace: Path) -> "Lake":
    """The lake of a workspace folder; the one place that knows where it is."""
    from upshot.lake import Lake

    return Lake.open(workspace / "lake")


@click.group(name="import")
def import_() -> None:
    """Take in people, learning records or KPI readings.

    A mapping profile says which column means what. Rows that are not taken are listed in a rejects
    file with line, column, value and reason. Importing the same file twice changes nothing.
    """


def _feed_command(feed: "Feed", text: str) -> None:
    @import_.command(name=feed, help=text)
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option(
        "--mapping", required=True, metavar="PROFILE", help="A profile's file, or the name of one that ships."
    )
    @click.option("--dry-run", is_flag=True, help="Read and check everything, show the first rows, write nothing.")
    @click.option(
        "--workspace", type=click.Path(path_type=Path), default=Path(), help="Workspace folder [default: here]."
    )
    @click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day the file's rows were stated.")
    @click.option("--rejects", type=click.Path(path_type=Path), help="Where to list the rows that are not taken.")
    @click.option(
        "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print the report."
    )
    def run(
        file: Path,
        mapping: str,
        dry_run: bool,
        workspace: Path,
        as_of: dt.datetime | None,
        rejects: Path | None,
        form: str,
    ) -> None:
        from upshot.sources import import_feed

        with _progress(file, quiet=form == "json") as progress:
            report = import_feed(
                _open_lake(workspace),
                feed,
                file,
                mapping,
                dry_run=dry_run,
                as_of=None if as_of is None else as_of.date(),
                progress=progress,
                rejects_path=rejects,
            )
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2) if form == "json" else _text(report))
        if report.rows_rejected and not report.rows_taken + report.rows_already_there:
            sys.exit(1)


_feed_command("people", "Take in who works here: person, team, manager, role, site, dates.")
_feed_command("learning", "Take in learning records: who, what, when, with which result.")
_feed_command("kpis", "Take in KPI readings: which KPI, whose, which period, what it read.")


@import_.command(name="xapi")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workspace", type=click.Path(path_type=Path), default=Path(), help="Workspace folder [default: here].")
@click.option(
    "--version", type=click.Choice(["1.0.3", "2.0.0"]), default="1.0.3", help="The xAPI the statements follow."
)
def xapi(file: Path, workspace: Path, version: str) -> None:
    """Take in xAPI statements, one a line (.jsonl or .jsonl.gz), and bring the lake up to date."""
    from upshot.cli.lrs import opened

    organisation = opened(workspace)
    from upshot.web.lrs.services.bulk import load_file
    from upshot.web.lrs.services.lake import follow
    from upshot.xapi.versions import Version

    done = load_file(organisation, file, version=Version(version))
    lake = follow(organisation)
    click.echo(f"{file.name}: {done.read:,} statements read, {done.stored:,} stored, {done.refused:,} refused.")
    click.echo(f"{lake.added:,} learning records added to the lake.")
    for line, problem in done.reasons[:20]:
        click.echo(f"Line {line}: {problem}", err=True)
    if done.refused and not done.stored:
        sys.exit(1)


@contextmanager
def _progress(file: Path, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal; elsewhere a plain line for every tenth of a large file."""
    if quiet or not file.is_file():
        yield None
    elif sys.stderr.isatty():
        with click.progressbar(length=file.stat().st_size, label=f"Reading {file.name}", file=sys.stderr) as bar:
            yield lambda done, _: bar.update(done - bar.pos)
    else:
        yield _plain_lines(file)


def _plain_lines(file: Path) -> Callable[[int, int], None]:
    told = 0

    def tell(done: int, total: int) -> None:
        nonlocal told
        tenth = _STEP * done // max(total, 1)
        if tenth > told and total > 1 << 24:
            told = tenth
            click.echo(f"Reading {file.name}: {tenth * 10} %", err=True)

    return tell


def _text(report: "ImportReport") -> str:
    did = "would be taken" if report.dry_run else "taken"
    lines = [
        f"{report.file} ({report.feed}, profile {report.profile}): {report.rows_in:,} rows in",
        f"  {report.rows_taken:>12,} {did}",
        f"  {report.rows_already_there:>12,} already there",
        f"  {report.rows_left_out:>12,} left out by the profile",
        f"  {report.rows_rejected:>12,} rejected",
        *(f"Note: {note}" for note in report.notes),
        *(str(problem) for problem in report.problems),
    ]
    if report.preview is not None and report.preview.num_rows:
        lines += ["First rows as they would be stored:", *_preview(report)]
    if report.rejects_path is not None:
        lines.append(f"The rows that were not taken are listed in {report.rejects_path}.")
    if report.dry_run:
        lines.append("This was a dry run: nothing was written.")
    return "\n".join(lines)


def _preview(report: "ImportReport") -> Iterator[str]:
    hidden = {"import_id", "source", "recorded_at", "restates"}
    for row in report.to_json()["preview"]:
        shown = {name: value for name, value in row.items() if name not in hidden and value != {}}
        yield "  " + ", ".join(f"{name}={value}" for name, value in shown.items())
